// SPDX-License-Identifier: MIT
/*
 * The guest is saved: it asks domain 0 to, waits for the toolstack's request,
 * suspends, and looks at what it is afterwards. With the word suspend-cancel
 * it goes on where it is, with suspend-restore it was written to a file and
 * read back. Everything is in use before: events, grants, timer, watches.
 */
#include "guest.h"

#define PAGES 64

static int request = -1;
static unsigned watched, sent;
static uint64_t *pages[PAGES];

static void requested(void *data, int what)
{
    (void)data;
    request = what;
}

static void count(void *data, const char *path)
{
    (void)path;
    (*(unsigned *)data)++;
}

static void arrived(void *data)
{
    (*(unsigned *)data)++;
}

/* Domain 0 has something to do. */
#define RUN_UNTIL(what) RUN_WATCHES_UNTIL(what, 60)

static bool pages_are_whole(void)
{
    for (unsigned i = 0; i < PAGES; i++)
        if (pages[i][i] != i * 7 + 1)
            return false;
    return true;
}

static void timer_works(void)
{
    unsigned long before = ticks;

    pv_irq_disable();
    pv_timer_at(pv_time_ns() + 3000000);
    while (ticks == before)
        pv_safe_halt();
    check(true, "the timer interrupts");
}

static void second(void *data)
{
    *(volatile unsigned *)data = pv_cpu_id();
}

static void second_cpu_works(void)
{
    static char stack[8192];
    static volatile unsigned number;
    unsigned long end = pv_time_ns() + 5000000000ul;
    int rc;

    number = 0;
    do {
        rc = pv_cpu_start(1, second, stack + sizeof(stack), (void *)&number);
    } while (rc == -16 && pv_time_ns() < end);
    check_equal(0, (uint64_t)rc, "the second CPU starts");
    while (!number && pv_time_ns() < end)
        ;
    check_equal(1, number, "and runs");
    /* It stops by itself; until then nobody may suspend. */
    while ((rc = pv_cpu_start(1, second, stack + sizeof(stack),
                              (void *)&number)) == -16 &&
           pv_time_ns() < end)
        ;
}

static void drivers_work(bool restored, int port, int ref)
{
    uint64_t *page = page_alloc(), *local = page_alloc();
    struct pv_watch watch = { .path = "data/s", .changed = count,
                              .data = &watched };

    if (restored) {
        port = pv_event_bind_ipi(0, arrived, &sent);
        ref = pv_grant(own_domain(), page, 0);
        check(port > 0 && ref >= 8, "a new port and a new grant");
    }
    sent = 0;
    pv_irq_enable();
    pv_event_send(port);
    check_equal(1, sent, "an event arrives");
    page[0] = 77;
    if (restored)
        check_equal(0, (uint64_t)pv_grant_copy_from(own_domain(), ref, 0,
                                                    local, 8),
                    "a grant can be used");
    check_equal(0, (uint64_t)pv_grant_end(ref), "and ends");
    pv_store_mkdir(0, "data/s");
    watched = 0;
    check_equal(0, (uint64_t)pv_store_watch(&watch), "a watch is set");
    check(RUN_UNTIL(watched), "and called");
}

void suspend_main(bool restore)
{
    static struct pv_watch watch = { .path = "data/old", .changed = count,
                                     .data = &watched };
    unsigned before_id = own_domain();
    unsigned long before;
    int port, ref, rc;

    test_name = restore ? "restored" : "cancelled";
    pv_outb(0x43, 0x34);
    pv_outb(0x21, 0xfe);
    pv_irq_enable();
    for (unsigned i = 0; i < PAGES; i++) {
        pages[i] = page_alloc();
        pages[i][i] = i * 7 + 1;
    }
    second_cpu_works();
    port = pv_event_bind_ipi(0, arrived, &sent);
    ref = pv_grant(before_id, pages[0], 1);
    check(port > 0 && ref >= 8, "a port and a grant");
    pv_store_mkdir(0, "data/old");
    check_equal(0, (uint64_t)pv_store_watch(&watch), "a watch");
    check_equal(0, (uint64_t)pv_control_init(requested, NULL), "ready");
    while (pv_store_run_watches())
        ;
    note(restore ? "save please: restore" : "save please: go on", 0);
    check(RUN_UNTIL(request == PV_REQUEST_SUSPEND), "the request comes");

    before = pv_time_ns();
    do {
        rc = pv_suspend();
    } while (rc == -16); /* the second CPU is on its way to stop */
    check_equal(!restore, (uint64_t)rc, "suspended, and here again");
    check(pv_time_ns() >= before, "time has not gone back");
    check(pages_are_whole(), "memory is what it was");
    note("domain before", before_id);
    note("domain now", own_domain());
    check_equal(restore, own_domain() != before_id,
                "another domain exactly if it was restored");
    timer_works();
    drivers_work(restore, port, ref);
    check_equal(0, (uint64_t)pv_store_unwatch(&watch),
                "the watch of before was still there");
    second_cpu_works();
    check_equal(0, pv_selftest(), "the library's own look finds nothing");
}
