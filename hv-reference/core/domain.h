/* SPDX-License-Identifier: MIT */
/*
 * A domain: one guest with its memory, vCPUs, event channels and services.
 *
 * A domain lives while something refers to it: it is looked up by id with
 * get_domain(), which takes a reference. A dying domain gives its memory back
 * step by step and disappears when the last reference falls.
 */
#ifndef HV_DOMAIN_H
#define HV_DOMAIN_H

#include <xen/xen.h>

#include "core/lock.h"
#include "core/types.h"

#define MAX_VCPUS   32
#define MAX_DOMAINS 32

/* Domain 0 is the hypervisor itself. */
#define FIRST_DOMAIN 1

enum domain_kind { DOMAIN_PV };

struct vcpu;
struct event_table;
struct grant_table;
struct console;
struct store;
struct leftovers;
struct guest_config;

/* How a domain ended: SHUTDOWN_* of <xen/sched.h>, or it has not. */
#define SHUTDOWN_NONE (-1)

struct domain {
    domid_t id;
    enum domain_kind kind;
    uint32_t references;
    bool complete, dying;
    char name[32];
    bool one_of_several; /* its lines on the console begin with its name */

    struct vcpu *vcpu[MAX_VCPUS];
    unsigned int vcpus;  /* how many the builder gave it, */
    unsigned int online; /* and how many of them it shall use, for now */
    unsigned int runnable;    /* of them: sched.c */
    unsigned int weight, cap; /* its share; percent of a CPU, 0: no limit */
    uint64_t cap_used, cap_until; /* of its budget; the period's end */
    spinlock_t lock;          /* vCPUs being made, up and down; watchdogs */

    spinlock_t memory_lock; /* page tables, page list, types of its frames */
    uint64_t pages, max_pages;
    struct frame *page_list; /* allocated to it; lingering: given up by it, */
    struct frame *lingering; /* but something still refers to them */
    mfn_t perdomain_l3; /* slot 260: the descriptor windows */

    struct shared_info *shared; /* the hypervisor's window onto it */
    mfn_t shared_mfn;
    uint64_t vm_assist; /* bits 1 << VMASST_TYPE_* */

    uint32_t pci_address; /* what its out instructions wrote there (ports.c) */
    uint8_t rtc_index;
    uint64_t watchdog[2]; /* system time at which it ends the domain; 0: off */

    struct event_table *events;
    struct grant_table *grants;
    struct console *console;
    struct store *store;

    const struct guest_config *config; /* what it was built from */
    uint64_t begin;    /* it runs from then on; system time */
    bool buried;       /* its end has been dealt with */
    int shutdown_code; /* SHUTDOWN_*, announced by SCHEDOP_shutdown_code */
    int shutdown; /* SHUTDOWN_* or SHUTDOWN_NONE; set once, atomically */
    spinlock_t log_lock; /* all that follows: what is said of it */
    char last_words[160]; /* why it was ended: the first reason is kept */
    uint64_t emulated, ptwr_faults; /* totals of explain/leftovers.c */
    struct memory_map *memory_map;  /* that it set; NULL: the first one */
    struct leftovers *leftovers;    /* by address; NULL: none yet */
    uint64_t log_refilled;          /* explain/refuse.c: its lines' budget */
    uint32_t log_used, log_left_out;
};

/* D's .id is set. */
static inline void domain_locks_init(struct domain *d)
{
    spin_lock_init(&d->lock, LOCK_DOMAIN, d->id);
    spin_lock_init(&d->memory_lock, LOCK_MEMORY, d->id);
    spin_lock_init(&d->log_lock, LOCK_LOG, d->id);
}

struct domain *domain_create(domid_t id, const char *name, unsigned int vcpus,
                             uint64_t max_pages);
struct domain *get_domain(domid_t id);
void put_domain(struct domain *d);
/*
 * All domains with an id from FROM on, each with a reference while the body of
 * the loop has it:
 *
 *     for (d = first_domain(from); d; d = next_domain(d))
 */
struct domain *first_domain(domid_t from);
struct domain *next_domain(struct domain *d);
/*
 * A guest named a domain that it has no power over: -EPERM if there is one
 * (domain 0 is the hypervisor itself), else -ESRCH.
 */
int refuse_domain(domid_t id);

/* An id that no domain has, other than the last ones given; 0: none. */
domid_t free_domain_id(void);
/* Has it shut down? */
bool domain_has_ended(const struct domain *d);
/* Has a domain shut down since domains_changed() was last asked? */
bool domains_changed_now(void);
bool domains_changed(void);
/* Take everything from a domain that has ended; its struct goes with the last
 * reference, by domain_free(). */
void domain_destroy(struct domain *d);
void domain_free(struct domain *d);

/* Stop all of D's vCPUs for good. reason: SHUTDOWN_*. */
void domain_shutdown(struct domain *d, int reason);

/*
 * The guest is beyond repair: end it, with a sentence. The first sentence is
 * kept; the hypervisor and the other domains go on.
 */
void domain_crash(struct domain *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct vcpu *vcpu_create(struct domain *d, unsigned int id);
void vcpu_destroy(struct vcpu *v);

#endif
