// SPDX-License-Identifier: MIT
/*
 * Time, console and the end on a PC: the TSC measured against timer channel
 * 2, timer channel 0 for one interrupt, the clock chip, COM1, and the
 * chipset's registers. No kernel has to use these: one that has drivers of
 * its own for the devices keeps them, and then must not mix them with these.
 */
#include "../internal.h"

#define PIT_HZ 1193182ul
#define COM1 0x3f8

/* The count of channel 2 at some moment between two readings of the TSC. */
struct moment {
    unsigned long before, after;
    unsigned count;
};

/* Of some readings the one that took least time: anything can come between. */
static struct moment look(void)
{
    struct moment best = { 0, ~0ul, 0 };

    for (int i = 0; i < 8; i++) {
        struct moment m;

        m.before = pv_native_rdtsc();
        pv_native_outb(0x43, 0x80); /* hold the count of channel 2 */
        m.after = pv_native_rdtsc();
        m.count = pv_native_inb(0x42);
        m.count |= (unsigned)pv_native_inb(0x42) << 8;
        if (m.after - m.before < best.after - best.before)
            best = m;
    }
    return best;
}

/*
 * TSC ticks in 2^16 ticks of the timer, measured over 40 ms; *ERROR: how much
 * more it may be. Of what is not known the least is taken: so this clock is
 * never slow against the timer, and no interrupt seems to come early. 0 if the
 * machine was away so long that the timer has passed its end.
 */
static unsigned long measure(unsigned long *error)
{
    struct moment start, now;
    unsigned passed;

    pv_native_outb(0x43, 0xb0); /* channel 2 counts down once, from 65535 */
    pv_native_outb(0x42, 0xff);
    pv_native_outb(0x42, 0xff);
    start = look();
    do {
        now = look();
        passed = start.count - now.count;
    } while (passed < PIT_HZ / 25 && !(pv_native_inb(0x61) & 0x20));
    if (pv_native_inb(0x61) & 0x20)
        return 0;
    *error = now.after - now.before + start.after - start.before;
    *error = *error * 65536 / passed;
    return (now.before - start.after) * 65536 / (passed + 1);
}

/* The best of some measurements, or the first that is good to 1 in 4096. */
static unsigned long tsc_per_65536(void)
{
    static unsigned long rate;
    unsigned long least = ~0ul, error = 0, found;
    unsigned char gate;

    if (rate)
        return rate;
    gate = pv_native_inb(0x61);
    pv_native_outb(0x61, (unsigned char)((gate & ~2) | 1));
    for (int i = 0; !rate || (i < 8 && least > rate / 4096); i++) {
        found = measure(&error);
        if (found && error < least) {
            least = error;
            rate = found;
        }
    }
    pv_native_outb(0x61, gate);
    return rate;
}

/* Multiplied in 128 bits, for nanoseconds since boot times a rate need more
 * than 64. */
unsigned long pv_native_time_ns(void)
{
    unsigned long rate = tsc_per_65536(), high, low, ns, rest;
    unsigned long per_65536 = 65536ul * 1000000000 / PIT_HZ;

    asm("mulq %3"
        : "=a"(low), "=d"(high)
        : "a"(pv_native_rdtsc()), "r"(per_65536)
        : "cc");
    asm("divq %4"
        : "=a"(ns), "=d"(rest)
        : "a"(low), "d"(high), "r"(rate)
        : "cc");
    return ns;
}

static unsigned clock_register(unsigned char reg)
{
    pv_native_outb(0x70, reg);
    return pv_native_inb(0x71);
}

/* Days before `month` of `year`, since 1970. */
static unsigned long days_since_1970(unsigned year, unsigned month)
{
    static const unsigned short before[] = { 0,   31,  59,  90,  120, 151,
                                             181, 212, 243, 273, 304, 334 };
    unsigned y = year - (month <= 2);

    return (year - 1970) * 365ul + before[month - 1] +
           (y / 4 - 1969 / 4) - (y / 100 - 1969 / 100) +
           (y / 400 - 1969 / 400);
}

unsigned long pv_native_wallclock(void)
{
    /* second, minute, hour, day, month, year of the century */
    static const unsigned char regs[] = { 0, 2, 4, 7, 8, 9 };
    unsigned now[6], again[6];
    bool same, binary;

    do { /* until two readings agree: no update came between */
        same = true;
        for (int i = 0; i < 6; i++)
            now[i] = clock_register(regs[i]);
        for (int i = 0; i < 6; i++) {
            again[i] = clock_register(regs[i]);
            same &= now[i] == again[i];
        }
    } while (!same);

    binary = clock_register(11) & 4;
    for (int i = 0; i < 6 && !binary; i++)
        now[i] = (now[i] & 15) + (now[i] >> 4) * 10;
    if (now[4] < 1 || now[4] > 12)
        return 0;
    return ((days_since_1970(2000 + now[5], now[4]) + now[3] - 1) * 24 +
            now[2]) * 3600 + now[1] * 60 + now[0];
}

/* The channel counts at most 55 ms: a later deadline interrupts early, and
 * whoever waits looks at the time and asks again. */
void pv_native_timer_at(unsigned long ns)
{
    unsigned long now, count = 0xffff;

    pv_native_outb(0x43, 0x30); /* count down once; stopped until loaded */
    if (!ns)
        return;
    now = pv_native_time_ns();
    if (ns <= now)
        count = 1;
    else if (ns - now < 54000000)
        count = (ns - now) * PIT_HZ / 1000000000 + 1;
    pv_native_outb(0x40, (unsigned char)count);
    pv_native_outb(0x40, (unsigned char)(count >> 8));
}

void pv_native_console_write(const char *text, unsigned long length)
{
    for (unsigned long i = 0; i < length; i++) {
        while (!(pv_native_inb(COM1 + 5) & 0x20))
            ;
        pv_native_outb(COM1, (unsigned char)text[i]);
    }
}

int pv_native_console_read(void)
{
    return pv_native_inb(COM1 + 5) & 1 ? pv_native_inb(COM1) : -1;
}

void pv_native_shutdown(int reason)
{
    if (reason == PV_POWEROFF)
        pv_native_outw(0x604, 0x2000);
    else if (reason == PV_REBOOT)
        pv_native_outb(0xcf9, 6);
    for (;;) {
        pv_native_irq_disable();
        pv_native_halt();
    }
}
