/* SPDX-License-Identifier: MIT */
/* An old name of what xen.h includes for this processor. */
#include "xen.h"
