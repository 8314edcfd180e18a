// SPDX-License-Identifier: MIT
/*
 * Notes that do not say for which interface.
 *
 * conform: reference dom0 domU
 * requires: NOTE-11
 * end: bad_image
 * reason: XEN_VERSION is not
 */
#include "refused.h"
