// SPDX-License-Identifier: MIT
/*
 * Processes that wait for each other: each turn is two switches of address
 * spaces and two wake-ups, of which none may be lost.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workload.h"

static void take(int fd, void *data, size_t size)
{
    while (size) {
        ssize_t n = read(fd, data, size);

        need(n > 0, "read gave %zd: %m", n);
        data = (char *)data + n;
        size -= (size_t)n;
    }
}

static void give(int fd, const void *data, size_t size)
{
    while (size) {
        ssize_t n = write(fd, data, size);

        need(n > 0, "write gave %zd: %m", n);
        data = (const char *)data + n;
        size -= (size_t)n;
    }
}

void item_pipe_turns(void)
{
    int there[2], back[2], value = 0;
    pid_t pid;

    need(!pipe(there) && !pipe(back), "pipe: %m");
    pid = fork();
    need(pid >= 0, "fork: %m");
    for (int turn = 0; turn < 2000; turn++) {
        if (pid) {
            give(there[1], &turn, sizeof(turn));
            take(back[0], &value, sizeof(value));
            need(value == turn + 1, "turn %d came back as %d", turn, value);
        } else {
            take(there[0], &value, sizeof(value));
            value++;
            give(back[1], &value, sizeof(value));
        }
    }
    if (!pid)
        _exit(0);
    need_exit(pid, 0);
}

static uint32_t fill(uint32_t *data, unsigned count, uint32_t seed)
{
    for (unsigned i = 0; i < count; i++)
        data[i] = seed = seed * 1664525 + 1013904223;
    return seed;
}

void item_pipe_bulk(void)
{
    enum { WORDS = 16384, PARTS = 256 };
    static uint32_t data[WORDS];
    uint32_t seed = 1, sum = 0, child_sum;
    int there[2], back[2];
    pid_t pid;

    need(!pipe(there) && !pipe(back), "pipe: %m");
    pid = fork();
    need(pid >= 0, "fork: %m");
    for (int part = 0; part < PARTS; part++) {
        if (pid) {
            seed = fill(data, WORDS, seed);
            give(there[1], data, sizeof(data));
        } else {
            take(there[0], data, sizeof(data));
        }
        for (int i = 0; i < WORDS; i++)
            sum = sum * 31 + data[i];
    }
    if (!pid) {
        give(back[1], &sum, sizeof(sum));
        _exit(0);
    }
    take(back[0], &child_sum, sizeof(child_sum));
    need_exit(pid, 0);
    need(sum == child_sum, "the sums are %#x and %#x", sum, child_sum);
}

void item_socket_poll(void)
{
    enum { WRITERS = 8, MESSAGES = 100 };
    struct pollfd fds[WRITERS];
    int next[WRITERS] = { 0 };
    pid_t pids[WRITERS];

    for (int i = 0; i < WRITERS; i++) {
        int ends[2];

        need(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair: %m");
        pids[i] = fork();
        need(pids[i] >= 0, "fork: %m");
        if (!pids[i]) {
            close(ends[0]);
            for (int m = 0; m < MESSAGES; m++)
                give(ends[1], &m, sizeof(m));
            _exit(0);
        }
        close(ends[1]);
        fds[i] = (struct pollfd){ ends[0], POLLIN, 0 };
    }
    for (int left = WRITERS * MESSAGES; left;) {
        need(poll(fds, WRITERS, 20000) > 0, "poll was not woken");
        for (int i = 0; i < WRITERS; i++) {
            int message;

            if (next[i] == MESSAGES || !(fds[i].revents & POLLIN))
                continue;
            take(fds[i].fd, &message, sizeof(message));
            need(message == next[i], "message %d came as %d", next[i],
                 message);
            left--;
            if (++next[i] == MESSAGES)
                fds[i].fd = -1;
        }
    }
    for (int i = 0; i < WRITERS; i++)
        need_exit(pids[i], 0);
}
