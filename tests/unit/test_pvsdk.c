// SPDX-License-Identifier: MIT
/*
 * The SDK's helpers as ordinary functions: byte rings at the wrap of their
 * indices and with a lying peer, requests' rings, the order of events, the
 * clock's arithmetic, entries and frames, and the list of hypercalls.
 */
#include <stddef.h>
#include <string.h>

#include <pvsdk/event.h>
#include <pvsdk/p2m.h>
#include <pvsdk/ring.h>
#include <pvsdk/time.h>
#include <xen/io/blkif.h>

#include "unit.h"

START_TEST(ring_keeps_order_over_the_wrap)
{
    static struct xencons_interface c;
    struct unit_random r = {1};
    unsigned char next_in = 0, next_out = 0;
    char bytes[3000];

    c.out_cons = c.out_prod = 0xfffffc00; /* indices wrap at 2^32, too */
    for (int i = 0; i < 300; i++) {
        int n = unit_random(&r) % sizeof(bytes), done;

        for (int k = 0; k < n; k++)
            bytes[k] = next_in + k;
        done = xen_console_write(&c, bytes, n);
        ck_assert_int_ge(done, 0);
        next_in += done;
        n = unit_random(&r) % sizeof(bytes);
        done = xen_ring_read(c.out, sizeof(c.out), &c.out_cons, &c.out_prod,
                             bytes, n);
        for (int k = 0; k < done; k++)
            ck_assert_uint_eq((unsigned char)bytes[k], next_out++);
    }
}
END_TEST

START_TEST(ring_stops_when_full_and_empty)
{
    static struct xencons_interface c;
    static char bytes[4096];

    ck_assert_int_eq(xen_console_write(&c, bytes, 4096), 2048);
    ck_assert_int_eq(xen_console_write(&c, bytes, 1), 0);
    ck_assert_int_eq(xen_console_read(&c, bytes, 10), 0);
}
END_TEST

START_TEST(ring_refuses_indices_that_cannot_be)
{
    static struct xencons_interface c;
    char bytes[8] = {0};

    c.out_prod = 5;
    c.out_cons = 6; /* the reader is ahead of the writer */
    ck_assert_int_eq(xen_console_write(&c, bytes, 8), -1);
    ck_assert_uint_eq(c.out_prod, 5);
    c.in_prod = 1025; /* more than the ring holds */
    ck_assert_int_eq(xen_console_read(&c, bytes, 8), -1);
    ck_assert_uint_eq(c.in_cons, 0);
}
END_TEST

START_TEST(requests_ring)
{
    static union {
        struct blkif_sring ring;
        char page[4096];
    } shared;
    blkif_front_ring_t front;
    blkif_back_ring_t back;
    int notify;

    ck_assert_uint_eq(__CONST_RING_SIZE(blkif, 4096), 32);
    XEN_FRONT_RING_INIT(&front, &shared.ring, 4096);
    BACK_RING_INIT(&back, &shared.ring, 4096);
    ck_assert_uint_eq(RING_SIZE(&front), 32);
    for (unsigned int i = 0; i < 32; i++)
        RING_GET_REQUEST(&front, front.req_prod_pvt++)->id = i;
    ck_assert(RING_FULL(&front));
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front, notify);
    ck_assert(notify);
    ck_assert_uint_eq(XEN_RING_NR_UNCONSUMED_REQUESTS(&back), 32);
    shared.ring.req_prod += 1000; /* a frontend that lies */
    ck_assert_uint_eq(XEN_RING_NR_UNCONSUMED_REQUESTS(&back), 32);
    ck_assert(RING_REQUEST_PROD_OVERFLOW(&back, shared.ring.req_prod));
}
END_TEST

