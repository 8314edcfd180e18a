/* SPDX-License-Identifier: MIT */
/*
 * Event bits and the upcall mask of the two-level ABI.
 *
 * The rule that is easy to break: whoever opens the upcall mask must look at
 * upcall_pending afterwards, for the hypervisor delivers only on its way back
 * to the guest. xen_events_enable() looks, and has a call made if there is one.
 */
#ifndef PVSDK_EVENT_H
#define PVSDK_EVENT_H

#include <xen/event_channel.h>
#include <xen/version.h>
#include <pvsdk/barrier.h>
#include <pvsdk/hypercall.h>

#define XEN_BITS_PER_WORD 64

/* Locked, for the hypervisor and other vCPUs change bits of the same word.
 * Both return what the bit was. */
static inline int xen_test_and_set_bit(unsigned int n, xen_ulong_t *words)
{
    xen_ulong_t bit = 1UL << (n % XEN_BITS_PER_WORD);

    return !!(__atomic_fetch_or(&words[n / XEN_BITS_PER_WORD], bit,
                                __ATOMIC_SEQ_CST) &
              bit);
}

static inline int xen_test_and_clear_bit(unsigned int n, xen_ulong_t *words)
{
    xen_ulong_t bit = 1UL << (n % XEN_BITS_PER_WORD);

    return !!(__atomic_fetch_and(&words[n / XEN_BITS_PER_WORD], ~bit,
                                 __ATOMIC_SEQ_CST) &
              bit);
}

static inline int xen_test_bit(unsigned int n, const xen_ulong_t *words)
{
    return (xen_read_once(words[n / XEN_BITS_PER_WORD]) >>
            (n % XEN_BITS_PER_WORD)) &
           1;
}

static inline void xen_port_mask(struct shared_info *s, evtchn_port_t port)
{
    xen_test_and_set_bit(port, s->evtchn_mask);
}

/* By hypercall: it delivers what came in while the port was masked. */
static inline long xen_port_unmask(evtchn_port_t port)
{
    struct evtchn_unmask unmask = {port};

    return hypercall_event_channel_op(EVTCHNOP_unmask, &unmask);
}

static inline long xen_port_send(evtchn_port_t port)
{
    struct evtchn_send send = {port};

    return hypercall_event_channel_op(EVTCHNOP_send, &send);
}

static inline void xen_events_disable(struct vcpu_info *v)
{
    xen_write_once(v->evtchn_upcall_mask, (uint8_t)1);
    xen_barrier();
}

static inline void xen_events_enable(struct vcpu_info *v)
{
    xen_barrier();
    xen_write_once(v->evtchn_upcall_mask, (uint8_t)0);
    xen_mb();
    if (xen_read_once(v->evtchn_upcall_pending))
        hypercall_xen_version(XENVER_version, (void *)0);
}

/*
 * The heart of an upcall handler: the next port that is pending and not masked,
 * with its pending bit cleared, or 0 when there is none (port 0 does not
 * exist). *words keeps the part of pending_sel that is still to be looked at;
 * begin with 0.
 */
static inline evtchn_port_t
xen_next_event(struct shared_info *s, struct vcpu_info *v, xen_ulong_t *words)
{
    for (;;) {
        unsigned int word;
        xen_ulong_t ready;
        evtchn_port_t port;

        if (!*words) {
            xen_write_once(v->evtchn_upcall_pending, (uint8_t)0);
            *words = __atomic_exchange_n(&v->evtchn_pending_sel, 0,
                                         __ATOMIC_SEQ_CST);
            if (!*words)
                return 0;
        }
        word = __builtin_ctzl(*words);
        ready = xen_read_once(s->evtchn_pending[word]) &
                ~xen_read_once(s->evtchn_mask[word]);
        if (!ready) {
            *words &= *words - 1;
            continue;
        }
        port = word * XEN_BITS_PER_WORD + __builtin_ctzl(ready);
        xen_test_and_clear_bit(port, s->evtchn_pending);
        return port;
    }
}

#endif
