/* SPDX-License-Identifier: MIT */
/* Texts that only begin as they should, notes that nobody knows or needs. */
#define LOADER_NOTE "generic-and-more"
#define XEN_VERSION_NOTE "xen-3.0-x86_64"
#include "../lib/notes.S"
XEN_NOTE_TEXT(XEN_ELFNOTE_FEATURES, "!writable_page_tables|no_such_feature||")
XEN_NOTE_TEXT(XEN_ELFNOTE_PAE_MODE, "no")
XEN_NOTE_TEXT(XEN_ELFNOTE_BSD_SYMTAB, "no")
XEN_NOTE_WORD(XEN_ELFNOTE_HV_START_LOW, 0xfffffffff0000000)
XEN_NOTE_WORD(XEN_ELFNOTE_SUSPEND_CANCEL, 1)
XEN_NOTE_WORD(XEN_ELFNOTE_SUPPORTED_FEATURES, 1 << 11)
XEN_NOTE_PAIR(XEN_ELFNOTE_L1_MFN_VALID, 1, 1)
XEN_NOTE_WORD(99, 0)
XEN_NOTE_WORD(0x1000000, 0)
    /* Another's note. */
    .pushsection .note.Xen, "a", @note
    .balign 4
    .long 5, 8, XEN_ELFNOTE_ENTRY
    .asciz "Xenx"
    .balign 4
    .quad 0
    .popsection
