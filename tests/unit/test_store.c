// SPDX-License-Identifier: MIT
/*
 * The xenstore wire: each request of a guest gets the reply that a real store
 * gives, relative paths and errors included, and a payload that lies about
 * itself reads nothing outside (payloads are heap blocks of their own size).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/store_wire.h"
#include "unit.h"

static struct store_tree tree;
static struct store_client client;

static void setup(void)
{
    memset(&client, 0, sizeof(client));
    ck_assert_int_eq(tree_init(&tree), 0);
    client.id = 1;
    client.tree = &tree;
    tree_write(&tree, "/local/domain/1/name", "guest", 5);
    tree_write(&tree, "/local/domain/2/secret", "x", 1);
}

static void teardown(void)
{
    store_client_reset(&client);
    tree_destroy(&tree);
}

/* Send a request; the reply's type, its payload in *TEXT. */
static uint32_t request_in(uint32_t transaction, uint32_t type,
                           const char *payload, size_t size, const char **text,
                           size_t *text_size)
{
    struct xsd_sockmsg head = {type, 77, transaction, (uint32_t)size};
    char *block = malloc(size ? size : 1);

    memcpy(block, payload, size);
    store_request(&client, &head, block);
    free(block);
    memcpy(&head, client.reply, sizeof(head));
    ck_assert_uint_eq(head.req_id, 77);
    ck_assert_uint_eq(client.reply_size, sizeof(head) + head.len);
    *text = client.reply + sizeof(head);
    *text_size = head.len;
    return head.type;
}

static void answers(uint32_t transaction, uint32_t type, const char *payload,
                    size_t size, const char *expect, size_t expect_size)
{
    const char *text;
    size_t text_size;

    ck_assert_uint_eq(
        request_in(transaction, type, payload, size, &text, &text_size), type);
    ck_assert_uint_eq(text_size, expect_size);
    ck_assert(memcmp(text, expect, expect_size) == 0);
}

static void fails(uint32_t transaction, uint32_t type, const char *payload,
                  size_t size, const char *error)
{
    const char *text;
    size_t text_size;

    ck_assert_uint_eq(
        request_in(transaction, type, payload, size, &text, &text_size),
        XS_ERROR);
    ck_assert_str_eq(text, error);
    ck_assert_uint_eq(text_size, strlen(error) + 1);
}

/* Literals with their zero byte, as paths go over the wire. */
#define Z(text) text, sizeof(text)

START_TEST(nodes_are_read_and_written)
{
    answers(0, XS_READ, Z("name"), "guest", 5);
    answers(0, XS_READ, Z("/local/domain/1/name"), "guest", 5);
    answers(0, XS_WRITE, "data/a\0value", 12, Z("OK"));
    answers(0, XS_READ, Z("data/a"), "value", 5);
    answers(0, XS_MKDIR, Z("data/b"), Z("OK"));
    answers(0, XS_READ, Z("data/b"), "", 0);
    answers(0, XS_DIRECTORY, Z("data"), "a\0b", 4);
    answers(0, XS_RM, Z("data/a"), Z("OK"));
    answers(0, XS_RM, Z("data/a"), Z("OK"));
    answers(0, XS_DIRECTORY, Z("data"), "b", 2);
    answers(0, XS_RM, Z("data"), Z("OK"));
    fails(0, XS_DIRECTORY, Z("data"), "ENOENT");
    answers(0, XS_GET_DOMAIN_PATH, Z("5"), Z("/local/domain/5"));
    answers(0, XS_GET_PERMS, Z("name"), Z("n1"));
}
END_TEST

START_TEST(errors_are_named)
{
    fails(0, XS_READ, Z("no/such"), "ENOENT");
    fails(0, XS_RM, Z("no/such"), "ENOENT");
    fails(0, XS_READ, Z("/local/domain/2/secret"), "EACCES");
    fails(0, XS_WRITE, "/local/domain/2/a\0v", 19, "EACCES");
    fails(0, XS_WRITE, "/local/domain/11/a\0v", 20, "EACCES");
    fails(0, XS_READ, Z("a//b"), "EINVAL");
    fails(0, XS_READ, Z("a/"), "EINVAL");
    fails(0, XS_READ, Z("a b"), "EINVAL");
    fails(0, XS_READ, Z(""), "EINVAL");
    fails(0, XS_READ, "name", 4, "EINVAL"); /* no zero byte */
    fails(0, XS_READ, "", 0, "EINVAL");
    fails(9, XS_READ, Z("name"), "ENOENT"); /* no such transaction */
    fails(0, XS_TRANSACTION_END, Z("T"), "ENOENT");
    fails(0, XS_CONTROL, Z("help"), "ENOSYS");
    fails(0, 12345, Z("x"), "ENOSYS");
}
END_TEST

