/* SPDX-License-Identifier: MIT */
/*
 * What the tests of event channels share: two domains, the first of two vCPUs,
 * whose memory is this program's; and frames that count who holds them.
 */
#ifndef FAKE_EVENTS_H
#define FAKE_EVENTS_H

#include <stdlib.h>
#include <string.h>

#include <xen/event_channel.h>
#include <xen/sched.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/events/event.h"
#include "core/vcpu.h"
#include "unit.h"

extern struct shared_info shared;
extern struct domain domain, other;
extern struct vcpu vcpus[2], other_vcpu;
extern struct cpu cpu;
extern unsigned int notified; /* how often notify() was called */

void fake_events_begin(void);
void fake_events_end(void);

void notify(struct domain *d); /* a service's end; for domain alone */

long op(int cmd, void *arg);
uint32_t bind_ipi(uint32_t vcpu);
long send(uint32_t port);
long close_port(uint32_t port);
bool is_pending(uint32_t port); /* of domain */

/* Frames 0 to FRAMES - 1, domain's memory; of how many is a use held? */
#define FRAMES 140
extern char frames[FRAMES][4096];
unsigned int frames_held(void);

#endif
