// SPDX-License-Identifier: MIT
/*
 * Event channels and grants, of this guest with itself: what goes out comes
 * back. Natively they say that there is no Xen.
 */
#include "guest.h"

#define GRANT_VA 0xffffffffc0040000ul
#define VIRQ_CONSOLE 2
#define VIRQ_DEBUG 1

static unsigned events_seen;

static void seen(void *data)
{
    (*(unsigned *)data)++;
}

/* Two ends of one channel in this guest. */
static void test_channel(void)
{
    unsigned here = 0, there = 0, self = own_domain();
    int one = pv_event_alloc_unbound(self, seen, &here), two;

    check(one > 0, "a port that waits for its peer");
    two = pv_event_bind_interdomain(self, one, seen, &there);
    check(two > 0 && two != one, "is connected to");
    check_equal(1, there, "the new end gets a first event");
    pv_event_send(two);
    check_equal(1, here, "what one end sends the other gets");
    pv_event_mask(one);
    pv_event_send(two);
    pv_event_send(two);
    check_equal(1, here, "nothing comes to a masked port");
    check(pv_event_is_pending(one), "but it waits");
    pv_event_unmask(one);
    check_equal(2, here, "and comes once when it is unmasked");
    pv_event_mask(one);
    pv_event_send(two);
    pv_event_clear(one);
    pv_event_unmask(one);
    check_equal(2, here, "what is cleared does not come");
    check_equal(0, (uint64_t)pv_event_set_priority(one, 3),
                "a priority can be given");
    pv_event_send(two);
    check_equal(3, here, "and events still come");
    pv_irq_disable();
    pv_event_send(two);
    check_equal(3, here, "held back while interrupts are");
    pv_irq_enable();
    check_equal(4, here, "and delivered when they are let in");
    check_equal(0, (uint64_t)pv_event_close(one), "it is closed");
    check(pv_event_close(one) < 0, "once");
    check_equal(0, (uint64_t)pv_event_close(two), "so is its peer");
    check(pv_event_bind_interdomain(self, one, seen, &there) < 0,
          "and nobody can connect any more");
}

void test_events(void)
{
    bool two_level = false;
    unsigned count = 0;
    int port;

    if (boot_info->world != PV_WORLD_XEN_PV)
        return;
    pv_irq_enable();
    for (const char *p = boot_info->command_line; *p; p++)
        two_level |= *p == '-';
    if (two_level)
        check_equal(0, pv_event_is_fifo(), "as bits, as it was asked for");
    note("events come in queues", pv_event_is_fifo());
    test_channel();
    port = pv_event_bind_ipi(0, seen, &count);
    check(port > 0, "an IPI of this CPU");
    pv_event_send(port);
    check_equal(1, count, "arrives");
    pv_event_close(port);
    if (pv_cpu_count() > 1) {
        port = pv_event_bind_virq_on(VIRQ_DEBUG, 1, seen, &count);
        check(port > 0, "a virtual interrupt of the second CPU");
        check(pv_event_bind_virq_on(VIRQ_DEBUG, 1, seen, &count) < 0,
              "can be bound once");
        pv_event_close(port);
        port = pv_event_alloc_unbound(own_domain(), seen, &count);
        check_equal(0, (uint64_t)pv_event_set_cpu(port, 1),
                    "a port can go to the second CPU");
        pv_event_close(port);
    }
    port = pv_event_bind_virq(VIRQ_DEBUG, seen, &events_seen);
    check(port > 0, "a virtual interrupt of the first");
    check_equal(0, (uint64_t)pv_event_handle(port, seen, &count),
                "whose handler can be changed");
    pv_event_close(port);
    pv_raise_line(7); /* masked in the controller: waits there */
    check(!(pv_inb(0x21) & 1), "a raised line disturbs no other");
    pv_irq_disable();
}

