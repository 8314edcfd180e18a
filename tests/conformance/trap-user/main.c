// SPDX-License-Identifier: MIT
/*
 * Exceptions in user mode: they come on the kernel stack, cs has RPL 3, and
 * user mode may use only the software interrupts that the trap table opens to
 * it.
 *
 * conform: reference dom0 domU
 * requires: TRAP-19 TRAP-20 TRAP-21 TRAP-22
 * errata: qemu-int-dpl
 */
#include "conform.h"

static void user_int3(uint64_t arg)
{
    (void)arg;
    __asm__ volatile("mov $0x3333, %%ecx; mov $0x4444, %%r11d; int3" ::
                         : "rcx", "r11");
}

static void user_int80(uint64_t arg)
{
    (void)arg;
    __asm__ volatile("int $0x80");
}

static void user_int81(uint64_t arg)
{
    (void)arg;
    __asm__ volatile(".globl at_int81; at_int81: int $0x81");
}
extern char at_int81[];

static void user_read(uint64_t arg)
{
    __asm__ volatile("mov (%0), %%al" ::"r"(arg) : "rax");
}

static void user_write(uint64_t arg)
{
    __asm__ volatile("movb $1, (%0)" ::"r"(arg) : "memory");
}

static void user_cli(uint64_t arg)
{
    (void)arg;
    __asm__ volatile("cli");
}

void test(void)
{
    struct caught c;
    char *page = page_new();

    user_init();
    check(user_run(user_int3, 0, &c), "int3 in user mode traps");
    check_equal(c.entry, 3, "to vector 3");
    check_equal(c.cs, FLAT_USER_CS, "cs has RPL 3");
    check_equal(c.ss, FLAT_USER_SS, "ss");
    check_equal(c.rsp, (uint64_t)user_stack_top - 8, "rsp is user mode's");
    check_equal(c.frame_at, (uint64_t)kernel_stack_top - 7 * 8,
                "the frame lies at the top of the kernel stack");
    check_equal(c.rcx, 0x3333, "rcx");
    check_equal(c.r11, 0x4444, "r11");
    check_equal(c.rflags & 0x200, 0x200, "IF is 1: user mode is not masked");
    check_equal(c.saved_mask, 0, "the saved mask is 0");
    check_equal(c.regs.cs, FLAT_KERNEL_CS, "the handler's cs");

    check(user_run(user_int80, 0, &c), "int 0x80, open to user mode, traps");
    check_equal(c.entry, ENTRY_INT80, "to its handler");
    check(user_run(user_int81, 0, &c), "int 0x81, not open, traps");
    check_equal(c.entry, 13, "to vector 13");
    check_equal(c.rip, at_int81, "at the instruction");
    check_unless("qemu-int-dpl", c.error, 8 * 0x81 + 2,
                 "the error code names the vector");

    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "unmapping a page");
    check(user_run(user_read, (uint64_t)page, &c),
          "a read in user mode faults");
    check_equal(c.entry, 14, "to vector 14");
    check_equal(c.error, 4, "as user mode's, not present");
    check_equal(c.cr2, page, "with the address in vcpu_info");
    check(user_run(user_write, (uint64_t)page, &c), "so does a write");
    check_equal(c.error, 4 | 2, "as user mode's write");
    page_read_only(page);
    check(user_run(user_write, (uint64_t)page, &c),
          "and one to a read-only page");
    check_equal(c.error, 4 | 2 | 1, "as user mode's write, present");
    check(user_run(user_cli, 0, &c), "cli in user mode traps");
    check_equal(c.entry, 13, "to vector 13");
    check_equal(c.error, 0, "with error code 0");
}
