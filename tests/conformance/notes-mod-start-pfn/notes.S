/* SPDX-License-Identifier: MIT */
/* The usual notes, and an initrd that need not be mapped. */
#include <pvsdk/note.h>
#include "../lib/notes.S"

XEN_NOTE_WORD(XEN_ELFNOTE_MOD_START_PFN, 1)
