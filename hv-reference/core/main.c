// SPDX-License-Identifier: MIT
/*
 * The portable start: from what the boot loader left to running domains, and
 * from the last one's end to the machine's.
 */
#include "core/main.h"

#include <xen/sched.h>

#include "boot/boot_info.h"
#include "builder/build.h"
#include "core/cpu.h"
#include "core/domain.h"
#include "core/frame.h"
#include "core/hw.h"
#include "core/options.h"
#include "core/sched.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "drivers/drivers.h"
#include "exits.h"
#include "explain/log.h"
#include "services/services.h"

#define FIRST_DOMAIN 1

/* What the hypervisor keeps for itself when a guest gets the rest. */
#define KEPT_SHARE 32               /* one part in that many … */
#define KEPT_LEAST (4UL << 20)      /* … and at least so many bytes */

static unsigned int exit_value = EXIT_poweroff;

/* --- all vCPUs --- */

static void for_each_vcpu(void (*fn)(struct vcpu *v, uint64_t *arg),
                          uint64_t *arg)
{
    domid_t id;
    unsigned int i;

    for (id = FIRST_DOMAIN; id < MAX_DOMAINS; id++) {
        struct domain *d = get_domain(id);

        if (!d)
            continue;
        for (i = 0; i < d->vcpus; i++) {
            if (d->vcpu[i])
                fn(d->vcpu[i], arg);
        }
        put_domain(d);
    }
}

static void lower_deadline(struct vcpu *v, uint64_t *deadline)
{
    *deadline = min_of(*deadline, vcpu_next_deadline(v));
}

static void run_timers(struct vcpu *v, uint64_t *now)
{
    vcpu_run_timers(v, *now);
}

uint64_t all_vcpus_deadline(void)
{
    uint64_t deadline = NEVER;

    for_each_vcpu(lower_deadline, &deadline);
    return deadline;
}

void all_vcpus_run_timers(uint64_t now)
{
    for_each_vcpu(run_timers, &now);
}

/* --- the end of a domain --- */

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

static void bury(struct domain *d)
{
    domid_t id = d->id;

    services_drain(d);
    log_line("domain %u %s%s%s", id, ending(d->shutdown),
             d->last_words[0] ? ": " : "", d->last_words);
    report_leftovers(d);
    if (id == FIRST_DOMAIN)
        exit_value = d->shutdown <= SHUTDOWN_MAX
                         ? EXIT_poweroff + (unsigned int)d->shutdown
                         : EXIT_crash;
    if (current && current->domain == d)
        context_switch(current, NULL);
    domain_destroy(d);
}

void bury_ended_domains(void)
{
    domid_t id;

    if (!domains_changed())
        return;
    for (id = FIRST_DOMAIN; id < MAX_DOMAINS; id++) {
        struct domain *d = get_domain(id);
        bool ended = d && d->shutdown != SHUTDOWN_NONE && !d->dying;

        if (d)
            put_domain(d);
        if (ended)
            bury(d);
    }
    if (domains_alive() == 0)
        hw_exit(exit_value);
}

/* --- the start --- */

/* "FILE arguments": what follows the file name is the guest's. */
static const char *after_first_word(const char *text)
{
    while (*text && *text != ' ')
        text++;
    while (*text == ' ')
        text++;
    return text;
}

static uint64_t memory_for_guest(const struct boot_info *boot)
{
    uint64_t free = frames_free_count() << PAGE_SHIFT;
    uint64_t kept = max_of(free / KEPT_SHARE, KEPT_LEAST);
    uint64_t asked = option_size(boot->cmdline, "mem");

    if (!asked)
        asked = option_size(boot->cmdline, "dom0_mem");
    if (asked)
        return asked;
    return free > kept ? free - kept : 0;
}

void hv_main(const struct boot_info *boot)
{
    struct guest_config config = {.name = "guest", .vcpus = 1};
    struct domain *d = NULL;
    const char *why;
    unsigned int value;

    if (boot->modules == 0) {
        log_line("there is no guest: the first boot module must be its kernel");
        hw_exit(EXIT_no_kernel);
    }
    config.cmdline = after_first_word(boot->module[0].cmdline);
    config.kernel = hw_map_module(&boot->module[0]);
    config.kernel_size = boot->module[0].size;
    if (boot->modules > 1) {
        config.ramdisk = hw_map_module(&boot->module[1]);
        config.ramdisk_size = boot->module[1].size;
    }
    config.memory = memory_for_guest(boot);
    config.vcpus = (unsigned int)option_number(boot->cmdline, "vcpus", 1);
    if (config.vcpus < 1 || config.vcpus > MAX_VCPUS)
        config.vcpus = 1;
    value = build_domain(FIRST_DOMAIN, &config, &d, &why);
    if (value) {
        log_line("the guest was not started: %s", why);
        hw_exit(value);
    }
    serial_enable_input();
    vcpu_unpause(d->vcpu[0], VCPU_PAUSED_DOWN);
    hw_enter_guests();
}
