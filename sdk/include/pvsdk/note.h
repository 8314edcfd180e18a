/* SPDX-License-Identifier: MIT */
/*
 * ELF notes, from C (at file level) and from assembly:
 *
 *   XEN_NOTE_TEXT(XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
 *   XEN_NOTE_WORD(XEN_ELFNOTE_ENTRY, _start);       a symbol or a number
 *   XEN_NOTE_PAIR(XEN_ELFNOTE_L1_MFN_VALID, 1, 1);
 *
 * (Assembly writes no semicolon.) They go to section .note.Xen, which the
 * linker must keep and put into a PT_NOTE segment: ld does by default.
 */
#ifndef PVSDK_NOTE_H
#define PVSDK_NOTE_H

#include <xen/elfnote.h>

/* clang-format off */
#ifdef __ASSEMBLY__
#define __XEN_NOTE_STRING(...) __VA_ARGS__
#define __XEN_NOTE_EMIT(...) __VA_ARGS__
#else
#define __XEN_NOTE_STRING_(...) #__VA_ARGS__
#define __XEN_NOTE_STRING(...) __XEN_NOTE_STRING_(__VA_ARGS__)
#define __XEN_NOTE_EMIT(...) __asm__(__XEN_NOTE_STRING(__VA_ARGS__))
#endif

/* Header: length of the name, length of the value, type; then both, each
 * filled up to a multiple of four. */
#define __XEN_NOTE(type, ...)                                                 \
    __XEN_NOTE_EMIT(.pushsection .note.Xen, "a", @note; .balign 4;            \
                    .long 4, 3f - 2f, type; .asciz "Xen";                     \
                    2: __VA_ARGS__; 3: .balign 4; .popsection)

#define XEN_NOTE_TEXT(type, text)   __XEN_NOTE(type, .asciz text)
#define XEN_NOTE_WORD(type, value)  __XEN_NOTE(type, .quad value)
#define XEN_NOTE_PAIR(type, m, v)   __XEN_NOTE(type, .quad m, v)

#endif
