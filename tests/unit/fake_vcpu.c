// SPDX-License-Identifier: MIT
#include "fake_vcpu.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/cpu.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/memory/mm.h"
#include "core/scheduler/sched.h"
#include "explain/log.h"
#include "explain/refuse.h"

struct fake fake;
static struct cpu cpu;

struct cpu *this_cpu(void)
{
    return &cpu;
}

struct guest_regs *guest_regs(void)
{
    return &fake.regs;
}

void fake_reset(void)
{
    memset(&fake, 0, sizeof(fake));
    fake.vcpu.domain = &fake.domain;
    domain_locks_init(&fake.domain);
    fake.vcpu.hot.info = &fake.info;
    fake.vcpu.hot.kernel_mode = true;
    fake.regs.rip = FAKE_MEMORY_AT;
    fake.regs.rsp = FAKE_MEMORY_AT + FAKE_MEMORY_BYTES;
    fake.regs.cs = SEL_GUEST_CS64;
    fake.regs.ss = SEL_GUEST_DS;
    fake.regs.rflags = FLAG_IF | FLAG_ONE;
    cpu.vcpu = &fake.vcpu;
}

/* --- guest memory --- */

static size_t bytes_there(uint64_t va, size_t n)
{
    if (va < FAKE_MEMORY_AT || va >= FAKE_MEMORY_AT + FAKE_MEMORY_BYTES)
        return 0;
    return min_of(n, FAKE_MEMORY_AT + FAKE_MEMORY_BYTES - va);
}

size_t copy_from_guest(void *to, gva_t from, size_t n)
{
    size_t there = bytes_there(from.a, n);

    if (there)
        memcpy(to, fake.memory + (from.a - FAKE_MEMORY_AT), there);
    return n - there;
}

size_t copy_to_guest(gva_t to, const void *from, size_t n)
{
    size_t there = bytes_there(to.a, n);

    if (there)
        memcpy(fake.memory + (to.a - FAKE_MEMORY_AT), from, there);
    return n - there;
}

uint64_t fake_word(uint64_t va)
{
    uint64_t word;

    ck_assert_uint_eq(copy_from_guest(&word, GVA(va), sizeof(word)), 0);
    return word;
}

void fake_code(const void *bytes, unsigned int n)
{
    ck_assert_uint_eq(copy_to_guest(GVA(fake.regs.rip), bytes, n), 0);
}

/* --- the machine --- */

bool preempt_pending(void)
{
    return fake.preempted;
}

uint64_t hw_read_base(enum hw_base which)
{
    return fake.base[which];
}

uint64_t hw_read_gs_base(void)
{
    return fake.base[fake.vcpu.hot.kernel_mode ? HW_GS_KERNEL_BASE
                                               : HW_GS_USER_BASE];
}

void hw_write_base(enum hw_base which, uint64_t base)
{
    fake.base[which] = base;
}

void hw_swap_gs(void)
{
}

void hw_load_page_tables(struct vcpu *v)
{
    (void)v;
    fake.page_table_loads++;
}

void hw_flush_page_local(uint64_t va)
{
    (void)va;
    fake.flushed_pages++;
}

void hw_load_ts(void)
{
}

void hw_load_debug_regs(void)
{
}

void hw_load_cr4(void)
{
}

void hw_load_tsc_aux(void)
{
}

bool hw_set_xcr0(uint64_t value)
{
    fake.vcpu.xcr0 = value;
    return value & 1;
}

/* A processor that has everything. */
void hw_cpuid(uint32_t leaf, uint32_t subleaf, struct cpuid_result *out)
{
    (void)subleaf;
    *out = (struct cpuid_result){~0u, ~0u, ~0u, ~0u};
    if (!(leaf & 0x7fffffff))
        out->a = leaf | 0xff;
}

void vcpu_wake(struct vcpu *v)
{
    v->paused &= ~(VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING);
}

void vcpu_reschedule(struct vcpu *v)
{
    if (v == current)
        ask_for_work(CPU_WORK_RESCHED);
}

void log_line(const char *format, ...)
{
    (void)format;
}

uint64_t hw_tsc(void)
{
    return 0x1122334455667788ul;
}

void hw_tsc_scale(struct tsc_scale *scale)
{
    *scale = (struct tsc_scale){.hz = 2000000000ul};
}

bool hw_is_code64(uint16_t cs)
{
    return cs == SEL_GUEST_CS64;
}

/* --- the rest of the core --- */

int set_kernel_root(struct vcpu *v, mfn_t l4)
{
    v->hot.kernel_cr3 = mfn_to_maddr(l4).a;
    return 0;
}

int refuse(enum rule rule, int error, uint64_t subject, uint64_t against)
{
    (void)rule, (void)subject, (void)against;
    return error;
}

void count_leftover(struct domain *d, enum leftover kind, uint64_t rip,
                    const char *what)
{
    (void)d, (void)kind, (void)rip;
    fake.leftovers++;
    fake.leftover = what;
}

void domain_crash(struct domain *d, const char *fmt, ...)
{
    va_list ap;

    (void)d;
    fake.crashed = true;
    va_start(ap, fmt);
    vsnprintf(fake.last_words, sizeof(fake.last_words), fmt, ap);
    va_end(ap);
}
