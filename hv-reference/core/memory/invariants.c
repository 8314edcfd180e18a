// SPDX-License-Identifier: MIT
/*
 * The invariants of memory management as predicates over the whole frame
 * table. Numbers and reasons are in hv-reference/invariants.md; the first that
 * does not hold ends the machine. Checking builds (-DHV_CHECKING) run all of
 * them after each hypercall, the unit tests after each step.
 *
 * First everything that refers to a frame is counted anew (the tally), then
 * each frame is compared with what it says of itself.
 */
#include "core/domain.h"
#include "core/grants/grants.h"
#include "core/lib.h"
#include "core/memory/mm.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

struct tally {
    uint32_t refs, uses; /* found by looking at who refers to the frame */
    int32_t linear;
    uint32_t listed; /* how often it is on its owner's lists */
};

static struct tally *tally;
unsigned long check_each = 1;

/* The predicate RULE (a number of invariants.md) must hold for frame MFN. */
static void must(bool holds, const char *rule, uint64_t mfn)
{
    if (!holds)
        panic("invariant %s does not hold for frame %#lx (state %#lx)", rule,
              mfn, state_of(&FRAME_TABLE[mfn]));
}

static struct tally *found(const struct frame *frame, bool use)
{
    struct tally *t = &tally[frame_mfn(frame).n];

    t->refs++;
    t->uses += use;
    return t;
}

/* A live table's entries; of a partial one those that hold their targets. */
static unsigned int entries_held(const struct frame *frame)
{
    uint64_t state = state_of(frame);

    if (!is_table_type(state_type(state)))
        return 0;
    if (state & F_PARTIAL) {
        must(frame->progress <= PT_ENTRIES, "I4", frame_mfn(frame).n);
        return frame->progress;
    }
    return state & F_VALID ? PT_ENTRIES : 0;
}

/* --- the tally --- */

static void tally_l1_entry(const struct frame *table, uint64_t entry)
{
    mfn_t mfn = pte_mfn(entry);
    const struct frame *target = frame_of(mfn);
    enum frame_type type;

    must(!(entry & PTE_REFUSED_L1) && (entry & PTE_US), "I6",
         frame_mfn(table).n);
    must(mfn_valid(mfn) && frame_refs(target), "I6", frame_mfn(table).n);
    type = frame_type(target);
    if (entry & PTE_RW)
        must(type == FRAME_WRITABLE || (type == FRAME_SHARED &&
                                        !(state_of(target) & F_READONLY)),
             "I6", mfn.n);
    must(target->owner == table->owner || table->owner->dying ||
             maps_grant(table->owner, target, entry & PTE_RW),
         "I15", mfn.n);
    found(target, entry & PTE_RW);
}

static void tally_upper_entry(const struct frame *table, uint64_t entry)
{
    mfn_t mfn = pte_mfn(entry);
    const struct frame *target = frame_of(mfn);
    enum frame_type level = frame_type(table);

    must(!(entry & PTE_REFUSED_L2) && (entry & PTE_US), "I7",
         frame_mfn(table).n);
    must(mfn_valid(mfn) && target->owner == table->owner, "I7",
         frame_mfn(table).n);
    if (frame_type(target) == level) {
        must(!(entry & PTE_RW), "I7", frame_mfn(table).n);
        if (target == table)
            return;
        tally[frame_mfn(table).n].linear++;
        found(target, true)->linear--;
        return;
    }
    must(frame_type(target) + 1 == level, "I7", frame_mfn(table).n);
    must(state_of(target) & F_VALID, "I7", mfn.n);
    found(target, true);
}

static void check_hypervisor_slots(const struct frame *frame,
                                   const uint64_t *table)
{
    uint64_t expected[PT_ENTRIES];

    memcpy(expected, table, sizeof(expected));
    hw_fill_hypervisor_slots(expected, frame->owner);
    if (!table[HV_FIRST_SLOT])
        expected[HV_FIRST_SLOT] = 0; /* without the M2P: user mode's */
    must(!memcmp(expected, table, sizeof(expected)), "I8", frame_mfn(frame).n);
}

static void tally_table(const struct frame *frame)
{
    unsigned int n = entries_held(frame), i;
    enum frame_type level = frame_type(frame);
    const uint64_t *table;

    if (!n)
        return;
    table = map_frame(frame_mfn(frame));
    if (level == FRAME_L4 && n == PT_ENTRIES)
        check_hypervisor_slots(frame, table);
    for (i = 0; i < n; i++) {
        if (!(table[i] & PTE_P) || (level == FRAME_L4 && i >= HV_FIRST_SLOT &&
                                    i <= HV_LAST_SLOT))
            continue;
        if (level == FRAME_L1)
            tally_l1_entry(frame, table[i]);
        else
            tally_upper_entry(frame, table[i]);
    }
    unmap_frame(table);
}

static void tally_descriptors(const struct vcpu *v)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(v->gdt) + ARRAY_SIZE(v->ldt); i++) {
        mfn_t mfn = i < ARRAY_SIZE(v->gdt) ? v->gdt[i]
                                           : v->ldt[i - ARRAY_SIZE(v->gdt)];

        if (mfn_eq(mfn, MFN_NONE))
            continue;
        must(frame_type(frame_of(mfn)) == FRAME_DESC, "I12", mfn.n);
        found(frame_of(mfn), true);
    }
}

