/* SPDX-License-Identifier: MIT */
#include "../lib/notes.S"
XEN_NOTE_TEXT(XEN_ELFNOTE_FEATURES, "!supervisor_mode_kernel")
