// SPDX-License-Identifier: MIT
/*
 * The second CPU: started twice, each time with something else loaded than
 * the first; both take one lock, change the same live table, interrupt each
 * other. Every step is waited for, with a limit, never slept over.
 */
#include "guest.h"

#define VA 0xffffffffc0010000ul /* one page a CPU */
#define ROUNDS 3000
#define LIMIT 20000000000ul /* ns; only what hangs reaches it */

static char stack[16384] __attribute__((aligned(16)));
static uint64_t own_gdt[16];
static struct pv_spinlock lock;
static volatile uint64_t counter;
static volatile unsigned step;
static struct {
    unsigned id, selector;
    bool held_back, mapped, early;
    void *data;
} seen;

/* 1: it happened within the limit. */
#define WAIT_FOR(what)                                                        \
    ({                                                                        \
        unsigned long end = pv_time_ns() + LIMIT;                             \
        while (!(what) && pv_time_ns() < end)                                 \
            asm volatile("pause" : : : "memory");                             \
        !!(what);                                                             \
    })

static void count_up(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        pv_spin_lock(&lock);
        counter = counter + 1;
        pv_spin_unlock(&lock);
    }
}

/* A page that comes and goes at an address of this CPU's own. */
static bool map_often(unsigned cpu)
{
    uint64_t *page, va = VA + cpu * PAGE_SIZE;
    uint64_t *entry = entry_of(kernel_top, va, 1);
    bool good = true;

    pv_spin_lock(&lock); /* this kernel's page_alloc has none of its own */
    page = page_alloc();
    pv_spin_unlock(&lock);
    for (int i = 0; i < 100; i++) {
        page[0] = i;
        pv_pte_store_l1(entry, physical(page) | PTE_P | PTE_W);
        pv_invlpg((void *)va);
        good &= *(volatile uint64_t *)va == (uint64_t)i;
        pv_pte_store_l1(entry, 0);
        pv_invlpg((void *)va);
    }
    return good;
}

static void load_own_gdt(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) operand = { sizeof(own_gdt) - 1,
                                          (uint64_t)own_gdt };
    uint16_t found;

    memcpy(own_gdt, gdt, sizeof(own_gdt));
    own_gdt[SEL_SPARE / 8] = 0x00cff2000000ffff;
    pv_load_gdt(&operand);
    pv_load_segments(SEL_KCODE, SEL_KDATA);
    asm volatile("movw %1, %%fs\n\tmovw %%fs, %0"
                 : "=r"(found)
                 : "r"((uint16_t)(SEL_SPARE | 3)));
    seen.selector = found;
}

static void load_spare(void)
{
    asm volatile("movw %0, %%fs" : : "r"((uint16_t)(SEL_SPARE | 3)));
}

/* What the second CPU does the first time. */
static void second(void *data)
{
    unsigned long due;

    seen.id = pv_cpu_id();
    seen.data = data;
    seen.held_back = !(pv_read_flags() & 0x200);
    load_own_gdt();
    step = 1;
    WAIT_FOR(step == 2);
    count_up();
    seen.mapped = map_often(1);
    step = 3;

    due = pv_time_ns() + 2000000;
    pv_cpu_timer_at(VEC_CPU_TIMER, due);
    while (!cpu_ticks[1])
        pv_safe_halt();
    seen.early = pv_time_ns() < due;
    pv_irq_disable();
    step = 4;
    while (!ipis[1])
        pv_safe_halt();
    pv_irq_disable();
    pv_ipi_send(0, VEC_IPI);
    WAIT_FOR(step == 5);
    pv_spin_lock(&lock); /* the first CPU holds it for some time */
    counter = 99;
    pv_spin_unlock(&lock);
    pv_cpu_stop();
}

static void again(void *data)
{
    seen.id = pv_cpu_id();
    seen.data = data;
    step = 6;
} /* coming back is stopping */

static int start(void (*entry)(void *), void *data)
{
    unsigned long end = pv_time_ns() + LIMIT;
    int rc;

    do { /* it may still be on its way to stop */
        rc = pv_cpu_start(1, entry, stack + sizeof(stack), data);
    } while (rc == -16 && pv_time_ns() < end);
    return rc;
}

