/* SPDX-License-Identifier: MIT */
/*
 * Event channels: ports and what they are bound to (event.c, event_op.c), and
 * how a signal reaches a vCPU (event_raise.c) by one of two ABIs: the bits in
 * shared_info (event_2l.c), or queues in the guest's pages (event_fifo.c).
 *
 * A domain's channels hang in buckets that are made as ports are first used.
 * They last as long as its struct.
 *
 * What a port is bound to changes under two locks: one for all domains, since
 * both ends change, and those of the domains whose channels change. A signal
 * takes the latter alone, that of the domain that gets it; the far end says
 * whether it is still bound to the near one.
 */
#ifndef HV_EVENT_H
#define HV_EVENT_H

#include <xen/event_channel.h>

#include "core/lock.h"
#include "core/types.h"

struct domain;
struct vcpu;

#define EVENT_PORTS        4096 /* of the 2-level ABI: 64 words of 64 bits */
#define NR_PIRQS           56 /* 24 of an I/O APIC, 32 more */
#define EVENT_BUCKET_PORTS 64 /* as Xen: ports come in such numbers */

enum channel_state {
    CHANNEL_FREE,
    CHANNEL_UNBOUND,     /* waits for .remote_dom */
    CHANNEL_INTERDOMAIN, /* bound to .remote_port of .remote_dom */
    CHANNEL_SERVICE,     /* bound to the hypervisor: .notify */
    CHANNEL_VIRQ,
    CHANNEL_IPI,
};

typedef void event_notify_fn(struct domain *d);

struct channel {
    uint8_t state;
    uint8_t virq;
    uint16_t vcpu; /* the one that is notified */
    domid_t remote_dom;
    uint8_t priority;     /* FIFO: which of its vCPU's queues it goes to */
    bool waiting;         /* FIFO: pending, but its word is not there yet */
    uint32_t port, remote_port;
    event_notify_fn *notify;
    uint8_t last_vcpu;    /* FIFO: the queue that it was put on last; it */
    uint8_t last_priority; /* can be that queue's tail, closed or not */
};

struct event_fifo;

/* A far end of the hypervisor's: port N + 1 of domain 0 is .service[N]. */
struct service_end {
    event_notify_fn *notify; /* NULL: there is none */
    uint32_t port;           /* the guest's; 0: unbound */
    uint32_t first_port;     /* by which the service knows it */
};
#define EVENT_SERVICES 2 /* console, store */

struct event_table {
    spinlock_t lock; /* of all that follows but .fifo */
    struct service_end service[EVENT_SERVICES];
    struct channel *bucket[EVENT_PORTS / EVENT_BUCKET_PORTS];
    spinlock_t fifo_lock;    /* of all that .fifo points to */
    struct event_fifo *fifo; /* NULL: the domain uses the 2-level ABI */
};

int events_init(struct domain *d);
/* To change what D's ports are bound to; for the far ends of another domain's
 * there is lock_far_end(). */
void events_lock(struct domain *d);
void events_unlock(struct domain *d);
/* The domain of the far end of one of D's channels, which are locked. */
void lock_far_end(const struct domain *d, struct domain *remote);
void unlock_far_end(const struct domain *d, struct domain *remote);
/* Close all ports of a domain that has ended … */
void events_destroy(struct domain *d);
/* … and give back the table, when nobody can look into it any more. */
void events_free(struct domain *d);

/* The channel at PORT; NULL if no such port was ever made. */
struct channel *channel_at(const struct domain *d, uint32_t port);
/* A free channel with its port, never port 0; NULL: none left. */
struct channel *channel_new(struct domain *d);
void channel_free(struct domain *d, struct channel *channel);
/* Close what is at PORT and tell its other end; D's are locked. 0 or -errno. */
int channel_close(struct domain *d, uint32_t port);

/* Raise VIRQ for V, if it has bound a port to it. */
void raise_virq(struct vcpu *v, unsigned int virq);
/* A port whose far end is the hypervisor; NOTIFY runs when the guest sends.
 * 0: none left. */
unsigned int event_port_for_service(struct domain *d, event_notify_fn *notify);
/* A service signals what it got as PORT, if the guest has not closed it. */
void signal_port(struct domain *d, unsigned int port);
/* bind_interdomain to a service whose port was closed: FAR_PORT of domain 0. */
int channel_bind_service(struct domain *d, uint32_t far_port,
                         evtchn_port_t *port);

/* --- event_raise.c: a signal's way to a vCPU --- */

/* Make the channel's port pending and, if it is not masked, its vCPU notice. */
void event_set_pending(struct domain *d, struct channel *channel);
void event_clear_pending(struct domain *d, struct channel *channel);
void event_unmask(struct domain *d, struct channel *channel);
bool event_is_pending(struct domain *d, const struct channel *channel);

/* An event waits and V's mask is clear: its upcall is due. */
bool upcall_due(const struct vcpu *v);
/* Tell V that something is pending: ends its block. */
void vcpu_mark_pending(struct vcpu *v);

/*
 * --- event_2l.c: the bits in shared_info ---
 *
 * set_pending and unmask: true if the channel's vCPU has to be told. *news: the
 * port was not pending before.
 */
bool event_2l_set_pending(struct domain *d, const struct channel *channel,
                          bool *news);
void event_2l_clear_pending(struct domain *d, uint32_t port);
bool event_2l_unmask(struct domain *d, const struct channel *channel);
bool event_2l_is_pending(const struct domain *d, uint32_t port);

/* --- event_fifo.c: words and queues; the same under its lock --- */

bool event_fifo_set_pending(struct domain *d, struct channel *channel,
                            bool *news);
void event_fifo_clear_pending(struct domain *d, struct channel *channel);
bool event_fifo_unmask(struct domain *d, struct channel *channel, bool *news);
bool event_fifo_is_pending(struct domain *d, uint32_t port);
/* Is PORT still on a queue? Then it cannot be given away again. */
bool event_fifo_is_linked(struct domain *d, uint32_t port);

/* --- event_fifo_pages.c: the guest's pages behind them --- */

/*
 * VCPU's control block is at OFFSET of the guest's frame MFN. The first one
 * turns the FIFO ABI on. 0 or a negative errno.
 */
int event_fifo_give_block(struct domain *d, unsigned int vcpu, mfn_t mfn,
                          uint32_t offset);
/* One more page of event words. */
int event_fifo_give_page(struct domain *d, mfn_t mfn);
/* Back to the 2-level ABI; the pages are the guest's alone again. */
void event_fifo_destroy(struct domain *d);

#endif
