/* SPDX-License-Identifier: MIT */
#define NO_VIRT_BASE_NOTE
#include "../lib/notes.S"
/* Three bytes. */
__XEN_NOTE(XEN_ELFNOTE_VIRT_BASE, .byte 0, 0, 0x80)
