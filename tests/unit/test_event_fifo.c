// SPDX-License-Identifier: MIT
/*
 * The FIFO event ABI: how ports are queued, in which order a guest finds them,
 * what it is refused, and that its pages come back. The guest here is honest,
 * busy on another thread, or hostile.
 */
#include <pthread.h>

#include "fake_events.h"

#define BLOCK0 0
#define BLOCK1 1
#define WORDS  2 /* the frame with the first 1024 event words */

static struct evtchn_fifo_control_block *const block[2] = {
    (void *)frames[BLOCK0], (void *)frames[BLOCK1]};
static event_word_t *const words = (event_word_t *)frames[WORDS];

#define PENDING (1u << EVTCHN_FIFO_PENDING)
#define MASKED  (1u << EVTCHN_FIFO_MASKED)
#define LINKED  (1u << EVTCHN_FIFO_LINKED)
#define BUSY    (1u << EVTCHN_FIFO_BUSY)

static long give_block(uint32_t vcpu, uint64_t frame, uint32_t offset)
{
    struct evtchn_init_control arg = {
        .control_gfn = frame, .offset = offset, .vcpu = vcpu};
    long rc = op(EVTCHNOP_init_control, &arg);

    if (!rc)
        ck_assert_uint_eq(arg.link_bits, EVTCHN_FIFO_LINK_BITS);
    return rc;
}

static long give_page(uint64_t frame)
{
    struct evtchn_expand_array arg = {.array_gfn = frame};

    return op(EVTCHNOP_expand_array, &arg);
}

static void turn_on(void)
{
    ck_assert_int_eq(give_block(0, BLOCK0, 0), 0);
    ck_assert_int_eq(give_block(1, BLOCK1, 0), 0);
    ck_assert_int_eq(give_page(WORDS), 0);
}

static long set_priority(uint32_t port, uint32_t priority)
{
    struct evtchn_set_priority arg = {port, priority};

    return op(EVTCHNOP_set_priority, &arg);
}

static long unmask(uint32_t port)
{
    struct evtchn_unmask arg = {.port = port};

    return op(EVTCHNOP_unmask, &arg);
}

static long reset(void)
{
    struct evtchn_reset arg = {.dom = DOMID_SELF};

    return op(EVTCHNOP_reset, &arg);
}

/*
 * What a guest's upcall does: the next port of the first queue of vCPU V that
 * has one, taken off; 0: nothing is ready. What is not pending is passed over.
 */
static uint32_t heads[2][EVTCHN_FIFO_MAX_QUEUES];

static uint32_t take_next(unsigned int v)
{
    uint32_t ready = __atomic_load_n(&block[v]->ready, __ATOMIC_SEQ_CST);
    uint32_t q, port, old;

    for (q = 0; q < EVTCHN_FIFO_MAX_QUEUES; q++) {
        while (heads[v][q] || ready & 1u << q) {
            if (!heads[v][q]) {
                __atomic_fetch_and(&block[v]->ready, ~(1u << q),
                                   __ATOMIC_SEQ_CST);
                ready &= ~(1u << q);
                heads[v][q] =
                    __atomic_load_n(&block[v]->head[q], __ATOMIC_SEQ_CST);
            }
            port = heads[v][q];
            ck_assert_uint_ne(port, 0);
            old = __atomic_fetch_and(&words[port],
                                     ~(LINKED | EVTCHN_FIFO_LINK_MASK),
                                     __ATOMIC_SEQ_CST);
            heads[v][q] = old & EVTCHN_FIFO_LINK_MASK;
            if (old & MASKED)
                continue;
            if (__atomic_fetch_and(&words[port], ~PENDING, __ATOMIC_SEQ_CST) &
                PENDING)
                return port;
        }
    }
    return 0;
}

static void begin(void)
{
    fake_events_begin();
    memset(heads, 0, sizeof(heads));
}

