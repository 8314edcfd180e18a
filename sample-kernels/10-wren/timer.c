// SPDX-License-Identifier: MIT
/* Time is a count of interrupts, and nobody polls for it: who waits, halts. */
#include "timer.h"
#include "cpu.h"
#include "pic.h"

#define CHANNEL0 0x40
#define COMMAND 0x43
#define FREQUENCY 1193182

static volatile uint64_t ticks;

void timer_init(void)
{
    uint16_t divisor = FREQUENCY / HZ;

    outb(COMMAND, 0x34); /* channel 0, both bytes, periodic */
    outb(CHANNEL0, divisor & 0xff);
    outb(CHANNEL0, divisor >> 8);
    pic_unmask(0);
}

void timer_interrupt(void)
{
    ticks++;
}

uint64_t timer_ticks(void)
{
    return ticks;
}

void timer_wait(uint64_t count)
{
    uint64_t end = ticks + count;

    while (ticks < end)
        wait_for_irq();
}
