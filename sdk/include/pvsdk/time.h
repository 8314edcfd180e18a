/* SPDX-License-Identifier: MIT */
/*
 * The paravirtual clock: nanoseconds since the hypervisor started, and the time
 * of day at that moment. No call is made: the hypervisor writes rate and base
 * into vcpu_info.time, the guest reads the TSC.
 */
#ifndef PVSDK_TIME_H
#define PVSDK_TIME_H

#include <xen/xen.h>
#include <pvsdk/barrier.h>

static inline uint64_t xen_rdtsc(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
    return ((uint64_t)high << 32) | low;
}

/* ticks * mul / 2^32, after the shift, without losing upper bits. */
static inline uint64_t xen_scale_ticks(uint64_t ticks, uint32_t mul,
                                       int8_t shift)
{
    uint64_t product, rest;

    if (shift >= 0)
        ticks <<= shift;
    else
        ticks >>= -shift;
    __asm__("mulq %3"
            : "=a"(product), "=d"(rest)
            : "a"(ticks), "r"((uint64_t)mul)
            : "cc");
    return (rest << 32) | (product >> 32);
}

/* Of the vCPU that runs this. */
static inline uint64_t xen_system_time(const struct vcpu_time_info *t)
{
    uint32_t version;
    uint64_t now;

    do {
        version = xen_read_once(t->version) & ~1u;
        xen_rmb();
        now = t->system_time + xen_scale_ticks(xen_rdtsc() - t->tsc_timestamp,
                                               t->tsc_to_system_mul,
                                               t->tsc_shift);
        xen_rmb();
    } while (version != xen_read_once(t->version));
    return now;
}

/* Seconds and nanoseconds of UTC at system time 0. */
static inline void xen_wall_clock(const struct shared_info *s, uint64_t *sec,
                                  uint32_t *nsec)
{
    uint32_t version;

    do {
        version = xen_read_once(s->wc_version) & ~1u;
        xen_rmb();
        *sec = ((uint64_t)s->wc_sec_hi << 32) | s->wc_sec;
        *nsec = s->wc_nsec;
        xen_rmb();
    } while (version != xen_read_once(s->wc_version));
}

#endif
