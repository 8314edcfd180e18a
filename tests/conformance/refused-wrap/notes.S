/* SPDX-License-Identifier: MIT */
#define NO_VIRT_BASE_NOTE
#include "../lib/notes.S"
XEN_NOTE_WORD(XEN_ELFNOTE_VIRT_BASE, -0x10000)
