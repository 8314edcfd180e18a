/* SPDX-License-Identifier: MIT */
#include "../lib/notes.S"
XEN_NOTE_TEXT(XEN_ELFNOTE_FEATURES, "writable_page_tables|!no_such_feature")
