// SPDX-License-Identifier: MIT
/*
 * System time: nanoseconds by the TSC since the hypervisor started. The one
 * clock of known frequency that every PC has is the PIT, so that TSC and APIC
 * timer are measured against it, once.
 */
#include "core/cpu.h"
#include "core/hw.h"
#include "explain/log.h"
#include "x86/apic.h"
#include "x86/asm.h"
#include "x86/cmos.h"
#include "x86/time.h"

#define PIT_HZ      1193182ul
#define PIT_COMMAND 0x43
#define PIT_DATA2   0x42
#define PIT_CONTROL 0x61
#define PIT_GATE2   0x01
#define PIT_SPEAKER 0x02
#define PIT_OUT2    0x20
/* Channel 2, low then high byte, mode 0: its output rises when it is through. */
#define PIT_ONE_SHOT 0xb0

#define NS_PER_SECOND 1000000000ul
#define MEASURE_HZ    100 /* a measurement takes 1/100 s */
#define MEASURE_MAX   7

static struct tsc_scale scale;
static uint64_t ticks_per_ns_32; /* APIC timer's, << 32 */
static uint64_t wallclock;

struct measurement {
    uint64_t tsc, apic;
};

/* What passes in 1/MEASURE_HZ of a second. */
static struct measurement measure_once(void)
{
    uint16_t count = PIT_HZ / MEASURE_HZ;
    struct measurement m;
    uint8_t control = inb(PIT_CONTROL) & ~(PIT_SPEAKER | PIT_GATE2);
    uint64_t tsc;
    uint32_t apic;

    outb(PIT_CONTROL, control);
    outb(PIT_COMMAND, PIT_ONE_SHOT);
    outb(PIT_DATA2, count & 0xff);
    outb(PIT_DATA2, count >> 8);
    apic_timer_free_run();
    outb(PIT_CONTROL, control | PIT_GATE2);
    tsc = rdtsc();
    apic = apic_timer_count();
    while (!(inb(PIT_CONTROL) & PIT_OUT2))
        ;
    m.tsc = rdtsc() - tsc;
    m.apic = apic - apic_timer_count();
    return m;
}

/*
 * An interruption of the whole machine (SMM, or a busy host under an emulator)
 * only ever makes a measurement longer: take the shortest, and be content when
 * two agree to 1/4096.
 */
static struct measurement measure(void)
{
    struct measurement best = measure_once();

    for (int i = 1; i < MEASURE_MAX; i++) {
        struct measurement m = measure_once();
        uint64_t longer = max_of(m.tsc, best.tsc);

        if (m.tsc < best.tsc)
            best = m;
        if (longer - best.tsc < best.tsc >> 12)
            break;
    }
    return best;
}

static uint64_t to_ns(uint64_t delta)
{
    delta = scale.shift < 0 ? delta >> -scale.shift : delta << scale.shift;
    return (uint64_t)((unsigned __int128)delta * scale.mul >> 32);
}

/* ns = ((delta << shift) * mul) >> 32 with mul in [2^31, 2^32). */
static void set_scale(uint64_t hz)
{
    uint64_t per_second = NS_PER_SECOND;
    int shift = 0;

    while (per_second >= hz) {
        hz <<= 1;
        shift++;
    }
    while (per_second < hz >> 1) {
        hz >>= 1;
        shift--;
    }
    scale.mul = (uint32_t)((per_second << 32) / hz);
    scale.shift = (int8_t)shift;
}

void time_init(void)
{
    struct measurement m = measure();
    uint64_t rtc;

    scale.hz = m.tsc * MEASURE_HZ;
    set_scale(scale.hz);
    ticks_per_ns_32 = (m.apic * MEASURE_HZ << 32) / NS_PER_SECOND;
    scale.tsc = rdtsc();
    rtc = cmos_seconds();
    wallclock = rtc - hw_now() / NS_PER_SECOND;
    log_line("time: TSC %lu kHz, timer %lu kHz", scale.hz / 1000,
             m.apic * MEASURE_HZ / 1000);
}

uint64_t hw_now(void)
{
    return to_ns(rdtsc() - scale.tsc);
}

uint64_t hw_wallclock_at_boot(void)
{
    return wallclock;
}

void hw_tsc_scale(struct tsc_scale *out)
{
    *out = scale;
}

void hw_set_timer(uint64_t deadline)
{
    uint64_t now = hw_now(), ticks;

    if (deadline == ~0ul) {
        apic_timer_set(0);
        return;
    }
    if (deadline <= now) {
        apic_timer_set(1);
        return;
    }
    /* Rounded up: an interrupt before its time would have to come again. */
    ticks = (uint64_t)((unsigned __int128)(deadline - now) * ticks_per_ns_32 >>
                       32) + 1;
    apic_timer_set((uint32_t)min_of(ticks, 0xfffffffful));
}
