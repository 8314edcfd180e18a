// SPDX-License-Identifier: MIT
/*
 * Neither a generic loader nor Linux.
 *
 * conform: reference dom0 domU
 * requires: NOTE-10
 * end: bad_image
 * reason: LOADER is not
 */
#include "refused.h"
