// SPDX-License-Identifier: MIT
/*
 * Time: read in user mode by the vDSO and by system calls, waited for, and
 * ticking. Limits that a slow host may break are on the median, not on the
 * worst.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

#define MS 1000000ll

static int64_t read_clock(clockid_t clock, bool by_call)
{
    struct timespec t;

    if (by_call)
        syscall(SYS_clock_gettime, clock, &t);
    else
        clock_gettime(clock, &t);
    return t.tv_sec * 1000ll * MS + t.tv_nsec;
}

void item_clocks(void)
{
    static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME,
                                        CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME };
    int64_t first[4], last[4], pace;

    for (int c = 0; c < 4; c++)
        first[c] = last[c] = read_clock(clocks[c], false);
    need(first[1] > 1577836800ll * 1000 * MS, "the date is before 2020");
    while (last[0] - first[0] < 500 * MS) {
        for (int c = 0; c < 4; c++) {
            for (int by_call = 0; by_call < 2; by_call++) {
                int64_t t = read_clock(clocks[c], by_call);

                need(t >= last[c], "clock %d ran back by %lld ns", clocks[c],
                     (long long)(last[c] - t));
                last[c] = t;
            }
        }
    }
    for (int c = 1; c < 4; c++) {
        pace = (last[c] - first[c]) * 100 / (last[0] - first[0]);
        need(pace >= 97 && pace <= 103, "clock %d runs at %lld %% of clock 0",
             clocks[c], (long long)pace);
    }
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

void item_sleep_accuracy(void)
{
    enum { SLEEPS = 21 };

    for (int ms = 1; ms <= 32; ms *= 4) {
        struct timespec t = { 0, ms * MS };
        int64_t over[SLEEPS];

        for (int i = 0; i < SLEEPS; i++) {
            int64_t began = now_ns();

            need(!nanosleep(&t, NULL), "nanosleep: %m");
            over[i] = now_ns() - began - ms * MS;
            need(over[i] >= 0, "a sleep of %d ms was short by %lld us", ms,
                 (long long)-over[i] / 1000);
        }
        qsort(over, SLEEPS, sizeof(*over), compare);
        need(over[SLEEPS / 2] < 10 * MS,
             "half of the sleeps of %d ms were %lld us or more too long", ms,
             (long long)over[SLEEPS / 2] / 1000);
    }
}

static volatile sig_atomic_t ticks;

static void tick(int number)
{
    (void)number;
    ticks++;
}

void item_interval_timer(void)
{
    struct itimerval every = { { 0, 5000 }, { 0, 5000 } };
    int64_t began, took;

    signal(SIGALRM, tick);
    began = now_ns();
    need(!setitimer(ITIMER_REAL, &every, NULL), "setitimer: %m");
    while (ticks < 100)
        pause();
    took = (now_ns() - began) / MS;
    /* Late ticks are merged, so it may take longer on a busy host. */
    need(took >= 490 && took < 3000, "100 ticks of 5 ms took %lld ms",
         (long long)took);
}

void item_timer_descriptor(void)
{
    struct itimerspec once = { { 0, 0 }, { 0, 40 * MS } };
    struct pollfd fd = { timerfd_create(CLOCK_MONOTONIC, 0), POLLIN, 0 };
    int64_t began = now_ns(), took;
    uint64_t expired;

    need(fd.fd >= 0, "timerfd_create: %m");
    need(!timerfd_settime(fd.fd, 0, &once, NULL), "timerfd_settime: %m");
    /* A busy host may not let us look before it has expired. */
    need(!poll(&fd, 1, 10) || now_ns() - began >= 40 * MS,
         "poll was woken too early");
    need(poll(&fd, 1, 20000) == 1, "poll was not woken");
    took = now_ns() - began;
    need(took >= 40 * MS, "it was woken after %lld us",
         (long long)took / 1000);
    need(read(fd.fd, &expired, 8) == 8 && expired == 1, "it expired %lu times",
         expired);
}
