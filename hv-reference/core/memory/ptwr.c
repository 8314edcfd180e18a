// SPDX-License-Identifier: MIT
/*
 * Writable page tables: a guest kernel that stores into an L1 table of its
 * own, which it can only map read-only, gets the store done for it, checked
 * like any other update. Linux relies on it in a few places; a guest asks for
 * it with vm_assist.
 *
 * The rule: what is checked is what is written, in one compare-and-swap of the
 * whole entry, since the processor sets accessed and dirty bits meanwhile.
 */
#include "core/memory/ptwr.h"

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/processor/decode.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/memory/mm.h"
#include "core/memory/tables.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"

/* The table, an own live L1, that VA is mapped to read-only. NULL: it is not. */
static struct frame *mapped_table(const struct vcpu *v, uint64_t va)
{
    struct walk walk;
    struct frame *frame;
    mfn_t mfn;

    if (!walk_tables(maddr_to_mfn(MADDR(v->hot.kernel_cr3)), va, &walk) ||
        (walk.entry[1] & PTE_RW))
        return NULL;
    mfn = pte_mfn(walk.entry[1]);
    if (!mfn_valid(mfn))
        return NULL;
    frame = frame_of(mfn);
    if (frame->owner != v->domain || frame_type(frame) != FRAME_L1 ||
        !(state_of(frame) & F_VALID))
        return NULL;
    return frame;
}

/* The part of an entry that a store of fewer than eight bytes can reach. */
struct part {
    unsigned int shift;
    uint64_t mask;
};

static struct part part_of(const struct store *store)
{
    struct part part = {(store->address & 7) * 8, ~0UL};

    if (store->bytes < 8)
        part.mask = ((1UL << (store->bytes * 8)) - 1) << part.shift;
    return part;
}

/* Do STORE to ENTRY; *OLD is what the instruction saw there. 0 or -errno. */
static int do_store(const struct store *store, uint64_t *entry,
                    const struct guest_regs *regs, const struct domain *d,
                    uint64_t *old)
{
    struct part part = part_of(store);
    int rc;

    do {
        uint64_t seen = read_once(*entry), new;

        *old = (seen & part.mask) >> part.shift;
        if (!store_result(store, *old, regs, &new))
            return 0;
        new = (seen & ~part.mask) | ((new << part.shift) & part.mask);
        rc = exchange_l1(entry, seen, new, d);
    } while (rc == -EAGAIN);
    return rc;
}

bool emulate_table_write(struct guest_regs *regs, uint64_t address)
{
    struct vcpu *v = current;
    struct domain *d = v->domain;
    uint8_t insn[MAX_INSN_BYTES];
    struct store store;
    struct frame *table;
    uint64_t old = 0, *window;
    size_t have;
    int rc = -EINVAL;

    have = sizeof(insn) - copy_from_guest(insn, GVA(regs->rip), sizeof(insn));
    if (!decode_store(insn, have, regs, &store) ||
        ((store.address ^ address) & PAGE_MASK) ||
        (store.address & (store.bytes - 1)))
        return false;
    if (store.from &&
        copy_from_guest(&store.value, GVA(store.from), store.bytes))
        return false;

    spin_lock(&d->memory_lock);
    table = mapped_table(v, address);
    if (table) {
        window = map_frame(frame_mfn(table));
        rc = do_store(&store,
                      &window[(store.address & ~PAGE_MASK) / sizeof(*window)],
                      regs, d, &old);
        unmap_frame(window);
    }
    spin_unlock(&d->memory_lock);
    if (rc)
        return false;

    count_leftover(d, LEFTOVER_PTE_WRITE, regs->rip, "page-table write");
    retire_store(&store, old, regs);
    if (regs->rflags & FLAG_TF)
        inject_trap(regs, 1, 0);
    return true;
}
