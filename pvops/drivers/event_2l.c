// SPDX-License-Identifier: MIT
/*
 * Events as bits: one a port, one for each word of ports that has some, one
 * byte a CPU. A word holds ports of several CPUs, so each CPU has a map of its
 * own ports and leaves the others alone.
 */
#include "event.h"

#include <pvsdk/event.h>

#define WORDS (MAX_PORTS / XEN_BITS_PER_WORD)

static xen_ulong_t ports_of[PV_MAX_CPUS][WORDS];

/* Nothing comes in before it has a handler. */
static bool init_cpu(unsigned cpu)
{
    if (cpu == 0)
        pv_memset(ports_of, 0, sizeof(ports_of));
    for (unsigned i = 0; cpu == 0 && i < XEN_BITS_PER_WORD; i++)
        pv_xen_shared->evtchn_mask[i] = ~0ul;
    return true;
}

static void mask(unsigned port)
{
    xen_port_mask(pv_xen_shared, port);
}

static void clear(unsigned port)
{
    xen_test_and_clear_bit(port, pv_xen_shared->evtchn_pending);
}

static void set(unsigned port)
{
    xen_test_and_set_bit(port, pv_xen_shared->evtchn_pending);
}

static bool is_pending(unsigned port)
{
    return xen_test_bit(port, pv_xen_shared->evtchn_pending);
}

static void moved(unsigned port, unsigned cpu)
{
    for (unsigned i = 0; i < PV_MAX_CPUS; i++)
        if (i != cpu)
            xen_test_and_clear_bit(port, ports_of[i]);
    xen_test_and_set_bit(port, ports_of[cpu]);
}

static void run_word(unsigned word)
{
    xen_ulong_t *own = &ports_of[pv_xen_cpu()][word], ready;

    while ((ready = xen_read_once(pv_xen_shared->evtchn_pending[word]) &
                    ~xen_read_once(pv_xen_shared->evtchn_mask[word]) &
                    xen_read_once(*own))) {
        unsigned port = word * XEN_BITS_PER_WORD +
                        (unsigned)__builtin_ctzl(ready);

        clear(port);
        pv_event_run_handler(port);
    }
}

static void run(void)
{
    xen_ulong_t words = __atomic_exchange_n(&this_vcpu()->evtchn_pending_sel,
                                            0, __ATOMIC_SEQ_CST);

    for (; words; words &= words - 1)
        if (__builtin_ctzl(words) < WORDS)
            run_word((unsigned)__builtin_ctzl(words));
}

const struct event_form pv_event_2l = { init_cpu,   mask, clear, set,
                                        is_pending, run,  moved };
