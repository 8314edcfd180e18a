// SPDX-License-Identifier: MIT
/*
 * The frames that a guest gets, word for word, and what becomes of a guest that
 * cannot get one; INT n, the forced prefix, and privileged instructions.
 */
#include <string.h>

#include <xen/xen.h>

#include "core/hw.h"
#include "core/hypercall.h"
#include "core/processor/debugreg.h"
#include "core/processor/traps.h"
#include "fake_vcpu.h"
#include "unit.h"

#define HANDLER 0xffffffff81000000ul
#define STACK   (FAKE_MEMORY_AT + FAKE_MEMORY_BYTES)

HYPERCALL(iret);

static void setup(void)
{
    fake_reset();
    for (unsigned int i = 0; i < 256; i++)
        fake.vcpu.traps[i] = (struct trap_gate){.entry = HANDLER + i};
    fake.regs.rcx = 0xcccc;
    fake.regs.r11 = 0x1111;
    fake.vcpu.hot.kernel_sp = STACK - 0x100;
    fake.vcpu.hot.user_cr3 = 0x5000;
}

/* The frame at rsp is these words. */
static void check_frame(const uint64_t *words, unsigned int n)
{
    for (unsigned int i = 0; i < n; i++)
        ck_assert_msg(fake_word(fake.regs.rsp + 8 * i) == words[i],
                      "word %u is %lx, not %lx", i,
                      fake_word(fake.regs.rsp + 8 * i), words[i]);
}

static void check_entered(uint64_t entry)
{
    ck_assert(!fake.crashed);
    ck_assert_uint_eq(fake.regs.rip, entry);
    ck_assert_uint_eq(fake.regs.cs, SEL_GUEST_CS64);
    ck_assert_uint_eq(fake.regs.ss, SEL_GUEST_DS);
    ck_assert(fake.vcpu.hot.kernel_mode);
    ck_assert(fake.regs.rflags & FLAG_IF);
    ck_assert(!(fake.regs.rflags & (FLAG_TF | FLAG_NT | FLAG_AC | FLAG_RF)));
}

START_TEST(kernel_exception)
{
    uint64_t rip = fake.regs.rip, rsp = STACK - 0x19;

    fake.regs.rsp = rsp;
    fake.regs.rflags |= FLAG_TF | FLAG_AC | FLAG_NT;
    inject_trap(&fake.regs, TRAP_UD, 0);
    check_entered(HANDLER + TRAP_UD);
    ck_assert_uint_eq(fake.regs.rsp, STACK - 0x20 - 7 * 8);
    check_frame((uint64_t[]){0xcccc, 0x1111, rip, SEL_GUEST_CS64 & ~3,
                             FLAG_IF | FLAG_ONE | FLAG_TF | FLAG_AC | FLAG_NT,
                             rsp, SEL_GUEST_DS},
                7);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 0);
}
END_TEST

START_TEST(error_code_and_mask)
{
    uint64_t rip = fake.regs.rip, rsp = fake.regs.rsp;

    fake.info.evtchn_upcall_mask = 1;
    inject_trap(&fake.regs, TRAP_GP, 0x7ff8);
    check_entered(HANDLER + TRAP_GP);
    check_frame((uint64_t[]){0xcccc, 0x1111, 0x7ff8, rip,
                             (SEL_GUEST_CS64 & ~3) | 1ul << 32, FLAG_ONE, rsp,
                             SEL_GUEST_DS},
                8);
}
END_TEST

START_TEST(gate_that_masks)
{
    fake.vcpu.traps[TRAP_BP].mask_events = true;
    inject_trap(&fake.regs, TRAP_BP, 0);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 1);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 24) >> 32, 0);
}
END_TEST

