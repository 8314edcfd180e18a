// SPDX-License-Identifier: MIT
/*
 * The hypervisor's ends of a guest's rings. The guest owns the memory, so
 * every index and length may be anything at any moment: bytes come through in
 * order, a full ring waits, and an index run wild ends that service alone.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "drivers/drivers.h"
#include "services/services.h"
#include "unit.h"

/* --- fakes: two pages, a serial line, and counters --- */

#define CONSOLE_PAGE 1
#define STORE_PAGE   2

static _Alignas(4096) uint8_t pages[3][4096];
static int windows, uses;
static char line[1 << 16];
static size_t line_used;
static const char *typed = "";
static unsigned int signals;

void *map_frame(mfn_t mfn)
{
    windows++;
    return pages[mfn.n];
}

void unmap_frame(const void *window)
{
    (void)window;
    windows--;
}

struct frame *frame_of(mfn_t mfn)
{
    return (struct frame *)pages[mfn.n];
}

int get_frame_type(struct frame *frame, const struct domain *owner,
                   enum frame_type type)
{
    (void)frame, (void)owner, (void)type;
    uses++;
    return 0;
}

void put_frame_type(struct frame *frame)
{
    (void)frame;
    uses--;
}

unsigned int event_port_for_service(struct domain *d, event_notify_fn *notify)
{
    (void)d, (void)notify;
    return 5;
}

void signal_port(struct domain *d, unsigned int port)
{
    (void)d, (void)port;
    signals++;
}

static struct domain domain;

struct domain *first_domain(domid_t from)
{
    return from <= domain.id ? &domain : NULL;
}

struct domain *next_domain(struct domain *d)
{
    (void)d;
    return NULL;
}

struct cpu *this_cpu(void)
{
    static struct cpu cpu;

    return &cpu;
}

void serial_lock(void)
{
}

void serial_unlock(void)
{
}

void hw_relax(void)
{
    ck_abort_msg("a service waits for a lock that nobody will release");
}

void serial_write(const char *bytes, size_t n)
{
    memcpy(line + line_used, bytes, n);
    line_used += n;
}

bool serial_in_line(void)
{
    return line_used && line[line_used - 1] != '\n';
}

int serial_read(void)
{
    return *typed ? *typed++ : -1;
}

void panic(const char *fmt, ...)
{
    (void)fmt;
    abort();
}

/* --- the guest's side --- */

static struct xencons_interface *console = (void *)pages[CONSOLE_PAGE];
static struct xenstore_domain_interface *store = (void *)pages[STORE_PAGE];

static void setup(void)
{
    memset(pages, 0, sizeof(pages));
    memset(&domain, 0, sizeof(domain));
    line_used = 0;
    signals = 0;
    domain.id = 1;
    domain_locks_init(&domain);
    ck_assert_int_eq(services_init(&domain), 0);
    services_connect(&domain, MFN(CONSOLE_PAGE), MFN(STORE_PAGE));
}

static void teardown(void)
{
    services_destroy(&domain);
    ck_assert_int_eq(windows, 0); /* nothing of the guest's is kept */
    ck_assert_int_eq(uses, 0);
}

static void guest_says(const char *text, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        console->out[MASK_XENCONS_IDX(console->out_prod++, console->out)] =
            text[i];
}

START_TEST(console_output_arrives_in_order)
{
    char text[3000];
    size_t i, sent = 0;

    console->out_cons = console->out_prod = 0xfffffffa; /* wraps soon */
    for (i = 0; i < sizeof(text); i++)
        text[i] = (char)('a' + i % 26);
    while (sent < sizeof(text)) {
        size_t n = min_of((size_t)1000, sizeof(text) - sent);

        guest_says(text + sent, n);
        services_run();
        sent += n;
    }
    ck_assert_uint_eq(line_used, sizeof(text));
    ck_assert(memcmp(line, text, sizeof(text)) == 0);
    ck_assert_uint_eq(console->out_cons, console->out_prod);
    ck_assert_uint_gt(signals, 0);
}
END_TEST

START_TEST(several_domains_have_whole_lines_with_their_names)
{
    domain.one_of_several = true;
    domain.id = 2;
    memcpy(domain.name, "web", 4);
    guest_says("one\nhalf", 8);
    services_run();
    guest_says(" and half\n", 10);
    services_run();
    guest_says("last", 4);
    services_drain(&domain);
    line[line_used] = '\0';
    ck_assert_str_eq(line, "web| one\nweb| half and half\nweb| last");
    domain.id = 1;
}
END_TEST

START_TEST(typed_bytes_wait_for_room)
{
    static char text[3001];
    size_t i, got = 0;

    memset(text, 'k', 3000);
    typed = text;
    for (i = 0; i < 100 && got < 3000; i++) {
        services_run();
        while (console->in_cons != console->in_prod) {
            ck_assert_int_eq(
                console->in[MASK_XENCONS_IDX(console->in_cons, console->in)],
                'k');
            console->in_cons++;
            got++;
        }
    }
    ck_assert_uint_eq(got, 3000);
}
END_TEST