START_TEST(values_and_trees_have_limits)
{
    static char big[STORE_VALUE_MAX + 3] = "v";
    char path[32];
    const char *text = "";
    size_t size;
    unsigned int i;

    fails(0, XS_WRITE, big, sizeof(big), "E2BIG");
    for (i = 0; i < STORE_NODES_MAX + 10; i++) {
        snprintf(path, sizeof(path), "data/%u", i);
        if (request_in(0, XS_MKDIR, path, strlen(path) + 1, &text, &size) ==
            XS_ERROR)
            break;
    }
    ck_assert_uint_lt(i, STORE_NODES_MAX);
    ck_assert_str_eq(text, "ENOSPC");
    /* That directory is too long for one reply, and can be read in parts. */
    fails(0, XS_DIRECTORY, Z("data"), "E2BIG");
    ck_assert_uint_eq(request_in(0, XS_DIRECTORY_PART, "data\0" "0", 7, &text,
                                 &size), XS_DIRECTORY_PART);
    ck_assert_uint_gt(size, 900);
}
END_TEST

START_TEST(a_transaction_is_all_or_nothing)
{
    answers(0, XS_TRANSACTION_START, Z(""), Z("1"));
    answers(1, XS_WRITE, "data/t\0" "1", 8, Z("OK"));
    answers(1, XS_READ, Z("data/t"), "1", 1);
    fails(0, XS_READ, Z("data/t"), "ENOENT");
    answers(1, XS_TRANSACTION_END, Z("F"), Z("OK"));
    fails(0, XS_READ, Z("data/t"), "ENOENT");

    answers(0, XS_TRANSACTION_START, Z(""), Z("2"));
    answers(2, XS_WRITE, "data/t\0" "2", 8, Z("OK"));
    answers(2, XS_TRANSACTION_END, Z("T"), Z("OK"));
    answers(0, XS_READ, Z("data/t"), "2", 1);

    answers(0, XS_TRANSACTION_START, Z(""), Z("3"));
    answers(3, XS_WRITE, "data/t\0" "3", 8, Z("OK"));
    answers(0, XS_WRITE, "data/u\0" "9", 8, Z("OK"));
    fails(3, XS_TRANSACTION_END, Z("T"), "EAGAIN");
    answers(0, XS_READ, Z("data/t"), "2", 1);
}
END_TEST

static void next_event_is(const char *bytes, size_t size)
{
    struct store_event *event = store_next_event(&client);
    struct xsd_sockmsg head;

    ck_assert_ptr_nonnull(event);
    memcpy(&head, event->bytes, sizeof(head));
    ck_assert_uint_eq(head.type, XS_WATCH_EVENT);
    ck_assert_uint_eq(head.len, size);
    ck_assert(memcmp(event->bytes + sizeof(head), bytes, size) == 0);
    free(event);
}

START_TEST(watches_fire)
{
    answers(0, XS_WATCH, "data\0tok", 9, Z("OK"));
    next_event_is("data\0tok", 9); /* once, at once */
    fails(0, XS_WATCH, "data\0tok", 9, "EEXIST");
    answers(0, XS_WRITE, "data/a\0v", 8, Z("OK"));
    next_event_is("data/a\0tok", 11);
    answers(0, XS_WRITE, "datum\0v", 7, Z("OK")); /* not below it */
    ck_assert_ptr_null(store_next_event(&client));
    answers(0, XS_WATCH, "/local/domain/1/data/a\0abs", 27, Z("OK"));
    next_event_is("/local/domain/1/data/a\0abs", 27);
    answers(0, XS_RM, Z("data"), Z("OK"));
    next_event_is("/local/domain/1/data/a\0abs", 27);
    next_event_is("data\0tok", 9);
    answers(0, XS_UNWATCH, "data\0tok", 9, Z("OK"));
    fails(0, XS_UNWATCH, "data\0tok", 9, "ENOENT");
    fails(0, XS_WATCH, "data\0tok", 8, "EINVAL"); /* the token has no end */
    store_changed(&client, "/local/domain/1/data/a");
    next_event_is("/local/domain/1/data/a\0abs", 27);
}
END_TEST

START_TEST(random_requests_are_survived)
{
    struct unit_random random = {.state = 7};
    static const char alphabet[] = "ab/@\0\0 TF1";
    unsigned int round, errors = 0;
    struct store_event *event;

    for (round = 0; round < 50000; round++) {
        char payload[64];
        size_t size = unit_random(&random) % sizeof(payload), i, text_size;
        const char *text;

        for (i = 0; i < size; i++)
            payload[i] = alphabet[unit_random(&random) % sizeof(alphabet)];
        errors += request_in(unit_random(&random) % 4 ? 0 : round % 12,
                             unit_random(&random) % (XS_TYPE_COUNT + 2),
                             payload, size, &text, &text_size) == XS_ERROR;
        while ((event = store_next_event(&client)))
            free(event);
    }
    ck_assert_uint_gt(errors, 0);
    ck_assert_uint_lt(errors, round);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xenstore");
    TCase *tc = tcase_create("wire");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, nodes_are_read_and_written);
    tcase_add_test(tc, errors_are_named);
    tcase_add_test(tc, values_and_trees_have_limits);
    tcase_add_test(tc, a_transaction_is_all_or_nothing);
    tcase_add_test(tc, watches_fire);
    tcase_add_test(tc, random_requests_are_survived);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
