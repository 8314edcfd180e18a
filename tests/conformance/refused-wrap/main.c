// SPDX-License-Identifier: MIT
/*
 * A VIRT_BASE from which the image would wrap round.
 *
 * conform: reference dom0 domU
 * requires: NOTE-13
 * end: bad_image
 * reason: wrap round
 */
#include "refused.h"
