/* SPDX-License-Identifier: MIT */
#define HYPERCALL_PAGE_NOTE VIRT_BASE + 0x40000000
#include "../lib/notes.S"
