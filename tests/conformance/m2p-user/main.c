// SPDX-License-Identifier: MIT
/*
 * The M2P in user mode: a top table of user mode's own does not show it, with
 * or without m2p_strict; one that serves both modes does.
 *
 * conform: reference dom0 domU
 * requires: M2P-6 M2P-7
 */
#include "conform.h"

static volatile uint64_t seen;

static void user_read(uint64_t arg)
{
    seen = *(volatile uint64_t *)arg;
    __asm__ volatile(".globl after_read; after_read: ud2");
}
extern char after_read[];

/* Does user mode see its entry of the M2P? */
static bool sees(const char *when)
{
    struct caught c;
    const unsigned long *entry =
        machine_to_phys_mapping + page_mfn((void *)start->pt_base);

    seen = ~0UL;
    check(user_run(user_read, (uint64_t)entry, &c), "%s: a read", when);
    if (c.entry == 6 && c.rip == (uint64_t)after_read)
        return seen == page_pfn((void *)start->pt_base);
    check_equal(c.entry, 14, "faults");
    check_equal(c.error, 4, "as no page of user mode's");
    return false;
}

static void strict(unsigned int command)
{
    works(hypercall_vm_assist(command, VMASST_TYPE_m2p_strict), "m2p_strict %s",
          command == VMASST_CMD_enable ? "on" : "off");
}

static void user_table(xen_pfn_t mfn)
{
    works(mmuext_one(MMUEXT_NEW_USER_BASEPTR, mfn, 0), "a table for user mode");
}

void test(void)
{
    xen_pfn_t kernel_l4 = page_mfn((void *)start->pt_base);

    user_init();
    check(!sees("a table of its own"), "it is not seen");
    user_table(kernel_l4);
    check(sees("the kernel's table"), "it is seen");
    strict(VMASST_CMD_enable);
    user_table(page_mfn(user_l4));
    check(!sees("strict, a table of its own"), "it is not seen");
    works(mmuext_one(MMUEXT_UNPIN_TABLE, page_mfn(user_l4), 0), "unpinned");
    user_table(0);
    works(mmuext_one(MMUEXT_PIN_L4_TABLE, page_mfn(user_l4), 0),
          "and pinned again, now that strict is on");
    user_table(page_mfn(user_l4));
    check(!sees("a strict table of its own"), "it is not seen");
    strict(VMASST_CMD_disable);
}
