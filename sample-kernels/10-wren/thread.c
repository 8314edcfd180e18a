// SPDX-License-Identifier: MIT
/*
 * The rule: the ring and `current` change only while interrupts are held
 * back, and a switch happens only from thread_yield().
 */
#include "thread.h"
#include "cpu.h"
#include "page.h"

static struct thread boot_thread;
static struct thread *current = &boot_thread;

/* switch.S */
extern void switch_stacks(uint64_t *save_rsp, uint64_t load_rsp);
extern void thread_start(void);

void thread_init(void)
{
    boot_thread.pml4 = vm_kernel();
    boot_thread.next = &boot_thread;
}

struct thread *thread_current(void)
{
    return current;
}

uint64_t thread_stack_top(struct thread *thread)
{
    return (uint64_t)thread->stack + PAGE_SIZE;
}

struct thread *thread_create(void (*function)(void *), void *argument)
{
    struct thread *thread = page_alloc();
    uint64_t *stack, flags;

    thread->stack = page_alloc();
    thread->pml4 = vm_kernel();

    /* What switch_stacks() pops: r15, r14, r13, r12, rbx, rbp, return. */
    stack = (uint64_t *)thread_stack_top(thread);
    *--stack = 0; /* keeps the stack aligned to 16 at the first call */
    *--stack = (uint64_t)thread_start;
    stack -= 6;
    stack[2] = (uint64_t)argument;
    stack[3] = (uint64_t)function;
    thread->rsp = (uint64_t)stack;

    IRQ_SAVE(flags);
    thread->next = current->next;
    current->next = thread;
    IRQ_RESTORE(flags);
    return thread;
}

/* The first thing in a new thread: yield held interrupts back. */
void thread_begin(void)
{
    irq_enable();
}

void thread_yield(void)
{
    struct thread *old = current, *next;
    uint64_t flags;

    IRQ_SAVE(flags);
    for (next = old->next; next->done; next = next->next)
        ;
    if (next != old) {
        current = next;
        next->switches++;
        if (next->stack)
            cpu_set_kernel_stack(thread_stack_top(next));
        vm_load(next->pml4);
        switch_stacks(&old->rsp, next->rsp);
    }
    IRQ_RESTORE(flags);
}

void thread_exit(void)
{
    irq_disable();
    current->done = true;
    thread_yield();
    __builtin_unreachable();
}

void thread_join(struct thread *thread)
{
    struct thread *before;
    uint64_t flags;

    while (!*(volatile bool *)&thread->done)
        thread_yield();

    IRQ_SAVE(flags);
    for (before = current; before->next != thread; before = before->next)
        ;
    before->next = thread->next;
    IRQ_RESTORE(flags);
    page_free(thread->stack);
    page_free(thread);
}
