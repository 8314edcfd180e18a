/* SPDX-License-Identifier: MIT */
/* How a Xen PV loader finds and enters wren. */
#include <pvops-xen.h>

#include "../layout.h"

        PVOPS_XEN_NOTES "wren", KERNBASE
        PVOPS_XEN_ENTRY boot_stack_top, start_on_xen

        .section .note.GNU-stack, "", @progbits