START_TEST(the_first_block_turns_it_on)
{
    ck_assert_int_eq(give_page(WORDS), -EOPNOTSUPP);
    ck_assert_int_eq(give_block(2, BLOCK0, 0), -ENOENT);
    ck_assert_int_eq(give_block(0, BLOCK0, 4), -EINVAL);
    ck_assert_int_eq(give_block(0, BLOCK0, 4096 - 64), -EINVAL);
    ck_assert_int_eq(give_block(0, BLOCK0, ~7u), -EINVAL);
    ck_assert_int_eq(give_block(0, FRAMES, 0), -EINVAL);
    ck_assert_int_eq(give_block(0, ~0ul, 0), -EINVAL);
    ck_assert_int_eq(give_page(WORDS), -EOPNOTSUPP); /* none of them did */
    ck_assert_int_eq(give_block(0, BLOCK0, 4096 - 72), 0);
    ck_assert_int_eq(give_block(0, BLOCK1, 0), -EINVAL);
    ck_assert_int_eq(give_block(1, BLOCK0, 72), 0); /* on the same page */
    ck_assert_uint_eq(frames_held(), 2);
    ck_assert_int_eq(give_page(FRAMES), -EINVAL);
    ck_assert_int_eq(give_page(WORDS), 0);
    ck_assert_uint_eq(frames_held(), 3);
}
END_TEST

START_TEST(there_are_128_pages)
{
    unsigned int i;

    ck_assert_int_eq(give_block(0, BLOCK0, 0), 0);
    for (i = 0; i < 128; i++)
        ck_assert_int_eq(give_page(WORDS + i), 0);
    ck_assert_int_eq(give_page(WORDS), -ENOSPC);
    ck_assert_int_eq(reset(), 0);
    ck_assert_uint_eq(frames_held(), 0);
}
END_TEST

START_TEST(ports_are_found_in_their_order)
{
    uint32_t a = bind_ipi(0), b = bind_ipi(0), c = bind_ipi(0);

    turn_on();
    vcpus[0].paused = VCPU_PAUSED_BLOCKED;
    ck_assert_int_eq(send(b), 0);
    ck_assert_uint_eq(vcpus[0].paused, 0);
    ck_assert_uint_eq(shared.vcpu_info[0].evtchn_upcall_pending, 1);
    ck_assert_uint_eq(block[0]->ready, 1u << EVTCHN_FIFO_PRIORITY_DEFAULT);
    ck_assert_uint_eq(block[0]->head[EVTCHN_FIFO_PRIORITY_DEFAULT], b);
    ck_assert_uint_eq(words[b], PENDING | LINKED);
    send(a);
    ck_assert_uint_eq(words[b], PENDING | LINKED | a);
    send(c);
    send(b); /* is there already */
    ck_assert_uint_eq(shared.evtchn_pending[0], 0);
    ck_assert_uint_eq(take_next(0), b);
    send(b);
    ck_assert_uint_eq(take_next(0), a);
    ck_assert_uint_eq(take_next(0), c);
    ck_assert_uint_eq(take_next(0), b);
    ck_assert_uint_eq(take_next(0), 0);
    send(a); /* the tail was taken: a new head */
    ck_assert_uint_eq(take_next(0), a);
    ck_assert_uint_eq(take_next(0), 0);
}
END_TEST

START_TEST(priorities_come_first)
{
    uint32_t a = bind_ipi(0), b = bind_ipi(0), c = bind_ipi(0);

    ck_assert_int_eq(set_priority(a, 0), -ENOSYS);
    turn_on();
    ck_assert_int_eq(set_priority(a, 16), -EINVAL);
    ck_assert_int_eq(set_priority(c + 1, 3), -EACCES);
    ck_assert_int_eq(set_priority(99, 3), -EINVAL);
    ck_assert_int_eq(set_priority(~0u, 3), -EINVAL);
    ck_assert_int_eq(set_priority(a, 15), 0);
    ck_assert_int_eq(set_priority(c, 0), 0);
    send(a);
    send(b);
    send(c);
    ck_assert_uint_eq(block[0]->ready, 1u << 0 | 1u << 7 | 1u << 15);
    ck_assert_int_eq(set_priority(a, 0), 0); /* for its next event */
    ck_assert_uint_eq(take_next(0), c);
    ck_assert_uint_eq(take_next(0), b);
    ck_assert_uint_eq(take_next(0), a);
    send(b);
    send(a);
    ck_assert_uint_eq(take_next(0), a);
    ck_assert_uint_eq(take_next(0), b);
}
END_TEST

