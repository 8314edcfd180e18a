// SPDX-License-Identifier: MIT
/*
 * A hypercall page outside the image.
 *
 * conform: reference dom0 domU
 * requires: NOTE-16
 * end: bad_image
 * reason: HYPERCALL_PAGE is not
 */
#include "refused.h"
