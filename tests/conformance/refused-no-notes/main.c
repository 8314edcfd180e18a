// SPDX-License-Identifier: MIT
/*
 * Neither notes nor a section __xen_guest.
 *
 * conform: reference dom0 domU
 * requires: NOTE-18
 * end: bad_image
 * reason: neither Xen ELF notes
 */
#include "refused.h"
