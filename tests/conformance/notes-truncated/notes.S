/* SPDX-License-Identifier: MIT */
#include "../lib/notes.S"
    /* The last: its value would end far behind the segment. */
    .pushsection .note.Xen, "a", @note
    .balign 4
    .long 4, 0x1000, XEN_ELFNOTE_SUSPEND_CANCEL
    .asciz "Xen"
    .quad 1
    .popsection
