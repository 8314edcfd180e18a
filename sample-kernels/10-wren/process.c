// SPDX-License-Identifier: MIT
/*
 * The rule: the kernel reads user memory only where the process itself may,
 * which vm_is_user() says; a bad pointer is the process's end, never the
 * kernel's.
 */
#include "process.h"
#include "console.h"
#include "cpu.h"
#include "page.h"
#include "timer.h"

extern void enter_user(struct trap_frame *frame) __attribute__((noreturn));

static void run_user(void *argument)
{
    struct process *process = argument;
    struct trap_frame frame = {
        .rip = USER_TEXT,
        .cs = SEL_UCODE,
        .rflags = 0x202, /* interrupts are let in */
        .rsp = USER_STACK_TOP,
        .ss = SEL_UDATA,
    };

    irq_disable();
    thread_current()->process = process;
    thread_current()->pml4 = process->pml4;
    vm_load(process->pml4);
    enter_user(&frame);
}

struct process *process_create(const void *program, size_t size)
{
    struct process *process = page_alloc();
    void *text = page_alloc();

    if (size > PAGE_SIZE)
        panic("a program of %lu bytes", size);
    memcpy(text, program, size);

    process->pml4 = vm_create();
    process->heap_end = USER_HEAP;
    vm_map(process->pml4, USER_TEXT, virt_to_phys(text), PTE_U);
    vm_map(process->pml4, USER_STACK_TOP - PAGE_SIZE,
           virt_to_phys(page_alloc()), PTE_U | PTE_W | PTE_NX);
    process->thread = thread_create(run_user, process);
    return process;
}

int process_wait(struct process *process)
{
    int status;

    thread_join(process->thread);
    vm_destroy(process->pml4);
    status = process->status;
    page_free(process);
    return status;
}

void process_exit(int status)
{
    struct thread *thread = thread_current();

    irq_disable();
    thread->process->status = status;
    thread->pml4 = vm_kernel(); /* the process's own is about to go */
    vm_load(thread->pml4);
    thread_exit();
}

static uint64_t sys_write(struct process *process, uint64_t va, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++) {
        if (!vm_is_user(process->pml4, va + i))
            return -1;
        console_putc(*(char *)(va + i));
    }
    return size;
}

static uint64_t sys_sbrk(struct process *process, uint64_t size)
{
    uint64_t start = process->heap_end;
    uint64_t end = start + ((size + PAGE_SIZE - 1) & -PAGE_SIZE);

    if (end < start || end > USER_STACK_TOP - 16 * PAGE_SIZE)
        return -1;
    for (uint64_t va = start; va < end; va += PAGE_SIZE)
        vm_map(process->pml4, va, virt_to_phys(page_alloc()),
               PTE_U | PTE_W | PTE_NX);
    process->heap_end = end;
    return start;
}

uint64_t system_call(struct trap_frame *frame)
{
    struct process *process = thread_current()->process;

    switch (frame->rax) {
    case SYS_WRITE:
        return sys_write(process, frame->rdi, frame->rsi);
    case SYS_SBRK:
        return sys_sbrk(process, frame->rdi);
    case SYS_YIELD:
        thread_yield();
        return 0;
    case SYS_EXIT:
        process_exit(frame->rdi);
    case SYS_TICKS:
        return timer_ticks();
    }
    return -1;
}
