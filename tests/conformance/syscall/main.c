// SPDX-License-Identifier: MIT
/*
 * The syscall instruction: in user mode it enters the kernel's callback, in the
 * kernel it is a hypercall; user mode has no hypercalls.
 *
 * conform: reference dom0 domU
 * requires: SYSCALL-1 SYSCALL-2 SYSCALL-3 SYSCALL-4 SYSCALL-5
 */
#include "conform.h"

extern char after_syscall[], at_syscall[];

/* xen_version(version), if this were the kernel; with odd flags. */
static void user_syscall(uint64_t arg)
{
    __asm__ volatile("mov %0, %%rdi; mov $17, %%eax; xor %%esi, %%esi;"
                     "mov $0x5555, %%ebx; std; stc;"
                     "at_syscall: syscall; after_syscall: ud2" ::"r"(arg)
                     : "rax", "rcx", "rdi", "rsi", "r11", "memory");
}

static bool resume_with_mask(struct trap_regs *regs, struct caught *caught)
{
    regs->rax = 0x77;
    *frame_word(regs, FRAME_CS) = FLAT_USER_CS;
    *frame_word(regs, FRAME_SS) = FLAT_USER_SS;
    trap_set_hook(ENTRY_SYSCALL, NULL);
    (void)caught;
    return true;
}

static void install(uint16_t flags, unsigned long address)
{
    struct callback_register c = {CALLBACKTYPE_syscall, flags, address};

    works(hypercall_callback_op(CALLBACKOP_register, &c),
          "registering %lx, flags %u", address, flags);
}

void test(void)
{
    struct caught c;

    user_init();
    check(user_run(user_syscall, 0, &c), "syscall in user mode");
    check_equal(c.entry, ENTRY_SYSCALL, "enters the syscall callback");
    check_equal(c.rip, after_syscall, "rip is behind the instruction");
    check_equal(c.rsp, (uint64_t)user_stack_top - 8, "rsp is user mode's");
    check_equal(c.frame_at, (uint64_t)kernel_stack_top - 7 * 8,
                "the frame is at the top of the kernel stack");
    check_equal(c.rcx, after_syscall, "the word for rcx has rip");
    check_equal(c.r11 & 0x401, 0x401, "the word for r11 has rflags");
    check_equal(c.rflags & 0x401, 0x401, "rflags are user mode's");
    check_equal(c.cs & 3, 3, "cs has RPL 3");
    check_equal(c.regs.rax, 17, "rax is kept");
    check_equal(c.regs.rbx, 0x5555, "and rbx");
    check_equal(c.regs.rflags & 0x400, 0x400,
                "DF is still user mode's: the kernel has to clear it");
    check_equal(c.regs.cs, FLAT_KERNEL_CS, "in the kernel");
    check_equal(c.upcall_mask, 0, "and with events open");

    install(CALLBACKF_mask_events, entry_address(ENTRY_SYSCALL));
    check(user_run(user_syscall, 0, &c), "with CALLBACKF_mask_events");
    check_equal(c.upcall_mask, 1, "with events masked");

    trap_set_hook(ENTRY_SYSCALL, resume_with_mask);
    check(user_run(user_syscall, 0, &c), "and back by iret");
    check_equal(c.entry, 6, "to the instruction behind it");
    check_equal(c.rip, after_syscall, "(a ud2)");
    check_equal(c.regs.rax, 0x77, "with the result in rax");

    install(0, 0);
    check(user_run(user_syscall, 0, &c), "without a callback");
    check_equal(c.entry, 6, "user mode's syscall is an invalid opcode");
    check_equal(c.rip, at_syscall, "at the instruction");
}
