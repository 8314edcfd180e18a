// SPDX-License-Identifier: MIT
/*
 * User mode in 32-bit code: what only such code can do (bound, into), how its
 * exceptions look to the 64-bit kernel, and its ways of making system calls.
 * The image lies below 4 GiB, where such code can run.
 *
 * conform: reference dom0 domU
 * requires: TRAP-28 TRAP-29 SYSCALL-6 SYSCALL-7
 */
#include "conform.h"

/* cause_NAME: 32-bit code; rdi has come as the argument. */
#define CAUSE32(name, instruction)                                             \
    __asm__(".text; .code32; cause_" #name ": "                                \
            "at_" #name ": " instruction "; after_" #name ": ud2; .code64");   \
    extern char cause_##name[], at_##name[], after_##name[]

CAUSE32(bound, "bound %eax, (%edi)");
CAUSE32(into, "movl $0x7fffffff, %eax; incl %eax; into");
CAUSE32(int3, "int3");
CAUSE32(int80, "int $0x80");
CAUSE32(fault, "movl (%edi), %eax");
CAUSE32(syscall, "syscall");

static bool run32(const char *code, const void *arg, struct caught *into)
{
    struct iret_context frame = {
        .rax = 100,
        .rcx = 0x1111,
        .r11 = 0x2222,
        .rip = (uint64_t)code,
        .cs = FLAT_USER_CS32,
        .rflags = 0x202,
        .rsp = (uint64_t)user_stack_top - 8,
        .ss = FLAT_USER_SS32,
    };
    bool trapped = traps(into, iret_to(&frame, (uint64_t)arg, 0));

    xen_events_disable(vcpu); /* user mode had events open */
    return trapped;
}

static void frame_of(const struct caught *c, const char *rip, unsigned int words)
{
    check_equal(c->rip, rip, "rip");
    check_equal(c->cs, FLAT_USER_CS32, "cs is that of 32-bit code");
    check_equal(c->ss, FLAT_USER_SS32, "ss");
    check_equal(c->rsp, (uint64_t)user_stack_top - 8, "rsp");
    check_equal(c->saved_mask, 0, "the saved mask");
    check_equal(c->rflags & 0x200, 0x200, "IF");
    check_equal(c->frame_at, (uint64_t)kernel_stack_top - words * 8,
                "the frame is at the kernel stack's top");
    check_equal(c->regs.cs, FLAT_KERNEL_CS, "its handler is 64-bit code");
}

static void exception(const char *what, const char *code, const void *arg,
                      unsigned int vector, const char *rip)
{
    struct caught c;

    check(run32(code, arg, &c), "%s traps", what);
    check_equal(c.entry, vector, "to entry %u", vector);
    frame_of(&c, rip, entry_has_error(vector) ? 8 : 7);
    check_equal(c.rcx, 0x1111, "rcx");
    check_equal(c.r11, 0x2222, "r11");
    if (vector == 14)
        check_equal(c.error, 4, "with user mode's error code");
}

static long set(uint16_t type, uint16_t flags, unsigned long address)
{
    struct callback_register c = {type, flags, address};

    return hypercall_callback_op(CALLBACKOP_register, &c);
}

/* SYSCALL in 32-bit code is AMD's alone. */
static void system_calls(void)
{
    struct caught c;
    uint32_t a = 0, b, cx = 0, d;

    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(cx), "=d"(d));
    if (b != 0x68747541) { /* "Auth" */
        skip("the processor is not AMD's", "syscall in 32-bit code");
        return;
    }
    check(run32(cause_syscall, NULL, &c), "syscall without a callback");
    check_equal(c.entry, 6, "is an invalid opcode");
    frame_of(&c, at_syscall, 7);
    works(set(CALLBACKTYPE_syscall32, 0, entry_address(ENTRY_SYSCALL)),
          "a callback for it");
    check(run32(cause_syscall, NULL, &c), "syscall");
    check_equal(c.entry, ENTRY_SYSCALL, "enters it");
    frame_of(&c, after_syscall, 7);
    check_equal(c.rcx, after_syscall, "the word for rcx has rip");
    check_equal(c.r11 & 0x202, 0x202, "the word for r11 has rflags");
    check_equal(c.regs.rax, 100, "rax is kept");
}

void test(void)
{
    static const int32_t bounds[2] = {1, 10};
    char *hole = page_new();

    if (page_protect(hole, 0))
        error("a page could not be unmapped");
    user_init();
    __asm__ volatile("mov %0, %%ds; mov %0, %%es" ::"r"(FLAT_USER_DS32));
    exception("bound", cause_bound, bounds, 5, at_bound);
    exception("into", cause_into, NULL, 4, after_into);
    exception("int3", cause_int3, NULL, 3, after_int3);
    exception("int 0x80", cause_int80, NULL, ENTRY_INT80, after_int80);
    exception("a read of no page", cause_fault, hole, 14, at_fault);
    system_calls();
}
