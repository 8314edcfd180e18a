// SPDX-License-Identifier: MIT
/*
 * PADDR_OFFSET without VIRT_BASE.
 *
 * conform: reference dom0 domU
 * requires: NOTE-13
 * end: bad_image
 * reason: PADDR_OFFSET is given without VIRT_BASE
 */
#include "refused.h"
