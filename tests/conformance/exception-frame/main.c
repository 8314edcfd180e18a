// SPDX-License-Identifier: MIT
/*
 * The frame of an exception in the kernel, word by word, by way of int3; and
 * the state in which its handler starts.
 *
 * conform: reference dom0 domU
 * requires: TRAP-1 TRAP-2 TRAP-3 TRAP-4 TRAP-5 TRAP-6
 */
#include "conform.h"

#define RFLAGS_CF 0x1
#define RFLAGS_TF 0x100
#define RFLAGS_IF 0x200
#define RFLAGS_DF 0x400
#define RFLAGS_NT 0x4000
#define RFLAGS_AC 0x40000

uint64_t rsp_then; /* not static: the assembly names it */

/* Traps with chosen rcx, r11 and flags, 8 bytes off a 16-byte boundary. */
#define INT3_AT(set, clear)                                                    \
    __asm__ volatile("mov %%rsp, %%rbx; and $-16, %%rsp; sub $8, %%rsp;"       \
                     "mov %%rsp, rsp_then(%%rip);"                             \
                     "mov $0x1111, %%ecx; mov $0x2222, %%r11d;"                \
                     "pushfq; orq %0, (%%rsp); andq %1, (%%rsp); popfq;"       \
                     ".globl after_int3; int3; after_int3:"                    \
                     "mov %%rbx, %%rsp" ::"i"(set),                            \
                     "i"(~(clear))                                             \
                     : "rbx", "rcx", "r11", "memory", "cc")

extern char after_int3[];

static void take_int3(struct caught *c)
{
    if (!traps(c, INT3_AT(RFLAGS_CF, 0)))
        check(false, "int3 traps");
}

void test(void)
{
    struct caught c;

    xen_events_disable(vcpu);
    take_int3(&c);
    check_equal(c.entry, 3, "int3 enters the handler of vector 3");
    check_equal(c.rip, after_int3, "rip is behind the instruction");
    check_equal(c.rsp, rsp_then, "rsp is as it was");
    check_equal(c.cs, FLAT_KERNEL_CS & ~3, "cs has RPL 0 for kernel mode");
    check_equal(c.ss, FLAT_KERNEL_SS, "ss is the flat one");
    check_equal(c.rcx, 0x1111, "rcx is the first word");
    check_equal(c.r11, 0x2222, "r11 is the second word");
    check_equal(c.frame_at, (rsp_then & ~15UL) - 7 * 8,
                "the frame ends at a 16-byte boundary");
    check_equal(c.saved_mask, 1, "the upcall mask was set: saved as 1");
    check_equal(c.rflags & RFLAGS_IF, 0, "and IF in the frame is 0");
    check_equal(c.rflags & RFLAGS_CF, RFLAGS_CF, "arithmetic flags are kept");
    check_equal(c.rflags & 0x3000, 0, "IOPL in the frame is 0");

    check_equal(c.regs.cs, FLAT_KERNEL_CS, "the handler's cs");
    check_equal(c.regs.ss, FLAT_KERNEL_SS, "the handler's ss");
    check_equal(c.regs.rflags & (RFLAGS_TF | RFLAGS_NT | RFLAGS_AC), 0,
                "it starts with TF, NT and AC clear");
    /* rcx and r11 themselves hold nothing of use: their values are on the
     * stack, because the way in may be a sysret. */
    check_equal(c.upcall_mask, 1, "the mask stays as it was");

    xen_events_enable(vcpu);
    take_int3(&c);
    check_equal(c.saved_mask, 0, "with the upcall mask clear: saved as 0");
    check_equal(c.rflags & RFLAGS_IF, RFLAGS_IF, "and IF in the frame is 1");
    check_equal(c.upcall_mask, 0, "a trap without the flag leaves it clear");
    xen_events_disable(vcpu);
}
