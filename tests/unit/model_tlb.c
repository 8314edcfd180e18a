// SPDX-License-Identifier: MIT
/*
 * What the model's CPUs remember of page tables, and when they forget it.
 *
 * A CPU here remembers all that a real one may: every translation that it has
 * used, and which L1 table each 2 MiB are translated by, until it is told to
 * flush. It prefers what it remembers, however stale.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/memory/frame_table.h"
#include "core/hw.h"
#include "core/memory/pte.h"
#include "model.h"

#define REMEMBERED 4096

struct remembered {
    uint64_t va; /* of the page, or of the 2 MiB */
    mfn_t mfn;   /* the page; the L1 table */
    bool writable, table;
    const struct domain *d; /* whose translation it is */
};

static struct {
    struct remembered entry[REMEMBERED];
    unsigned int used;
    uint32_t stamp;
} cpus[MODEL_CPUS];

static uint32_t flush_clock;

void tlb_start(void)
{
    memset(cpus, 0, sizeof(cpus));
    flush_clock = 1;
}

/* --- the flushes that the core asks for --- */

static void flush_all(unsigned int cpu)
{
    cpus[cpu].used = 0;
    cpus[cpu].stamp = ++flush_clock;
}

/* INVLPG drops the page, and on real CPUs all they know of upper tables. */
static void flush_page(unsigned int cpu, uint64_t va)
{
    unsigned int i, kept = 0;

    for (i = 0; i < cpus[cpu].used; i++) {
        struct remembered *r = &cpus[cpu].entry[i];

        if (!r->table && r->va != (va & PAGE_MASK))
            cpus[cpu].entry[kept++] = *r;
    }
    cpus[cpu].used = kept;
}

void hw_flush_tlb_local(void)
{
    flush_all(this_cpu()->id);
}

void hw_flush_page_local(uint64_t va)
{
    flush_page(this_cpu()->id, va);
}

void hw_flush_tlb_mask(uint64_t mask)
{
    unsigned int cpu;

    for (cpu = 0; cpu < MODEL_CPUS; cpu++) {
        if (mask & (1UL << cpu))
            flush_all(cpu);
    }
}

void hw_flush_page_mask(uint64_t mask, uint64_t va)
{
    unsigned int cpu;

    for (cpu = 0; cpu < MODEL_CPUS; cpu++) {
        if (mask & (1UL << cpu))
            flush_page(cpu, va);
    }
}

void hw_load_page_tables(struct vcpu *v)
{
    (void)v;
    flush_all(this_cpu()->id);
}

uint32_t hw_flush_clock(void)
{
    return flush_clock;
}

uint64_t hw_cpus_to_flush(uint64_t mask, uint32_t stamp)
{
    uint64_t stale = 0;
    unsigned int cpu;

    for (cpu = 0; cpu < MODEL_CPUS; cpu++) {
        if (cpus[cpu].stamp <= stamp)
            stale |= 1UL << cpu;
    }
    return stale & mask;
}

/* --- what the CPUs do --- */

static struct remembered *find(unsigned int cpu, uint64_t va, bool table)
{
    unsigned int i;

    for (i = 0; i < cpus[cpu].used; i++) {
        struct remembered *r = &cpus[cpu].entry[i];

        if (r->va == va && r->table == table)
            return r;
    }
    return NULL;
}

static void remember(unsigned int cpu, struct remembered r)
{
    ck_assert_uint_lt(cpus[cpu].used, REMEMBERED);
    cpus[cpu].entry[cpus[cpu].used++] = r;
}

