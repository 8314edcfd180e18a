/* SPDX-License-Identifier: MIT */
/*
 * What domain 0 does elsewhere: the other end of a domain's console and
 * xenstore rings (console.c, store.c).
 */
#ifndef HV_SERVICES_H
#define HV_SERVICES_H

#include "core/types.h"

struct domain;

int services_init(struct domain *d);
void services_destroy(struct domain *d);
/* The builder has given the rings their pages and ports. */
void services_connect(struct domain *d, mfn_t console_page, mfn_t store_page);
/* Look at every domain's rings and at the serial line's input. */
void services_run(void);

/* Ports of the guest's ends, for start_info. */
unsigned int console_port(const struct domain *d);
unsigned int store_port(const struct domain *d);
/* Send what is left in the console ring to the serial line: at the end. */
void console_drain(struct domain *d);

#endif
