/* How a Xen PV loader finds and enters @NAME@. */
#include <pvops-xen.h>

#error The address of physical 0 in the linker script, and the boot stack's top
        PVOPS_XEN_NOTES "@NAME@", VIRT_BASE
        PVOPS_XEN_ENTRY boot_stack_top, start_on_xen

        .section .note.GNU-stack, "", @progbits
