// SPDX-License-Identifier: MIT
/* A program in user mode: an address space, and a thread to run it. */
#ifndef WREN_PROCESS_H
#define WREN_PROCESS_H

#include "thread.h"
#include "trap.h"

/* System calls: number in RAX, arguments in RDI and RSI, result in RAX. */
#define SYS_WRITE 1 /* text, length */
#define SYS_SBRK 2  /* bytes: where they begin */
#define SYS_YIELD 3
#define SYS_EXIT 4 /* status */
#define SYS_TICKS 5

struct process {
    pml4e_t *pml4;
    uint64_t heap_end;
    int status;
    bool killed;
    struct thread *thread;
};

struct process *process_create(const void *program, size_t size);
int process_wait(struct process *process); /* its status; frees it */
void process_exit(int status) __attribute__((noreturn));
uint64_t system_call(struct trap_frame *frame);

#endif
