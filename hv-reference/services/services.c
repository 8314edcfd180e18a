// SPDX-License-Identifier: MIT
/*
 * The services of all domains: who is looked at, and who gets the input.
 */
#include "services/services.h"

#include "core/cpu.h"
#include "core/domain.h"
#include "drivers/drivers.h"

spinlock_t services_lock = SPINLOCK(LOCK_SERVICES);

int services_init(struct domain *d)
{
    int rc;

    spin_lock(&services_lock);
    rc = console_init(d);
    if (!rc)
        rc = store_init(d);
    spin_unlock(&services_lock);
    return rc;
}

void services_destroy(struct domain *d)
{
    spin_lock(&services_lock);
    store_destroy(d);
    console_destroy(d);
    spin_unlock(&services_lock);
}

void services_connect(struct domain *d, mfn_t console_page, mfn_t store_page)
{
    spin_lock(&services_lock);
    console_connect(d, console_page);
    store_connect(d, store_page);
    spin_unlock(&services_lock);
}

void services_notify(struct domain *d)
{
    (void)d;
    ask_for_work(CPU_WORK_SERVICES);
}

void services_drain(struct domain *d)
{
    spin_lock(&services_lock);
    console_flush(d);
    spin_unlock(&services_lock);
}

/*
 * Typed bytes go to the first domain that is alive. What does not fit into
 * its ring waits here, and the serial line's own buffer behind it.
 */
static void give_input(struct domain *d)
{
    static char waiting[64];
    static size_t n;
    size_t taken;
    int byte;

    for (;;) {
        while (n < sizeof(waiting) && (byte = serial_read()) >= 0)
            waiting[n++] = (char)byte;
        if (!n)
            return;
        taken = console_input(d, waiting, n);
        if (!taken)
            return;
        n -= taken;
        for (size_t i = 0; i < n; i++)
            waiting[i] = waiting[i + taken];
    }
}

void services_run(void)
{
    bool input_given = false;
    struct domain *d;

    for (d = first_domain(0); d; d = next_domain(d)) {
        spin_lock(&services_lock);
        if (!d->dying && d->console && d->store) {
            console_output(d);
            store_serve(d);
            if (!input_given)
                give_input(d);
            input_given = true;
        }
        spin_unlock(&services_lock);
    }
}
