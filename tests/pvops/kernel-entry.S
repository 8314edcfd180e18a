/* SPDX-License-Identifier: MIT */
/* The way in of kernel.c, as a port writes it. */
#include <pvops.h>
#include <pvops-xen.h>

        PVOPS_XEN_NOTES "stub", 0
        PVOPS_XEN_ENTRY stack_top, kmain

        .text
        .globl uses
uses:
        PV_CLI
        PV_STI
        PV_HLT
        PV_SWAPGS
        PV_READ_CR2
        PV_WRITE_CR3
        PV_IRET
        PV_LRET
        PV_SYSRET

        .bss
        .skip 64
stack_top:

        .section .note.GNU-stack, "", @progbits
