// SPDX-License-Identifier: MIT
/*
 * The machine's end. Under the runner, QEMU has an isa-debug-exit device that
 * takes the value with it (tools/runner/exits.def); elsewhere a reboot resets
 * the machine, and all else stops it where its last lines can be read.
 */
#include "core/hw.h"
#include "exits.h"
#include "drivers/drivers.h"
#include "explain/log.h"
#include "x86/apic.h"
#include "x86/asm.h"
#include "x86/cpus.h"

#define DEBUG_EXIT    0x501
#define RESET_CONTROL 0xcf9
#define RESET_FULL    0x06

void hw_exit(unsigned int value)
{
    outb(DEBUG_EXIT, (uint8_t)value);
    if (cpus_started() > 1) /* else there may be no APIC yet */
        apic_stop_others();
    serial_break_lock();
    if (value == EXIT_reboot) {
        log_line("resetting the machine");
        outb(RESET_CONTROL, RESET_FULL & ~4);
        outb(RESET_CONTROL, RESET_FULL);
    }
    log_line("the machine can be switched off");
    for (;;)
        __asm__ volatile("cli; hlt");
}

void panic(const char *fmt, ...)
{
    static bool panicking;
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    hv_vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    serial_break_lock(); /* it may be this CPU that has it */
    if (!__atomic_exchange_n(&panicking, true, __ATOMIC_RELAXED)) {
        log_line("panic: %s", text);
    }
    hw_exit(EXIT_panic);
}
