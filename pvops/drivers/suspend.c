// SPDX-License-Identifier: MIT
/*
 * Suspending. What names machine frames is put into a form that can be read
 * elsewhere: frames of Xen's give way to the image's own pages, and the start
 * information names pages instead of frames. After a restore Xen knows of no
 * event channel, grant or timer of this guest: the library's own are made
 * anew; the drivers' are gone.
 *
 * The rule: between the two calls of pv_foreign_*() the shared page is a plain
 * page of memory, so nothing in between waits for an event.
 */
#include "../xenpv/xenpv.h"

#include <xen/errno.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

static unsigned long mfn_of(const void *page)
{
    return (unsigned long)(pv_machine_address(page) >> PAGE_SHIFT);
}

static bool other_cpus_run(void)
{
    for (unsigned cpu = 1; cpu < pv_xenpv_cpu_count(); cpu++)
        if (hypercall_vcpu_op(VCPUOP_is_up, cpu, NULL) > 0)
            return true;
    return false;
}

/* 1: cancelled, the guest goes on where it is; 0: restored. */
static long suspend(void)
{
    struct sched_shutdown shutdown = { SHUTDOWN_suspend };
    struct start_info *si = pv_xen_start;
    unsigned long store = si->store_mfn, console = si->console.domU.mfn;
    long rc;

    si->store_mfn = pv_mfn_to_pfn(store);
    si->console.domU.mfn = pv_mfn_to_pfn(console);
    rc = xen_hypercall3(__HYPERVISOR_sched_op, SCHEDOP_shutdown,
                        (xen_word_t)&shutdown, mfn_of(si));
    if (rc) {
        si->store_mfn = store;
        si->console.domU.mfn = console;
    }
    return rc;
}

static void begin_again(void)
{
    pv_p2m_describe(); /* the frames are others */
    pv_event_init();
    pv_smp_restored();
    pv_clock_init();
    pv_console_init();
    if (pv_grant_restored)
        pv_grant_restored();
    if (pv_store_restored)
        pv_store_restored();
}

int pv_suspend(void)
{
    unsigned long flags;
    long rc;

    if (pv_boot_info.world != PV_WORLD_XEN_PV ||
        pv_xen_start->flags & SIF_INITDOMAIN)
        return -XEN_ENODEV;
    if (pv_xen_cpu() || other_cpus_run())
        return -XEN_EBUSY;
    if (!pv_p2m_describe())
        return -XEN_ENOMEM;

    flags = pv_xenpv_irq_save();
    pv_clock_suspend();
    pv_foreign_away();
    pv_xenpv_irq_disable(); /* the plain page's flag */
    rc = suspend();
    pv_foreign_back(rc == 0);
    pv_xenpv_irq_disable();
    if (rc == 0)
        begin_again();
    pv_clock_resume();
    pv_xenpv_irq_restore(flags);
    if (rc == 0 && pv_store_watch_again_hook)
        pv_store_watch_again_hook();
    pv_xen_ok(rc, "sched_op shutdown suspend", mfn_of(pv_xen_start), 0,
              "the guest may not suspend");
    return (int)rc;
}