START_TEST(events_come_once_each_and_masked_ones_stay)
{
    static struct shared_info s;
    static struct vcpu_info v;
    static const unsigned int ports[] = {1, 63, 64, 1000, 4095};
    xen_ulong_t words = 0;
    unsigned int found = 0;

    for (unsigned int i = 0; i < 5; i++) {
        xen_test_and_set_bit(ports[i], s.evtchn_pending);
        v.evtchn_pending_sel |= 1UL << (ports[i] / 64);
    }
    xen_port_mask(&s, 64);
    v.evtchn_upcall_pending = 1;
    for (evtchn_port_t p; (p = xen_next_event(&s, &v, &words)) != 0;) {
        ck_assert_uint_ne(p, 64);
        ck_assert(!xen_test_bit(p, s.evtchn_pending));
        found++;
    }
    ck_assert_uint_eq(found, 4);
    ck_assert(xen_test_bit(64, s.evtchn_pending));
    ck_assert_uint_eq(v.evtchn_upcall_pending, 0);
}
END_TEST

START_TEST(clock_arithmetic)
{
    /* 2 GHz: half a nanosecond a tick. */
    ck_assert_uint_eq(xen_scale_ticks(2000000000, 0x80000000, 0), 1000000000);
    ck_assert_uint_eq(xen_scale_ticks(1000, 0x80000000, 1), 1000);
    ck_assert_uint_eq(xen_scale_ticks(4000, 0x80000000, -1), 1000);
    /* More than 64 bits in between: 100 years at 2 GHz. */
    ck_assert_uint_eq(xen_scale_ticks(6307200000000000000, 0x80000000, 0),
                      3153600000000000000);
}
END_TEST

START_TEST(entries_and_frames)
{
    xen_pfn_t p2m[3] = {7, XEN_NO_FRAME, 9};
    xen_pte_t pte = xen_make_pte(0x123456789, PTE_PRESENT | PTE_NX);

    ck_assert_uint_eq(xen_pte_mfn(pte), 0x123456789);
    ck_assert_uint_eq(xen_pte_flags(pte), PTE_PRESENT | PTE_NX);
    ck_assert_uint_eq(xen_pt_index(0xffffffff80100000, 4), 511);
    ck_assert_uint_eq(xen_pt_index(0xffffffff80100000, 3), 510);
    ck_assert_uint_eq(xen_pt_index(0xffffffff80100000, 1), 256);
    ck_assert(!xen_l4_slot_is_reserved(255) && xen_l4_slot_is_reserved(256));
    ck_assert(xen_l4_slot_is_reserved(271) && !xen_l4_slot_is_reserved(272));
    ck_assert_uint_eq(xen_phys_to_machine(p2m, 0x2345), 0x9345);
    ck_assert_uint_eq(xen_mfn_to_pfn(p2m, 3, 100, 101), XEN_NO_FRAME);
}
END_TEST

/* Each row has as many formats and names as arguments, and its own number. */
START_TEST(list_of_hypercalls)
{
    static const struct {
        unsigned int number, count;
        const char *name, *formats, *arguments[6];
    } rows[] = {
#define HYPERCALL(nr, name, count, formats, ...)                               \
    {nr, count, #name, formats, {__VA_ARGS__}},
#include <xen/hypercalls.def>
    };
    char seen[64] = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ck_assert_uint_lt(rows[i].number, 64);
        ck_assert(!seen[rows[i].number]++);
        ck_assert_uint_eq(strlen(rows[i].formats), rows[i].count);
        ck_assert(!rows[i].formats[strspn(rows[i].formats, "cduixvpegm")]);
        for (unsigned int a = 0; a < rows[i].count; a++)
            ck_assert(rows[i].arguments[a] && *rows[i].arguments[a]);
    }
    ck_assert_uint_eq(sizeof(rows) / sizeof(*rows), 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pvsdk");
    TCase *tests = tcase_create("helpers");

    tcase_add_test(tests, ring_keeps_order_over_the_wrap);
    tcase_add_test(tests, ring_stops_when_full_and_empty);
    tcase_add_test(tests, ring_refuses_indices_that_cannot_be);
    tcase_add_test(tests, requests_ring);
    tcase_add_test(tests, events_come_once_each_and_masked_ones_stay);
    tcase_add_test(tests, clock_arithmetic);
    tcase_add_test(tests, entries_and_frames);
    tcase_add_test(tests, list_of_hypercalls);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
