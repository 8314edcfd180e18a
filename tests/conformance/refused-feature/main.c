// SPDX-License-Identifier: MIT
/*
 * A feature that the kernel requires and nobody knows.
 *
 * conform: reference dom0 domU
 * requires: NOTE-8
 * end: bad_image
 * reason: requires a feature that is not known
 */
#include "refused.h"
