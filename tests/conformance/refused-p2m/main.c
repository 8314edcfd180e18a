// SPDX-License-Identifier: MIT
/*
 * An INIT_P2M inside the image.
 *
 * conform: reference dom0 domU
 * requires: NOTE-15
 * end: bad_image
 * reason: INIT_P2M points into
 */
#include "refused.h"
