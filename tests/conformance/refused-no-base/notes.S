/* SPDX-License-Identifier: MIT */
#define NO_VIRT_BASE_NOTE
#define NO_PADDR_OFFSET_NOTE
#include "../lib/notes.S"