START_TEST(user_exception)
{
    uint64_t rip = fake.regs.rip, rsp = fake.regs.rsp;

    fake.vcpu.hot.kernel_mode = false;
    inject_page_fault(&fake.regs, 0xdead000, PF_WRITE | PF_USER);
    check_entered(HANDLER + TRAP_PF);
    ck_assert_uint_eq(fake.page_table_loads, 1);
    ck_assert_uint_eq(fake.info.arch.cr2, 0xdead000);
    ck_assert_uint_eq(fake.regs.rsp, STACK - 0x100 - 8 * 8);
    check_frame((uint64_t[]){0xcccc, 0x1111, PF_WRITE | PF_USER, rip,
                             SEL_GUEST_CS64, FLAG_IF | FLAG_ONE, rsp,
                             SEL_GUEST_DS},
                8);
}
END_TEST

/* The processor says "user" of both: the guest must see who it was. */
START_TEST(page_fault_of_the_kernel)
{
    inject_page_fault(&fake.regs, 0xdead000, PF_PRESENT | PF_USER);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), PF_PRESENT);
}
END_TEST

START_TEST(event_masks)
{
    fake.vcpu.hot.event.entry = HANDLER;
    fake.info.evtchn_upcall_pending = 1;
    inject_event(&fake.regs);
    check_entered(HANDLER);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 1);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 24) >> 32, 0);
    ck_assert(fake_word(fake.regs.rsp + 32) & FLAG_IF);
}
END_TEST

START_TEST(system_call)
{
    uint64_t rip = fake.regs.rip;

    fake.vcpu.hot.kernel_mode = false;
    inject_syscall(&fake.regs);
    check_entered(HANDLER + TRAP_UD); /* without a callback */
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), rip - 2);

    setup();
    fake.vcpu.hot.kernel_mode = false;
    fake.vcpu.hot.syscall = (struct callback){HANDLER, true};
    inject_syscall(&fake.regs);
    check_entered(HANDLER);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), rip);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 1);
}
END_TEST

START_TEST(failsafe)
{
    static const uint16_t selectors[4] = {1, 2, 3, 4};
    uint64_t rip = fake.regs.rip, rsp = fake.regs.rsp;

    fake.vcpu.hot.failsafe.entry = HANDLER;
    inject_failsafe(&fake.regs, selectors);
    check_entered(HANDLER);
    check_frame((uint64_t[]){0xcccc, 0x1111, 1, 2, 3, 4, rip,
                             SEL_GUEST_CS64 & ~3, FLAG_IF | FLAG_ONE, rsp,
                             SEL_GUEST_DS},
                11);
}
END_TEST

START_TEST(iopl_is_shown_on_request)
{
    fake.vcpu.hot.iopl = 1;
    inject_trap(&fake.regs, TRAP_UD, 0);
    ck_assert(!(fake_word(fake.regs.rsp + 32) & FLAG_IOPL));

    setup();
    fake.vcpu.hot.iopl = 1;
    fake.domain.vm_assist = 1u << VMASST_TYPE_architectural_iopl;
    inject_trap(&fake.regs, TRAP_UD, 0);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 32) & FLAG_IOPL, 1u << 12);
}
END_TEST

/* --- what ends a guest --- */

START_TEST(no_handler)
{
    fake.vcpu.traps[TRAP_UD].entry = 0;
    inject_trap(&fake.regs, TRAP_UD, 0);
    ck_assert(fake.crashed);
    ck_assert_ptr_nonnull(strstr(fake.last_words, "no handler"));
    ck_assert_uint_eq(fake.regs.rip, FAKE_MEMORY_AT);
}
END_TEST

START_TEST(bad_stack)
{
    static const uint64_t bad[] = {0,          8,
                                   56,         STACK + 0x1000,
                                   1ul << 63,  0xffff828000001000,
                                   0x7fffffffffff8, FAKE_MEMORY_AT + 8};

    for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
        setup();
        fake.regs.rsp = bad[i];
        inject_trap(&fake.regs, TRAP_UD, 0);
        ck_assert_msg(fake.crashed, "a frame below %lx", bad[i]);
        ck_assert_ptr_nonnull(strstr(fake.last_words, "cannot be pushed"));
    }
}
END_TEST

