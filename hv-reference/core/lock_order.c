// SPDX-License-Identifier: MIT
/*
 * Builds for tests: each CPU remembers the locks that it holds, and a lock that
 * is taken in another order than that of locks.def ends the machine with a
 * sentence. What is taken in one order everywhere cannot deadlock.
 */
#include "core/lock.h"

#ifdef HV_LOCK_ORDER

static const char *const names[LOCK_KINDS] = {
    [LOCK_WITHOUT_PLACE] = "nothing",
#define LOCK(name, what) [LOCK_##name] = what,
#include "core/locks.def"
#undef LOCK
};

/* Saying what is wrong takes locks, too. */
static bool broken;

static enum lock_kind kind_of(uint32_t place)
{
    return place >> 16 < LOCK_KINDS ? (enum lock_kind)(place >> 16)
                                    : LOCK_WITHOUT_PLACE;
}

static _Noreturn void break_off(const char *what, uint32_t taken, uint32_t held)
{
    __atomic_store_n(&broken, true, __ATOMIC_RELAXED);
    hw_lock_order_broken(what, names[kind_of(taken)], names[kind_of(held)]);
}

static bool holds(const struct held_locks *held, enum lock_kind kind)
{
    unsigned int i;

    for (i = 0; i < held->count; i++)
        if (kind_of(held->place[i]) == kind)
            return true;
    return false;
}

/* Two domains' event channels: only one CPU at a time has both. */
static bool any_order(const struct held_locks *held, uint32_t place,
                      uint32_t last)
{
    return place != last && kind_of(place) == LOCK_EVENTS &&
           kind_of(last) == LOCK_EVENTS && holds(held, LOCK_BINDINGS);
}

void lock_order_take(uint32_t place)
{
    struct held_locks *held = hw_held_locks();
    uint32_t last = held->count ? held->place[held->count - 1] : 0;

    if (__atomic_load_n(&broken, __ATOMIC_RELAXED))
        return;
    if (kind_of(place) == LOCK_WITHOUT_PLACE)
        break_off("a lock without a place in it is", place, last);
    if (place == last)
        break_off("the same lock is", place, last);
    if (place < last && !any_order(held, place, last))
        break_off("what comes before is", place, last);
    if (held->count == MOST_HELD)
        break_off("one lock more than there is room for is", place, last);
    held->place[held->count++] = place;
}

void lock_order_release(uint32_t place)
{
    struct held_locks *held = hw_held_locks();
    unsigned int i = held->count;

    if (__atomic_load_n(&broken, __ATOMIC_RELAXED))
        return;
    while (i && held->place[i - 1] != place)
        i--;
    if (!i)
        break_off("what is not held is given back, not", place, 0);
    for (; i < held->count; i++)
        held->place[i - 1] = held->place[i];
    held->count--;
}

#endif
