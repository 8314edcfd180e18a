// SPDX-License-Identifier: MIT
/*
 * Flushing translations, on this CPU and on others, and the flush clock by
 * which the core knows whether a CPU may still hold a stale one.
 *
 * Each full flush moves the clock and, when it is done, stamps its CPU with
 * where the clock stood. A frame takes the clock when it loses its last use: a
 * CPU whose stamp is later has flushed since. When the 32-bit clock comes
 * round to 0, stamps before and after cannot be compared: the clock stays 0,
 * which means "flush always", until every CPU has flushed once more.
 *
 * Others flush when asked by an interrupt; one that waits for a lock has its
 * interrupts off and does it from hw_relax(). So there is one request at a
 * time, and whoever makes it may hold locks.
 */
#include "core/cpu.h"
#include "core/lock.h"
#include "core/hw.h"
#include "core/vcpu.h"
#include "x86/apic.h"
#include "x86/asm.h"
#include "x86/cpu_area.h"
#include "x86/cpus.h"
#include "x86/paging.h"
#include "x86/tlb.h"

static uint32_t flush_clock = 1;
static uint32_t cpu_stamp[MAX_CPUS];

static uint32_t stamp_of(unsigned int cpu)
{
    return __atomic_load_n(&cpu_stamp[cpu], __ATOMIC_ACQUIRE);
}

/* Every CPU has flushed since the clock came round: start again, once. */
static void restart_clock(void)
{
    uint32_t stopped = 0;

    for (unsigned int i = 0; i < cpus_started(); i++)
        if (stamp_of(i) != 0)
            return;
    __atomic_compare_exchange_n(&flush_clock, &stopped, 1, false,
                                __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

/* Two that tick at once never step over 0. */
static uint32_t tick(void)
{
    uint32_t now = __atomic_load_n(&flush_clock, __ATOMIC_SEQ_CST);

    while (now && !__atomic_compare_exchange_n(&flush_clock, &now, now + 1,
                                               false, __ATOMIC_SEQ_CST,
                                               __ATOMIC_SEQ_CST))
        continue;
    return now ? now + 1 : 0;
}

/*
 * After the page-table write: what is stale from before it was stamped no
 * later than this reads.
 */
uint32_t hw_flush_clock(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_load_n(&flush_clock, __ATOMIC_SEQ_CST);
}

uint64_t hw_cpus_to_flush(uint64_t mask, uint32_t stamp)
{
    uint64_t need = 0;

    for (unsigned int i = 0; i < cpus_started(); i++)
        if (stamp == 0 || stamp_of(i) <= stamp)
            need |= 1ul << i;
    return mask & need;
}

/* Ticked before and stamped after: a stamp never promises too much. */
static void load_cr3(uint64_t cr3)
{
    uint32_t now = tick();

    write_cr3(cr3);
    __atomic_store_n(&cpu_stamp[this_cpu()->id], now, __ATOMIC_RELEASE);
    if (!now)
        restart_clock();
}

void hw_flush_tlb_local(void)
{
    load_cr3(read_cr3());
}

void hw_flush_page_local(uint64_t va)
{
    __asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/* --- on other CPUs --- */

static struct {
    spinlock_t lock;
    bool all;
    uint64_t va;
    uint64_t waiting; /* the CPUs that have yet to serve it */
} request = {.lock = SPINLOCK(LOCK_FLUSH)};

void tlb_serve_request(void)
{
    uint64_t self = 1ul << this_cpu()->id;

    if (!(__atomic_load_n(&request.waiting, __ATOMIC_ACQUIRE) & self))
        return;
    if (request.all)
        hw_flush_tlb_local();
    else
        hw_flush_page_local(request.va);
    __atomic_fetch_and(&request.waiting, ~self, __ATOMIC_RELEASE);
}

static void flush_others(uint64_t cpus, bool all, uint64_t va)
{
    uint64_t left;

    spin_lock(&request.lock);
    request.all = all;
    request.va = va;
    __atomic_store_n(&request.waiting, cpus, __ATOMIC_SEQ_CST);
    for (left = cpus; left; left &= left - 1)
        apic_send(cpu_apic_id((unsigned int)__builtin_ctzl(left)),
                  VECTOR_FLUSH);
    while (__atomic_load_n(&request.waiting, __ATOMIC_ACQUIRE))
        hw_relax();
    spin_unlock(&request.lock);
}

/* The CPUs of CPUS that are there, but this one. */
static uint64_t others(uint64_t cpus)
{
    return cpus & hw_cpus() & ~(1ul << this_cpu()->id);
}

void hw_flush_tlb_mask(uint64_t cpus)
{
    if (others(cpus))
        flush_others(others(cpus), true, 0);
    if (cpus & 1ul << this_cpu()->id)
        hw_flush_tlb_local();
}

void hw_flush_page_mask(uint64_t cpus, uint64_t va)
{
    if (others(cpus))
        flush_others(others(cpus), false, va);
    if (cpus & 1ul << this_cpu()->id)
        hw_flush_page_local(va);
}

void hw_load_page_tables(struct vcpu *v)
{
    load_cr3(v->hot.kernel_mode ? v->hot.kernel_cr3 : v->hot.user_cr3);
}

void load_idle_tables(void)
{
    load_cr3(mfn_to_maddr(idle_l4()).a);
}

void hw_relax(void)
{
    __builtin_ia32_pause();
    tlb_serve_request();
}