/* --- iret --- */

static void put_iret_frame(const struct iret_context *frame)
{
    fake.regs.rsp = FAKE_MEMORY_AT + 0x1000;
    memcpy(fake.memory + 0x1000, frame, sizeof(*frame));
}

START_TEST(iret_to_user)
{
    put_iret_frame(&(struct iret_context){
        .rax = 1, .r11 = 2, .rcx = 3, .rip = 0x4000, .cs = SEL_GUEST_CS64,
        .rflags = 0x3002 | FLAG_VM, .rsp = 0x7000, .ss = SEL_GUEST_DS});
    fake.regs.vector = ENTRY_SYSCALL;
    ck_assert_int_eq(do_iret(0, 0, 0, 0, 0, 0), 1);
    ck_assert(!fake.vcpu.hot.kernel_mode);
    ck_assert_uint_eq(fake.regs.rip, 0x4000);
    ck_assert_uint_eq(fake.regs.rsp, 0x7000);
    ck_assert_uint_eq(fake.regs.rcx, 3);
    ck_assert_uint_eq(fake.regs.r11, 2);
    ck_assert_uint_eq(fake.regs.rflags, FLAG_IF | FLAG_ONE);
    ck_assert_uint_eq(fake.regs.vector, 0);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 1);
}
END_TEST

/* Whatever selectors a guest asks for, it stays in ring 3. */
START_TEST(iret_forces_ring_3)
{
    put_iret_frame(&(struct iret_context){.cs = SEL_HV_CS64, .ss = 0x10,
                                          .rflags = FLAG_IF});
    do_iret(0, 0, 0, 0, 0, 0);
    ck_assert(fake.vcpu.hot.kernel_mode);
    ck_assert_uint_eq(fake.regs.cs & 3, 3);
    ck_assert_uint_eq(fake.regs.ss & 3, 3);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 0);
}
END_TEST

/* SYSRET loads flat 64-bit selectors: only for who asks for those. */
START_TEST(iret_by_sysret)
{
    put_iret_frame(&(struct iret_context){.flags = VGCF_in_syscall,
                                          .cs = SEL_GUEST_CS64,
                                          .ss = SEL_GUEST_DS});
    fake.regs.vector = ENTRY_SYSCALL;
    do_iret(0, 0, 0, 0, 0, 0);
    ck_assert_uint_eq(fake.regs.vector, ENTRY_SYSCALL);

    setup();
    put_iret_frame(&(struct iret_context){.flags = VGCF_in_syscall,
                                          .cs = SEL_GUEST_CS32,
                                          .ss = SEL_GUEST_DS});
    fake.regs.vector = ENTRY_SYSCALL;
    do_iret(0, 0, 0, 0, 0, 0);
    ck_assert_uint_eq(fake.regs.vector, 0);
}
END_TEST

START_TEST(iret_that_cannot_be)
{
    put_iret_frame(&(struct iret_context){.cs = SEL_GUEST_CS64});
    fake.vcpu.hot.user_cr3 = 0;
    do_iret(0, 0, 0, 0, 0, 0);
    ck_assert(fake.crashed);
    ck_assert_ptr_nonnull(strstr(fake.last_words, "user page tables"));

    setup();
    fake.regs.rsp = STACK - 8;
    do_iret(0, 0, 0, 0, 0, 0);
    ck_assert(fake.crashed);
    ck_assert_ptr_nonnull(strstr(fake.last_words, "cannot be read"));
}
END_TEST

/* --- INT n --- */

static void software_interrupt(uint8_t vector, uint32_t error_code)
{
    fake_code((uint8_t[]){0xcd, vector}, 2);
    fake.regs.error_code = error_code;
    guest_general_protection(&fake.regs);
}

