// SPDX-License-Identifier: MIT
/*
 * Whose turn it is: domains share CPUs by weight, keep to their caps and to the
 * CPUs that they may use. Time passes here in steps of a millisecond; in each, a
 * CPU whose turn is over chooses, as sched.c does.
 */
#include <string.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/scheduler/run_queue.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "unit.h"

#define MOST 8
#define STEP (1 * MILLISECONDS)

static struct domain domain[MOST];
static struct vcpu vcpu[MOST], *running[2];
static unsigned int ran[MOST]; /* steps */
static uint64_t now;

/* The queue itself is one for all tests: it is left empty, and time goes on. */
static void setup(void)
{
    memset(domain, 0, sizeof(domain));
    memset(vcpu, 0, sizeof(vcpu));
    memset(ran, 0, sizeof(ran));
    running[0] = running[1] = NULL;
}

/* A vCPU of a domain of its own wants to run from now on. */
static void wants(unsigned int i, unsigned int weight, uint64_t cpus)
{
    domain[i].weight = weight;
    domain[i].runnable = 1;
    domain[i].vcpu[0] = &vcpu[i];
    vcpu[i].domain = &domain[i];
    vcpu[i].cpus = cpus;
    vcpu[i].home = (unsigned int)__builtin_ctzl(cpus);
    run_queue_wake(&vcpu[i]);
    run_queue_add(&vcpu[i]);
}

static void choose(unsigned int cpu)
{
    struct vcpu *prev = running[cpu], *next = NULL;
    uint64_t look = NEVER;
    bool may = prev && run_queue_may_run(prev->domain, now);

    if (may && (now < prev->slice_end))
        return;
    if (!may || run_queue_is_before(cpu, prev, now))
        next = run_queue_take(cpu, now, &look);
    if (!next && may)
        next = prev;
    if (prev && prev != next)
        run_queue_add(prev);
    running[cpu] = next;
    if (!next)
        return;
    ck_assert_msg(next->cpus >> cpu & 1, "%td runs on CPU %u", next - vcpu,
                  cpu);
    next->home = cpu;
    next->charged = now;
    run_queue_begin_slice(next, now);
}

static void pass(unsigned int cpus, unsigned int steps)
{
    while (steps--) {
        for (unsigned int cpu = 0; cpu < cpus; cpu++)
            choose(cpu);
        now += STEP;
        for (unsigned int cpu = 0; cpu < cpus; cpu++)
            if (running[cpu]) {
                run_queue_charge(running[cpu], now);
                ran[running[cpu] - vcpu]++;
            }
    }
}

static void sleeps(unsigned int i)
{
    run_queue_remove(&vcpu[i]);
    for (unsigned int cpu = 0; cpu < 2; cpu++)
        if (running[cpu] == &vcpu[i])
            running[cpu] = NULL;
}

static void teardown(void)
{
    for (unsigned int i = 0; i < MOST; i++)
        sleeps(i);
}

/* Percent of a CPU in the last STEPS, give or take 3. */
static void expect(unsigned int i, unsigned int percent, unsigned int steps)
{
    unsigned int had = ran[i] * 100 / steps;

    ck_assert_msg(had + 3 >= percent && had <= percent + 3,
                  "%u had %u %% of a CPU, not %u %%", i, had, percent);
}

START_TEST(by_weight)
{
    wants(0, 256, ANY_CPU);
    wants(1, 512, ANY_CPU);
    wants(2, 1280, ANY_CPU);
    pass(1, 8000);
    expect(0, 12, 8000);
    expect(1, 25, 8000);
    expect(2, 62, 8000);
}
END_TEST

/* Its share is more than one CPU: it has that, and the others the rest. */
START_TEST(more_than_one_cpu)
{
    wants(0, 2048, ANY_CPU);
    domain[6].cap = 10;
    for (unsigned int i = 1; i < 7; i++)
        wants(i, i == 1 ? 512 : 256, ANY_CPU);
    for (unsigned int i = 0; i < 400; i++) {
        wants(7, 256, ANY_CPU); /* one that naps takes nothing of it, either */
        pass(2, 8);
        sleeps(7);
        pass(2, 7);
        /* Nor one whose turn was far too long. */
        for (unsigned int cpu = 0; cpu < 2; cpu++)
            if (running[cpu] != &vcpu[0])
                running[cpu]->vtime += 40 * MILLISECONDS;
    }
    expect(0, 100, 6000);
    ck_assert_uint_ge(ran[1] + ran[7], 1500);
    expect(6, 10, 6000);
}
END_TEST

/* One that slept does not get all the time that it did not use. */
START_TEST(sleep_is_not_saved)
{
    wants(0, 256, ANY_CPU);
    wants(1, 256, ANY_CPU);
    pass(1, 100);
    sleeps(1);
    pass(1, 5000);
    run_queue_wake(&vcpu[1]);
    run_queue_add(&vcpu[1]);
    memset(ran, 0, sizeof(ran));
    pass(1, 200);
    ck_assert_uint_ge(ran[0], 80);
    ck_assert_uint_ge(ran[1], 80);
}
END_TEST

START_TEST(on_its_cpus)
{
    wants(0, 256, ANY_CPU);
    wants(1, 256, 1);
    wants(2, 768, 1);
    pass(2, 6000);
    expect(0, 100, 6000);
    expect(1, 25, 6000);
    expect(2, 75, 6000);
}
END_TEST

START_TEST(capped)
{
    domain[0].cap = 20;
    wants(0, 1024, ANY_CPU);
    wants(1, 256, ANY_CPU);
    wants(2, 256, ANY_CPU);
    pass(1, 6000);
    expect(0, 20, 6000);
    expect(1, 40, 6000);
    expect(2, 40, 6000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run queue");
    TCase *tc = tcase_create("shares");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, by_weight);
    tcase_add_test(tc, more_than_one_cpu);
    tcase_add_test(tc, sleep_is_not_saved);
    tcase_add_test(tc, on_its_cpus);
    tcase_add_test(tc, capped);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
