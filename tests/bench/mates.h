/* SPDX-License-Identifier: MIT */
/*
 * vCPUs that call each other: one calls, those that it calls answer. A call is
 * an event, and the answer is one that comes back.
 *
 * Who is not calling waits, and waits in one of two ways: it spins with its
 * upcalls open, so that it holds its CPU, or it sleeps in SCHEDOP_block. Each
 * turn of a spin has a PAUSE in it, at which the emulator goes on to the next
 * CPU: so a spin costs a handful of instructions, not a time slice.
 */
#ifndef MATES_H
#define MATES_H

#include "bench.h"

#define MOST_VCPUS 4

/* Who of a domain spins while it waits: a bit for each vCPU. */
extern const volatile uint32_t *who_spins;

/* vCPU N answers what comes by BY through ANSWER (ports of this domain). */
void mate_answers(unsigned int n, evtchn_port_t by, evtchn_port_t answer);
/* Starts vCPU N, which then waits for ever. */
void mate_start(unsigned int n);
/* vCPU 0 takes events from now on. */
void mates_begin(void);
/* For a vCPU 0 that is called: waits until *OVER. */
void mate_wait(const volatile uint32_t *over);

/* vCPU 0 calls by PORT, too, from now on, and is answered by ANSWER. */
void mates_call_by(evtchn_port_t port, evtchn_port_t answer);
/* Calls all, and does not wait. */
void mates_send(void);
/* Calls all, waits for all: the caller spins, or sleeps. Returns 0. */
long mates_call_spinning(void);
long mates_call_asleep(void);
/* Some turns of a spin, after which those that sleep do; and then the call. */
long mates_settle(void);
long mates_call_settled(void);
/* Calls the first alone, in so many ticks; and waits for it, spinning. */
uint64_t mates_timed_call(void);

evtchn_port_t ipi_of(unsigned int vcpu);
void nap(void); /* a millisecond's sleep */

#endif