START_TEST(int_n)
{
    static const unsigned int per_vector[] = {8, 16}; /* QEMU 7.2: 16 */

    for (unsigned int i = 0; i < ARRAY_SIZE(per_vector); i++) {
        for (unsigned int n = 0; n < 256; n++) {
            setup();
            fake.vcpu.hot.kernel_mode = false;
            fake.vcpu.traps[n].dpl = 3;
            software_interrupt((uint8_t)n, n * per_vector[i] + 2);
            check_entered(HANDLER + n);
            ck_assert_uint_eq(fake_word(fake.regs.rsp + 16),
                              FAKE_MEMORY_AT + 2);
        }
    }
}
END_TEST

START_TEST(int_n_without_the_right)
{
    fake.vcpu.hot.kernel_mode = false;
    fake.vcpu.traps[0x20].dpl = 2;
    software_interrupt(0x20, 0x20 * 16 + 2);
    check_entered(HANDLER + TRAP_GP);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), 0x20 * 8 + 2);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 24), FAKE_MEMORY_AT);
}
END_TEST

/* --- instructions --- */

struct instruction {
    uint8_t bytes[4];
    uint8_t n;
    const char *name; /* NULL: it is the guest's #GP */
};

static void run_instruction(const struct instruction *i)
{
    fake_code(i->bytes, i->n);
    fake.regs.error_code = 0;
    guest_general_protection(&fake.regs);
    if (i->name) {
        ck_assert_msg(fake.leftovers == 1, "%s", i->name);
        ck_assert_str_eq(fake.leftover, i->name);
        ck_assert_uint_eq(fake.regs.rip, FAKE_MEMORY_AT + i->n);
    } else {
        ck_assert_msg(fake.regs.rip == HANDLER + TRAP_GP, "%02x %02x",
                      i->bytes[0], i->bytes[1]);
        ck_assert_uint_eq(fake.leftovers, 0);
    }
}

static const struct instruction in_kernel[] = {
    {{0x0f, 0x20, 0xc0}, 3, "mov from a control register"},
    {{0x0f, 0x20, 0xd8}, 3, "mov from a control register"},
    {{0x0f, 0x22, 0xd8}, 3, "mov to a control register"},
    {{0x0f, 0x20, 0xc8}, 3, NULL}, /* there is no CR1 */
    {{0x0f, 0x21, 0xf8}, 3, "mov from a debug register"},
    {{0x0f, 0x06}, 2, "clts"},
    {{0x0f, 0x09}, 2, "wbinvd"},
    {{0x0f, 0x08}, 2, NULL}, /* invd */
    {{0x0f, 0x31}, 2, "rdtsc"},
    {{0x0f, 0x01, 0xf9}, 3, "rdtscp"},
    {{0x0f, 0x01, 0x38}, 3, NULL}, /* invlpg */
    {{0x0f, 0x01, 0x10}, 3, NULL}, /* lgdt */
    {{0x0f, 0x01, 0xf8}, 3, NULL}, /* swapgs */
    {{0x0f, 0x00, 0xd8}, 3, NULL}, /* ltr */
    {{0xf4}, 1, NULL},             /* hlt */
    {{0xcf}, 1, NULL},             /* iret */
    {{0xfa}, 1, NULL},             /* cli, without the right */
    {{0xec}, 1, NULL},             /* in */
};

START_TEST(kernel_instructions)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(in_kernel); i++) {
        setup();
        run_instruction(&in_kernel[i]);
    }
}
END_TEST

/* What takes privilege takes kernel mode. */
START_TEST(user_instructions)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(in_kernel); i++) {
        struct instruction refused = in_kernel[i];

        setup();
        fake.vcpu.hot.kernel_mode = false;
        fake.vcpu.hot.iopl = 1; /* the kernel's */
        refused.name = NULL;
        run_instruction(&refused);
    }
}
END_TEST

