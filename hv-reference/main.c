// SPDX-License-Identifier: MIT
/*
 * The portable start: from what the boot loader left to running domains. (How
 * they end: ends.c.)
 */
#include "core/main.h"

#include "boot/boot_info.h"
#include "builder/build.h"
#include "builder/domain_list.h"
#include "core/cpu.h"
#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/memory/mm.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/options.h"
#include "core/scheduler/sched.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "drivers/drivers.h"
#include "exits.h"
#include "explain/log.h"
#include "services/services.h"

/* What the hypervisor keeps for itself when a guest gets the rest. */
#define KEPT_SHARE 32               /* one part in that many … */
#define KEPT_LEAST (4UL << 20)      /* … and at least so many bytes */

/* --- all vCPUs of a CPU --- */

static void for_each_vcpu(unsigned int cpu,
                          void (*fn)(struct vcpu *v, uint64_t *arg),
                          uint64_t *arg)
{
    struct domain *d;
    unsigned int i;

    for (d = first_domain(FIRST_DOMAIN); d; d = next_domain(d)) {
        for (i = 0; i < d->vcpus; i++) {
            if (d->vcpu[i] && read_once(d->vcpu[i]->home) == cpu)
                fn(d->vcpu[i], arg);
        }
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

uint64_t all_vcpus_deadline(unsigned int cpu)
{
    uint64_t deadline = NEVER;

    for_each_vcpu(cpu, lower_deadline, &deadline);
    return deadline;
}

void all_vcpus_run_timers(unsigned int cpu, uint64_t now)
{
    for_each_vcpu(cpu, run_timers, &now);
}

/* --- the start --- */

static struct guest_config configs[MAX_DOMAINS];
static unsigned int nr_configs;

/* "FILE arguments": what follows the file name is the guest's. */
static const char *after_first_word(const char *text)
{
    while (*text && *text != ' ')
        text++;
    while (*text == ' ')
        text++;
    return text;
}

static void take_module(const struct boot_info *boot, unsigned int number,
                        const void **bytes, uint64_t *size)
{
    *bytes = hw_map_module(&boot->module[number]);
    *size = boot->module[number].size;
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

/* Xen's plain convention: a kernel, and perhaps its initrd. */
static void configure_one(const struct boot_info *boot)
{
    struct guest_config *config = &configs[nr_configs++];
    uint64_t vcpus = option_number(boot->cmdline, "vcpus", 1);
    uint64_t most = option_number(boot->cmdline, "maxvcpus", vcpus);

    hv_snprintf(config->name, sizeof(config->name), "guest");
    config->cmdline = after_first_word(boot->module[0].cmdline);
    take_module(boot, 0, &config->kernel, &config->kernel_size);
    if (boot->modules > 1)
        take_module(boot, 1, &config->ramdisk, &config->ramdisk_size);
    config->memory = memory_for_guest(boot);
    config->online = vcpus >= 1 && vcpus <= MAX_VCPUS ? (unsigned int)vcpus : 1;
    config->vcpus = most >= config->online && most <= MAX_VCPUS
                        ? (unsigned int)most
                        : config->online;
}

static const char *configure_line(const struct boot_info *boot,
                                  const struct domain_line *line)
{
    struct guest_config *config = &configs[nr_configs];
    char *words;

    if (nr_configs >= ARRAY_SIZE(configs) - FIRST_DOMAIN)
        return "there are too many domains";
    if (line->kernel >= boot->modules || line->ramdisk >= boot->modules)
        return "it names a boot module that is not there";
    words = hv_alloc(strlen(line->words) + 1);
    if (!words)
        return "the hypervisor has no memory for it";
    memcpy(words, line->words, strlen(line->words) + 1);
    hv_snprintf(config->name, sizeof(config->name), "%s", line->name);
    config->cmdline = words;
    take_module(boot, line->kernel, &config->kernel, &config->kernel_size);
    if (line->ramdisk)
        take_module(boot, line->ramdisk, &config->ramdisk,
                    &config->ramdisk_size);
    config->memory = line->memory;
    config->vcpus = line->maxvcpus;
    config->online = line->vcpus;
    memcpy(config->cpus, line->cpus, sizeof(config->cpus));
    config->weight = line->weight;
    config->cap = line->cap;
    config->on_poweroff = line->on_poweroff;
    config->on_reboot = line->on_reboot;
    config->on_crash = line->on_crash;
    nr_configs++;
    return NULL;
}

static void configure_list(const struct boot_info *boot)
{
    struct domain_line line;
    const char *at, *end, *why = NULL;
    uint64_t size;
    int rc;

    take_module(boot, 0, (const void **)&at, &size);
    end = at + size;
    while ((rc = domain_list_next(&at, end, &line, &why)) > 0 && !why)
        why = configure_line(boot, &line);
    if (rc < 0 || why || !nr_configs) {
        log_line("the list of domains is wrong after %u of them: %s",
                 nr_configs, why ? why : "it is empty");
        hw_exit(EXIT_bad_image);
    }
}

/* Where each of D's vCPUs may run. False: one has no CPU that is there. */
static bool give_cpus(struct domain *d, const struct guest_config *config)
{
    for (unsigned int i = 0; i < d->vcpus; i++) {
        struct vcpu *v = d->vcpu[i];

        if (config->cpus[i])
            v->cpus = config->cpus[i];
        if (!(v->cpus & hw_cpus()))
            return false;
        v->home = (unsigned int)__builtin_ctzl(v->cpus & hw_cpus());
    }
    return true;
}

/* Its first vCPU's timers see to it that it begins. */
static void begin_domain(struct domain *d, uint64_t begin)
{
    uint64_t now = hw_now();

    d->begin = max_of(begin, now);
    if (begin > now)
        vcpu_pause(d->vcpu[0], VCPU_PAUSED_EARLY);
    vcpu_unpause(d->vcpu[0], VCPU_PAUSED_DOWN);
    if (begin > now)
        vcpu_timer_changed(d->vcpu[0]);
}

unsigned int start_domain(const struct guest_config *config, uint64_t begin,
                          const char **why)
{
    struct domain *d = NULL;
    domid_t id = free_domain_id();
    unsigned int value;

    if (!id) {
        *why = "there are too many domains";
        return EXIT_no_memory;
    }
    value = build_domain(id, config, &d, why);
    if (value)
        return value;
    if (!give_cpus(d, config)) {
        domain_destroy(d);
        *why = "none of the CPUs on which it may run is there";
        return EXIT_bad_host;
    }
    d->config = config;
    if (config->weight)
        d->weight = config->weight;
    d->cap = config->cap;
    d->one_of_several = nr_configs > 1;
    begin_domain(d, begin);
    return 0;
}

unsigned int nr_domains_configured(void)
{
    return nr_configs;
}

/*
 * The kernels and ramdisks have been copied into their guests; they are kept
 * only where one of these may be started again. What shares a page with them
 * is not known, so only whole pages are given back.
 */
static void release_modules(const struct boot_info *boot)
{
    if (domains_repeat())
        return;
    for (unsigned int i = 0; i < nr_configs; i++) {
        if (configs[i].on_poweroff == END_RESTART ||
            configs[i].on_reboot == END_RESTART ||
            configs[i].on_crash == END_RESTART)
            return;
    }
    for (unsigned int i = 0; i < boot->modules; i++) {
        const struct boot_module *m = &boot->module[i];
        uint64_t start = round_up(m->start, PAGE_SIZE) >> PAGE_SHIFT;
        uint64_t end = (m->start + m->size) >> PAGE_SHIFT;

        if (start < end)
            frames_add(MFN(start), MFN(end));
    }
}

/* What is neither free nor a guest's: image, frame table, M2P, heap. */
static void log_own_memory(const struct boot_info *boot)
{
    uint64_t own = 0, others = frames_free_count();
    struct domain *d;

    for (unsigned int i = 0; i < boot->ranges; i++)
        own += boot->ram[i].end - boot->ram[i].start;
    for (d = first_domain(FIRST_DOMAIN); d; d = next_domain(d))
        others += d->pages;
    log_line("memory: %lu KiB are the hypervisor's own",
             (own - (others << PAGE_SHIFT)) >> 10);
}

void hv_main(const struct boot_info *boot)
{
    const char *why;
    unsigned int i, value;

    if (boot->modules == 0) {
        log_line("there is no guest: the first boot module must be its kernel");
        hw_exit(EXIT_no_kernel);
    }
    if (option_given(boot->cmdline, "domains"))
        configure_list(boot);
    else
        configure_one(boot);
    serial_enable_input();
    check_each = max_of(option_number(boot->cmdline, "check", 1), 1ul);
    repeat_domains(option_number(boot->cmdline, "cycles", 1));
    for (i = 0; i < nr_configs; i++) {
        value = start_domain(&configs[i], 0, &why);
        if (value) {
            log_line("%s was not started: %s",
                     nr_configs > 1 ? configs[i].name : "the guest", why);
            hw_exit(value);
        }
    }
    release_modules(boot);
    log_own_memory(boot);
    hw_release_cpus();
    hw_enter_guests();
}
