// SPDX-License-Identifier: MIT
/*
 * A kernel that requires ring 0 for itself.
 *
 * conform: reference dom0
 * requires: NOTE-9
 * end: bad_image
 * reason: requires to run in ring 0
 */
#include "refused.h"