static void interrupts(void)
{
    unsigned before = ipis[0];

    check(WAIT_FOR(step == 4), "its own timer interrupts it");
    check(!seen.early, "and not before its time");
    check_equal(0, cpu_ticks[0], "and not the first");
    check_equal(0, pv_ipi_send(1, VEC_IPI), "it is sent an interrupt");
    pv_irq_enable();
    check(WAIT_FOR(ipis[0] == before + 1), "it gets it, and sends one back");
    pv_irq_disable();
    check_equal(1, ipis[1], "each came once");
    check_equal((uint64_t)-22, (uint64_t)pv_ipi_send(1, 31),
                "a vector of an exception is refused");
    check_equal((uint64_t)-2, (uint64_t)pv_ipi_send(31, VEC_IPI),
                "so is a CPU that there is not");
}

static void contend(void)
{
    unsigned long end;

    pv_spin_lock(&lock);
    check_equal(0, pv_spin_trylock(&lock), "a lock that is held is not free");
    counter = 7;
    step = 5;
    for (end = pv_time_ns() + 20000000; pv_time_ns() < end;)
        ;
    check_equal(7, counter, "who waits does not get it meanwhile");
    pv_spin_unlock(&lock);
    check(WAIT_FOR(counter == 99), "and gets it when it is given back");
}

/* A PVH guest has the first CPU alone: what it does to itself. */
static void one_cpu(void)
{
    check_equal(1, pv_cpu_count(), "one CPU");
    check_equal((uint64_t)-2, (uint64_t)pv_cpu_start(1, second, stack, NULL),
                "there is no other");
    ipis[0] = cpu_ticks[0] = 0;
    pv_cpu_timer_at(VEC_CPU_TIMER, pv_time_ns() + 1000000);
    check_equal(0, pv_ipi_send(0, VEC_IPI), "it interrupts itself");
    pv_irq_enable();
    check(WAIT_FOR(ipis[0] == 1 && cpu_ticks[0] == 1),
          "that arrives, and its own timer");
    pv_irq_disable();
    pv_spin_lock(&lock);
    check_equal(0, pv_spin_trylock(&lock), "a lock that is held is not free");
    pv_spin_unlock(&lock);
}

void test_smp(void)
{
    if (boot_info->world == PV_WORLD_XEN_PVH) {
        one_cpu();
        return;
    }
    check(pv_cpu_count() >= 2, "there are two CPUs");
    check_equal(0, pv_cpu_id(), "this is the first");
    check_equal((uint64_t)-2, (uint64_t)pv_cpu_start(31, second, stack, NULL),
                "one that there is not cannot be started");
    if (pv_cpu_count() < 2)
        return;
    pv_irq_disable();
    step = counter = ipis[0] = ipis[1] = cpu_ticks[0] = cpu_ticks[1] = 0;
    for (unsigned cpu = 0; cpu < 2; cpu++) /* the tables on the way */
        map(kernel_top, VA + cpu * PAGE_SIZE, physical(stack), PTE_W);

    check_equal(0, (uint64_t)start(second, &seen), "the second starts");
    check(WAIT_FOR(step == 1), "and runs");
    check_equal((uint64_t)-16,
                (uint64_t)pv_cpu_start(1, second, stack, NULL),
                "while it runs it cannot be started");
    check_equal(1, seen.id, "it knows its number");
    check(seen.data == &seen, "and got its argument");
    check(seen.held_back, "with interrupts held back");
    check_equal(SEL_SPARE | 3, seen.selector, "its GDT is its own");
    check_equal(13, fault_of(load_spare), "and the first CPU has another");

    step = 2;
    count_up();
    check(map_often(0), "pages come and go while the second does the same");
    check(WAIT_FOR(step >= 3) && seen.mapped, "there too");
    check_equal(2 * ROUNDS, counter, "no count under the lock is lost");
    interrupts();
    contend();

    check(pv_spin_trylock(&lock), "a lock that is free can be taken");
    pv_spin_unlock(&lock);
    check_equal(0, (uint64_t)start(again, &lock), "it starts once more");
    check(WAIT_FOR(step == 6) && seen.data == &lock, "with something else");
    pv_irq_enable();
}
