// SPDX-License-Identifier: MIT
/*
 * NMIs: one at a time, and none while the handler has not made iret. And the
 * frames of #AC and #XM, which emulators do not raise (docs/abi/errata.md).
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/processor/traps.h"
#include "fake_vcpu.h"
#include "unit.h"

#define HANDLER 0xffffffff81000000ul

static void setup(void)
{
    fake_reset();
    this_cpu()->work = 0;
    for (unsigned int i = 0; i < 32; i++)
        fake.vcpu.traps[i] = (struct trap_gate){.entry = HANDLER + i};
    fake.vcpu.traps[TRAP_NMI].mask_events = true;
}

static void check_at(uint64_t rip)
{
    ck_assert(!fake.crashed);
    ck_assert_uint_eq(fake.regs.rip, rip);
}

START_TEST(nothing_is_sent)
{
    deliver_nmi(&fake.regs);
    check_at(FAKE_MEMORY_AT);
    vcpu_open_nmi(&fake.vcpu);
    ck_assert_uint_eq(this_cpu()->work, 0);
}
END_TEST

START_TEST(masked_until_iret)
{
    fake.vcpu.paused = VCPU_PAUSED_BLOCKED;
    vcpu_send_nmi(&fake.vcpu);
    ck_assert_uint_eq(fake.vcpu.paused, 0);
    ck_assert(this_cpu()->work);
    deliver_nmi(&fake.regs);
    check_at(HANDLER + TRAP_NMI);
    ck_assert_uint_eq(fake.info.evtchn_upcall_mask, 1);
    ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), FAKE_MEMORY_AT);

    vcpu_send_nmi(&fake.vcpu);
    vcpu_send_nmi(&fake.vcpu);
    fake.regs.rip = FAKE_MEMORY_AT;
    deliver_nmi(&fake.regs);
    check_at(FAKE_MEMORY_AT);
    this_cpu()->work = 0;
    vcpu_open_nmi(&fake.vcpu);
    ck_assert(this_cpu()->work);
    deliver_nmi(&fake.regs);
    check_at(HANDLER + TRAP_NMI);

    vcpu_open_nmi(&fake.vcpu);
    fake.regs.rip = FAKE_MEMORY_AT;
    deliver_nmi(&fake.regs); /* two that waited are one */
    check_at(FAKE_MEMORY_AT);
}
END_TEST

START_TEST(lost_without_a_handler)
{
    fake.vcpu.traps[TRAP_NMI].entry = 0;
    vcpu_send_nmi(&fake.vcpu);
    deliver_nmi(&fake.regs);
    check_at(FAKE_MEMORY_AT);
    ck_assert(!fake.vcpu.nmi_pending && !fake.vcpu.nmi_masked);
}
END_TEST

static const struct {
    unsigned int vector, words;
} unseen[] = {{TRAP_AC, 8}, {TRAP_XM, 7}};

START_TEST(frames_that_emulators_do_not_show)
{
    unsigned int words = unseen[_i].words;
    uint64_t rsp = fake.regs.rsp;

    inject_trap(&fake.regs, unseen[_i].vector, 0);
    check_at(HANDLER + unseen[_i].vector);
    ck_assert_uint_eq(fake.regs.rsp, rsp - 8 * words);
    if (words == 8)
        ck_assert_uint_eq(fake_word(fake.regs.rsp + 16), 0);
    ck_assert_uint_eq(fake_word(rsp - 40), FAKE_MEMORY_AT);
    ck_assert_uint_eq(fake_word(rsp - 32), SEL_GUEST_CS64 & ~3);
    ck_assert_uint_eq(fake_word(rsp - 16), rsp);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("nmi");
    TCase *nmi = tcase_create("nmi"), *frames = tcase_create("frames");

    tcase_add_checked_fixture(nmi, setup, NULL);
    tcase_add_test(nmi, nothing_is_sent);
    tcase_add_test(nmi, masked_until_iret);
    tcase_add_test(nmi, lost_without_a_handler);
    suite_add_tcase(s, nmi);

    tcase_add_checked_fixture(frames, setup, NULL);
    tcase_add_loop_test(frames, frames_that_emulators_do_not_show, 0,
                        ARRAY_SIZE(unseen));
    suite_add_tcase(s, frames);
    return unit_main(s);
}
