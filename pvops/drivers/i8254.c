// SPDX-License-Identifier: MIT
/*
 * The timer chip of a PC. Channel 0 is the kernel's tick: what is programmed
 * becomes a deadline of Xen's timer, anew after each tick. Ticks that came
 * while the guest did not run are lost, as on a machine that was too slow.
 * Channel 2 is there for kernels that measure the TSC against it.
 */
#include "../xenpv/xenpv.h"
#include "devices.h"

#define PIT_HZ 1193182ul
#define NS 1000000000ul

struct channel {
    uint8_t mode, access; /* access: 1 low byte, 2 high byte, 3 both */
    bool second_byte, latched;
    uint16_t latch, low;
    unsigned long count; /* 1 to 65536 */
    uint64_t start;      /* when it was loaded, or last wrapped */
};

static struct channel channels[3];
static uint8_t gate;

static uint64_t period(const struct channel *c)
{
    return c->count * NS / PIT_HZ;
}

static bool is_periodic(const struct channel *c)
{
    return c->mode == 2 || c->mode == 3;
}

/* Called with events held back, when channel 0's deadline is over. */
void pv_i8254_expired(void)
{
    unsigned long flags = pv_nested_enter(&pv_device_lock);
    struct channel *c = &channels[0];
    uint64_t now = pv_clock_ns();

    pv_i8259_raise(0);
    if (is_periodic(c)) {
        c->start += (now - c->start) / period(c) * period(c);
        pv_clock_set(CLOCK_I8254, c->start + period(c));
    }
    pv_nested_leave(&pv_device_lock, flags);
}

static void load(struct channel *c, unsigned long count)
{
    c->count = count ? count : 65536;
    c->start = pv_clock_ns();
    if (c == &channels[0])
        pv_clock_set(CLOCK_I8254, c->start + period(c));
}

static void write_count(struct channel *c, unsigned value)
{
    if (c->access == 1) {
        load(c, value);
    } else if (c->access == 2) {
        load(c, value << 8);
    } else if (!c->second_byte) {
        c->low = (uint8_t)value;
        c->second_byte = true;
    } else {
        c->second_byte = false;
        load(c, c->low | (unsigned long)value << 8);
    }
}

static uint64_t ticks_since_load(const struct channel *c)
{
    return (pv_clock_ns() - c->start) * PIT_HZ / NS;
}

static unsigned current_count(const struct channel *c)
{
    if (!c->count)
        return 0;
    if (is_periodic(c))
        return (unsigned)(c->count - ticks_since_load(c) % c->count);
    return (unsigned)(c->count - ticks_since_load(c)) & 0xffff;
}

static void command(unsigned value)
{
    struct channel *c = &channels[value >> 6];

    if (value >> 6 == 3)
        return; /* read-back is not modelled */
    if (!(value & 0x30)) {
        c->latch = (uint16_t)current_count(c);
        c->latched = true;
        return;
    }
    c->access = value >> 4 & 3;
    c->mode = value >> 1 & 7;
    if (c->mode > 5)
        c->mode -= 4;
    c->second_byte = false;
    c->count = 0;
    if (c == &channels[0])
        pv_clock_set(CLOCK_I8254, 0);
}

void pv_i8254_write(unsigned port, unsigned value)
{
    if (port == 0x61)
        gate = value & 3;
    else if (port == 0x43)
        command(value);
    else
        write_count(&channels[port & 3], value);
}

static unsigned read_count(struct channel *c)
{
    unsigned count = c->latched ? c->latch : current_count(c);
    bool high = c->access == 2 || (c->access == 3 && c->second_byte);

    if (c->access == 3)
        c->second_byte = !c->second_byte;
    if (c->access != 3 || high)
        c->latched = false;
    return high ? count >> 8 & 0xff : count & 0xff;
}

unsigned pv_i8254_read(unsigned port)
{
    struct channel *two = &channels[2];

    if (port == 0x61)
        return gate | (two->count && ticks_since_load(two) >= two->count
                           ? 0x20u : 0) |
               (pv_clock_ns() / 15000 % 2 ? 0x10u : 0);
    return port == 0x43 ? 0xff : read_count(&channels[port & 3]);
}
