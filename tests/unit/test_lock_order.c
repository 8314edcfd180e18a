// SPDX-License-Identifier: MIT
/* A lock that is taken out of its order is noticed; one in its order is not. */
#include <signal.h>
#include <stdlib.h>

#include "core/lock.h"
#include "unit.h"

void hw_relax(void)
{
    abort(); /* nobody else is there to give a lock back */
}

static spinlock_t outer = SPINLOCK(LOCK_DOMAIN), inner = SPINLOCK(LOCK_HEAP);
static spinlock_t no_place;
static spinlock_t bindings = SPINLOCK(LOCK_BINDINGS);
static spinlock_t events1 = {.place = LOCK_PLACE(LOCK_EVENTS, 1)};
static spinlock_t events2 = {.place = LOCK_PLACE(LOCK_EVENTS, 2)};

START_TEST(in_order)
{
    for (int i = 0; i < 3; i++) {
        spin_lock(&outer);
        spin_lock(&inner);
        spin_unlock(&inner);
        spin_lock(&inner);
        spin_unlock(&outer); /* in which order they go does not matter */
        spin_unlock(&inner);
    }
    ck_assert_uint_eq(hw_held_locks()->count, 0);
}
END_TEST

START_TEST(smaller_domain_first)
{
    spin_lock(&events1);
    spin_lock(&events2);
    spin_unlock(&events1);
    spin_unlock(&events2);
    ck_assert_uint_eq(hw_held_locks()->count, 0);
}
END_TEST

START_TEST(both_ends_of_a_channel)
{
    spin_lock(&bindings);
    spin_lock(&events2);
    spin_lock(&events1);
    spin_unlock(&events1);
    spin_unlock(&events2);
    spin_unlock(&bindings);
    ck_assert_uint_eq(hw_held_locks()->count, 0);
}
END_TEST

/* Each of these is an abort(). */

START_TEST(inner_first)
{
    spin_lock(&inner);
    spin_lock(&outer);
}
END_TEST

START_TEST(twice)
{
    spin_lock(&inner);
    spin_lock(&inner); /* would wait for ever */
}
END_TEST

START_TEST(greater_domain_first)
{
    spin_lock(&events2);
    spin_lock(&events1);
}
END_TEST

START_TEST(without_a_place)
{
    spin_lock(&no_place);
}
END_TEST

START_TEST(not_held)
{
    spin_lock(&outer);
    spin_unlock(&inner);
}
END_TEST

/* And still in force after a lock in the middle was given back. */
START_TEST(outer_given_back)
{
    spin_lock(&outer);
    spin_lock(&inner);
    spin_unlock(&outer);
    spin_lock(&bindings);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lock_order");
    TCase *tc = tcase_create("lock_order");

    suite_add_tcase(suite, tc);
    tcase_add_test(tc, in_order);
    tcase_add_test(tc, smaller_domain_first);
    tcase_add_test(tc, both_ends_of_a_channel);
    tcase_add_test_raise_signal(tc, inner_first, SIGABRT);
    tcase_add_test_raise_signal(tc, twice, SIGABRT);
    tcase_add_test_raise_signal(tc, greater_domain_first, SIGABRT);
    tcase_add_test_raise_signal(tc, without_a_place, SIGABRT);
    tcase_add_test_raise_signal(tc, not_held, SIGABRT);
    tcase_add_test_raise_signal(tc, outer_given_back, SIGABRT);
    return unit_main(suite);
}
