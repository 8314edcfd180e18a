// SPDX-License-Identifier: MIT
/*
 * How an operation is measured. The rule: nothing that is counted happens only
 * sometimes, so an operation runs a few times before (first uses set up what
 * later ones find), and the least of the repetitions is the one without an
 * interrupt.
 */
#include "bench.h"

#define USUAL_COUNT 32

unsigned int repetitions = 7;

typedef uint64_t (*loop_t)(operation_t op, unsigned int count);

static uint64_t least(loop_t loop, operation_t op, unsigned int count)
{
    uint64_t best = ~0ULL;

    for (unsigned int i = 0; i < repetitions; i++) {
        uint64_t ticks = loop(op, count);

        if (ticks < best)
            best = ticks;
    }
    return best;
}

/* What RUN takes above BASE. */
static void measure_by(loop_t loop, enum operation op, operation_t run,
                       operation_t base, unsigned int count)
{
    uint64_t ticks = least(loop, run, count) - least(loop, base, count);

    report(op, (ticks + count / 2) / count);
}

void measure_result(enum operation op, operation_t run, long expected)
{
    for (int i = 0; i < 2; i++) {
        long result = run();

        if (result != expected)
            give_up("an operation", result);
    }
    measure_by(run_loop, op, run, op_nothing, USUAL_COUNT);
}

void measure(enum operation op, operation_t run)
{
    measure_result(op, run, 0);
}

void measure_above(enum operation op, operation_t run, operation_t base)
{
    need("an operation", run());
    measure_by(run_loop, op, run, base, USUAL_COUNT);
}

void measure_few(enum operation op, operation_t run, unsigned int count)
{
    need("an operation", run());
    measure_by(run_loop, op, run, op_nothing, count);
}

void measure_in_user_mode(enum operation op, operation_t run)
{
    measure_by(run_loop_in_user_mode, op, run, op_nothing, USUAL_COUNT);
}

/* What the two readings of the TSC cost that TIMED_RUN has around it. */
static uint64_t no_ticks(void)
{
    uint64_t ticks = xen_rdtsc();

    return xen_rdtsc() - ticks;
}

static uint64_t least_of(uint64_t (*timed_run)(void))
{
    uint64_t best = ~0ULL;

    for (unsigned int i = 0; i < repetitions * USUAL_COUNT; i++) {
        uint64_t ticks = timed_run();

        if (ticks < best)
            best = ticks;
    }
    return best;
}

void measure_ticks(enum operation op, uint64_t (*timed_run)(void))
{
    report(op, least_of(timed_run) - least_of(no_ticks));
}