static void tally_vcpu(const struct vcpu *v)
{
    const uint64_t cr3[] = {v->hot.kernel_cr3, v->hot.user_cr3};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(cr3); i++) {
        struct frame *root = frame_of(maddr_to_mfn(MADDR(cr3[i])));

        if (!cr3[i])
            continue;
        must(frame_type(root) == FRAME_L4 && (state_of(root) & F_VALID) &&
                 root->owner == v->domain,
             "I12", frame_mfn(root).n);
        found(root, true);
    }
    tally_descriptors(v);
}

static void tally_list(const struct domain *d, const struct frame *frame,
                       bool allocated)
{
    for (; frame; frame = linked(frame->next)) {
        uint64_t mfn = frame_mfn(frame).n;

        must(frame->owner == d && !(state_of(frame) & F_SHARED), "I11", mfn);
        must(!(state_of(frame) & F_ALLOCATED) == !allocated, "I11", mfn);
        tally[mfn].listed++;
    }
}

/* --- the comparison --- */

static void check_counts(const struct frame *frame, const struct tally *t)
{
    uint64_t mfn = frame_mfn(frame).n, state = state_of(frame);
    enum frame_type type = state_type(state);
    uint32_t own = !!(state & F_PINNED) + !!(state & F_PARTIAL);

    must(frame_uses(frame) <= frame_refs(frame), "I1", mfn);
    must(!frame_refs(frame) == !frame->owner, "I2", mfn);
    if (!frame_refs(frame))
        must(!(state & ~(F_RAM | F_DIRTY)), "I2", mfn);
    must(frame_refs(frame) >= t->refs + own + !!(state & F_ALLOCATED), "I9",
         mfn);
    if (is_table_type(type) || type == FRAME_DESC)
        must(frame_uses(frame) == t->uses + own, "I9", mfn);
    else
        must(frame_uses(frame) >= t->uses, "I9", mfn);
    must(frame->linear == t->linear || !is_table_type(type), "I10", mfn);
}

static void check_state(const struct frame *frame)
{
    uint64_t mfn = frame_mfn(frame).n, state = state_of(frame);
    enum frame_type type = state_type(state);

    if (state & F_PARTIAL)
        must(is_table_type(type) && !(state & (F_VALID | F_PINNED)) &&
                 frame_uses(frame) == 1,
             "I4", mfn);
    else if (is_table_type(type))
        must(!frame_uses(frame) == !(state & F_VALID), "I3", mfn);
    else if (frame_uses(frame))
        must(state & F_VALID, "I3", mfn);
    if (state & F_PINNED)
        must(is_table_type(type) && (state & F_VALID), "I5", mfn);
    if (type == FRAME_DESC && (state & F_VALID))
        must(descriptor_page_ok(frame), "I13", mfn);
}

static void check_frame(const struct frame *frame)
{
    uint64_t mfn = frame_mfn(frame).n;
    const struct domain *d = frame->owner;

    check_counts(frame, &tally[mfn]);
    check_state(frame);
    if (!d || (state_of(frame) & F_SHARED))
        must(tally[mfn].listed == 0, "I11", mfn);
    else
        must(tally[mfn].listed == 1 || d->dying, "I11", mfn);
}

static void check_page_count(const struct domain *d)
{
    uint64_t mfn, pages = 0;

    for (mfn = 0; mfn < frame_limit; mfn++)
        pages += FRAME_TABLE[mfn].owner == d &&
                 !(state_of(&FRAME_TABLE[mfn]) & F_SHARED);
    if (pages != d->pages)
        panic("invariant I11 does not hold for domain %u: %lu pages counted, "
              "%lu found",
              d->id, d->pages, pages);
}

/* Room for a tally of every frame, taken once and kept. */
static bool tally_ready(void)
{
    size_t bytes = frame_limit * sizeof(*tally);

    if (!tally)
        tally = hv_alloc(bytes);
    if (tally)
        memset(tally, 0, bytes);
    return tally;
}

static void check_domain(struct domain *d)
{
    unsigned int i;

    tally_list(d, d->page_list, true);
    tally_list(d, d->lingering, false);
    for (i = 0; i < MAX_VCPUS; i++) {
        if (d->vcpu[i])
            tally_vcpu(d->vcpu[i]);
    }
    check_page_count(d);
}

void check_after_hypercall(void)
{
    static unsigned long calls; /* on one CPU (x86/cpus.c) */

    if (++calls % check_each == 0)
        check_invariants();
}

void check_invariants(void)
{
    struct domain *domains[MAX_DOMAINS];
    unsigned int id;
    uint64_t mfn;

    if (!tally_ready())
        panic("no memory to check the invariants with");
    for (id = 0; id < MAX_DOMAINS; id++) {
        domains[id] = get_domain((domid_t)id);
        if (domains[id])
            spin_lock(&domains[id]->memory_lock);
    }
    for (id = 0; id < MAX_DOMAINS; id++) {
        if (domains[id])
            check_domain(domains[id]);
    }
    for (mfn = 0; mfn < frame_limit; mfn++)
        tally_table(&FRAME_TABLE[mfn]);
    for (mfn = 0; mfn < frame_limit; mfn++)
        check_frame(&FRAME_TABLE[mfn]);
    for (id = MAX_DOMAINS; id-- > 0;) {
        if (domains[id]) {
            spin_unlock(&domains[id]->memory_lock);
            put_domain(domains[id]);
        }
    }
}
