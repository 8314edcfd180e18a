/* SPDX-License-Identifier: MIT */
/*
 * Event channels: ports, what they are bound to (event.c, event_bind.c), and
 * how a signal reaches a vCPU (event_2l.c).
 *
 * A domain's channels hang in buckets that are made as ports are first used.
 * The event lock protects bindings; signalling sets bits atomically.
 */
#ifndef HV_EVENT_H
#define HV_EVENT_H

#include <xen/event_channel.h>

#include "core/lock.h"
#include "core/types.h"

struct domain;
struct vcpu;

#define EVENT_PORTS        4096 /* of the 2-level ABI: 64 words of 64 bits */
#define EVENT_BUCKET_PORTS 128

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
    uint32_t port, remote_port;
    event_notify_fn *notify;
};

struct event_table {
    spinlock_t lock;
    struct channel *bucket[EVENT_PORTS / EVENT_BUCKET_PORTS];
};

int events_init(struct domain *d);
void events_destroy(struct domain *d);

/* The channel at PORT; NULL if no such port was ever made. */
struct channel *channel_at(const struct domain *d, uint32_t port);
/* A free channel with its port, never port 0; NULL: none left. */
struct channel *channel_new(struct domain *d);
void channel_free(struct domain *d, struct channel *channel);
/* Close what is at PORT and tell its other end. 0 or a negative errno. */
int channel_close(struct domain *d, uint32_t port);

/* Raise VIRQ for V, if it has bound a port to it. */
void raise_virq(struct vcpu *v, unsigned int virq);
/* A port whose far end is the hypervisor; NOTIFY runs when the guest sends.
 * 0: none left. */
unsigned int event_port_for_service(struct domain *d, event_notify_fn *notify);
/* A service signals its port, if the guest has not closed it. */
void signal_port(struct domain *d, unsigned int port);

/* --- event_2l.c: the bits in shared_info --- */

/* Make PORT pending and, if it is not masked, its vCPU notice. */
void event_set_pending(struct domain *d, unsigned int vcpu, uint32_t port);
void event_clear_pending(struct domain *d, uint32_t port);
void event_unmask(struct domain *d, unsigned int vcpu, uint32_t port);
bool event_is_pending(const struct domain *d, uint32_t port);

/* An event waits and V's mask is clear: its upcall is due. */
bool upcall_due(const struct vcpu *v);
/* Tell V that something is pending: ends its block. */
void vcpu_mark_pending(struct vcpu *v);

#endif
