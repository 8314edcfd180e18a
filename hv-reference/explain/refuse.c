// SPDX-License-Identifier: MIT
/*
 * Refusals in the log, one line for each hypercall that failed:
 *
 *   (hv) d1v0 update_va_mapping(va=0x1000, entry=0x…, flags=0x2) = -EINVAL:
 *        entry … asks for write access to frame …, which is a page table
 *
 * The arguments are decoded by the format letters of <xen/hypercalls.def>.
 * A guest that fails in a loop does not fill the log: a domain has a budget of
 * lines that fills up again with time, and what was left out is counted.
 */
#include "explain/refuse.h"

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/hw.h"
#include "core/time.h"
#include "core/types.h"
#include "core/vcpu.h"
#include "explain/log.h"

/* A burst of lines, and one more after each pause. */
#define BUDGET       32
#define REFILL_AFTER (100 * MILLISECONDS)

/* Sentences with places for a subject and what stood against it. */
static const char *const rule_texts[] = {
#define RULE(name, text) [RULE_##name] = text,
#include "explain/rules.def"
#undef RULE
};

static const struct {
    const char *name, *formats;
    const char *args[6];
} calls[] = {
#define HYPERCALL(nr, name, count, formats, ...)                               \
    [nr] = {#name, formats, {__VA_ARGS__}},
#include <xen/hypercalls.def>
};

static const struct {
    int number;
    const char *name;
} errors[] = {
#define XEN_ERRNO(name, number) {number, #name},
#include <xen/errno.h>
};

int refuse(enum rule rule, int error, uint64_t subject, uint64_t against)
{
    this_cpu()->refusal = (struct refusal){rule, error, subject, against};
    return error;
}

static const char *error_name(long result)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(errors); i++) {
        if (errors[i].number == -result)
            return errors[i].name;
    }
    return "?";
}

void report_left_out(struct domain *d)
{
    uint32_t n = __atomic_exchange_n(&d->log_left_out, 0, __ATOMIC_RELAXED);

    if (n)
        log_line("d%u: %u refusals were left out here", d->id, n);
}

static bool take_from_budget(struct domain *d, uint64_t now)
{
    uint64_t refilled = (now - d->log_refilled) / REFILL_AFTER;

    if (refilled) {
        d->log_used -= min_of((uint64_t)d->log_used, refilled);
        d->log_refilled = now;
    }
    if (d->log_used >= BUDGET) {
        d->log_left_out++;
        return false;
    }
    d->log_used++;
    return true;
}

/* Is there a line left in D's budget? */
static bool may_log(struct domain *d)
{
    uint64_t now = hw_now();
    bool may;

    spin_lock(&d->log_lock);
    /* Another CPU may have been here with a later time. */
    may = take_from_budget(d, max_of(now, d->log_refilled));
    spin_unlock(&d->log_lock);
    if (may)
        report_left_out(d);
    return may;
}

static int print_argument(char *to, size_t room, char format, const char *name,
                          uint64_t value)
{
    switch (format) {
    case 'd':
        if (value == DOMID_SELF)
            return hv_snprintf(to, room, "%s=SELF", name);
        return hv_snprintf(to, room, "%s=%lu", name, value);
    case 'c':
    case 'u':
        return hv_snprintf(to, room, "%s=%lu", name, value);
    case 'i':
        return hv_snprintf(to, room, "%s=%ld", name, (long)value);
    default:
        return hv_snprintf(to, room, "%s=%#lx", name, value);
    }
}

static void print_arguments(char *to, size_t room, unsigned int nr,
                            const uint64_t args[6])
{
    const char *format = calls[nr].formats;
    size_t used = 0;
    unsigned int i;

    to[0] = '\0';
    for (i = 0; format[i] && used + 1 < room; i++) {
        if (i)
            used += (size_t)hv_snprintf(to + used, room - used, ", ");
        if (used + 1 < room)
            used += (size_t)print_argument(to + used, room - used, format[i],
                                           calls[nr].args[i], args[i]);
    }
}

void explain_hypercall(unsigned int nr, const uint64_t args[6], long result)
{
    struct cpu *cpu = this_cpu();
    struct vcpu *v = cpu->vcpu;
    struct refusal *r = &cpu->refusal;
    char arguments[160], reason[200];

    if (r->error != result)
        *r = (struct refusal){RULE_NONE, (int)result, 0, 0};
    if (may_log(v->domain)) {
        hv_snprintf(reason, sizeof(reason), rule_texts[r->rule], r->subject,
                    r->against);
        if (nr < ARRAY_SIZE(calls) && calls[nr].name) {
            print_arguments(arguments, sizeof(arguments), nr, args);
            log_line("d%uv%u %s(%s) = -%s: %s", v->domain->id, v->id,
                     calls[nr].name, arguments, error_name(result), reason);
        } else {
            log_line("d%uv%u hypercall %u = -%s: %s", v->domain->id, v->id,
                     nr, error_name(result), reason);
        }
    }
    *r = (struct refusal){RULE_NONE, 0, 0, 0};
}
