// SPDX-License-Identifier: MIT
/*
 * User mode: a second top table with the same contents (every entry of a guest
 * has the user bit, so user mode sees the kernel's memory: good enough here,
 * and not for a kernel), a stack for the way in, and the iret hypercall for the
 * way out.
 */
#include "conform.h"

xen_pte_t *user_l4;

void user_init(void)
{
    const xen_pte_t *kernel_l4 = (const xen_pte_t *)start->pt_base;

    user_l4 = page_new();
    for (unsigned int slot = 0; slot < XEN_PT_ENTRIES; slot++)
        if (!xen_l4_slot_is_reserved(slot))
            user_l4[slot] = kernel_l4[slot];
    page_read_only(user_l4);
    if (mmuext_one(MMUEXT_PIN_L4_TABLE, page_mfn(user_l4), 0))
        error("the user top table could not be pinned");
    if (mmuext_one(MMUEXT_NEW_USER_BASEPTR, page_mfn(user_l4), 0))
        error("the user top table was refused");
    if (hypercall_stack_switch(FLAT_KERNEL_SS, (unsigned long)kernel_stack_top))
        error("stack_switch was refused");
}

/* Runs code(arg) in user mode until it takes a trap or makes a system call. */
bool user_run(void (*code)(uint64_t), uint64_t arg, struct caught *into)
{
    struct iret_context frame = {
        .rip = (uint64_t)code,
        .cs = FLAT_USER_CS,
        .rflags = 0x202,
        .rsp = (uint64_t)user_stack_top - 8,
        .ss = FLAT_USER_SS,
    };

    uint8_t mask = vcpu->evtchn_upcall_mask;
    bool trapped = traps(into, iret_to(&frame, arg, 0));

    vcpu->evtchn_upcall_mask = mask; /* user mode had events open */
    return trapped;
}
