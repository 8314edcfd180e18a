/* SPDX-License-Identifier: MIT */
/* What makes ends.elf a PV kernel. no-notes.elf is linked without it. */
#include <xen/elfnote.h>

    .macro note type, value:vararg
    .balign 4
    .long 4, 2f - 1f, \type
    .asciz "Xen"
1:  \value
2:  .balign 4
    .endm

    .section .note.Xen, "a", @note
    note XEN_ELFNOTE_GUEST_OS, .asciz "ends"
    note XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
    note XEN_ELFNOTE_LOADER, .asciz "generic"
    note XEN_ELFNOTE_VIRT_BASE, .quad 0
    note XEN_ELFNOTE_ENTRY, .quad _start

    .section .note.GNU-stack, "", @progbits