START_TEST(ports)
{
    static const struct instruction ports[] = {
        {{0xec}, 1, "in"},        {{0xed}, 1, "in"},
        {{0x66, 0xed}, 2, "in"},  {{0xe4, 0x60}, 2, "in"},
        {{0xee}, 1, "out"},       {{0xe7, 0x80}, 2, "out"},
        {{0xfa}, 1, "cli"},       {{0xfb}, 1, "sti"},
    };
    static const uint64_t read[] = {0x11223344556677ff, 0xffffffff,
                                    0x112233445566ffff, 0x11223344556677ff};

    for (unsigned int i = 0; i < ARRAY_SIZE(ports); i++) {
        setup();
        fake.vcpu.hot.iopl = 1;
        fake.regs.rax = 0x1122334455667788;
        run_instruction(&ports[i]);
        if (i < ARRAY_SIZE(read))
            ck_assert_uint_eq(fake.regs.rax, read[i]);
        ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 0);
    }
}
END_TEST

/* A repeated one is left at any round, and goes on as the same instruction. */
START_TEST(port_strings)
{
    const uint8_t code[] = {0xf3, 0x6c}; /* rep insb */

    fake.vcpu.hot.iopl = 1;
    fake.preempted = true;
    fake.regs.rdi = FAKE_MEMORY_AT + 0x100;
    fake.regs.rcx = 3;
    for (unsigned int left = 3; left--;) {
        fake_code(code, sizeof(code));
        guest_general_protection(&fake.regs);
        ck_assert_uint_eq(fake.regs.rcx, left);
        ck_assert_uint_eq(fake.regs.rdi, FAKE_MEMORY_AT + 0x103 - left);
        ck_assert_uint_eq(fake.regs.rip, FAKE_MEMORY_AT + (left ? 0 : 2));
    }
    ck_assert_uint_eq(fake.memory[0x102], 0xff);
    ck_assert_uint_eq(fake.memory[0x103], 0);
    /* Beyond its memory: a page fault at the first byte that is not there. */
    fake.regs.rip = FAKE_MEMORY_AT;
    fake.regs.rdi = FAKE_MEMORY_AT + FAKE_MEMORY_BYTES;
    fake.regs.rcx = 1;
    guest_general_protection(&fake.regs);
    check_entered(HANDLER + TRAP_PF);
    ck_assert_uint_eq(fake.info.arch.cr2, FAKE_MEMORY_AT + FAKE_MEMORY_BYTES);
    ck_assert_uint_eq(fake.regs.rcx, 1);
}
END_TEST

/* Breakpoints on ports are the emulator's business, not the processor's. */
START_TEST(port_breakpoints)
{
    const uint64_t local = 1, global_2 = 2ul << 4;

    fake.vcpu.dr[0] = 0x73; /* eight ports from 0x70 on */
    fake.vcpu.dr[2] = 0x3f8;
    fake.vcpu.dr[7] = 0x400 | local | global_2 | 0xaul << 16 | 2ul << 24;
    ck_assert_uint_eq(processor_dr7(&fake.vcpu) & 0xff, 0);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x70, 1), 0); /* no CR4.DE */
    fake.vcpu.cr4_guest = 8;
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x70, 1), 1);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x77, 1), 1);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x78, 4), 0);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x6c, 4), 0);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x6d, 4), 1);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x3f8, 1), 4);
    fake.vcpu.dr[7] &= ~(3ul << 24); /* the third: execution */
    ck_assert_uint_eq(processor_dr7(&fake.vcpu) & 0xff, global_2);
    ck_assert_uint_eq(io_breakpoints(&fake.vcpu, 0x3f8, 1), 0);
}
END_TEST

START_TEST(segment_base_msr)
{
    fake.regs.rcx = 0xc0000101;
    fake.regs.rax = 0xffffffff81234567;
    fake.regs.rdx = 0xffffffff;
    run_instruction(&(struct instruction){{0x0f, 0x30}, 2, "wrmsr"});
    ck_assert_uint_eq(fake.base[HW_GS_KERNEL_BASE], 0xffffffff81234567);

    setup();
    fake.regs.rcx = 0xc0000101;
    fake.regs.rdx = 0x80000000; /* not canonical */
    run_instruction(&(struct instruction){{0x0f, 0x30}, 2, NULL});
}
END_TEST

