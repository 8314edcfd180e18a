// SPDX-License-Identifier: MIT
/*
 * What the kernel says of itself in /proc, against what is known otherwise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

/* The number behind `name` in a file, e.g. "MemFree:"; -1 if it has none. */
static long find_number(const char *path, const char *name)
{
    FILE *f = fopen(path, "r");
    char line[512];
    long value = -1;

    need(f, "%s: %m", path);
    while (value < 0 && fgets(line, sizeof(line), f)) {
        const char *at = strstr(line, name);

        if (at)
            sscanf(at + strlen(name), "%*[ \t:]%ld", &value);
    }
    fclose(f);
    return value;
}

static int count_lines(const char *path, const char *begin)
{
    FILE *f = fopen(path, "r");
    char line[4096];
    int count = 0;

    need(f, "%s: %m", path);
    while (fgets(line, sizeof(line), f))
        count += !strncmp(line, begin, strlen(begin));
    fclose(f);
    return count;
}

void item_proc_cpu(void)
{
    int online = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int told = count_lines("/proc/cpuinfo", "processor");

    need(online >= 1 && told == online,
         "%d processors are online, /proc/cpuinfo has %d", online, told);
    need(count_lines("/proc/stat", "cpu") == online + 1,
         "/proc/stat has %d lines of processors",
         count_lines("/proc/stat", "cpu"));
    need(find_number("/proc/stat", "processes") >
             find_number("/proc/stat", "procs_running"),
         "/proc/stat counts no processes");
}

void item_proc_memory(void)
{
    size_t size = 8 << 20;
    long total = find_number("/proc/meminfo", "MemTotal"), before, during;
    char *p;

    need(total > 32 << 10, "MemTotal is %ld kB", total);
    before = find_number("/proc/self/status", "VmRSS");
    p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
             -1, 0);
    need(p != MAP_FAILED, "mmap: %m");
    memset(p, 1, size);
    during = find_number("/proc/self/status", "VmRSS");
    need(during - before >= 8000, "8 MB more are %ld kB more",
         during - before);
    need(find_number("/proc/meminfo", "MemFree") < total,
         "all memory is free");
    munmap(p, size);
}

/* Interrupts of all kinds on the first processor. */
static long interrupts(void)
{
    return find_number("/proc/stat", "intr");
}

void item_proc_interrupts(void)
{
    struct timespec t = { 0, 10000000 };
    long before = interrupts(), after;

    for (int i = 0; i < 20; i++)
        nanosleep(&t, NULL);
    after = interrupts();
    need(after >= before + 20, "20 sleeps made %ld interrupts",
         after - before);
    need(count_lines("/proc/interrupts", "") > 2, "/proc/interrupts is empty");
}

void item_proc_maps(void)
{
    char *p = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                   0);
    char wanted[64];

    need(p != MAP_FAILED, "mmap: %m");
    mprotect(p + 4096, 4096, PROT_NONE);
    snprintf(wanted, sizeof(wanted), "%08lx-%08lx ---p",
             (unsigned long)p + 4096, (unsigned long)p + 8192);
    need(count_lines("/proc/self/maps", wanted) == 1,
         "/proc/self/maps has no line %s", wanted);
}
