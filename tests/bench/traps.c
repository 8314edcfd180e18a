// SPDX-License-Identifier: MIT
/*
 * Exceptions and system calls: into the kernel's handler (start.S) and back by
 * the iret hypercall. User mode has a top table of its own with the same
 * contents, so that it can run the measuring loop.
 */
#include "bench.h"

#include <xen/callback.h>

static struct trap_info traps[] = {
    {3, 3, FLAT_KERNEL_CS, (unsigned long)trap_leave_user},
    {14, 0, FLAT_KERNEL_CS, (unsigned long)trap_page_fault},
    {0, 0, 0, 0},
};

static const struct callback_register callbacks[] = {
    {CALLBACKTYPE_event, 0, (unsigned long)callback_event},
    {CALLBACKTYPE_failsafe, 0, (unsigned long)callback_failsafe},
    {CALLBACKTYPE_syscall, 0, (unsigned long)callback_syscall},
};

static xen_pte_t user_l4[XEN_PT_ENTRIES] __attribute__((aligned(4096)));

static void make_user_mode(void)
{
    const xen_pte_t *kernel_l4 = (const xen_pte_t *)start->pt_base;

    for (unsigned int slot = 0; slot < XEN_PT_ENTRIES; slot++)
        if (!xen_l4_slot_is_reserved(slot))
            user_l4[slot] = kernel_l4[slot];
    make_read_only(user_l4);
    need("pinning the user's top table",
         mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(user_l4)));
    need("NEW_USER_BASEPTR", mmuext(MMUEXT_NEW_USER_BASEPTR, mfn_of(user_l4)));
    need("stack_switch",
         hypercall_stack_switch(FLAT_KERNEL_SS,
                                (unsigned long)kernel_stack_top));
}

/* Its rax is left from the frame's making: no result to be looked at. */
static long iret(void)
{
    op_iret();
    return 0;
}

static long read_missing(void)
{
    op_read_missing();
    return 0;
}

void bench_traps(void)
{
    need("set_trap_table", hypercall_set_trap_table(traps));
    for (int i = 0; i < 3; i++)
        need("callback_op",
             hypercall_callback_op(CALLBACKOP_register, (void *)&callbacks[i]));
    make_user_mode();
    measure(OP_iret, iret);
    measure(OP_kernel_pf, read_missing);
    measure_in_user_mode(OP_user_pf, op_read_missing);
    measure_in_user_mode(OP_user_syscall, op_user_syscall);
}
