/* SPDX-License-Identifier: MIT */
/* No ELF note: the section of names and values that came before them. The
 * hypercall page is a frame number there, and the entry is the ELF file's. */
    .section __xen_guest, "", @progbits
    .ascii "GUEST_OS=conformance,XEN_VER=xen-3.0,LOADER=generic,"
    .ascii "VIRT_BASE=0xffffffff80000000,ELF_PADDR_OFFSET=0x0,"
    .asciz "HYPERCALL_PAGE=0x100"