void test_balloon(void)
{
    long before = pv_balloon_pages(), target = pv_balloon_target();
    uint64_t balance = page_balance();
    uint64_t *page = page_alloc();
    unsigned long pa = physical(page);

    page_free(page); /* the next one that is allocated */
    if (before < 0) {
        check_equal((uint64_t)-19, (uint64_t)before, "there is no balloon");
        check_equal((uint64_t)-19, (uint64_t)pv_balloon_set(1), "to fill");
        return;
    }
    check(pv_phys_to_entry(pa), "a page has a machine frame");
    check_equal(before - 16, (uint64_t)pv_balloon_set(before - 16),
                "pages are given up");
    check_equal(balance + 16, page_balance(), "which were the kernel's");
    check_equal(0, pv_phys_to_entry(pa), "and have no frame any more");
    check_equal(before, (uint64_t)pv_balloon_set(before + 100),
                "no more come back than were given");
    check_equal(balance, page_balance(), "and the kernel has them all");
    page = page_alloc();
    page[511] = 7;
    check_equal(7, page[511], "to write to");
    check(pv_phys_to_entry(physical(page)), "and for page tables");
    page_free(page);
    if (own_domain())
        check_equal(before, (uint64_t)target, "the toolstack wants as many");
    else
        check_equal((uint64_t)-19, (uint64_t)target, "nobody says how many");
}

void test_grants(void)
{
    unsigned self = own_domain(), handle = 0;
    uint64_t *page = page_alloc(), *local = page_alloc();
    volatile uint64_t *mapped = (volatile uint64_t *)GRANT_VA;
    int ref = pv_grant(self, page, 0), shared;

    if (boot_info->world != PV_WORLD_XEN_PV) {
        check_equal((uint64_t)-19, (uint64_t)ref, "there is no Xen to grant");
        check_equal((uint64_t)-19,
                    (uint64_t)pv_grant_map(0, 8, local, 0, &handle),
                    "nor anything to map");
        return;
    }
    check(ref >= 8, "a page is granted");
    page[0] = 0x1234;
    check_equal(0, (uint64_t)pv_grant_copy_from(self, ref, 0, local, 8),
                "a copy from it");
    check_equal(0x1234, local[0], "has what is there");
    local[0] = 0x4321;
    check_equal(0, (uint64_t)pv_grant_copy_to(self, ref, 16, local, 8),
                "a copy to it");
    check_equal(0x4321, page[2], "arrives where it should");
    check_equal((uint64_t)-14,
                (uint64_t)pv_grant_copy_to(self, ref, 4092, local, 8),
                "one over its end is refused");

    map(kernel_top, GRANT_VA, physical(local), 0); /* the tables on the way */
    pv_pte_store_l1(entry_of(kernel_top, GRANT_VA, 1), 0);
    check_equal(0, pv_grant_in_use(ref), "nobody uses it yet");
    check_equal(0, (uint64_t)pv_grant_map(self, ref, (void *)GRANT_VA, 0,
                                          &handle), "it is mapped");
    check_equal(0x1234, *mapped, "and is the same page");
    *mapped = 0x5678;
    check_equal(0x5678, page[0], "for writing too");
    check(pv_grant_in_use(ref), "now it is in use");
    check_equal((uint64_t)-16, (uint64_t)pv_grant_end(ref),
                "and cannot be taken back");
    check_equal(0, (uint64_t)pv_grant_unmap((void *)GRANT_VA, handle),
                "it is unmapped");
    check_equal(0, (uint64_t)pv_grant_end(ref), "and taken back");
    check(pv_grant_copy_from(self, ref, 0, local, 8) < 0,
          "then it is of no use");
    check_equal((uint64_t)-22, (uint64_t)pv_grant_end(ref),
                "and cannot be taken back twice");
    check_equal((uint64_t)-22, (uint64_t)pv_grant(self, kernel_top, 0),
                "a page table is not granted");

    shared = pv_grant(self, page, 1);
    check_equal(ref, shared, "a reference is used again");
    check(pv_grant_copy_to(self, shared, 0, local, 8) < 0,
          "what is granted for reading is not written to");
    check_equal(0, (uint64_t)pv_grant_end(shared), "and ends");
    page_free(page);
    page_free(local);
}
