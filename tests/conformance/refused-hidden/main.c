// SPDX-License-Identifier: MIT
/*
 * An image at the hypervisor's own addresses.
 *
 * conform: reference dom0
 * requires: NOTE-17
 * end: bad_image
 * reason: mapped where the hypervisor is
 */
#include "refused.h"
