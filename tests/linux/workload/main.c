// SPDX-License-Identifier: MIT
/*
 * Runs the items one after another and prints a line for each: "PASS name",
 * "SKIP name: why" or "FAIL name: why". An item that crashes or hangs is
 * failed, and the next one runs: a page that is shared with all of its
 * processes keeps the first sentence, and they are a process group that is
 * ended as one.
 *
 *     workload            all items
 *     workload NAME...    these
 *     workload --init MODE  says to who counts that /init is reached
 */
#include "workload.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAILED 101
#define SKIPPED 102

static const struct item {
    const char *name;
    unsigned seconds;
    void (*run)(void);
} items[] = {
#define ITEM(name, seconds, what) { #name, seconds, item_##name },
#include "items.def"
#undef ITEM
};

static struct {
    int said; /* the first one says why */
    char why[240];
} *verdict;

static void say_why(const char *format, va_list list)
{
    if (!__atomic_exchange_n(&verdict->said, 1, __ATOMIC_SEQ_CST))
        vsnprintf(verdict->why, sizeof(verdict->why), format, list);
}

void fail_item(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    say_why(format, list);
    va_end(list);
    _exit(FAILED);
}

void skip_item(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    say_why(format, list);
    va_end(list);
    _exit(SKIPPED);
}

void need_exit(int pid, int wanted)
{
    int status;

    need(waitpid(pid, &status, 0) == pid, "waitpid: %m");
    need(!WIFSIGNALED(status), "a child was ended by signal %d",
         WTERMSIG(status));
    need(WEXITSTATUS(status) == wanted, "a child ended with %d, not %d",
         WEXITSTATUS(status), wanted);
}

int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

/* Waits for the item's process; false when the time is over. */
static bool await(pid_t pid, unsigned seconds, int *status)
{
    int64_t end = now_ns() + seconds * 1000000000ll;

    while (waitpid(pid, status, WNOHANG) != pid) {
        struct timespec pause = { 0, 2000000 };

        if (now_ns() > end) {
            kill(-pid, SIGKILL);
            waitpid(pid, status, 0);
            return false;
        }
        nanosleep(&pause, NULL);
    }
    kill(-pid, SIGKILL); /* what it left behind */
    return true;
}

/* True unless the item fails. */
static bool run(const struct item *item)
{
    int64_t began = now_ns();
    int status = 0;
    bool ended;
    pid_t pid;

    memset(verdict, 0, sizeof(*verdict));
    pid = fork();
    if (!pid) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        item->run();
        _exit(0);
    }
    if (pid < 0) {
        printf("FAIL %s: cannot fork: %m\n", item->name);
        return false;
    }
    setpgid(pid, pid);
    ended = await(pid, item->seconds, &status);
    if (ended && WIFEXITED(status) && !WEXITSTATUS(status)) {
        printf("PASS %s (%lld ms)\n", item->name,
               (long long)(now_ns() - began) / 1000000);
        return true;
    }
    if (ended && WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
        printf("SKIP %s: %s\n", item->name, verdict->why);
        return true;
    }
    if (!*verdict->why)
        snprintf(verdict->why, sizeof(verdict->why),
                 ended ? "wait status %#x" : "its time was over", status);
    printf("FAIL %s: %s\n", item->name, verdict->why);
    return false;
}

/*
 * /init calls this program first of all. Where instructions are counted
 * (tests/linux/count.c), they are counted to here.
 */
void reached_init(const char *todo);
__attribute__((noinline)) void reached_init(const char *todo)
{
    if (todo && !strcmp(todo, "count"))
        reboot(RB_POWER_OFF);
}

int main(int argc, char **argv)
{
    unsigned failed = 0, ran = 0;

    if (argc == 3 && !strcmp(argv[1], "--exit")) /* what exec_storm starts */
        return atoi(argv[2]);
    if (argc >= 2 && !strcmp(argv[1], "--init")) {
        reached_init(argv[2]);
        return 0;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    verdict = mmap(NULL, sizeof(*verdict), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < sizeof(items) / sizeof(*items); i++) {
        bool chosen = argc == 1;

        for (int a = 1; a < argc; a++)
            chosen |= !strcmp(argv[a], items[i].name);
        if (chosen) {
            ran++;
            failed += !run(&items[i]);
        }
    }
    printf("workload: %u items, %u failed\n", ran, failed);
    return failed || !ran;
}
