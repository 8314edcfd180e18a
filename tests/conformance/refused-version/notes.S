/* SPDX-License-Identifier: MIT */
#define XEN_VERSION_NOTE "xen-2.0"
#include "../lib/notes.S"