START_TEST(a_masked_port_is_not_queued)
{
    uint32_t port = bind_ipi(1);

    turn_on();
    words[port] = MASKED;
    send(port);
    ck_assert_uint_eq(words[port], MASKED | PENDING);
    ck_assert_uint_eq(block[1]->ready, 0);
    ck_assert(is_pending(port));
    ck_assert_int_eq(unmask(port), 0);
    ck_assert_uint_eq(words[port], PENDING | LINKED);
    ck_assert_uint_eq(take_next(1), port);
    words[port] = MASKED;
    ck_assert_int_eq(unmask(port), 0); /* nothing waits */
    ck_assert_uint_eq(words[port], 0);
    ck_assert_uint_eq(take_next(1), 0);
}
END_TEST

START_TEST(what_came_before_its_word_comes_with_it)
{
    uint32_t a = bind_ipi(0), b = bind_ipi(1), c = bind_ipi(0);

    send(a); /* by the other ABI */
    ck_assert_int_eq(give_block(0, BLOCK0, 0), 0);
    send(b);
    send(c);
    close_port(c);
    ck_assert_int_eq(give_page(WORDS), 0);
    ck_assert_uint_eq(take_next(0), a);
    ck_assert_uint_eq(take_next(0), 0); /* c is closed */
    ck_assert_uint_eq(words[b], 0);     /* lost: vCPU 1 has no block */
    ck_assert_int_eq(give_block(1, BLOCK1, 0), 0);
    send(b);
    ck_assert_uint_eq(take_next(1), b);
}
END_TEST

START_TEST(a_closed_port_stays_on_its_queue)
{
    uint32_t a = bind_ipi(0), b = bind_ipi(0), again;

    turn_on();
    send(a);
    send(b);
    ck_assert_int_eq(close_port(a), 0);
    ck_assert_uint_eq(words[a], LINKED | b);
    again = bind_ipi(0);
    ck_assert_uint_ne(again, a); /* it is on a queue yet */
    ck_assert_uint_eq(take_next(0), b);
    ck_assert_uint_eq(bind_ipi(0), a);
}
END_TEST

START_TEST(a_moved_port_goes_to_its_new_vcpu)
{
    struct evtchn_alloc_unbound offer = {DOMID_SELF, DOMID_SELF, 0};
    struct evtchn_bind_interdomain bind = {DOMID_SELF, 0, 0};
    struct evtchn_bind_vcpu move;
    uint32_t ipi = bind_ipi(0);

    turn_on();
    ck_assert_int_eq(op(EVTCHNOP_alloc_unbound, &offer), 0);
    bind.remote_port = offer.port;
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), 0);
    ck_assert_uint_eq(take_next(0), bind.local_port);
    ck_assert_int_eq(send(bind.local_port), 0);
    move = (struct evtchn_bind_vcpu){offer.port, 1};
    ck_assert_int_eq(op(EVTCHNOP_bind_vcpu, &move), 0);
    ck_assert_uint_eq(take_next(0), offer.port); /* it was there before */
    ck_assert_int_eq(send(bind.local_port), 0);
    ck_assert_uint_eq(take_next(1), offer.port);
    /* Its old queue does not think that it ends with it. */
    ck_assert_int_eq(send(bind.local_port), 0);
    ck_assert_int_eq(send(ipi), 0);
    ck_assert_uint_eq(words[offer.port], PENDING | LINKED);
    ck_assert_uint_eq(take_next(0), ipi);
    ck_assert_uint_eq(take_next(1), offer.port);
}
END_TEST

START_TEST(a_reset_goes_back)
{
    uint32_t port;

    turn_on();
    port = bind_ipi(0);
    send(port);
    ck_assert_int_eq(reset(), 0);
    ck_assert_uint_eq(frames_held(), 0);
    ck_assert_int_eq(set_priority(port, 0), -ENOSYS);
    ck_assert_uint_eq(bind_ipi(0), port);
    words[port] = 0;
    send(port);
    ck_assert_uint_eq(words[port], 0);
    ck_assert_uint_eq(shared.evtchn_pending[0], 1ul << port);
    turn_on(); /* and on once more */
    ck_assert_uint_eq(take_next(0), port);
}
END_TEST

