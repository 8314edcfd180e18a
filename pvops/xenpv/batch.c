// SPDX-License-Identifier: MIT
/*
 * Changes of live tables, put off and made together: one multicall instead of
 * a hypercall each, and stores that follow one another as one mmu_update.
 *
 * The rule: what is put off is done, in order, before anything that could see
 * the difference. That is: an entry that is read while a change of it waits; a
 * walk of tables above which one waits; a page that becomes writable again;
 * an invalidation of translations; another top-level table; a full queue; and
 * the end of the section. In a section events are held back and the lock of
 * the tables is held, so nobody else can come between.
 */
#include "xenpv.h"

#ifndef PVOPS_BATCH /* 1: nothing is put off, to see what that costs */
#define PVOPS_BATCH 64
#endif

enum kind { MMU_UPDATE, UPDATE_VA, MMUEXT };

static struct change {
    enum kind kind;
    uint64_t place, value; /* an entry's machine address and what it becomes */
    unsigned long va;      /* of UPDATE_VA */
    struct mmuext_op op;
    const char *what, *likely;
    unsigned long a1, a2;
} waiting[PVOPS_BATCH];

static unsigned count, depth, failures;
static unsigned long changes, hypercalls;
uint64_t pv_batch_slots[8]; /* a bit for each slot in which an entry waits */
static uint64_t lowest = ~0ul, highest; /* entries that wait are between these */
static bool above; /* an entry that points to a table waits */

static long do_change(struct change *c)
{
    struct mmu_update update = { c->place | MMU_NORMAL_PT_UPDATE, c->value };

    switch (c->kind) {
    case MMU_UPDATE:
        return hypercall_mmu_update(&update, 1, NULL, DOMID_SELF);
    case UPDATE_VA:
        return hypercall_update_va_mapping(c->va, c->value,
                                           UVMF_INVLPG | UVMF_ALL);
    case MMUEXT:
        return hypercall_mmuext_op(&c->op, 1, NULL, DOMID_SELF);
    }
    return 0;
}

static void judge(const struct change *c, long rc)
{
    if (!pv_xen_ok(rc, c->what, c->a1, c->a2, c->likely))
        failures++;
}

/* Fills in a call for waiting[at] and those behind it that go with it;
 * returns how many. */
static unsigned describe(struct multicall_entry *call, unsigned at,
                         struct mmu_update *updates, unsigned *done)
{
    struct change *c = &waiting[at];
    unsigned n = 1;

    switch (c->kind) {
    case MMU_UPDATE:
        for (n = 0; at + n < count && c[n].kind == MMU_UPDATE; n++)
            updates[n] = (struct mmu_update){
                c[n].place | MMU_NORMAL_PT_UPDATE, c[n].value
            };
        *call = (struct multicall_entry){
            .op = __HYPERVISOR_mmu_update,
            .args = { (xen_ulong_t)updates, n, (xen_ulong_t)done, DOMID_SELF }
        };
        break;
    case UPDATE_VA:
        *call = (struct multicall_entry){
            .op = __HYPERVISOR_update_va_mapping,
            .args = { c->va, c->value, UVMF_INVLPG | UVMF_ALL }
        };
        break;
    case MMUEXT:
        *call = (struct multicall_entry){
            .op = __HYPERVISOR_mmuext_op,
            .args = { (xen_ulong_t)&c->op, 1, 0, DOMID_SELF }
        };
        break;
    }
    return n;
}

/* Of stores that went together: after a refused one the rest were not made. */
static void judge_stores(unsigned first, unsigned n, unsigned done, long rc)
{
    if (rc >= 0)
        return;
    judge(&waiting[first + done], rc);
    for (unsigned i = done + 1; i < n; i++)
        judge(&waiting[first + i], do_change(&waiting[first + i]));
    hypercalls += n - done - 1;
}

static void forget(void)
{
    count = above = 0;
    pv_memset(pv_batch_slots, 0, sizeof(pv_batch_slots));
    lowest = ~0ul;
    highest = 0;
}

