// SPDX-License-Identifier: MIT
/*
 * Built for another interface than xen-3.0.
 *
 * conform: reference dom0 domU
 * requires: NOTE-11
 * end: bad_image
 * reason: XEN_VERSION is not
 */
#include "refused.h"
