// SPDX-License-Identifier: MIT
/* Who gets an exception, an interrupt or a system call. */
#include "trap.h"
#include "console.h"
#include "cpu.h"
#include "pic.h"
#include "platform.h"
#include "process.h"
#include "thread.h"
#include "timer.h"

/* Where to go on after a probe's fault; 0 while no probe is under way. */
static uint64_t volatile probe_resume;

bool probe_read(const void *va, uint8_t *value)
{
    uint64_t failed;

    asm volatile("leaq 1f(%%rip), %0\n\t"
                 "movq %0, %2\n\t"
                 "movb (%3), %1\n\t"
                 "xorl %k0, %k0\n"
                 "1:"
                 : "=&a"(failed), "=&q"(*value), "=m"(probe_resume)
                 : "r"(va)
                 : "memory");
    probe_resume = 0;
    return !failed;
}

bool probe_write(void *va, uint8_t value)
{
    uint64_t failed;

    asm volatile("leaq 1f(%%rip), %0\n\t"
                 "movq %0, %1\n\t"
                 "movb %2, (%3)\n\t"
                 "xorl %k0, %k0\n"
                 "1:"
                 : "=&a"(failed), "=m"(probe_resume)
                 : "q"(value), "r"(va)
                 : "memory");
    probe_resume = 0;
    return !failed;
}

static void interrupt(int line)
{
    pic_end_of_interrupt(line);
    if (line == 0) {
        timer_interrupt();
        thread_yield();
    }
}

static void exception(struct trap_frame *frame)
{
    bool from_user = frame->cs & 3;
    bool page_fault = frame->vector == VEC_PAGE_FAULT;

    if (!from_user && page_fault && probe_resume) {
        frame->rip = probe_resume;
        return;
    }
    if (!from_user)
        panic("exception %lu at %lx, error %lx, address %lx", frame->vector,
              frame->rip, frame->error, page_fault ? read_cr2() : 0);

    kprintf("user: killed by exception %lu at address %lx\n", frame->vector,
            page_fault ? read_cr2() : frame->rip);
    thread_current()->process->killed = true;
    process_exit(-1);
}

void trap(struct trap_frame *frame)
{
    if (frame->vector == VEC_SYSCALL) {
        irq_enable();
        frame->rax = system_call(frame);
        irq_disable();
    } else if (frame->vector >= VEC_IRQ0 && frame->vector < VEC_IRQ0 + 16) {
        interrupt(frame->vector - VEC_IRQ0);
    } else if (!platform_interrupt(frame->vector)) {
        exception(frame);
    }
}
