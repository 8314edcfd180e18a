// SPDX-License-Identifier: MIT
/*
 * Time from the page that Xen keeps: TSC ticks scaled to nanoseconds. One
 * timer, set for the earlier of two deadlines: the kernel's own (timer_at)
 * and that of the timer chip's model. It is always armed while a deadline is
 * set, so that a CPU that blocks wakes.
 */
#include "../xenpv/xenpv.h"
#include "devices.h"

#include <pvsdk/time.h>
#include <xen/sched.h>

/* Of each CPU, and the vector of its cpu_timer_at. */
static struct cpu_clock {
    uint64_t deadlines[CLOCK_USERS];
    unsigned vector;
} clocks[PV_MAX_CPUS];

/* Xen's time is the host's; this guest's goes on through a restore. */
static uint64_t since_boot, at_suspend;

static uint64_t xen_ns(void)
{
    const struct vcpu_time_info *t = &this_vcpu()->time;
    uint32_t version;
    uint64_t now;

    do {
        version = xen_read_once(t->version) & ~1u;
        xen_rmb();
        now = t->system_time +
              xen_scale_ticks(pv_native_rdtsc() - t->tsc_timestamp,
                              t->tsc_to_system_mul, t->tsc_shift);
        xen_rmb();
    } while (version != xen_read_once(t->version));
    return now;
}

uint64_t pv_clock_ns(void)
{
    return xen_ns() + since_boot;
}

static void arm(const struct cpu_clock *c)
{
    const uint64_t *deadlines = c->deadlines;
    uint64_t next = 0;

    for (int i = 0; i < CLOCK_USERS; i++)
        if (deadlines[i] && (!next || deadlines[i] < next))
            next = deadlines[i];
    if (next)
        next = next > since_boot ? next - since_boot : 1;
    pv_xen_ok(hypercall_set_timer_op(next), "set_timer_op", next, 0,
           "nothing: it cannot fail");
}

bool pv_clock_is_armed(void)
{
    for (int i = 0; i < CLOCK_USERS; i++)
        if (clocks[pv_xen_cpu()].deadlines[i])
            return true;
    return false;
}

void pv_clock_set(enum clock_user user, uint64_t deadline)
{
    unsigned long flags = pv_ops.irq_save();
    struct cpu_clock *c = &clocks[pv_xen_cpu()];

    c->deadlines[user] = deadline;
    arm(c);
    pv_ops.irq_restore(flags);
}

static void expired(void *unused)
{
    struct cpu_clock *c = &clocks[pv_xen_cpu()];
    uint64_t now = pv_clock_ns();

    (void)unused;
    for (int i = 0; i < CLOCK_USERS; i++) {
        if (!c->deadlines[i] || c->deadlines[i] > now)
            continue;
        c->deadlines[i] = 0;
        if (i == CLOCK_KERNEL)
            pv_i8259_raise(0);
        else if (i == CLOCK_I8254)
            pv_i8254_expired();
        else
            pv_ipi_mark(pv_xen_cpu(), c->vector);
    }
    arm(c);
}

void pv_clock_init(void)
{
    pv_clock_init_cpu(0);
}

void pv_clock_init_cpu(unsigned cpu)
{
    pv_event_bind_virq_on(VIRQ_TIMER, cpu, expired, NULL);
}

/* This CPU ends: no deadline of its own is left. */
void pv_clock_stop_cpu(void)
{
    pv_memset(clocks[pv_xen_cpu()].deadlines, 0,
              sizeof(clocks[0].deadlines));
    arm(&clocks[pv_xen_cpu()]);
}

void pv_xenpv_cpu_timer_at(unsigned vector, unsigned long ns)
{
    clocks[pv_xen_cpu()].vector = vector;
    pv_clock_set(CLOCK_CPU, ns);
}

unsigned long pv_xenpv_time_ns(void)
{
    return pv_clock_ns();
}

unsigned long pv_xenpv_wallclock(void)
{
    uint64_t seconds;
    uint32_t ns;

    xen_wall_clock(pv_xen_shared, &seconds, &ns);
    return seconds ? seconds + (ns + xen_ns()) / 1000000000 : 0;
}

void pv_xenpv_timer_at(unsigned long ns)
{
    pv_clock_set(CLOCK_KERNEL, ns);
}

void pv_xenpv_shutdown(int reason)
{
    static const unsigned reasons[] = { SHUTDOWN_poweroff, SHUTDOWN_reboot,
                                        SHUTDOWN_crash };
    struct sched_shutdown shutdown = { reasons[reason < 3 ? reason : 2] };

    for (;;)
        hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
}

void pv_clock_suspend(void)
{
    at_suspend = pv_clock_ns();
}

/* Time has not gone back, whatever the host's says. */
void pv_clock_resume(void)
{
    uint64_t now = pv_clock_ns();

    if (now < at_suspend)
        since_boot += at_suspend - now;
    arm(&clocks[pv_xen_cpu()]);
}
