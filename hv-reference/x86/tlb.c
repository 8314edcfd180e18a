// SPDX-License-Identifier: MIT
/*
 * Flushing translations, and the flush clock by which the core knows whether
 * a CPU may still hold a stale one.
 *
 * Each full flush moves the clock and stamps its CPU. A frame takes the clock
 * when it loses its last use: a CPU whose stamp is later has flushed since.
 * When the 32-bit clock comes round to 0, stamps before and after cannot be
 * compared: the clock stays 0, which means "flush always", until every CPU has
 * flushed once more.
 */
#include "core/cpu.h"
#include "core/lock.h"
#include "core/hw.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/cpu_area.h"
#include "x86/paging.h"

static uint32_t flush_clock = 1;
static uint32_t cpu_stamp[MAX_CPUS];
static unsigned int cpus_up = 1;

/* Every CPU has flushed since the clock came round: start again. */
static void restart_clock(void)
{
    for (unsigned int i = 0; i < cpus_up; i++)
        if (cpu_stamp[i] != 0)
            return;
    __atomic_store_n(&flush_clock, 1, __ATOMIC_SEQ_CST);
}

/* Before the flush itself: what is stamped later may be stale only earlier. */
static void tick(void)
{
    uint32_t now = __atomic_load_n(&flush_clock, __ATOMIC_SEQ_CST);

    if (now)
        now = __atomic_add_fetch(&flush_clock, 1, __ATOMIC_SEQ_CST);
    cpu_stamp[this_cpu()->id] = now;
    if (!now)
        restart_clock();
}

uint32_t hw_flush_clock(void)
{
    return __atomic_load_n(&flush_clock, __ATOMIC_SEQ_CST);
}

uint64_t hw_cpus_to_flush(uint64_t mask, uint32_t stamp)
{
    uint64_t need = 0;

    for (unsigned int i = 0; i < cpus_up; i++)
        if (stamp == 0 || cpu_stamp[i] <= stamp)
            need |= 1ul << i;
    return mask & need;
}

static void load_cr3(uint64_t cr3)
{
    tick();
    write_cr3(cr3);
}

void hw_flush_tlb_local(void)
{
    load_cr3(read_cr3());
}

void hw_flush_page_local(uint64_t va)
{
    __asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

void hw_flush_tlb_mask(uint64_t cpus)
{
    if (cpus & 1ul << this_cpu()->id)
        hw_flush_tlb_local();
}

void hw_flush_page_mask(uint64_t cpus, uint64_t va)
{
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
}
