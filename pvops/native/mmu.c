// SPDX-License-Identifier: MIT
/* Page tables, on the machine itself: a physical address is an address. */
#include "../internal.h"

#define CR4_PGE 0x80ul
#define ADDRESS 0x000ffffffffff000ul

void pv_native_invlpg(const void *addr)
{
    asm volatile("invlpg (%0)" : : "r"(addr) : "memory");
}

void pv_native_flush_tlb(void)
{
    pv_native_write_cr3(pv_native_read_cr3());
}

void pv_native_flush_tlb_global(void)
{
    unsigned long cr4 = pv_native_read_cr4();

    if (cr4 & CR4_PGE) {
        pv_native_write_cr4(cr4 & ~CR4_PGE);
        pv_native_write_cr4(cr4);
    } else {
        pv_native_flush_tlb();
    }
}

void pv_native_pte_store(void *entry, unsigned long value)
{
    *(volatile unsigned long *)entry = value;
}

void pv_native_pte_store_l1(void *entry, unsigned long value)
{
    pv_native_pte_store(entry, value);
}

void pv_native_pte_store_l2(void *entry, unsigned long value)
{
    pv_native_pte_store(entry, value);
}

void pv_native_pte_store_l3(void *entry, unsigned long value)
{
    pv_native_pte_store(entry, value);
}

void pv_native_pte_store_l4(void *entry, unsigned long value)
{
    pv_native_pte_store(entry, value);
}

unsigned long pv_native_pte_load(const void *entry)
{
    return *(const volatile unsigned long *)entry;
}

int pv_native_pte_test(const void *entry, unsigned long bits)
{
    return (pv_native_pte_load(entry) & bits) != 0;
}

unsigned long pv_native_pte_xchg(void *entry, unsigned long value)
{
    return __atomic_exchange_n((unsigned long *)entry, value,
                               __ATOMIC_SEQ_CST);
}

void pv_native_table_clear(void *addr, unsigned long count)
{
    pv_memset(addr, 0, count);
}

void pv_native_table_copy(void *addr, const void *from, unsigned long count)
{
    pv_memcpy(addr, from, count);
}

void pv_native_table_release(void *addr)
{
    (void)addr;
}

unsigned long pv_native_phys_to_entry(unsigned long value)
{
    return value;
}

unsigned long pv_native_entry_to_phys(unsigned long value)
{
    return value & ADDRESS;
}

/* Nothing waits on the machine; only the flag is as it is said to be. */
unsigned long pv_native_lazy_begin(void)
{
    return pv_native_irq_save();
}

void pv_native_lazy_end(unsigned long flags)
{
    pv_native_irq_restore(flags);
}
