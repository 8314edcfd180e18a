/* SPDX-License-Identifier: MIT */
/* The usual notes, and the p2m list in slot 1 of the top table. */
#include <pvsdk/note.h>
#include "../lib/notes.S"

XEN_NOTE_WORD(XEN_ELFNOTE_INIT_P2M, 0x8000000000)
