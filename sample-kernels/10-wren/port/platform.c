// SPDX-License-Identifier: MIT
/*
 * What wren has besides where the library finds it: a second CPU, which counts
 * with the first and then sleeps until it is interrupted, and a toolstack that
 * may ask for the end. The rule: the second CPU uses nothing of wren's but
 * what is here, for wren's own parts know of one CPU.
 */
#include "../platform.h"
#include "../console.h"
#include "../cpu.h"
#include "../thread.h"
#include "../timer.h"

#include <pvops-drivers.h>

#define VECTOR 0x60
#define ROUNDS 1000
#define SOON (2 * HZ) /* ticks */

static char stack[8192] __attribute__((aligned(16)));
static struct pv_spinlock lock;
static volatile uint64_t counter;
static volatile bool counted;
static volatile unsigned interrupts[2];
static bool running;

static void count_up(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        pv_spin_lock(&lock);
        counter++;
        pv_spin_unlock(&lock);
    }
}

bool platform_interrupt(uint64_t vector)
{
    if (vector != VECTOR)
        return false;
    interrupts[pv_cpu_id()]++;
    pv_ipi_end();
    return true;
}

/* On the second CPU, with interrupts held back. */
static void second(void *data)
{
    (void)data;
    count_up();
    counted = true;
    while (!interrupts[1])
        pv_safe_halt();
    pv_irq_disable();
    pv_ipi_send(0, VECTOR);
}

void platform_begin(void)
{
    int rc;

    if (pv_cpu_count() < 2) {
        kprintf("platform: one CPU\n");
        return;
    }
    rc = pv_cpu_start(1, second, stack + sizeof(stack), NULL);
    running = !rc;
    if (rc)
        kprintf("platform: the second CPU does not start: %d\n", rc);
}

static void end_second_cpu(void)
{
    uint64_t end = timer_ticks() + SOON;
    bool sleeps;

    /* The lock's holder is not to be preempted. */
    irq_disable();
    count_up();
    irq_enable();
    while (!counted && timer_ticks() < end)
        wait_for_irq();
    sleeps = !interrupts[1];
    pv_ipi_send(1, VECTOR);
    while (!interrupts[0] && timer_ticks() < end)
        wait_for_irq();
    kprintf("platform: both CPUs counted to %lu; the second slept: %s, was "
            "interrupted: %u, answered: %u\n", counter, sleeps ? "yes" : "no",
            interrupts[1], interrupts[0]);
}

static void requested(void *data, int what)
{
    *(volatile int *)data = what;
}

/* With "wait" on its command line wren stays until the toolstack asks. */
static void wait_for_request(void)
{
    volatile int what = -1;
    int rc = pv_control_init(requested, (void *)&what);

    if (rc < 0) {
        kprintf("platform: there is no toolstack (%d)\n", rc);
        return;
    }
    kprintf("# shutdown please\n"); /* whoever hosts a test reads this */
    while (what < 0)
        if (!pv_store_run_watches())
            wait_for_irq();
    kprintf("platform: the toolstack asks for %s\n",
            what == PV_REQUEST_POWEROFF ? "power off"
            : what == PV_REQUEST_REBOOT ? "a reboot" : "something else");
    if (what == PV_REQUEST_REBOOT)
        pv_shutdown(PV_REBOOT);
}

void platform_end(void)
{
    if (running)
        end_second_cpu();
    if (pv_find_word(pv_booted()->command_line, "wait"))
        wait_for_request();
}
