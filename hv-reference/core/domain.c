// SPDX-License-Identifier: MIT
/*
 * Domains: their birth, their names, and how they end.
 *
 * The rule: a domain in the table is alive or dying; whoever uses one holds a
 * reference, and the struct goes only when nobody does.
 */
#include "core/domain.h"

#include <stdarg.h>

#include <xen/sched.h>

#include "core/cpu.h"
#include "core/events/event.h"
#include "core/memory/frame.h"
#include "core/grants/grant_table.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/memory/mm.h"
#include "core/scheduler/run_queue.h"
#include "core/scheduler/sched.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "explain/log.h"
#include "services/services.h"

static struct domain *domains[MAX_DOMAINS];
static uint64_t ids; /* a bit for each domain in the table */
_Static_assert(MAX_DOMAINS <= 64, "ids has a bit for each");
static spinlock_t domains_lock = SPINLOCK(LOCK_DOMAINS);
static bool changed; /* a domain has shut down */

/* Not from 0: who dropped the last reference is about to free the domain. */
static bool one_more_reference(struct domain *d)
{
    uint32_t n = __atomic_load_n(&d->references, __ATOMIC_RELAXED);

    while (n && !__atomic_compare_exchange_n(&d->references, &n, n + 1, true,
                                             __ATOMIC_ACQUIRE,
                                             __ATOMIC_RELAXED))
        continue;
    return n != 0;
}

struct domain *get_domain(domid_t id)
{
    struct domain *d;

    if (id >= MAX_DOMAINS)
        return NULL;
    spin_lock(&domains_lock);
    d = domains[id];
    if (d && (!d->complete || !one_more_reference(d)))
        d = NULL;
    spin_unlock(&domains_lock);
    return d;
}

struct domain *first_domain(domid_t from)
{
    struct domain *d = NULL;
    uint64_t left;

    if (from >= MAX_DOMAINS)
        return NULL;
    spin_lock(&domains_lock);
    for (left = ids & ~0ul << from; left && !d; left &= left - 1) {
        d = domains[__builtin_ctzl(left)];
        if (!one_more_reference(d))
            d = NULL;
    }
    spin_unlock(&domains_lock);
    return d;
}

struct domain *next_domain(struct domain *d)
{
    domid_t id = d->id;

    put_domain(d);
    return first_domain((domid_t)(id + 1));
}

int refuse_domain(domid_t id)
{
    struct domain *d = get_domain(id);

    if (d)
        put_domain(d);
    return refuse(RULE_NO_SUCH_DOMAIN, d || id == 0 ? -EPERM : -ESRCH, id, 0);
}

void put_domain(struct domain *d)
{
    if (__atomic_sub_fetch(&d->references, 1, __ATOMIC_ACQ_REL) == 0)
        domain_free(d);
}

/*
 * Ids go round, so that one is not soon another domain's. (At boot, and then
 * by who buries domains: never by two CPUs at once.)
 */
domid_t free_domain_id(void)
{
    static domid_t last;
    unsigned int tries;

    for (tries = 0; tries < MAX_DOMAINS; tries++) {
        last = (domid_t)(last % (MAX_DOMAINS - 1) + 1);
        if (!read_once(domains[last]))
            return last;
    }
    return 0;
}

bool domain_has_ended(const struct domain *d)
{
    return __atomic_load_n(&d->shutdown, __ATOMIC_ACQUIRE) != SHUTDOWN_NONE;
}

bool domains_changed_now(void)
{
    return __atomic_load_n(&changed, __ATOMIC_SEQ_CST);
}

bool domains_changed(void)
{
    return __atomic_exchange_n(&changed, false, __ATOMIC_ACQ_REL);
}

struct vcpu *vcpu_create(struct domain *d, unsigned int id)
{
    struct vcpu *v = hv_alloc(sizeof(*v));
    unsigned int i;

    if (!v)
        return NULL;
    if (hw_vcpu_init(v)) {
        hv_free(v);
        return NULL;
    }
    v->domain = d;
    v->id = id;
    v->cpu = -1;
    v->cpus = ANY_CPU;
    v->paused = VCPU_PAUSED_DOWN;
    v->period = 10 * MILLISECONDS; /* as Xen gives it to a PV vCPU */
    v->info_frame = MFN_NONE;
    v->hot.info = &d->shared->vcpu_info[id];
    v->runstate.state = RUNSTATE_offline;
    v->runstate.state_entry_time = hw_now();
    for (i = 0; i < ARRAY_SIZE(v->gdt); i++)
        v->gdt[i] = MFN_NONE;
    for (i = 0; i < ARRAY_SIZE(v->ldt); i++)
        v->ldt[i] = MFN_NONE;
    d->vcpu[id] = v;
    return v;
}