START_TEST(wild_console_indices_end_the_console_only)
{
    console->out_prod = console->out_cons + sizeof(console->out) + 1;
    services_run();
    ck_assert_uint_eq(line_used, 0);
    console->out_prod = console->out_cons;
    guest_says("x", 1);
    services_run();
    ck_assert_uint_eq(line_used, 0);
    /* The store still answers. */
    store->req_prod = 0;
    services_run();
    ck_assert_int_eq(uses, 1);
}
END_TEST

START_TEST(wild_input_indices_end_the_console_only)
{
    typed = "z";
    console->in_cons = 5; /* ahead of in_prod */
    services_run();
    ck_assert_int_eq(uses, 1);
}
END_TEST

static void ask(const void *bytes, size_t n)
{
    const char *from = bytes;

    while (n--)
        store->req[MASK_XENSTORE_IDX(store->req_prod++)] = *from++;
}

static size_t take_answer(char *to, size_t room)
{
    size_t n = 0;

    while (store->rsp_cons != store->rsp_prod && n < room)
        to[n++] = store->rsp[MASK_XENSTORE_IDX(store->rsp_cons++)];
    return n;
}

START_TEST(store_answers_however_the_bytes_come)
{
    struct xsd_sockmsg head = {XS_READ, 1, 0, 6};
    char bytes[sizeof(head) + 6], answer[128];
    size_t i, n;

    memcpy(bytes, &head, sizeof(head));
    memcpy(bytes + sizeof(head), "domid", 6);
    store->req_cons = store->req_prod = 0xffffffff;
    store->rsp_cons = store->rsp_prod = 0xfffffffe;
    for (i = 0; i < sizeof(bytes); i++) { /* one at a time */
        ask(bytes + i, 1);
        services_run();
    }
    n = take_answer(answer, sizeof(answer));
    ck_assert_uint_eq(n, sizeof(head) + 1);
    ck_assert_int_eq(answer[sizeof(head)], '1');
    ask(bytes, sizeof(bytes)); /* two at once */
    ask(bytes, sizeof(bytes));
    services_run();
    ck_assert_uint_eq(take_answer(answer, sizeof(answer)),
                      2 * (sizeof(head) + 1));
}
END_TEST

START_TEST(store_waits_for_room)
{
    struct xsd_sockmsg head = {XS_DIRECTORY, 1, 0, 1};
    char bytes[sizeof(head) + 1], answer[64];
    unsigned int i, asked = 0;
    size_t total = 0, n;

    memcpy(bytes, &head, sizeof(head));
    bytes[sizeof(head)] = '\0'; /* an empty path: each answer is an error */
    for (i = 0; i < 40; i++, asked++)
        ask(bytes, sizeof(bytes));
    do {
        services_run();
        n = take_answer(answer, sizeof(answer));
        total += n;
    } while (n);
    ck_assert_uint_eq(total, asked * (sizeof(head) + sizeof("EINVAL")));
}
END_TEST

START_TEST(wild_store_indices_and_lengths_end_the_store_only)
{
    struct xsd_sockmsg head = {XS_READ, 1, 0, 0xffffffff};

    switch (_i) {
    case 0:
        store->req_prod = store->req_cons + XENSTORE_RING_SIZE + 1;
        break;
    case 1:
        ask(&head, sizeof(head));
        break;
    case 2:
        head.len = XENSTORE_PAYLOAD_MAX + 1;
        ask(&head, sizeof(head));
        break;
    case 3:
        head.len = 0;
        store->rsp_cons = store->rsp_prod + 1;
        ask(&head, sizeof(head));
        break;
    }
    services_run();
    ck_assert_int_eq(uses, 1); /* the console's */
    guest_says("alive", 5);
    services_run();
    ck_assert_uint_eq(line_used, 5);
}
END_TEST

START_TEST(random_ring_memory_is_survived)
{
    struct unit_random random = {.state = (uint64_t)_i};
    unsigned int round, i;

    for (round = 0; round < 2000; round++) {
        for (i = 0; i < 64; i++) {
            pages[1 + unit_random(&random) % 2]
                 [2048 + unit_random(&random) % 2048] =
                (uint8_t)unit_random(&random);
        }
        line_used = 0;
        services_run();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("services");
    TCase *tc = tcase_create("rings");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, console_output_arrives_in_order);
    tcase_add_test(tc, several_domains_have_whole_lines_with_their_names);
    tcase_add_test(tc, typed_bytes_wait_for_room);
    tcase_add_test(tc, wild_console_indices_end_the_console_only);
    tcase_add_test(tc, wild_input_indices_end_the_console_only);
    tcase_add_test(tc, store_answers_however_the_bytes_come);
    tcase_add_test(tc, store_waits_for_room);
    tcase_add_loop_test(tc, wild_store_indices_and_lengths_end_the_store_only,
                        0, 4);
    tcase_add_loop_test(tc, random_ring_memory_is_survived, 0, 20);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
