// SPDX-License-Identifier: MIT
/*
 * Two, three and four vCPUs want one frame as different things at the same
 * moment: writable, and as a page table of three levels. Exactly one of them
 * gets it; and each gets it when it is the first to ask.
 *
 * conform: reference domU
 * requires: MMU-1 SMP-7
 * vcpus: 4
 * cpus: 2
 * seconds: 180
 */
#include "conform.h"

#define VCPUS  4
#define ROUNDS 600 /* every other one a race */

static char *page; /* mapped here by who has it writable, else by nobody */
static xen_pfn_t mfn;
static unsigned int members; /* of this round */
static struct {
    unsigned int arrived;
    volatile unsigned int times;
} meeting;
static volatile unsigned int rounds[VCPUS], won[VCPUS];
static unsigned int winners, several, none, refused, kept;

/* vCPU 0 maps it, the others pin it as a table of level NUMBER. */
static bool take(unsigned int number)
{
    if (!number)
        return !hypercall_update_va_mapping(
            (unsigned long)page, xen_make_pte(mfn, PTE_PRESENT | PTE_WRITE),
            UVMF_INVLPG);
    return !mmuext_one(MMUEXT_PIN_L1_TABLE + number - 1, mfn, 0);
}

static bool give_back(unsigned int number)
{
    if (!number)
        return !hypercall_update_va_mapping((unsigned long)page, 0,
                                            UVMF_INVLPG);
    return !mmuext_one(MMUEXT_UNPIN_TABLE, mfn, 0);
}

/*
 * Until all are here. Who waits looks often for a while, that all who have a
 * processor go on together. false: somebody does not come.
 */
static bool meet(void)
{
    unsigned int before = meeting.times, looks = 0;
    uint64_t end = now() + 30000000000;

    if (__atomic_add_fetch(&meeting.arrived, 1, __ATOMIC_SEQ_CST) == members) {
        meeting.arrived = 0;
        __atomic_store_n(&meeting.times, before + 1, __ATOMIC_SEQ_CST);
        return true;
    }
    while (__atomic_load_n(&meeting.times, __ATOMIC_SEQ_CST) == before) {
        if (++looks % 2000)
            continue;
        if (now() > end)
            return false;
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    return true;
}

/* The ways to the frame's type differ in length: try many offsets. */
static void wait_a_little(unsigned int number, unsigned int round)
{
    unsigned int turns = round / 2 * (number * 2 + 1) * 37 % 1024;

    for (unsigned int i = 0; i < turns; i++)
        __asm__ volatile("");
}

/* All at once, or (in odd rounds) one of them before all others. */
static bool take_in_round(unsigned int number, unsigned int round, bool *took)
{
    bool race = round % 2 == 0, first = round / 2 % members == number;

    if (!meet() || (!race && !first && !meet()))
        return false;
    if (race)
        wait_a_little(number, round);
    *took = take(number);
    if (!race && first) {
        __atomic_add_fetch(&refused, !*took, __ATOMIC_SEQ_CST);
        if (!meet())
            return false;
    }
    __atomic_add_fetch(&winners, *took, __ATOMIC_SEQ_CST);
    return meet();
}

static void work(unsigned int number)
{
    for (unsigned int round = 0; round < ROUNDS; round++) {
        bool took;

        if (!take_in_round(number, round, &took))
            return;
        if (!number) {
            several += winners > 1;
            none += winners == 0;
            winners = 0;
        }
        won[number] += took;
        if (took && !give_back(number))
            __atomic_add_fetch(&kept, 1, __ATOMIC_SEQ_CST);
        rounds[number]++;
    }
}

static void begin(void)
{
    meeting.arrived = meeting.times = 0;
    winners = several = none = refused = kept = 0;
    for (unsigned int i = 0; i < members; i++)
        rounds[i] = won[i] = 0;
}

void test(void)
{
    page = page_new();
    mfn = page_mfn(page);
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "nobody has the frame");
    for (members = 2; members <= VCPUS; members++) {
        begin();
        check(team_run(members, work), "%u vCPUs are through", members);
        for (unsigned int i = 0; i < members; i++)
            check_equal(rounds[i], ROUNDS, "vCPU %u: all rounds", i);
        check_equal(several, 0, "never two at once");
        check_equal(none, 0, "one gets it each time");
        check_equal(refused, 0, "and the first to ask, if there is one");
        check_equal(kept, 0, "each gives it back");
        for (unsigned int i = 0; i < members; i++)
            print("# vCPU %u had it %u times\n", i, won[i]);
    }
}