struct domain *domain_create(domid_t id, const char *name, unsigned int vcpus,
                             uint64_t max_pages)
{
    struct domain *d;
    unsigned int i;

    if (id >= MAX_DOMAINS || domains[id] || vcpus > MAX_VCPUS)
        return NULL;
    d = hv_alloc(sizeof(*d));
    if (!d)
        return NULL;
    d->id = id;
    domain_locks_init(d);
    d->kind = DOMAIN_PV;
    d->references = 1;
    d->vcpus = vcpus;
    d->weight = DEFAULT_WEIGHT;
    d->max_pages = max_pages;
    d->shutdown = d->shutdown_code = SHUTDOWN_NONE;
    hv_snprintf(d->name, sizeof(d->name), "%s", name);

    /* Its id is taken from here on; who looks it up finds it when it is whole. */
    spin_lock(&domains_lock);
    domains[id] = d;
    ids |= 1ul << id;
    spin_unlock(&domains_lock);

    d->shared_mfn = share_frame(d, true);
    if (mfn_eq(d->shared_mfn, MFN_NONE))
        goto fail;
    d->shared = map_frame(d->shared_mfn);
    /* Xen starts with all ports open, and every vCPU, there or not, masked. */
    for (i = 0; i < XEN_LEGACY_MAX_VCPUS; i++)
        d->shared->vcpu_info[i].evtchn_upcall_mask = 1;
    if (hw_domain_init(d) || events_init(d) || grant_table_init(d) ||
        services_init(d))
        goto fail;
    for (i = 0; i < vcpus; i++) {
        if (!vcpu_create(d, i))
            goto fail;
    }
    __atomic_store_n(&d->complete, true, __ATOMIC_RELEASE);
    return d;

fail:
    domain_destroy(d);
    return NULL;
}

/* Each CPU that holds one of D's vCPUs drops it on its way out. */
static void stop_vcpus(struct domain *d)
{
    unsigned int i;

    for (i = 0; i < MAX_VCPUS; i++) {
        if (d->vcpu[i])
            vcpu_pause(d->vcpu[i], VCPU_PAUSED_DOMAIN);
    }
}

void domain_shutdown(struct domain *d, int reason)
{
    int none = SHUTDOWN_NONE;

    if (d->shutdown_code != SHUTDOWN_NONE)
        reason = d->shutdown_code;
    /* The first reason counts. */
    if (!__atomic_compare_exchange_n(&d->shutdown, &none, reason, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return;
    stop_vcpus(d);
    __atomic_store_n(&changed, true, __ATOMIC_RELEASE);
    ask_for_work(CPU_WORK_RESCHED);
}

void domain_crash(struct domain *d, const char *fmt, ...)
{
    va_list ap;

    spin_lock(&d->log_lock);
    if (!domain_has_ended(d) && !d->last_words[0]) {
        va_start(ap, fmt);
        hv_vsnprintf(d->last_words, sizeof(d->last_words), fmt, ap);
        va_end(ap);
    }
    spin_unlock(&d->log_lock);
    domain_shutdown(d, SHUTDOWN_crash);
}

static bool on_some_cpu(const struct domain *d)
{
    unsigned int i;

    for (i = 0; i < MAX_VCPUS; i++) {
        if (d->vcpu[i] &&
            __atomic_load_n(&d->vcpu[i]->cpu, __ATOMIC_ACQUIRE) >= 0)
            return true;
    }
    return false;
}

/*
 * Other CPUs may still have looked D up, to send it an event: what they use
 * (channels, vCPUs, shared_info, grants) goes with the last reference only.
 */
void domain_destroy(struct domain *d)
{
    unsigned int i;

    d->dying = true;
    stop_vcpus(d);
    while (on_some_cpu(d))
        hw_relax();
    services_destroy(d);
    grant_table_destroy(d);
    events_destroy(d);
    for (i = 0; i < MAX_VCPUS; i++) {
        if (d->vcpu[i])
            vcpu_destroy(d->vcpu[i]);
    }
    while (relinquish_memory(d) == -EINTR)
        hw_relax();
    put_domain(d);
}

/* What of it are the domain's own frames; the struct goes with the domain. */
void vcpu_destroy(struct vcpu *v)
{
    sched_forget(v);
    vcpu_drop_info(v);
    drop_roots(v);
    drop_descriptors(v);
}

static void vcpu_free(struct vcpu *v)
{
    v->domain->vcpu[v->id] = NULL;
    hw_vcpu_free(v);
    hv_free(v);
}

void domain_free(struct domain *d)
{
    unsigned int i;

    spin_lock(&domains_lock);
    domains[d->id] = NULL;
    ids &= ~(1ul << d->id);
    spin_unlock(&domains_lock);
    for (i = 0; i < MAX_VCPUS; i++) {
        if (d->vcpu[i])
            vcpu_free(d->vcpu[i]);
    }
    events_free(d);
    hv_free(d->memory_map);
    hv_free(d->leftovers);
    grant_table_free(d);
    unmap_frame(d->shared);
    unshare_frame(d->shared_mfn);
    hw_domain_free(d);
    hv_free(d);
}
