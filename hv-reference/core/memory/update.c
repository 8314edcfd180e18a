// SPDX-License-Identifier: MIT
/*
 * One entry of a live page table changes.
 *
 * The rule: the new entry's target is taken before the entry is written, and
 * the old one's is given back after; where only harmless bits differ (never
 * P, RW, the address or the size) neither is touched.
 */
#include "core/domain.h"
#include "core/memory/tables.h"

/* Write NEW; the processor may set A and D in the old entry at any moment. */
static void write_entry(uint64_t *at, uint64_t old, uint64_t new, bool keep_ad)
{
    uint64_t keep = keep_ad ? PTE_A | PTE_D : 0;

    if (!keep_ad) {
        write_once(*at, new);
        return;
    }
    while (!__atomic_compare_exchange_n(at, &old, new | (old & keep), false,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        continue;
}

static int update_l1(uint64_t *at, uint64_t new, const struct domain *owner,
                     bool keep_ad)
{
    uint64_t old = read_once(*at);
    int rc;

    if (new & PTE_P) {
        if (new & PTE_REFUSED_L1)
            return refuse(RULE_L1_FLAGS, -EINVAL, new, new & PTE_REFUSED_L1);
        new = adjust_l1(new);
        if (!((old ^ new) & ~PTE_HARMLESS)) {
            write_entry(at, old, new, keep_ad);
            return 0;
        }
        rc = get_l1_entry(new, owner);
        if (rc)
            return rc;
    }
    write_entry(at, old, new, keep_ad);
    if (old & PTE_P)
        put_l1_entry(old);
    return 0;
}

int exchange_l1(uint64_t *at, uint64_t old, uint64_t new,
                const struct domain *owner)
{
    uint64_t seen = old, drop = old;
    bool same_target;
    int rc = 0;

    if (new & PTE_P)
        new = adjust_l1(new);
    same_target = (new & PTE_P) && !((old ^ new) & ~PTE_HARMLESS);
    if ((new & PTE_P) && !same_target)
        rc = get_l1_entry(new, owner);
    if (rc)
        return rc;
    if (!__atomic_compare_exchange_n(at, &seen, new, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
        drop = new;
        rc = -EAGAIN;
    }
    if ((drop & PTE_P) && !same_target)
        put_l1_entry(drop);
    return rc;
}

static int update_upper(struct frame *table, uint64_t *at, uint64_t new,
                        int level, bool keep_ad)
{
    uint64_t old = read_once(*at);
    int rc;

    if (new & PTE_P) {
        if (new & PTE_REFUSED_L2)
            return refuse(RULE_TABLE_FLAGS, -EINVAL, new, new & PTE_REFUSED_L2);
        new = adjust_upper(new, level);
        if (!((old ^ new) & ~PTE_HARMLESS)) {
            write_entry(at, old, new, keep_ad);
            return 0;
        }
        rc = get_upper_entry(table, new, level);
        if (rc)
            return rc;
    }
    write_entry(at, old, new, keep_ad);
    if ((old & PTE_P) && put_upper_entry(table, old, level))
        undo_later(frame_of(pte_mfn(old)));
    return 0;
}

int update_entry(struct frame *table, unsigned int slot, uint64_t new,
                 const struct domain *owner, bool keep_ad)
{
    int level = (int)frame_type(table), rc;
    uint64_t *window = map_frame(frame_mfn(table));

    if (level == 1)
        rc = update_l1(&window[slot], new, owner, keep_ad);
    else if (owner != table->owner)
        rc = refuse(RULE_FOREIGN_TABLE_ENTRY, -EINVAL, new, (uint64_t)level);
    else if (level == 4 && slot >= HV_FIRST_SLOT && slot <= HV_LAST_SLOT)
        rc = refuse(RULE_L4_SLOT, -EINVAL, slot, 0);
    else
        rc = update_upper(table, &window[slot], new, level, keep_ad);
    unmap_frame(window);
    return rc;
}
