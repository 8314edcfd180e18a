/* SPDX-License-Identifier: MIT */
/* How a Xen PV loader and GRUB find and enter wren. */
#include <pvops-multiboot2.h>
#include <pvops-xen.h>

#include "../layout.h"

        PVOPS_XEN_NOTES "wren", KERNBASE
        PVOPS_XEN_BOOT boot_stack_top, kmain
        PVOPS_MULTIBOOT2 pvh_start, KERNBASE

        .section .note.GNU-stack, "", @progbits
