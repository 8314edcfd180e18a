// SPDX-License-Identifier: MIT
/*
 * An entry point behind the image.
 *
 * conform: reference dom0 domU
 * requires: NOTE-12
 * end: bad_image
 * reason: entry point lies outside
 */
#include "refused.h"
