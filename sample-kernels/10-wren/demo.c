// SPDX-License-Identifier: MIT
/*
 * What is printed here must not depend on the machine's speed or size: each
 * part waits for what it needs and then says one thing. Threads that run at
 * the same time print only when it is their turn.
 */
#include "demo.h"
#include "console.h"
#include "page.h"
#include "process.h"
#include "thread.h"
#include "timer.h"
#include "trap.h"
#include "vm.h"

#define DEMO_VA 0xffffffffc0001000ul /* above the map of all memory */

extern const char user_program[], user_program_end[];

static void demo_memory(void)
{
    uint8_t *page = page_alloc();
    uint8_t *alias = (uint8_t *)DEMO_VA;
    uint64_t old;
    uint8_t byte;

    vm_map(vm_kernel(), DEMO_VA, virt_to_phys(page), PTE_W | PTE_NX);
    alias[5] = 77;
    kprintf("memory: written at one address, read at another: %d\n", page[5]);

    old = vm_unmap(vm_kernel(), DEMO_VA);
    kprintf("memory: the entry named the page: %s\n",
            PTE_ADDR(old) == virt_to_phys(page) ? "yes" : "no");
    kprintf("memory: unmapped, reading it %s\n",
            probe_read(alias, &byte) ? "works" : "faults");
    kprintf("memory: writing to the kernel's text %s\n",
            probe_write(text_start, 0) ? "works" : "faults");
    page_free(page);
}

static void demo_timer(void)
{
    uint64_t start = timer_ticks();

    timer_wait(3);
    kprintf("timer: waited for 3 ticks: %s\n",
            timer_ticks() >= start + 3 ? "yes" : "no");
}

/* Two threads that never give up the CPU of their own will, until each has
 * seen the other count: only a timer that takes it away lets them end. */
struct counter {
    const char *name;
    volatile uint64_t count;
    struct counter *other;
    volatile int *turn;
    int my_turn;
};

static void count(void *argument)
{
    struct counter *me = argument;

    for (int rounds = 0; rounds < 3; rounds++) {
        uint64_t seen = me->other->count;

        do
            me->count++;
        while (me->other->count == seen);
    }
    me->count++; /* the other may be waiting for the last one */
    while (*me->turn != me->my_turn)
        me->count++;
    kprintf("threads: %s saw the other run three times\n", me->name);
    *me->turn = me->my_turn + 1;
    while (*me->turn < 3)
        me->count++;
}

static void demo_threads(void)
{
    volatile int turn = 1;
    struct counter first = { .name = "first", .turn = &turn, .my_turn = 1 };
    struct counter second = { .name = "second", .turn = &turn, .my_turn = 2 };
    struct thread *a, *b;

    first.other = &second;
    second.other = &first;
    a = thread_create(count, &first);
    b = thread_create(count, &second);
    thread_join(a);
    thread_join(b);
    kprintf("threads: both ended\n");
}

static void demo_user(void)
{
    struct process *process =
        process_create(user_program, user_program_end - user_program);
    int status = process_wait(process);

    kprintf("user: ended with status %d\n", status);
}

void demo(void)
{
    uint64_t free_pages;

    demo_memory();
    demo_timer();
    free_pages = page_free_count();
    demo_threads();
    for (int i = 0; i < 2; i++)
        demo_user();
    kprintf("memory: pages missing at the end: %ld\n",
            (long)(free_pages - page_free_count()));
}
