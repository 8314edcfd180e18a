// SPDX-License-Identifier: MIT
/*
 * Each exception that a kernel can cause comes to its own vector, with the
 * error code that the processor gives, and with rip at or behind the
 * instruction.
 *
 * conform: reference dom0 domU
 * requires: TRAP-7 TRAP-8 TRAP-9
 */
#include "conform.h"

#define AT(label) extern char label[]
AT(at_ud);
AT(at_de);
AT(at_gp);
AT(at_hlt);
AT(at_sel);
AT(after_step);
AT(at_nm);
AT(at_mf);

static void divide(struct caught *c)
{
    check(traps(c, __asm__ volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd;"
                                    "at_de: idivl %%ecx" ::
                                        : "rax", "rcx", "rdx", "cc")),
          "a division by zero traps");
    check_equal(c->entry, 0, "to vector 0");
    check_equal(c->rip, at_de, "at the instruction");
}

static void single_step(struct caught *c)
{
    check(traps(c, __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq;"
                                    "nop; after_step: nop; nop" ::
                                        : "cc", "memory")),
          "the trap flag traps");
    check_equal(c->entry, 1, "to vector 1");
    check_equal(c->rip, after_step, "behind the instruction after popf");
    check_equal(c->rflags & 0x100, 0x100, "with TF in the frame");
    check_equal(c->regs.rflags & 0x100, 0, "and not in the handler");
}

static void undefined(struct caught *c)
{
    check(traps(c, __asm__ volatile("at_ud: ud2")), "ud2 traps");
    check_equal(c->entry, 6, "to vector 6");
    check_equal(c->rip, at_ud, "at the instruction");
}

static void device_not_available(struct caught *c)
{
    works(hypercall_fpu_taskswitch(1), "fpu_taskswitch(1)");
    check(traps(c, __asm__ volatile("at_nm: fnop")), "the FPU traps after it");
    check_equal(c->entry, 7, "to vector 7");
    check_equal(c->rip, at_nm, "at the instruction");
    check(!traps(c, __asm__ volatile("fnop")),
          "once: the hypervisor clears TS before it delivers");
    works(hypercall_fpu_taskswitch(1), "fpu_taskswitch(1)");
    works(hypercall_fpu_taskswitch(0), "fpu_taskswitch(0)");
    check(!traps(c, __asm__ volatile("fnop")), "takes it back");
}

static void protection(struct caught *c)
{
    check(traps(c, __asm__ volatile("movabs $0x8000000000000000, %%rax;"
                                    "at_gp: mov (%%rax), %%al" ::
                                        : "rax")),
          "a non-canonical address traps");
    check_equal(c->entry, 13, "to vector 13");
    check_equal(c->error, 0, "with error code 0");
    check_equal(c->rip, at_gp, "at the instruction");
    check(traps(c, __asm__ volatile("at_hlt: hlt")), "hlt traps");
    check_equal(c->entry, 13, "to vector 13");
    check_equal(c->error, 0, "with error code 0");
    check_equal(c->rip, at_hlt, "at the instruction");
    check(traps(c, __asm__ volatile(
                       "mov $0x7ff8, %%eax; at_sel: mov %%eax, %%fs" ::
                           : "rax")),
          "a selector behind the GDT's entries traps");
    check_equal(c->entry, 13, "to vector 13");
    check_equal(c->error, 0x7ff8, "with the selector as error code");
    check_equal(c->rip, at_sel, "at the instruction");
}

static void floating_point(struct caught *c)
{
    static uint16_t control;
    static const uint16_t unmasked = 0x037b; /* all but divide by zero */

    __asm__ volatile("fninit; fnstcw %0" : "=m"(control));
    check(traps(c, __asm__ volatile("fldcw %0; fld1; fldz; fdivrp;"
                                    "at_mf: fwait" ::"m"(unmasked))),
          "an unmasked x87 exception traps");
    check_equal(c->entry, 16, "to vector 16");
    check_equal(c->rip, at_mf, "at the next waiting instruction");
    __asm__ volatile("fnclex; fninit");
}

void test(void)
{
    struct caught c;

    divide(&c);
    single_step(&c);
    undefined(&c);
    device_not_available(&c);
    protection(&c);
    floating_point(&c);
}
