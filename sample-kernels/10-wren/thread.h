// SPDX-License-Identifier: MIT
/*
 * Kernel threads, each with a stack of its own. The timer takes the CPU away
 * from one that does not give it up: round robin, a tick each.
 */
#ifndef WREN_THREAD_H
#define WREN_THREAD_H

#include "types.h"
#include "vm.h"

struct thread {
    uint64_t rsp; /* while it does not run */
    void *stack;
    pml4e_t *pml4;
    struct process *process; /* NULL for a pure kernel thread */
    uint64_t switches;       /* how often it was given the CPU */
    bool done;
    struct thread *next; /* all threads are in one ring */
};

void thread_init(void);
struct thread *thread_current(void);
struct thread *thread_create(void (*function)(void *), void *argument);
void thread_yield(void);
void thread_exit(void) __attribute__((noreturn));
void thread_join(struct thread *thread); /* wait for its end, and free it */
uint64_t thread_stack_top(struct thread *thread);
void thread_begin(void);

#endif