/* The L1 entry for VA, by the remembered L1 table if there is one. */
static bool find_leaf(unsigned int cpu, mfn_t root, const struct domain *d,
                      uint64_t va, bool *writable, uint64_t *leaf)
{
    uint64_t region = va & ~((1UL << 21) - 1);
    struct remembered *r = find(cpu, region, true);
    struct walk walk;
    int level;

    if (r) {
        *writable = r->writable;
        *leaf = frame_words(r->mfn)[pt_index(va, 1)];
        return *leaf & PTE_P;
    }
    if (!walk_tables(root, va, &walk))
        return false;
    *writable = true;
    for (level = 4; level >= 2; level--)
        *writable &= !!(walk.entry[level] & PTE_RW);
    *leaf = walk.entry[1];
    remember(cpu, (struct remembered){region, walk.table[1], *writable, true,
                                      d});
    return true;
}

bool tlb_translate(unsigned int cpu, mfn_t root, const struct domain *d,
                   uint64_t va, bool write, mfn_t *frame)
{
    uint64_t page = va & PAGE_MASK, leaf;
    struct remembered *r = find(cpu, page, false);
    bool writable;

    if (!r) {
        if (!find_leaf(cpu, root, d, va, &writable, &leaf))
            return false;
        writable &= !!(leaf & PTE_RW);
        remember(cpu, (struct remembered){page, pte_mfn(leaf), writable, false,
                                          d});
        r = find(cpu, page, false);
    }
    if (write && !r->writable) {
        flush_page(cpu, va); /* a fault drops the translation */
        return false;
    }
    *frame = r->mfn;
    return true;
}

/*
 * I14. A frame that was given back may still be remembered, but not once it is
 * anybody's again; DIRTY is how the core knows.
 */
static const char *problem_of(const struct remembered *r)
{
    const struct frame *frame = frame_of(r->mfn);
    uint64_t state = state_of(frame);
    enum frame_type type = state_type(state);

    if (!(state & REF_MASK))
        return state & F_DIRTY ? NULL : "is free and passes for flushed";
    if (r->table)
        return is_table_type(type) ? NULL : "is walked, and is no table";
    if (r->writable && type != FRAME_WRITABLE && type != FRAME_SHARED)
        return "can still be written";
    return NULL;
}

static const char *told(unsigned int cpu, const struct remembered *r,
                        const char *problem)
{
    static char text[120];

    snprintf(text, sizeof(text),
             "I14: frame %#lx, of type %d, by CPU %u at %#lx: %s", r->mfn.n,
             (int)frame_type(frame_of(r->mfn)), cpu, r->va, problem);
    return text;
}

const char *tlb_problem(void)
{
    unsigned int cpu, i;

    for (cpu = 0; cpu < MODEL_CPUS; cpu++) {
        for (i = 0; i < cpus[cpu].used; i++) {
            const struct remembered *r = &cpus[cpu].entry[i];

            if (problem_of(r))
                return told(cpu, r, problem_of(r));
        }
    }
    return NULL;
}

/*
 * At the moment of a change more can be said: the flush that a free frame
 * still needs must be known to be due, and what is its new owner's, with no
 * reference but that of the allocation, nobody else may reach.
 */
static const char *problem_of_change(unsigned int cpu,
                                     const struct remembered *r)
{
    const struct frame *frame = frame_of(r->mfn);
    uint64_t state = state_of(frame);

    if (problem_of(r))
        return problem_of(r);
    if (!(state & REF_MASK) &&
        !hw_cpus_to_flush(1UL << cpu, frame->stamp))
        return "is free, and no flush is due";
    if ((state & (F_ALLOCATED | REF_MASK)) == (F_ALLOCATED | REF_ONE) &&
        r->d != frame->owner)
        return "is another domain's now";
    return NULL;
}

void hw_frame_changed(const struct frame *frame)
{
    unsigned int cpu, i;

    for (cpu = 0; cpu < MODEL_CPUS; cpu++) {
        for (i = 0; i < cpus[cpu].used; i++) {
            const struct remembered *r = &cpus[cpu].entry[i];

            if (frame_of(r->mfn) == frame && problem_of_change(cpu, r))
                panic("%s", told(cpu, r, problem_of_change(cpu, r)));
        }
    }
}
