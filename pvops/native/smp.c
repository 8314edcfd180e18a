// SPDX-License-Identifier: MIT
/*
 * The other CPUs of the machine: started by INIT and SIPI at the trampoline,
 * one at a time, with what the CPU that starts them has loaded.
 */
#include "apic.h"

#include <xen/errno.h>

#define PTE_TABLE 7ul
#define PTE_LARGE 0x87ul
#define ENTRIES 512

static unsigned char ids[NATIVE_CPUS];
static unsigned count;

static struct cpu {
    void (*entry)(void *data);
    void *data;
    unsigned runs, arrivals;
} cpus[NATIVE_CPUS];

void pv_native_cpu_main(void);
extern const char pv_native_cpu_entry[];

unsigned pv_native_cpu_count(void)
{
    if (!count)
        count = pv_kernel.low_page && pv_kernel.phys_to_virt
                    ? pv_native_find_cpus(ids, NATIVE_CPUS)
                    : 1;
    return count;
}

unsigned pv_native_cpu_id(void)
{
    unsigned char id;

    if (count < 2)
        return 0;
    id = pv_apic_id();
    for (unsigned cpu = 0; cpu < count; cpu++)
        if (ids[cpu] == id)
            return cpu;
    return 0;
}

static void wait_ns(unsigned long ns)
{
    unsigned long end = pv_native_time_ns() + ns;

    while (pv_native_time_ns() < end)
        pv_pause();
}

/* Tables that have the first gigabyte at its own address and else what is
 * loaded now: three pages below 4 GB. */
static unsigned long *make_tables(void)
{
    unsigned long *page[3], *now;

    for (int i = 0; i < 3; i++) {
        page[i] = pv_new_page();
        if (!page[i] || pv_kernel.virt_to_phys(page[i]) >> 32) {
            for (; i >= 0; i--)
                if (page[i])
                    pv_kernel.page_free(page[i]);
            return NULL;
        }
    }
    now = pv_kernel.phys_to_virt(pv_native_read_cr3() & ~4095ul);
    pv_memcpy(page[0], now, PAGE_SIZE);
    page[0][0] = pv_kernel.virt_to_phys(page[1]) | PTE_TABLE;
    page[1][0] = pv_kernel.virt_to_phys(page[2]) | PTE_TABLE;
    page[1][ENTRIES - 1] = (unsigned long)page[2]; /* for free_tables */
    for (unsigned long i = 0; i < ENTRIES; i++)
        page[2][i] = i << 21 | PTE_LARGE;
    return page[0];
}

static void free_tables(unsigned long *top)
{
    unsigned long *second = pv_kernel.phys_to_virt(top[0] & ~4095ul);

    pv_kernel.page_free((void *)second[ENTRIES - 1]);
    pv_kernel.page_free(second);
    pv_kernel.page_free(top);
}

static void fill_trampoline(const unsigned long *top, void *stack)
{
    struct trampoline *t = pv_kernel.phys_to_virt(pv_kernel.low_page);

    pv_memcpy(t, pv_trampoline,
              (size_t)(pv_trampoline_end - pv_trampoline));
    t->temporary_top = pv_kernel.virt_to_phys(top);
    t->top = pv_native_read_cr3();
    t->cr0 = pv_native_read_cr0();
    t->cr4 = pv_native_read_cr4();
    t->efer = pv_native_read_msr(0xc0000080) & ~0x400ul; /* LMA follows */
    t->stack = (unsigned long)stack;
    t->main = (unsigned long)pv_native_cpu_entry;
    pv_native_store_gdt(t->gdt);
    pv_native_store_idt(t->idt);
}

void pv_native_cpu_main(void)
{
    struct cpu *cpu = &cpus[pv_native_cpu_id()];

    pv_apic_enable();
    __atomic_store_n(&cpu->runs, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&cpu->arrivals, 1, __ATOMIC_SEQ_CST);
    cpu->entry(cpu->data);
    pv_native_cpu_stop();
}

static int start(unsigned cpu)
{
    unsigned char id = ids[cpu];
    unsigned page = (unsigned)(pv_kernel.low_page >> PAGE_SHIFT);
    unsigned before = cpus[cpu].arrivals;

    pv_apic_command(id, APIC_INIT);
    wait_ns(10000000);
    for (int tries = 0; tries < 2; tries++) {
        pv_apic_command(id, APIC_START | page);
        for (int i = 0; i < (tries ? 1000 : 10); i++) {
            if (__atomic_load_n(&cpus[cpu].arrivals, __ATOMIC_SEQ_CST) !=
                before)
                return 0;
            wait_ns(200000);
        }
    }
    return -XEN_EIO;
}

int pv_native_cpu_start(unsigned cpu, void (*entry)(void *data), void *stack,
                        void *data)
{
    static struct pv_spinlock lock;
    unsigned long *top;
    int rc = -XEN_EBUSY;

    if (!cpu || cpu >= pv_native_cpu_count() || !pv_apic_map())
        return -XEN_ENOENT;
    pv_native_spin_lock(&lock);
    top = make_tables();
    if (!top) {
        rc = -XEN_ENOMEM;
    } else {
        if (!cpus[cpu].runs) {
            pv_apic_enable();
            cpus[cpu].entry = entry;
            cpus[cpu].data = data;
            fill_trampoline(top, stack);
            rc = start(cpu);
        }
        free_tables(top);
    }
    pv_native_spin_unlock(&lock);
    return rc;
}

/* The next INIT finds it wherever it is. */
void pv_native_cpu_stop(void)
{
    struct cpu *cpu = &cpus[pv_native_cpu_id()];

    pv_native_irq_disable();
    __atomic_store_n(&cpu->runs, 0, __ATOMIC_SEQ_CST);
    for (;;)
        pv_native_halt();
}

int pv_native_ipi_send(unsigned cpu, unsigned vector)
{
    if (vector < 32 || vector > 255)
        return -XEN_EINVAL;
    if (cpu >= pv_native_cpu_count() || !pv_apic_map())
        return -XEN_ENOENT;
    pv_apic_command(ids[cpu], APIC_FIXED | vector);
    return 0;
}

void pv_native_ipi_end(void)
{
    pv_apic_end();
}

void pv_native_cpu_timer_at(unsigned vector, unsigned long ns)
{
    if (!pv_apic_map()) {
        pv_report("cpu_timer_at: the kernel has no map_device");
        return;
    }
    if (ns)
        pv_apic_enable();
    pv_apic_timer(vector, ns);
}
