/* SPDX-License-Identifier: MIT */
#include "../lib/notes.S"
XEN_NOTE_WORD(XEN_ELFNOTE_SUPPORTED_FEATURES, 0)
