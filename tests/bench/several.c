// SPDX-License-Identifier: MIT
/*
 * One domain with several vCPUs, each on a CPU of its own or all on one: first
 * with one vCPU beside vCPU 0, then with three.
 */
#include "mates.h"

static volatile uint32_t spinning;
static uint64_t others; /* the vCPUs but vCPU 0, as a mask */

static struct mmuext_op flush;
static char page[XEN_PAGE_SIZE] __attribute__((aligned(4096)));

static long do_flush(void)
{
    return hypercall_mmuext_op(&flush, 1, NULL, DOMID_SELF);
}

static void measure_flush(enum operation op, unsigned int command)
{
    flush = (struct mmuext_op){.cmd = command};
    flush.arg1.linear_addr = (unsigned long)page;
    if (command == MMUEXT_TLB_FLUSH_MULTI || command == MMUEXT_INVLPG_MULTI)
        set_xen_guest_handle(flush.arg2.vcpumask, &others);
    measure(op, do_flush);
}

/* Start vCPUs up to NUMBER, which shall spin as they wait or not. */
static void start_mates(unsigned int number, bool spin)
{
    static unsigned int started = 1;

    for (; started < number; started++) {
        evtchn_port_t call = ipi_of(started), answer = ipi_of(0);

        mate_answers(started, call, answer);
        mates_call_by(call, answer);
        mate_start(started);
        others |= 1u << started;
    }
    spinning = spin ? (uint32_t)others : 0;
    mates_call_asleep();
}

/* The rows of one section of the table, by number of vCPUs. */
#define ROW(section, name) (four ? OP_##section##4_##name                    \
                                 : OP_##section##2_##name)

static void measure_on_own_cpus(bool four)
{
    start_mates(four ? 4 : 2, true);
    measure_ticks(ROW(on, send), mates_timed_call);
    measure(ROW(on, ipi), mates_call_spinning);
    measure_flush(ROW(on, flush_all), MMUEXT_TLB_FLUSH_ALL);
    measure_flush(ROW(on, flush_multi), MMUEXT_TLB_FLUSH_MULTI);
    measure_flush(ROW(on, invlpg_all), MMUEXT_INVLPG_ALL);
    measure_flush(ROW(on, invlpg_multi), MMUEXT_INVLPG_MULTI);
    measure(ROW(on, grant_map), grant_map_and_unmap);
    measure(ROW(on, grant_copy), grant_copy);

    start_mates(0, false);
    measure_above(ROW(on, ipi_asleep), mates_call_settled, mates_settle);
    measure_flush(ROW(on, flush_asleep), MMUEXT_TLB_FLUSH_ALL);
    measure_flush(ROW(on, invlpg_asleep), MMUEXT_INVLPG_ALL);
    measure(ROW(on, map_asleep), grant_map_and_unmap);
}

static void measure_on_one_cpu(bool four)
{
    start_mates(four ? 4 : 2, false);
    measure(ROW(one, ipi), mates_call_asleep);
    measure_flush(ROW(one, flush_all), MMUEXT_TLB_FLUSH_ALL);
    measure_flush(ROW(one, invlpg_all), MMUEXT_INVLPG_ALL);
    measure(ROW(one, grant_map), grant_map_and_unmap);
    measure(ROW(one, grant_copy), grant_copy);
}

void bench_several(bool on_one_cpu)
{
    repetitions = 30; /* more than there are interrupts in a row */
    who_spins = &spinning;
    grants_to_self();
    mates_begin();
    for (int four = 0; four <= 1; four++) {
        if (on_one_cpu)
            measure_on_one_cpu(four);
        else
            measure_on_own_cpus(four);
    }
}
