// SPDX-License-Identifier: MIT
/*
 * What one page-table entry refers to, taken and given back.
 *
 * The rule: a present entry of a live table holds a reference to its target,
 * and a use of it: as WRITABLE if it is a writable leaf, as a table of the
 * level below if it stands in an upper table.
 *
 * An upper table may also refer to a table of its own level, read-only: a
 * linear (recursive) mapping, in which the guest sees its tables as data. A
 * table that refers to itself holds nothing by that. One that refers to
 * another holds a use of it as what it is; a table with such entries cannot be
 * referred to in that way itself, so that there are no chains and no circles.
 */
#include "core/domain.h"
#include "core/memory/tables.h"

int get_l1_slowly(uint64_t entry, const struct domain *owner)
{
    mfn_t mfn = pte_mfn(entry);

    if (entry & PTE_REFUSED_L1)
        return refuse(RULE_L1_FLAGS, -EINVAL, entry, entry & PTE_REFUSED_L1);
    if (!mfn_valid(mfn)) {
        bool no_frame = mfn.n == PTE_ADDR >> PAGE_SHIFT;

        return refuse(RULE_NO_SUCH_FRAME, no_frame ? -EINVAL : -EPERM, mfn.n,
                      frame_limit);
    }
    if (entry & PTE_RW)
        return get_frame_type(frame_of(mfn), owner, FRAME_WRITABLE) ? -EBUSY
                                                                    : 0;
    if (!get_frame(frame_of(mfn), owner))
        return refuse_owner(-EBUSY, mfn);
    return 0;
}

/* Take a use of TARGET, a live table of TABLE's own level. */
static int get_linear(struct frame *table, struct frame *target, uint64_t entry)
{
    uint64_t same = TYPE(frame_type(table)) | F_VALID;

    if (entry & PTE_RW)
        return refuse(RULE_LINEAR_WRITABLE, -EINVAL, entry, 0);
    if (target == table)
        return 0;
    if ((state_of(target) & (TYPE_MASK | F_VALID)) != same)
        return refuse_frame(-EINVAL, target);
    if (table->linear < 0 || target->linear > 0 || table->linear == INT16_MAX ||
        target->linear == INT16_MIN)
        return refuse(RULE_LINEAR_NESTED, -EINVAL, frame_mfn(table).n,
                      frame_mfn(target).n);
    if (!get_frame(target, table->owner))
        return refuse_owner(-EINVAL, frame_mfn(target));
    __atomic_fetch_add(&target->state, USE_ONE, __ATOMIC_ACQUIRE);
    table->linear++;
    target->linear--;
    return 0;
}

int get_upper_entry(struct frame *table, uint64_t entry, int level)
{
    mfn_t mfn = pte_mfn(entry);
    struct frame *target;

    if (entry & PTE_REFUSED_L2)
        return refuse(RULE_TABLE_FLAGS, -EINVAL, entry, entry & PTE_REFUSED_L2);
    if (!mfn_valid(mfn))
        return refuse(RULE_NO_SUCH_FRAME, -EINVAL, mfn.n, frame_limit);
    target = frame_of(mfn);
    if (target->owner == table->owner &&
        frame_type(target) == frame_type(table) && frame_uses(target))
        return get_linear(table, target, entry);
    return get_frame_type(target, table->owner, (enum frame_type)(level - 1));
}

int put_upper_entry(struct frame *table, uint64_t entry, int level)
{
    struct frame *target = frame_of(pte_mfn(entry));

    if (target == table)
        return 0;
    if (frame_type(target) == (enum frame_type)level) {
        table->linear--;
        target->linear++;
    }
    return put_table(target);
}
