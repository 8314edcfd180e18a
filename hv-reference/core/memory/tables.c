// SPDX-License-Identifier: MIT
/*
 * Page tables come alive, and cease to be.
 *
 * The rule: a table is VALID only while every present entry in it holds what
 * it refers to (entries.c). Checking 512 entries, each of which may lead to
 * another table, is long work; so is giving them back. Both keep their place
 * in .progress and can stop anywhere: entries below it hold, those from it on
 * do not. A table that stopped is PARTIAL and belongs to nobody but itself;
 * hence it does not matter who carries on, nor in which direction.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/hypercall.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* The slots of a top-level table that no guest entry can be in. */
static bool hypervisor_slot(int level, unsigned int slot)
{
    return level == 4 && slot >= HV_FIRST_SLOT && slot <= HV_LAST_SLOT;
}

/* --- coming alive --- */

static int check_l1(struct frame *frame, uint64_t *table)
{
    const struct domain *owner = frame->owner;
    unsigned int i;
    int rc = 0;

    for (i = 0; i < PT_ENTRIES; i++) {
        uint64_t entry = table[i], adjusted;

        if (!(entry & PTE_P))
            continue;
        rc = get_l1_entry(entry, owner);
        if (rc)
            break;
        adjusted = adjust_l1(entry);
        if (adjusted != entry)
            write_once(table[i], adjusted);
    }
    frame->progress = (uint16_t)i;
    return rc;
}

static int check_upper(struct frame *frame, uint64_t *table, int level)
{
    unsigned int i = frame->progress;
    int rc = 0;

    for (; i < PT_ENTRIES && !rc; i++) {
        uint64_t entry = table[i];

        if (!(entry & PTE_P) || hypervisor_slot(level, i))
            continue;
        rc = get_upper_entry(frame, entry, level);
        if (rc)
            break;
        write_once(table[i], adjust_upper(entry, level));
        if (i < PT_ENTRIES - 1 && preempt_pending())
            rc = -EINTR;
    }
    frame->progress = (uint16_t)i;
    return rc;
}

static int undo_table(struct frame *frame);

bool m2p_is_strict(const struct domain *d)
{
    return d->vm_assist & 1ul << VMASST_TYPE_m2p_strict;
}

/*
 * The M2P is in slot 256 of tables that a kernel runs on, or that were made
 * under m2p_strict; a table that is user mode's alone does not show it.
 */
void show_m2p(const struct domain *d, mfn_t l4, bool show)
{
    uint64_t *table = map_frame(l4);

    if (!show)
        write_once(table[HV_FIRST_SLOT], 0);
    else if (!table[HV_FIRST_SLOT])
        hw_fill_hypervisor_slots(table, d);
    unmap_frame(table);
}

int make_table(struct frame *frame, enum frame_type type)
{
    uint64_t *table = map_frame(frame_mfn(frame));
    int level = (int)type;
    int rc = level == 1 ? check_l1(frame, table)
                        : check_upper(frame, table, level);

    if (!rc && level == 4) {
        hw_fill_hypervisor_slots(table, frame->owner);
        if (!m2p_is_strict(frame->owner))
            table[HV_FIRST_SLOT] = 0;
    }
    unmap_frame(table);
    if (!rc) {
        __atomic_fetch_or(&frame->state, F_VALID, __ATOMIC_RELEASE);
        return 0;
    }
    if (rc == -EINTR)
        __atomic_fetch_or(&frame->state, F_PARTIAL, __ATOMIC_RELEASE);
    else if (undo_table(frame))
        undo_later(frame);
    return rc;
}

/* --- ceasing to be --- */

static void undo_l1(struct frame *frame, const uint64_t *table)
{
    unsigned int i = frame->progress;

    while (i-- > 0) {
        if (table[i] & PTE_P)
            put_l1_entry(table[i]);
    }
}

/* The table that the entry at .progress refers to may have stopped midway. */
static int undo_child(struct frame *frame, const uint64_t *table, int level)
{
    unsigned int i = frame->progress;
    struct frame *child;

    if (i >= PT_ENTRIES || !(table[i] & PTE_P) || hypervisor_slot(level, i) ||
        !mfn_valid(pte_mfn(table[i])))
        return 0;
    child = frame_of(pte_mfn(table[i]));
    if (child->owner != frame->owner || !(state_of(child) & F_PARTIAL))
        return 0;
    return undo_partial(child);
}

static int undo_upper(struct frame *frame, const uint64_t *table, int level)
{
    int rc = undo_child(frame, table, level);
    unsigned int i = frame->progress;

    while (i > 0 && !rc) {
        i--;
        if (!(table[i] & PTE_P) || hypervisor_slot(level, i))
            continue;
        rc = put_upper_entry(frame, table[i], level);
        if (!rc && i && preempt_pending())
            rc = -EINTR;
    }
    frame->progress = (uint16_t)i;
    return rc;
}

/* Give back what FRAME holds, then the one reference and use of it. */
static int undo_table(struct frame *frame)
{
    int level = (int)frame_type(frame), rc = 0;
    const uint64_t *table = map_frame(frame_mfn(frame));

    if (level == 1)
        undo_l1(frame, table);
    else
        rc = undo_upper(frame, table, level);
    unmap_frame(table);
    if (rc)
        __atomic_fetch_or(&frame->state, F_PARTIAL, __ATOMIC_RELEASE);
    else
        put_data_use(frame);
    return rc;
}

int undo_partial(struct frame *frame)
{
    /* Not partial while we are at it: two tables can refer to each other. */
    __atomic_fetch_and(&frame->state, ~F_PARTIAL, __ATOMIC_ACQUIRE);
    return undo_table(frame);
}

int put_table(struct frame *frame)
{
    uint64_t old = state_of(frame);

    while ((old & USE_MASK) != USE_ONE) {
        if (swap_state(frame, &old, old - REF_ONE - USE_ONE))
            return 0;
    }
    /* Only we, who hold the lock, could add a use now: it is the last one. */
    __atomic_fetch_and(&frame->state, ~F_VALID, __ATOMIC_RELEASE);
    frame->progress = PT_ENTRIES;
    return undo_table(frame);
}

void finish_undoing(struct frame *frame)
{
    while (undo_partial(frame))
        continue;
}

void undo_later(struct frame *frame)
{
    struct vcpu *v = current;

    if (v && v->domain == frame->owner)
        v->unfinished = frame;
    else
        finish_undoing(frame);
}

int undo_unfinished(struct vcpu *v)
{
    struct frame *frame = v->unfinished;
    int rc = 0;

    if (!frame)
        return 0;
    /* Somebody may have carried on with it: then there is nothing to do. */
    if (frame->owner == v->domain && (state_of(frame) & F_PARTIAL))
        rc = undo_partial(frame);
    if (!rc)
        v->unfinished = NULL;
    return rc;
}
