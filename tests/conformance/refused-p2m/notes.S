/* SPDX-License-Identifier: MIT */
#include "../lib/notes.S"
XEN_NOTE_WORD(XEN_ELFNOTE_INIT_P2M, VIRT_BASE + 0x101000)
