/* SPDX-License-Identifier: MIT */
/*
 * Event channels (event.c): ports, their bindings, and how they reach a vCPU.
 */
#ifndef HV_EVENT_H
#define HV_EVENT_H

#include <xen/event_channel.h>

#include "core/types.h"

struct domain;
struct vcpu;

int events_init(struct domain *d);
void events_destroy(struct domain *d);

/* Raise VIRQ for V, if it has bound a port to it. */
void raise_virq(struct vcpu *v, unsigned int virq);
/* A port whose far end is the hypervisor; NOTIFY runs when the guest sends. */
int event_port_for_service(struct domain *d, void (*notify)(struct domain *d));
/* A service signals its port. */
void signal_port(struct domain *d, unsigned int port);

/* An event waits and V's mask is clear: its upcall is due. */
bool upcall_due(const struct vcpu *v);
/* V has something pending: end its block, make its CPU look. */
void vcpu_kick(struct vcpu *v);

#endif
