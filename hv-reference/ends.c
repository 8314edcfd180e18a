// SPDX-License-Identifier: MIT
/*
 * How domains end: a sentence each, what the domain had comes back, and when
 * none is left the machine ends with the exit value of the first one that did
 * not end well, or of the last.
 */
#include "core/main.h"

#include <xen/sched.h>
#include <xen/vcpu.h>

#include "builder/build.h"
#include "core/cpu.h"
#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/scheduler/sched.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "exits.h"
#include "explain/log.h"
#include "services/services.h"

/* One that ends at once each time it is started takes no more of the CPUs. */
#define BETWEEN_STARTS (2000 * MILLISECONDS)

static unsigned int exit_value = EXIT_poweroff;
static uint64_t cycles_left; /* how often a domain will be made anew */
static bool repeated;        /* it was asked for */

static void log_free_memory(void)
{
    uint64_t bytes, frames;

    heap_usage(&bytes, &frames);
    log_line("memory: %lu frames are free, %lu are cut into objects; %lu bytes "
             "of the heap are in use", frames_free_count(), frames, bytes);
}

void repeat_domains(uint64_t times)
{
    if (times > 1) {
        cycles_left = times - 1;
        repeated = true;
    }
    if (repeated || nr_domains_configured() > 1)
        log_free_memory(); /* before the first, as after each */
}

bool domains_repeat(void)
{
    return cycles_left != 0;
}

static const char *ending(int reason)
{
    switch (reason) {
    case SHUTDOWN_poweroff:
        return "powered off";
    case SHUTDOWN_reboot:
        return "asked for a reboot";
    case SHUTDOWN_suspend:
        return "suspended itself";
    case SHUTDOWN_crash:
        return "crashed";
    case SHUTDOWN_watchdog:
        return "let its watchdog run out";
    case SHUTDOWN_soft_reset:
        return "asked for a soft reset";
    }
    return "ended for a reason that is not known";
}

static void remember_value(int reason)
{
    if (exit_value == EXIT_poweroff || exit_value == EXIT_reboot)
        exit_value = reason <= SHUTDOWN_MAX
                         ? EXIT_poweroff + (unsigned int)reason
                         : EXIT_crash;
}

/* What is to be done, as the domain's configuration says. */
static enum on_end what_now(const struct domain *d)
{
    switch (d->shutdown) {
    case SHUTDOWN_poweroff:
        return d->config->on_poweroff;
    case SHUTDOWN_reboot:
        return d->config->on_reboot;
    default:
        return d->config->on_crash;
    }
}

static void start_again(const struct guest_config *config, uint64_t begin)
{
    const char *why;

    if (start_domain(config, begin, &why))
        log_line("%s was not started again: %s", config->name, why);
}

/* Of all the time that its vCPUs wanted a CPU. */
static void report_times(const struct domain *d)
{
    uint64_t ran = 0, wanted = 0;

    for (unsigned int i = 0; i < d->vcpus; i++) {
        struct vcpu_runstate_info r;

        copy_runstate(d->vcpu[i], &r);
        ran += r.time[RUNSTATE_running];
        wanted += r.time[RUNSTATE_running] + r.time[RUNSTATE_runnable];
    }
    log_line("domain %u: had a CPU for %lu of the %lu ms that it wanted one",
             d->id, ran / MILLISECONDS, wanted / MILLISECONDS);
}

static void bury(struct domain *d)
{
    const struct guest_config *config = d->config;
    enum on_end end = what_now(d);
    uint64_t again = d->begin + BETWEEN_STARTS;

    services_drain(d);
    report_left_out(d);
    log_line("domain %u %s%s%s", d->id, ending(d->shutdown),
             d->last_words[0] ? ": " : "", d->last_words);
    report_leftovers(d);
    if (d->one_of_several)
        report_times(d);
    d->buried = true;
    if (cycles_left) {
        cycles_left--;
        end = END_RESTART;
        again = 0;
    }
    if (end != END_RESTART)
        remember_value(d->shutdown);
    if (end == END_PRESERVE)
        return;
    /* Not before other CPUs have left it, nor while this one still holds it. */
    if (current && current->domain == d)
        context_switch(current, NULL);
    domain_destroy(d);
    if (nr_domains_configured() > 1 || end == END_RESTART || repeated)
        log_free_memory();
    if (end == END_RESTART)
        start_again(config, again);
}

/* One that has just ended, on another CPU, is left until it is buried, too. */
static bool some_are_left(void)
{
    bool left = false;
    struct domain *d;

    for (d = first_domain(FIRST_DOMAIN); d; d = next_domain(d))
        left |= !d->buried;
    return left;
}

static void bury_all(void)
{
    domid_t id;

    for (id = FIRST_DOMAIN; id < MAX_DOMAINS; id++) {
        struct domain *d = get_domain(id);
        bool ended = d && domain_has_ended(d) && !d->buried;

        if (d)
            put_domain(d);
        if (ended)
            bury(d);
    }
    if (!some_are_left())
        hw_exit(exit_value);
}

/*
 * One CPU at a time; who finds another at it goes on with its guests: that one
 * looks again before it is through, and after it has said that it is.
 */
void bury_ended_domains(void)
{
    static bool at_work;

    while (domains_changed_now() &&
           !__atomic_exchange_n(&at_work, true, __ATOMIC_ACQUIRE)) {
        while (domains_changed())
            bury_all();
        __atomic_store_n(&at_work, false, __ATOMIC_SEQ_CST);
    }
}
