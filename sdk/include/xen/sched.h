/* SPDX-License-Identifier: MIT */
/*
 * sched_op(cmd, arg): giving the processor away, waiting, and ending.
 */
#ifndef __XEN_PUBLIC_SCHED_H__
#define __XEN_PUBLIC_SCHED_H__

#include "event_channel.h"

#define SCHEDOP_yield           0 /* no argument */
/* No argument. Clears evtchn_upcall_mask and sleeps until an event is pending:
 * both in one step, so that an event in between is not slept through. */
#define SCHEDOP_block           1
#define SCHEDOP_shutdown        2 /* sched_shutdown; whole domain */
#define SCHEDOP_poll            3 /* sched_poll */
#define SCHEDOP_remote_shutdown 4 /* sched_remote_shutdown; privileged */
#define SCHEDOP_shutdown_code   5 /* sched_shutdown; does not stop yet */
#define SCHEDOP_watchdog        6 /* sched_watchdog */
#define SCHEDOP_pin_override    7 /* sched_pin_override; domain 0 */

/* sched_shutdown.reason */
#define SHUTDOWN_poweroff   0
#define SHUTDOWN_reboot     1
#define SHUTDOWN_suspend    2 /* returns when the domain is resumed */
#define SHUTDOWN_crash      3
#define SHUTDOWN_watchdog   4
#define SHUTDOWN_soft_reset 5
#define SHUTDOWN_MAX        5 /* the greatest valid reason */

#ifndef __ASSEMBLY__

struct sched_shutdown {
    unsigned int reason; /* SHUTDOWN_... */
};
typedef struct sched_shutdown sched_shutdown_t;
DEFINE_XEN_GUEST_HANDLE(sched_shutdown_t);

/* Sleeps until one of the ports is pending, masked or not, or until time is
 * over. For use with upcalls masked. */
struct sched_poll {
    XEN_GUEST_HANDLE(evtchn_port_t) ports;
    unsigned int nr_ports; /* up to 128 */
    uint64_t timeout;      /* system time, ns; 0 waits for ever */
};
typedef struct sched_poll sched_poll_t;
DEFINE_XEN_GUEST_HANDLE(sched_poll_t);

struct sched_remote_shutdown {
    domid_t domain_id;
    unsigned int reason;
};
typedef struct sched_remote_shutdown sched_remote_shutdown_t;
DEFINE_XEN_GUEST_HANDLE(sched_remote_shutdown_t);

/* id 0 starts a watchdog and returns its number; a number with timeout 0 stops
 * it. One that runs out shuts the domain down with SHUTDOWN_watchdog. */
struct sched_watchdog {
    uint32_t id;
    uint32_t timeout; /* seconds from now */
};
typedef struct sched_watchdog sched_watchdog_t;
DEFINE_XEN_GUEST_HANDLE(sched_watchdog_t);

struct sched_pin_override {
    int32_t pcpu; /* negative: back to the usual affinity */
};
typedef struct sched_pin_override sched_pin_override_t;
DEFINE_XEN_GUEST_HANDLE(sched_pin_override_t);

#endif /* !__ASSEMBLY__ */

#endif
