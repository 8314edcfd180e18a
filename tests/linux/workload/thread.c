// SPDX-License-Identifier: MIT
/*
 * Threads, which wait for each other by futexes, and find their own data by
 * the FS base.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "workload.h"

#define THREADS 8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static __thread intptr_t own;
static long counter;
static int turn;

static void in_threads(unsigned count, void *(*work)(void *))
{
    pthread_t threads[THREADS];

    for (unsigned i = 0; i < count; i++)
        need(!pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i),
             "a thread cannot be made");
    for (unsigned i = 0; i < count; i++) {
        void *result;

        pthread_join(threads[i], &result);
        need(result == (void *)(intptr_t)i, "thread %u came back as %p", i,
             result);
    }
}

static void *add(void *argument)
{
    for (int i = 0; i < 5000; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        if (i % 64 == 0)
            sched_yield(); /* so that others find it locked */
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

void item_futex_mutex(void)
{
    in_threads(THREADS, add);
    need(counter == THREADS * 5000, "the counter is %ld", counter);
}

static void *pass_on(void *argument)
{
    int me = (int)(intptr_t)argument;

    for (int i = 0; i < 250; i++) {
        pthread_mutex_lock(&lock);
        while (turn % THREADS != me)
            pthread_cond_wait(&changed, &lock);
        need(turn == i * THREADS + me, "the token is at %d, not at %d", turn,
             i * THREADS + me);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

void item_futex_ring(void)
{
    in_threads(THREADS, pass_on);
    need(turn == 2000, "the token went %d steps", turn);
}

static void *keep_own(void *argument)
{
    own = (intptr_t)argument * 1000;
    for (int i = 0; i < 20; i++) {
        own++;
        sched_yield();
    }
    need(own == (intptr_t)argument * 1000 + 20, "a thread's local is %ld",
         (long)own);
    return argument;
}

void item_thread_storm(void)
{
    for (int i = 0; i < 200 / THREADS; i++)
        in_threads(THREADS, keep_own);
}