void pv_batch_flush(void)
{
    static struct multicall_entry calls[PVOPS_BATCH];
    static struct mmu_update updates[PVOPS_BATCH];
    static unsigned done[PVOPS_BATCH], first[PVOPS_BATCH + 1];
    unsigned n = 0;

    hypercalls += count > 0;
    if (count <= 1) {
        if (count)
            judge(&waiting[0], do_change(&waiting[0]));
        forget();
        return;
    }
    for (unsigned at = 0; at < count; n++) {
        first[n] = at;
        done[n] = 0;
        at += describe(&calls[n], at, &updates[at], &done[n]);
    }
    first[n] = count;
    if (n == 1)
        calls[0].result = (xen_ulong_t)hypercall_mmu_update(
            updates, count, done, DOMID_SELF);
    else if (!pv_xen_ok(hypercall_multicall(calls, n), "multicall", n,
                        count, "nothing: it cannot fail"))
        failures++;
    for (unsigned i = 0; i < n; i++) {
        long rc = (long)calls[i].result;

        if (waiting[first[i]].kind == MMU_UPDATE)
            judge_stores(first[i], first[i + 1] - first[i], done[i], rc);
        else
            judge(&waiting[first[i]], rc);
    }
    forget();
}

/* A place for one change more, all but what is particular to its kind. */
static struct change *next(enum kind kind, const char *what,
                           const char *likely, unsigned long a1,
                           unsigned long a2)
{
    struct change *c = &waiting[count];

    c->kind = kind;
    c->what = what;
    c->likely = likely;
    c->a1 = a1;
    c->a2 = a2;
    return c;
}

static void add_entry(struct change *c, uint64_t *entry, uint64_t raw)
{
    c->place = pv_machine_address(entry);
    c->value = raw;
    pv_batch_slots[c->place >> 9 & 7] |= 1ul << (c->place >> 3 & 63);
    if (c->place < lowest)
        lowest = c->place;
    if (c->place > highest)
        highest = c->place;
}

static void added(void)
{
    count++;
    changes++;
    if (!depth || count == PVOPS_BATCH)
        pv_batch_flush();
}

/* Under the lock of the tables. */
void pv_batch_store(uint64_t *entry, uint64_t raw, int level)
{
    if (level != 1)
        above = true;
    add_entry(next(MMU_UPDATE, "mmu_update",
                   "the entry would map a table or descriptors writable, has "
                   "a bit that a guest may not set (2 MB page, cache type), "
                   "or points to a page that is mapped writable",
                   (unsigned long)entry, raw),
              entry, raw);
    added();
}

void pv_batch_map(unsigned long va, uint64_t *entry, uint64_t raw)
{
    unsigned long flags = pv_mmu_enter();
    struct change *c;

    if (raw & PTE_W)
        c = next(UPDATE_VA, "update_va_mapping to writable",
                 "the page is still a table somewhere", va, raw);
    else
        c = next(UPDATE_VA, "update_va_mapping to read-only",
                 "the address is mapped by tables of somebody else", va, raw);
    add_entry(c, entry, raw);
    c->va = va;
    added();
    pv_mmu_leave(flags);
}

void pv_batch_op(unsigned cmd, unsigned long pfn, const char *what,
                 const char *likely)
{
    unsigned long flags = pv_mmu_enter();
    struct change *c = next(MMUEXT, what, likely, pfn << PAGE_SHIFT, cmd);

    c->op.cmd = cmd;
    c->op.arg1.mfn = pv_pfn_to_mfn(pfn);
    added();
    pv_mmu_leave(flags);
}

void pv_batch_settle(const uint64_t *entry)
{
    unsigned long flags;
    uint64_t place;

    if (!pv_batch_may_hold(entry))
        return;
    place = pv_machine_address(entry);
    if (place < lowest || place > highest)
        return;
    flags = pv_mmu_enter(); /* it is this CPU's section, or ends meanwhile */
    for (unsigned i = 0; i < count; i++)
        if (waiting[i].kind != MMUEXT && waiting[i].place == place)
            pv_batch_flush();
    pv_mmu_leave(flags);
}

void pv_batch_settle_above(void)
{
    if (above)
        pv_batch_flush();
}

unsigned pv_batch_begin(void)
{
    depth++;
    return failures;
}

bool pv_batch_end(unsigned before)
{
    depth--;
    pv_batch_flush();
    return failures == before;
}

/* A section of the kernel's. */
unsigned long pv_xenpv_lazy_begin(void)
{
    unsigned long flags = pv_mmu_enter();

    pv_batch_begin();
    return flags;
}

void pv_xenpv_lazy_end(unsigned long flags)
{
    if (!depth) {
        pv_report("lazy_end without a lazy_begin");
        return;
    }
    if (pv_ops.read_flags() & 0x200)
        pv_report("interrupts were let in between lazy_begin and lazy_end: "
                  "whoever came found tables that are not up to date");
    pv_batch_end(failures);
    pv_mmu_leave(flags);
}

void pv_lazy_counts(unsigned long *asked, unsigned long *made)
{
    *asked = changes;
    *made = hypercalls;
}
