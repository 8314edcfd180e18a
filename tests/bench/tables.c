// SPDX-License-Identifier: MIT
/*
 * Page-table entries by hypercall. The entry that is changed maps `page`, and
 * what it changes to is the same with fewer rights, or another frame of ours.
 */
#include "bench.h"

#define MANY 32

static char page[MANY + 1][XEN_PAGE_SIZE] __attribute__((aligned(4096)));

#define VA    ((unsigned long)page[0])
#define OTHER page[MANY]
#define RW    (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define RO    (RW & ~PTE_WRITE)

/* Operations take turns between two entries. */
static xen_pte_t as_it_is, entries[2];
static unsigned int turn;

static long va_same(void)
{
    return hypercall_update_va_mapping(VA, as_it_is, UVMF_NONE);
}

static long va_change(void)
{
    return hypercall_update_va_mapping(VA, entries[turn ^= 1], UVMF_NONE);
}

static long va_change_invlpg(void)
{
    return hypercall_update_va_mapping(VA, entries[turn ^= 1], UVMF_INVLPG);
}

static struct mmu_update requests[2][MANY];

static long mmu_change(void)
{
    return hypercall_mmu_update(requests[turn ^= 1], 1, NULL, DOMID_SELF);
}

static long mmu_same(void)
{
    return hypercall_mmu_update(requests[0], 1, NULL, DOMID_SELF);
}

static long mmu_change_32(void)
{
    return hypercall_mmu_update(requests[turn ^= 1], MANY, NULL, DOMID_SELF);
}

static void take_turns(xen_pte_t first, xen_pte_t second)
{
    entries[0] = first;
    entries[1] = second;
    turn = 0;
}

void bench_tables(void)
{
    as_it_is = *entry_of(page[0]);
    measure(OP_va_same, va_same);
    take_turns(xen_make_pte(mfn_of(page[0]), RW),
               xen_make_pte(mfn_of(page[0]), RO));
    measure(OP_va_rw, va_change);
    measure(OP_va_rw_invlpg, va_change_invlpg);
    take_turns(xen_make_pte(mfn_of(page[0]), RW),
               xen_make_pte(mfn_of(OTHER), RW));
    measure(OP_va_frame, va_change);
    measure(OP_va_frame_invlpg, va_change_invlpg);

    for (int i = 0; i < MANY; i++)
        for (int set = 0; set < 2; set++) {
            requests[set][i].ptr = entry_machine(page[i]);
            requests[set][i].val =
                xen_make_pte(mfn_of(set ? OTHER : page[i]), RW);
        }
    turn = 0;
    measure(OP_mmu_frame, mmu_change);
    measure(OP_mmu_same, mmu_same);
    measure_few(OP_mmu_frame_32, mmu_change_32, 8);
}
