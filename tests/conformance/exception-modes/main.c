// SPDX-License-Identifier: MIT
/*
 * Every exception that 64-bit code in ring 3 can cause, from the kernel with
 * the upcall mask set and clear, and from user mode: its vector, and each word
 * of its frame. (Vectors 8, 10 and 18 have no cause in a guest; bound is an
 * instruction of 32-bit code: exception-compat.)
 *
 * conform: reference dom0 domU
 * requires: TRAP-25 TRAP-26 TRAP-27
 * errata: qemu-no-ac qemu-no-xm
 */
#include "conform.h"

#define ABSENT       0x00cf73000000ffff /* flat data, not present */
#define ABSENT_INDEX 2
#define RFLAGS_IF    0x200

uint64_t rsp_then; /* not static: the assembly names it */
const uint16_t x87_unmasked = 0x037b;  /* all but division by zero */
const uint32_t sse_unmasked = 0x1d80;  /* likewise */
static const uint32_t sse_default = 0x1f80;

/* cause_NAME(argument in rdi): known rcx and r11, then the instruction. */
#define CAUSE(name, before, instruction)                                       \
    __asm__(".text; cause_" #name ": " before "; movl $0x1111, %ecx;"          \
            "movl $0x2222, %r11d; movq %rsp, rsp_then(%rip);"                  \
            "at_" #name ": " instruction "; after_" #name ": ret");            \
    extern char at_##name[], after_##name[];                                   \
    void cause_##name(uint64_t arg)

CAUSE(divide, "xorl %esi, %esi; movl $1, %eax; cltd", "idivl %esi");
CAUSE(step, "pushfq; orq $0x100, (%rsp)", "popfq; nop");
CAUSE(int3, "", "int3");
CAUSE(overflow, "", "int $4");
CAUSE(undefined, "", "ud2");
CAUSE(fpu_off, "", "fnop");
CAUSE(not_present, "movl $0x13, %eax", "movl %eax, %fs");
CAUSE(stack, "movl $0x13, %eax", "movl %eax, %ss");
CAUSE(protection, "", "hlt");
CAUSE(page, "", "movb $0, (%rdi)");
CAUSE(x87, "fninit; fldcw x87_unmasked(%rip); fld1; fldz; fdivrp", "fwait");
CAUSE(unaligned, "pushfq; orq $0x40000, (%rsp); popfq", "movl 1(%rsp), %eax");
CAUSE(sse,
      "ldmxcsr sse_unmasked(%rip); xorps %xmm1, %xmm1; movl $0x3f800000, %eax;"
      "movd %eax, %xmm0",
      "divss %xmm1, %xmm0");

static const struct cause {
    const char *what;
    void (*code)(uint64_t arg);
    const char *rip;
    unsigned int vector;
    uint64_t error, user_error;
    const char *erratum;
} causes[] = {
    {"division by zero", cause_divide, at_divide, 0, 0, 0, NULL},
    {"single step", cause_step, after_step, 1, 0, 0, NULL},
    {"int3", cause_int3, after_int3, 3, 0, 0, NULL},
    {"int 4", cause_overflow, after_overflow, 4, 0, 0, NULL},
    {"ud2", cause_undefined, at_undefined, 6, 0, 0, NULL},
    {"the FPU after fpu_taskswitch", cause_fpu_off, at_fpu_off, 7, 0, 0, NULL},
    {"a segment not present", cause_not_present, at_not_present, 11,
     ABSENT_INDEX * 8, ABSENT_INDEX * 8, NULL},
    {"a stack segment not present", cause_stack, at_stack, 12,
     ABSENT_INDEX * 8, ABSENT_INDEX * 8, NULL},
    {"hlt", cause_protection, at_protection, 13, 0, 0, NULL},
    {"a write to no page", cause_page, at_page, 14, 2, 6, NULL},
    {"x87 division", cause_x87, at_x87, 16, 0, 0, NULL},
    {"unaligned access", cause_unaligned, at_unaligned, 17, 0, 0, "qemu-no-ac"},
    {"SSE division", cause_sse, at_sse, 19, 0, 0, "qemu-no-xm"},
};

static char *hole;

static void prepare(const struct cause *cause)
{
    if (cause->vector == 7 && hypercall_fpu_taskswitch(1))
        error("fpu_taskswitch was refused");
}

static void clean_up(void)
{
    __asm__ volatile("fnclex; fninit; ldmxcsr %0" ::"m"(sse_default));
}

/* True if the trap is the one: only then are the words worth a look. */
static bool came(const struct cause *cause, const char *mode, bool trapped,
                 const struct caught *c)
{
    check_unless(cause->erratum, trapped ? c->entry : ~0u, cause->vector,
                 "%s, %s: vector %u", cause->what, mode, cause->vector);
    if (!trapped || c->entry != cause->vector)
        return false;
    check_equal(c->rip, cause->rip, "rip");
    check_equal(c->rcx, 0x1111, "rcx");
    check_equal(c->r11, 0x2222, "r11");
    check_equal(c->rsp, rsp_then + (cause->vector == 1 ? 8 : 0), "rsp");
    return true;
}

static unsigned int frame_bytes(const struct cause *cause)
{
    return entry_has_error(cause->vector) ? 8 * 8 : 7 * 8;
}

static void in_kernel(const struct cause *cause, bool masked)
{
    const char *mode = masked ? "kernel, masked" : "kernel, open";
    struct caught c;
    bool trapped;

    prepare(cause);
    vcpu->evtchn_upcall_mask = masked;
    trapped = traps(&c, cause->code((uint64_t)hole));
    xen_events_disable(vcpu);
    clean_up();
    if (!came(cause, mode, trapped, &c))
        return;
    check_equal(c.error, cause->error, "error code");
    check_equal(c.cs, FLAT_KERNEL_CS & ~3, "cs has RPL 0");
    check_equal(c.ss, FLAT_KERNEL_SS, "ss");
    check_equal(c.saved_mask, masked, "the saved mask");
    check_equal(c.rflags & RFLAGS_IF, masked ? 0 : RFLAGS_IF, "IF");
    check_equal(c.upcall_mask, masked, "the mask stays");
    check_equal(c.frame_at, (c.rsp & ~15UL) - frame_bytes(cause), "the frame");
}

static void in_user_mode(const struct cause *cause)
{
    struct caught c;
    bool trapped;

    prepare(cause);
    trapped = user_run(cause->code, (uint64_t)hole, &c);
    clean_up();
    if (!came(cause, "user mode", trapped, &c))
        return;
    check_equal(c.error, cause->user_error, "error code");
    check_equal(c.cs, FLAT_USER_CS, "cs has RPL 3");
    check_equal(c.ss, FLAT_USER_SS, "ss");
    check_equal(c.saved_mask, 0, "the saved mask");
    check_equal(c.rflags & RFLAGS_IF, RFLAGS_IF, "IF");
    check_equal(c.frame_at, (uint64_t)kernel_stack_top - frame_bytes(cause),
                "the frame is at the kernel stack's top");
}

void test(void)
{
    uint64_t *gdt = page_new();
    xen_pfn_t frame = page_mfn(gdt);

    gdt[ABSENT_INDEX] = ABSENT;
    page_read_only(gdt);
    if (hypercall_set_gdt(&frame, 512))
        error("the GDT was refused");
    hole = page_new();
    if (page_protect(hole, 0))
        error("a page could not be unmapped");
    user_init();
    for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
        in_kernel(&causes[i], true);
        in_kernel(&causes[i], false);
        in_user_mode(&causes[i]);
    }
}
