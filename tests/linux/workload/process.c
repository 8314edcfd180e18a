// SPDX-License-Identifier: MIT
/*
 * Processes made and ended: address spaces built, copied and torn down, which
 * is what a hypervisor's page-table types are tried by most.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "workload.h"

void item_fork_storm(void)
{
    enum { ROUNDS = 20, CHILDREN = 20 };

    for (int round = 0; round < ROUNDS; round++) {
        pid_t pids[CHILDREN];

        for (int i = 0; i < CHILDREN; i++) {
            pids[i] = fork();
            need(pids[i] >= 0, "fork: %m");
            if (!pids[i])
                _exit((round + i) % 100);
        }
        for (int i = 0; i < CHILDREN; i++)
            need_exit(pids[i], (round + i) % 100);
    }
}

/* The number of processes below and with this one. */
static int plant(int depth)
{
    int count = 1;

    for (int i = 0; depth && i < 2; i++) {
        int ends[2], part = 0;
        pid_t pid;

        need(!pipe(ends), "pipe: %m");
        pid = fork();
        need(pid >= 0, "fork: %m");
        if (!pid) {
            part = plant(depth - 1);
            need(write(ends[1], &part, sizeof(part)) == sizeof(part),
                 "write: %m");
            _exit(0);
        }
        need(read(ends[0], &part, sizeof(part)) == sizeof(part), "read: %m");
        need_exit(pid, 0);
        close(ends[0]);
        close(ends[1]);
        count += part;
    }
    return count;
}

void item_fork_tree(void)
{
    int count = plant(6);

    need(count == 127, "there were %d processes, not 127", count);
}

/* A child that shares our memory until it is another program. */
static pid_t start(const char *number)
{
    pid_t pid = vfork();

    if (!pid) {
        execl("/proc/self/exe", "workload", "--exit", number, NULL);
        _exit(99);
    }
    return pid;
}

void item_exec_storm(void)
{
    for (int i = 0; i < 60; i++) {
        char number[12];
        pid_t pid;

        snprintf(number, sizeof(number), "%d", i);
        if (i % 2) {
            pid = start(number);
        } else {
            pid = fork();
            if (!pid)
                execl("/proc/self/exe", "workload", "--exit", number, NULL);
        }
        need(pid >= 0, "fork: %m");
        need_exit(pid, i);
    }
}

static void *fork_often(void *argument)
{
    for (int i = 0; i < 25; i++) {
        pid_t pid = fork();

        need(pid >= 0, "fork: %m");
        if (!pid)
            _exit(7);
        need_exit(pid, 7);
    }
    return argument;
}

void item_fork_threads(void)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        need(!pthread_create(&threads[i], NULL, fork_often, NULL),
             "a thread cannot be made");
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}
