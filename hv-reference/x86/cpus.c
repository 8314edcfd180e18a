// SPDX-License-Identifier: MIT
/*
 * Starting the machine's further CPUs, one after the other.
 *
 * Rule: no wait is without an end. A CPU that does not come in time, or whose
 * clock is behind the first one's, is left alone and so are those after it:
 * should it come late, it finds that and halts.
 */
#include "x86/cpus.h"

#include "core/cpu.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/time.h"
#include "explain/log.h"
#include "x86/acpi.h"
#include "x86/apic.h"
#include "x86/asm.h"
#include "x86/cpu_area.h"
#include "x86/features.h"
#include "x86/paging.h"


/* INIT, then twice START, with these waits: the processors' manuals. */
#define AFTER_INIT  (10 * MILLISECONDS)
#define AFTER_START (MILLISECONDS / 5)
#define UNTIL_UP    (2000 * MILLISECONDS)
#define CLOCK_LOOKS 1000

static uint32_t apic_id[MAX_CPUS];
static unsigned int found = 1, started = 1;
static const char *why_alone; /* the tables say nothing of others */
static bool released;

/* Of the CPU that is being started. */
enum { COMES, IS_UP, HAS_LOOKED, MAY_STAY, LEFT_ALONE };
static uint32_t next_cpu;
uint64_t next_cpu_stack;

/* --- finding them --- */

static const void *boot_memory(uint64_t pa, size_t bytes)
{
    if (pa >= BOOT_DIRECTMAP_END || bytes > BOOT_DIRECTMAP_END - pa)
        return NULL;
    return directmap(pa);
}

static uint32_t own_apic_id(void)
{
    if (rdmsr(MSR_APIC_BASE) & 1u << 10) /* x2APIC: the whole number */
        return cpuid(0xb, 0).d;
    return cpuid(1, 0).b >> 24;
}

static void place_trampoline(void)
{
    uint8_t *to = directmap(TRAMPOLINE);
    uint32_t efer = (uint32_t)rdmsr(MSR_EFER);

    memcpy(to, trampoline_start, (size_t)(trampoline_end - trampoline_start));
    memcpy(to + (trampoline_efer - trampoline_start), &efer, sizeof(efer));
}

void cpus_find(void)
{
    uint32_t ids[MAX_CPUS];
    unsigned int n;

    apic_id[0] = own_apic_id();
    why_alone = acpi_find_cpus(boot_memory, ids, MAX_CPUS, &n);
#ifdef HV_CHECKING
    n = 0; /* the invariants hold between hypercalls: of one CPU */
#endif
    for (unsigned int i = 0; i < min_of(n, (unsigned int)MAX_CPUS); i++)
        if (ids[i] != apic_id[0] && found < MAX_CPUS)
            apic_id[found++] = ids[i];
    place_trampoline();
}

unsigned int cpus_found(void)
{
    return found;
}

unsigned int cpus_started(void)
{
    return __atomic_load_n(&started, __ATOMIC_ACQUIRE);
}

uint64_t hw_cpus(void)
{
    return ~0ul >> (64 - cpus_started());
}

uint32_t cpu_apic_id(unsigned int cpu)
{
    return apic_id[cpu];
}

/* --- clocks --- */

/*
 * Two CPUs take turns to read their TSCs: none may ever be less than the last
 * one read, since guests compare times of both.
 */
static struct {
    uint32_t taken;
    uint64_t last, behind;
} clocks;

static void look_at_clocks(void)
{
    for (unsigned int i = 0; i < CLOCK_LOOKS; i++) {
        uint64_t now;

        while (__atomic_exchange_n(&clocks.taken, 1, __ATOMIC_ACQUIRE))
            __builtin_ia32_pause();
        __asm__ volatile("lfence" : : : "memory");
        now = rdtsc();
        if (now < clocks.last)
            clocks.behind = max_of(clocks.behind, clocks.last - now);
        else
            clocks.last = now;
        __atomic_store_n(&clocks.taken, 0, __ATOMIC_RELEASE);
    }
}