START_TEST(unknown_msr)
{
    fake.regs.rcx = 0x12345;
    run_instruction(&(struct instruction){{0x0f, 0x32}, 2, NULL});

    setup();
    fake.vcpu.traps[TRAP_GP].entry = 0;
    fake.regs.rcx = 0x12345;
    fake.regs.rax = fake.regs.rdx = 1;
    run_instruction(&(struct instruction){{0x0f, 0x32}, 2, "rdmsr"});
    ck_assert_uint_eq(fake.regs.rax | fake.regs.rdx, 0);
}
END_TEST

START_TEST(forced_cpuid)
{
    static const uint8_t code[] = {0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2};

    fake_code(code, sizeof(code));
    fake.regs.rax = 0x40000000;
    guest_invalid_opcode(&fake.regs);
    ck_assert_uint_eq(fake.regs.rip, FAKE_MEMORY_AT + sizeof(code));
    ck_assert_uint_eq(fake.regs.rbx, 0x566e6558);
    ck_assert_uint_eq(fake.leftovers, 0);

    setup();
    fake_code(code, sizeof(code) - 1);
    guest_invalid_opcode(&fake.regs);
    check_entered(HANDLER + TRAP_UD);
}
END_TEST

/* An instruction at the very end of what is mapped is still read. */
START_TEST(code_at_the_edge)
{
    fake.regs.rip = FAKE_MEMORY_AT + FAKE_MEMORY_BYTES - 2;
    fake.regs.rsp = FAKE_MEMORY_AT + 0x1000;
    fake_code((uint8_t[]){0x0f, 0x06}, 2);
    guest_general_protection(&fake.regs);
    ck_assert_uint_eq(fake.regs.rip, FAKE_MEMORY_AT + FAKE_MEMORY_BYTES);
}
END_TEST

START_TEST(single_step)
{
    fake.regs.rflags |= FLAG_TF;
    fake_code((uint8_t[]){0x0f, 0x06}, 2);
    guest_general_protection(&fake.regs);
    check_entered(HANDLER + TRAP_DB);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), FAKE_MEMORY_AT + 2);
    ck_assert_uint_eq(fake.vcpu.dr[6] >> 14 & 1, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("traps");
    TCase *frames = tcase_create("frames");
    TCase *instructions = tcase_create("instructions");

    tcase_add_checked_fixture(frames, setup, NULL);
    tcase_add_test(frames, kernel_exception);
    tcase_add_test(frames, error_code_and_mask);
    tcase_add_test(frames, gate_that_masks);
    tcase_add_test(frames, user_exception);
    tcase_add_test(frames, page_fault_of_the_kernel);
    tcase_add_test(frames, event_masks);
    tcase_add_test(frames, system_call);
    tcase_add_test(frames, failsafe);
    tcase_add_test(frames, iopl_is_shown_on_request);
    tcase_add_test(frames, no_handler);
    tcase_add_test(frames, bad_stack);
    tcase_add_test(frames, iret_to_user);
    tcase_add_test(frames, iret_forces_ring_3);
    tcase_add_test(frames, iret_by_sysret);
    tcase_add_test(frames, iret_that_cannot_be);
    suite_add_tcase(suite, frames);

    tcase_add_checked_fixture(instructions, setup, NULL);
    tcase_add_test(instructions, int_n);
    tcase_add_test(instructions, int_n_without_the_right);
    tcase_add_test(instructions, kernel_instructions);
    tcase_add_test(instructions, user_instructions);
    tcase_add_test(instructions, ports);
    tcase_add_test(instructions, port_strings);
    tcase_add_test(instructions, port_breakpoints);
    tcase_add_test(instructions, segment_base_msr);
    tcase_add_test(instructions, unknown_msr);
    tcase_add_test(instructions, forced_cpuid);
    tcase_add_test(instructions, code_at_the_edge);
    tcase_add_test(instructions, single_step);
    suite_add_tcase(suite, instructions);
    return unit_main(suite);
}
