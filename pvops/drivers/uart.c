// SPDX-License-Identifier: MIT
/*
 * COM1, a 16550 that is never busy: what is written goes to the console, what
 * the console has can be read, with an interrupt on line 4 if one is wanted.
 */
#include "../xenpv/xenpv.h"
#include "devices.h"

#define LINE 4

enum { DATA, INTERRUPTS, FIFO, CONTROL, MODEM, STATUS, MODEM_STATUS, SCRATCH };

static uint8_t interrupts, control, modem, scratch, divisor[2];
static bool transmitter_pending;
static int next_byte = -1;

void pv_uart_input(void *unused);

static bool has_input(void)
{
    if (next_byte < 0)
        next_byte = pv_xenpv_console_read();
    return next_byte >= 0;
}

/* Events held back: the console has input, or has taken output. */
void pv_uart_input(void *unused)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);

    (void)unused;
    if (interrupts & 1 && has_input())
        pv_i8259_raise(LINE);
    pv_nested_leave(&pv_device_lock, flags);
}

static void transmit(unsigned value)
{
    char c = (char)value;

    if (modem & 0x10)
        return; /* loop-back: nothing leaves */
    pv_xenpv_console_write(&c, 1);
    if (interrupts & 2) {
        transmitter_pending = true;
        pv_i8259_raise(LINE);
    }
}

void pv_uart_write(unsigned port, unsigned value)
{
    bool divisor_access = control & 0x80;

    switch (port & 7) {
    case DATA:
        if (divisor_access)
            divisor[0] = (uint8_t)value;
        else
            transmit(value);
        break;
    case INTERRUPTS:
        if (divisor_access) {
            divisor[1] = (uint8_t)value;
            break;
        }
        interrupts = value & 0xf;
        pv_uart_input(NULL);
        break;
    case CONTROL:
        control = (uint8_t)value;
        break;
    case MODEM:
        modem = (uint8_t)value;
        break;
    case SCRATCH:
        scratch = (uint8_t)value;
        break;
    }
}

static unsigned receive(void)
{
    unsigned value = has_input() ? (unsigned)next_byte : 0;

    next_byte = -1;
    return value;
}

static unsigned interrupt_cause(void)
{
    if (interrupts & 1 && has_input())
        return 0xc4;
    if (transmitter_pending) {
        transmitter_pending = false;
        return 0xc2;
    }
    return 0xc1;
}

unsigned pv_uart_read(unsigned port)
{
    switch (port & 7) {
    case DATA:
        return control & 0x80 ? divisor[0] : receive();
    case INTERRUPTS:
        return control & 0x80 ? divisor[1] : interrupts;
    case FIFO:
        return interrupt_cause();
    case CONTROL:
        return control;
    case MODEM:
        return modem;
    case STATUS:
        return 0x60 | (has_input() ? 1 : 0);
    case MODEM_STATUS:
        return 0xb0;
    }
    return scratch;
}