/* --- starting them --- */

static uint32_t state(void)
{
    return __atomic_load_n(&next_cpu, __ATOMIC_ACQUIRE);
}

static void set_state(uint32_t to)
{
    __atomic_store_n(&next_cpu, to, __ATOMIC_RELEASE);
}

/* False: it still is in FROM after NS. */
static bool wait_while(uint32_t from, uint64_t ns)
{
    uint64_t end = hw_now() + ns;

    while (state() == from && hw_now() < end)
        __builtin_ia32_pause();
    return state() != from;
}

static void pause_for(uint64_t ns)
{
    uint64_t end = hw_now() + ns;

    while (hw_now() < end)
        __builtin_ia32_pause();
}

static bool comes_up(unsigned int cpu)
{
    uint32_t id = apic_id[cpu], comes = COMES;

    next_cpu_stack = (uint64_t)cpu_of(cpu);
    set_state(COMES);
    apic_send_init(id);
    pause_for(AFTER_INIT);
    apic_send_start(id, TRAMPOLINE >> PAGE_SHIFT);
    if (wait_while(COMES, AFTER_START))
        return true;
    apic_send_start(id, TRAMPOLINE >> PAGE_SHIFT);
    return wait_while(COMES, UNTIL_UP) ||
           !__atomic_compare_exchange_n(&next_cpu, &comes, LEFT_ALONE, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* NULL, or why CPU is left alone. */
static const char *start(unsigned int cpu)
{
    if (!apic_reaches(apic_id[cpu]))
        return "its APIC cannot be reached in this mode";
    if (!comes_up(cpu))
        return "it did not come";
    clocks.last = clocks.behind = 0;
    look_at_clocks();
    wait_while(IS_UP, UNTIL_UP);
    if (state() != HAS_LOOKED || clocks.behind) {
        set_state(LEFT_ALONE);
        return "its clock is behind";
    }
    __atomic_store_n(&started, cpu + 1, __ATOMIC_RELEASE);
    set_state(MAY_STAY);
    return NULL;
}

void cpus_start(void)
{
    const char *why = why_alone;

    if (why)
        log_line("cpus: %s, so that this one is the only one", why);
    for (unsigned int i = 1; i < found; i++) {
        why = start(i);
        if (why) {
            log_line("cpus: CPU %u (APIC %u) is left alone: %s", i, apic_id[i],
                     why);
            break;
        }
    }
    if (found > 1)
        log_line("cpus: %u of %u started", started, found);
}

/* --- working together --- */

void hw_release_cpus(void)
{
    __atomic_store_n(&released, true, __ATOMIC_RELEASE);
    for (unsigned int i = 1; i < started; i++)
        hw_kick_cpu(i, 0);
}

void hw_kick_cpu(unsigned int cpu, uint32_t work)
{
    struct cpu *to = cpu_of(cpu);

    if (work)
        __atomic_fetch_or(&to->work, work, __ATOMIC_SEQ_CST);
    if (to != this_cpu())
        apic_send(apic_id[cpu], VECTOR_KICK);
}

/* --- the other CPU's side --- */

static _Noreturn void halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

void start_other_cpu(void)
{
    uint32_t comes = COMES;
    unsigned int cpu;

    if (!__atomic_compare_exchange_n(&next_cpu, &comes, IS_UP, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        halt();
    cpu = this_cpu()->id;
    write_cr3(mfn_to_maddr(idle_l4()).a);
    segments_load(cpu);
    idt_load();
    features_enable();
    syscall_msrs_init(cpu);
    apic_init_other();
    look_at_clocks();
    set_state(HAS_LOOKED);
    while (state() == HAS_LOOKED)
        __builtin_ia32_pause();
    if (cpu >= cpus_started())
        halt();
    while (!__atomic_load_n(&released, __ATOMIC_ACQUIRE))
        hw_idle();
    hw_enter_guests();
}
