// SPDX-License-Identifier: MIT
/*
 * Whole tables: validated and given up, loaded, and their translations flushed.
 * The frame that the full table maps is also mapped elsewhere, as a kernel's
 * direct map does it.
 */
#include "bench.h"

static xen_pte_t empty[XEN_PT_ENTRIES] __attribute__((aligned(4096)));
static xen_pte_t full[XEN_PT_ENTRIES] __attribute__((aligned(4096)));
static char page[XEN_PAGE_SIZE] __attribute__((aligned(4096)));

/* The operation that is measured, prepared. */
static struct mmuext_op op, undo = {.cmd = MMUEXT_UNPIN_TABLE};

static long do_op(void)
{
    return hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static long pin_and_unpin(void)
{
    long result = do_op();

    return result ? result
                  : hypercall_mmuext_op(&undo, 1, NULL, DOMID_SELF);
}

static void measure_pin(enum operation row, xen_pte_t *table)
{
    make_read_only(table);
    op.cmd = MMUEXT_PIN_L1_TABLE;
    op.arg1.mfn = undo.arg1.mfn = mfn_of(table);
    measure_few(row, pin_and_unpin, 2);
}

void bench_pins(void)
{
    for (unsigned int i = 0; i < XEN_PT_ENTRIES; i++)
        full[i] = xen_make_pte(mfn_of(page), PTE_PRESENT | PTE_WRITE);
    measure_pin(OP_pin_empty, empty);
    measure_pin(OP_pin_full, full);
    op.cmd = MMUEXT_NEW_BASEPTR;
    op.arg1.mfn = mfn_of((void *)start->pt_base);
    measure(OP_baseptr, do_op);
    op.cmd = MMUEXT_INVLPG_LOCAL;
    op.arg1.linear_addr = (unsigned long)page;
    measure(OP_invlpg, do_op);
    op.cmd = MMUEXT_TLB_FLUSH_LOCAL;
    measure(OP_tlb_flush, do_op);
}
