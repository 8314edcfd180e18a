// SPDX-License-Identifier: MIT
/*
 * A number of three bytes counts as 0: VIRT_BASE is none.
 *
 * conform: reference dom0 domU
 * requires: NOTE-14
 * end: bad_image
 * reason: entry point lies outside
 */
#include "refused.h"
