// SPDX-License-Identifier: MIT
/*
 * Mappings made, changed and dropped. Each item writes what can be told apart
 * page by page, so that a page which is stale, lost or shared by mistake is
 * seen and not only survived.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

#define PAGE 4096ul
#define RW (PROT_READ | PROT_WRITE)

static char *map(size_t pages, int flags)
{
    char *p = mmap(NULL, pages * PAGE, RW, flags | MAP_ANONYMOUS, -1, 0);

    need(p != MAP_FAILED, "mmap of %zu pages: %m", pages);
    return p;
}

static void mark(char *p, size_t pages, uint64_t seed)
{
    for (size_t i = 0; i < pages; i++) {
        memcpy(p + i * PAGE, &(uint64_t){ seed + i }, 8);
        memcpy(p + i * PAGE + PAGE - 8, &(uint64_t){ ~(seed + i) }, 8);
    }
}

static void need_marks(const char *p, size_t pages, uint64_t seed)
{
    for (size_t i = 0; i < pages; i++) {
        uint64_t first, last;

        memcpy(&first, p + i * PAGE, 8);
        memcpy(&last, p + i * PAGE + PAGE - 8, 8);
        need(first == seed + i && last == ~(seed + i),
             "page %zu of %zu holds %#lx and %#lx, not %#lx and its inverse",
             i, pages, first, last, seed + i);
    }
}

void item_mmap_storm(void)
{
    for (uint64_t i = 0; i < 600; i++) {
        size_t pages = 1 + i * 7 % 97;
        char *p = map(pages, MAP_PRIVATE), *q;

        mark(p, pages, i << 32);
        q = mremap(p, pages * PAGE, 2 * pages * PAGE, MREMAP_MAYMOVE);
        need(q != MAP_FAILED, "mremap: %m");
        need_marks(q, pages, i << 32);
        for (size_t at = pages * PAGE; at < 2 * pages * PAGE; at += 512)
            need(!q[at], "a new page is not zero at %#zx", at);
        need(!munmap(q, 2 * pages * PAGE), "munmap: %m");
    }
}

static sigjmp_buf back;
static volatile char *fault_at;

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    fault_at = info->si_addr;
    siglongjmp(back, 1);
}

static bool faults(volatile char *p, bool write)
{
    fault_at = NULL;
    if (sigsetjmp(back, 1)) {
        need(fault_at == p, "a fault at %p is said to be at %p", p, fault_at);
        return true;
    }
    if (write)
        *p = 1;
    else
        (void)*p;
    return false;
}

void item_mprotect(void)
{
    struct sigaction action = { .sa_sigaction = on_fault,
                                .sa_flags = SA_SIGINFO };
    enum { PAGES = 64 };
    char *p = map(PAGES, MAP_PRIVATE);

    sigaction(SIGSEGV, &action, NULL);
    mark(p, PAGES, 0);
    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < PAGES; i++) {
            int kind = (i + round) % 3;
            int rights = kind == 0 ? PROT_NONE : kind == 1 ? PROT_READ : RW;

            need(!mprotect(p + i * PAGE, PAGE, rights), "mprotect: %m");
        }
        for (int i = 0; i < PAGES; i++) {
            int kind = (i + round) % 3;

            need(faults(p + i * PAGE + 9, false) == (kind == 0),
                 "page %d: reading is wrong with rights of kind %d", i, kind);
            need(faults(p + i * PAGE + 9, true) == (kind < 2),
                 "page %d: writing is wrong with rights of kind %d", i, kind);
        }
    }
    need(!mprotect(p, PAGES * PAGE, RW), "mprotect: %m");
    need_marks(p, PAGES, 0);
}

void item_copy_on_write(void)
{
    enum { PAGES = 1024 };
    char *p = map(PAGES, MAP_PRIVATE);

    mark(p, PAGES, 1000000);
    for (int child = 0; child < 4; child++) {
        pid_t pid = fork();

        need(pid >= 0, "fork: %m");
        if (!pid) {
            need_marks(p, PAGES, 1000000);
            mark(p + child * PAGE, PAGES - 4, 2000000);
            need_marks(p + child * PAGE, PAGES - 4, 2000000);
            need_marks(p, (size_t)child, 1000000);
            _exit(0);
        }
        need_exit(pid, 0);
        need_marks(p, PAGES, 1000000);
    }
}

void item_shared_memory(void)
{
    enum { PAGES = 256 };
    char *p = map(PAGES, MAP_SHARED), *q;
    int fd = memfd_create("shared", 0);
    pid_t pid = fork();

    need(pid >= 0, "fork: %m");
    if (!pid) {
        mark(p, PAGES, 5);
        _exit(0);
    }
    need_exit(pid, 0);
    need_marks(p, PAGES, 5);

    need(fd >= 0 && !ftruncate(fd, PAGES * PAGE), "memfd: %m");
    p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
    need(p != MAP_FAILED, "mmap: %m");
    q = mremap(p, PAGE, PAGES * PAGE, MREMAP_MAYMOVE);
    need(q != MAP_FAILED, "mremap: %m");
    mark(q, PAGES, 77);
    p = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, fd, 0);
    need(p != MAP_FAILED, "mmap: %m");
    need_marks(p, PAGES, 77);
}

static int dig(int depth)
{
    volatile char room[PAGE];

    room[0] = (char)depth;
    room[PAGE - 1] = 1;
    return (depth ? dig(depth - 1) : 0) + room[PAGE - 1];
}

void item_stack_growth(void)
{
    int depth = dig(1900);

    need(depth == 1901, "%d frames came back, not 1901", depth);
}

static size_t available_pages(void)
{
    FILE *f = fopen("/proc/meminfo", "r");
    size_t kb = 0;
    char line[128];

    need(f, "/proc/meminfo: %m");
    while (fgets(line, sizeof(line), f))
        if (sscanf(line, "MemAvailable: %zu", &kb) == 1)
            break;
    fclose(f);
    need(kb > 4096, "MemAvailable is %zu kB", kb);
    return kb / 4;
}

void item_memory_fill(void)
{
    size_t pages = available_pages() / 10 * 9;
    char *p = map(pages, MAP_PRIVATE | MAP_NORESERVE);

    mark(p, pages, 1ull << 40);
    need_marks(p, pages, 1ull << 40);
    mark(p, pages, 1ull << 41);
    need_marks(p, pages, 1ull << 41);
    need(!munmap(p, pages * PAGE), "munmap: %m");
}
