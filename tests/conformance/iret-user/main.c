// SPDX-License-Identifier: MIT
/*
 * The iret hypercall to user mode: cs with RPL 3 goes there, the upcall mask
 * comes from IF as in the kernel, and user mode's own top table is in use.
 *
 * conform: reference dom0 domU
 * requires: IRET-5 IRET-6 IRET-7 IRET-8
 */
#include "conform.h"

__asm__("user_entry: int3");
extern char user_entry[];

static void go(struct caught *c, uint64_t flags, uint64_t rflags)
{
    struct iret_context frame = {
        .rax = 0xa0,
        .r11 = 0xb0,
        .rcx = 0xc0,
        .flags = flags,
        .rip = (uint64_t)user_entry,
        .cs = FLAT_USER_CS,
        .rflags = rflags,
        .rsp = (uint64_t)user_stack_top - 64,
        .ss = FLAT_USER_SS,
    };

    check(traps(c, iret_to(&frame, 0x1d, 0x1e)),
          "iret goes to user mode, flags %lx, rflags %lx", flags, rflags);
    check_equal(c->entry, 3, "(to int3)");
    check_equal(c->cs & 3, 3, "the mode is user");
    check_equal(c->rsp, frame.rsp, "rsp is the frame's");
    check_equal(c->regs.rax, 0xa0, "rax is the frame's");
}

void test(void)
{
    struct caught c;
    char *page = page_new();
    xen_pte_t *table = page_new(), *l3 = page_new(), *l2 = page_new();

    user_init();
    go(&c, 0, 0x202);
    check_equal(c.rcx, 0xc0, "rcx is the frame's");
    check_equal(c.r11, 0xb0, "r11 is the frame's");
    check_equal(c.rflags & 0x200, 0x200, "IF is set");
    go(&c, 0, 0x2);
    check_equal(c.saved_mask, 1, "IF clear masks events in user mode too");
    check_equal(c.rflags & 0x200, 0, "and shows in the next frame");
    go(&c, 0, 0x3202);
    check_equal(c.rflags & 0x3000, 0, "IOPL is not taken");
    go(&c, VGCF_in_syscall, 0x202);

    /* A page that only user mode's tables have, in slot 2. */
    page[0] = 0xcc;
    table[0] = xen_make_pte(page_mfn(page), 7);
    l2[0] = xen_make_pte(page_mfn(table), 7);
    l3[0] = xen_make_pte(page_mfn(l2), 7);
    page_read_only(table);
    page_read_only(l2);
    page_read_only(l3);
    works(mmu_update_one(((uint64_t)page_mfn(user_l4) << 12) + 2 * 8,
                         xen_make_pte(page_mfn(l3), 7), DOMID_SELF),
          "a slot of user mode's top table");
    check(user_run((void (*)(uint64_t))(2UL << 39), 0, &c),
          "user mode runs there");
    check_equal(c.entry, 3, "to its int3");
    check_equal(c.rip, (2UL << 39) + 1, "behind it");
    check(traps(&c, ((void (*)(void))(2UL << 39))()), "the kernel does not");
    check_equal(c.entry, 14, "it faults");
}