/* --- a guest that runs at the same time --- */

#define PORTS  8
#define EVENTS 100000u

static uint32_t ports[PORTS];
static unsigned int sent[PORTS], taken[PORTS], seen;
static bool all_sent;

/* Takes events, and masks and unmasks as kernels do. */
static void *busy_guest(void *unused)
{
    struct unit_random r = {1};
    uint32_t port;
    unsigned int i;
    bool last;

    do {
        last = __atomic_load_n(&all_sent, __ATOMIC_SEQ_CST);
        while ((port = take_next(0)) != 0) {
            for (i = 0; ports[i] != port; i++)
                ck_assert_uint_lt(i, PORTS - 1);
            taken[i] = __atomic_load_n(&sent[i], __ATOMIC_SEQ_CST);
            seen++;
        }
        port = ports[unit_random(&r) % PORTS];
        __atomic_fetch_or(&words[port], MASKED, __ATOMIC_SEQ_CST);
        ck_assert_int_eq(unmask(port), 0);
    } while (!last);
    return unused;
}

START_TEST(no_event_is_lost_under_way)
{
    struct unit_random r = {2};
    pthread_t guest;
    unsigned int i;

    turn_on();
    for (i = 0; i < PORTS; i++)
        ports[i] = bind_ipi(0);
    ck_assert_int_eq(pthread_create(&guest, NULL, busy_guest, NULL), 0);
    for (i = 0; i < EVENTS; i++) {
        unsigned int n = (unsigned int)(unit_random(&r) % PORTS);

        __atomic_fetch_add(&sent[n], 1, __ATOMIC_SEQ_CST);
        ck_assert_int_eq(send(ports[n]), 0);
    }
    __atomic_store_n(&all_sent, true, __ATOMIC_SEQ_CST);
    pthread_join(guest, NULL);
    for (i = 0; i < PORTS; i++)
        ck_assert_uint_eq(taken[i], sent[i]); /* the last one was seen */
    ck_assert_uint_le(seen, EVENTS);
    ck_assert_uint_gt(seen, 0);
}
END_TEST

START_TEST(a_hostile_guest_harms_itself)
{
    struct unit_random r = {3};
    unsigned int i, j;

    turn_on();
    for (i = 0; i < PORTS; i++)
        ports[i] = bind_ipi(i & 1);
    for (i = 0; i < 20000; i++) {
        uint32_t port = ports[unit_random(&r) % PORTS];

        for (j = 0; j < 64; j++)
            words[j] = (event_word_t)unit_random(&r);
        block[i & 1]->ready = (uint32_t)unit_random(&r);
        block[i & 1]->head[7] = (uint32_t)unit_random(&r);
        send(port);
        set_priority(port, i % 16);
        unmask((uint32_t)unit_random(&r) % 64);
        if (i % 500 == 0) {
            ck_assert_int_eq(reset(), 0);
            ck_assert_uint_eq(frames_held(), 0);
            memset(words, 0, sizeof(frames[WORDS]));
            turn_on();
            for (j = 0; j < PORTS; j++)
                ports[j] = bind_ipi(j & 1);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("FIFO events");
    TCase *tc = tcase_create("queues");

    tcase_add_checked_fixture(tc, begin, fake_events_end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_first_block_turns_it_on);
    tcase_add_test(tc, there_are_128_pages);
    tcase_add_test(tc, ports_are_found_in_their_order);
    tcase_add_test(tc, priorities_come_first);
    tcase_add_test(tc, a_masked_port_is_not_queued);
    tcase_add_test(tc, what_came_before_its_word_comes_with_it);
    tcase_add_test(tc, a_closed_port_stays_on_its_queue);
    tcase_add_test(tc, a_moved_port_goes_to_its_new_vcpu);
    tcase_add_test(tc, a_reset_goes_back);
    tcase_add_test(tc, no_event_is_lost_under_way);
    tcase_add_test(tc, a_hostile_guest_harms_itself);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
