// SPDX-License-Identifier: MIT
/*
 * SUPPORTED_FEATURES without the bit for domain 0.
 *
 * conform: dom0
 * requires: NOTE-19
 * end: bad_image
 */
#include "refused.h"
