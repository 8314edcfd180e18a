/* SPDX-License-Identifier: MIT */
/*
 * What domain 0 does elsewhere: the other end of a domain's console and
 * xenstore rings (console.c, store.c). Written against core's event calls and
 * the drivers' interfaces alone.
 *
 * The rule: a ring is memory of the guest's. Its indices are read once, and
 * one that is out of bounds ends the service of that ring, nothing else.
 */
#ifndef HV_SERVICES_H
#define HV_SERVICES_H

#include "core/lock.h"
#include "core/types.h"

struct domain;

/*
 * One lock for all services: the store's tree and the serial line are one for
 * all domains. The functions of services.c take it, and console_write(); all
 * others are called with it.
 */
extern spinlock_t services_lock;

int services_init(struct domain *d);
void services_destroy(struct domain *d);
/* The builder has given the rings their pages. */
void services_connect(struct domain *d, mfn_t console_page, mfn_t store_page);
/* Look at every domain's rings and at the serial line's input. */
void services_run(void);
/* The domain has ended: show what it still had to say. */
void services_drain(struct domain *d);
/* A guest has sent on a service's port: look at its rings before it goes on. */
void services_notify(struct domain *d);

/* --- console.c --- */
int console_init(struct domain *d);
void console_destroy(struct domain *d);
void console_connect(struct domain *d, mfn_t page);
unsigned int console_port(const struct domain *d);
/* From the guest's ring to the serial line. */
void console_output(struct domain *d);
/* The same, and what it has of a line: at the domain's end. */
void console_flush(struct domain *d);
/* N bytes from the serial line into the guest's ring; returns how many fit. */
size_t console_input(struct domain *d, const char *bytes, size_t n);
/* Bytes of D's to the serial line. */
void console_write(struct domain *d, const char *bytes, size_t n);

/* --- store.c --- */
int store_init(struct domain *d);
void store_destroy(struct domain *d);
void store_connect(struct domain *d, mfn_t page);
unsigned int store_port(const struct domain *d);
/* Answer the requests in the guest's ring. */
void store_serve(struct domain *d);

#endif
