/* SPDX-License-Identifier: MIT */
/* Behind FEATURES nothing is read any more: so it comes last. */
    .section __xen_guest, "", @progbits
    .ascii "GUEST_OS=conformance,XEN_VER=xen-3.0,LOADER=generic,"
    .ascii "VIRT_BASE=0xffffffff80000000,ELF_PADDR_OFFSET=0x0,"
    .asciz "HYPERCALL_PAGE=0x100,FEATURES=!no_such_feature,VIRT_BASE=0"
