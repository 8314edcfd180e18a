/* SPDX-License-Identifier: MIT */
/*
 * The notes of a test that brings none of its own. A test about one note
 * defines that one (or NO_...) in its notes.S, and includes this file for the
 * others.
 */
#include <pvsdk/note.h>

#ifndef LOADER_NOTE
#define LOADER_NOTE "generic"
#endif
#ifndef XEN_VERSION_NOTE
#define XEN_VERSION_NOTE "xen-3.0"
#endif
#ifndef ENTRY_NOTE
#define ENTRY_NOTE _start
#endif
#ifndef HYPERCALL_PAGE_NOTE
#define HYPERCALL_PAGE_NOTE hypercall_page
#endif

XEN_NOTE_TEXT(XEN_ELFNOTE_GUEST_OS, "conformance")
XEN_NOTE_TEXT(XEN_ELFNOTE_GUEST_VERSION, "1")
XEN_NOTE_TEXT(XEN_ELFNOTE_LOADER, LOADER_NOTE)
#ifndef NO_XEN_VERSION_NOTE
XEN_NOTE_TEXT(XEN_ELFNOTE_XEN_VERSION, XEN_VERSION_NOTE)
#endif
#ifndef NO_VIRT_BASE_NOTE
XEN_NOTE_WORD(XEN_ELFNOTE_VIRT_BASE, VIRT_BASE)
#endif
#ifndef NO_PADDR_OFFSET_NOTE
XEN_NOTE_WORD(XEN_ELFNOTE_PADDR_OFFSET, 0)
#endif
XEN_NOTE_WORD(XEN_ELFNOTE_ENTRY, ENTRY_NOTE)
XEN_NOTE_WORD(XEN_ELFNOTE_HYPERCALL_PAGE, HYPERCALL_PAGE_NOTE)
