// SPDX-License-Identifier: MIT
/*
 * Without VIRT_BASE, which is then 0, the entry is far from the image.
 *
 * conform: reference dom0 domU
 * requires: NOTE-12
 * end: bad_image
 * reason: entry point lies outside
 */
#include "refused.h"
