// SPDX-License-Identifier: MIT
/*
 * mmuext_op. A top table that lacks this kernel is not switched to: both
 * hypervisors would do it.
 */
#include "random.h"

static const struct {
    unsigned int cmd;
    const char *name;
    enum { MFN, LINEAR, COPY, LDT, ROOT, NOTHING } takes;
    enum page_kind kind;
} kinds[] = {
    {MMUEXT_PIN_L1_TABLE, "mmuext_op PIN_L1_TABLE", MFN, LEVEL1},
    {MMUEXT_PIN_L2_TABLE, "mmuext_op PIN_L2_TABLE", MFN, LEVEL2},
    {MMUEXT_PIN_L3_TABLE, "mmuext_op PIN_L3_TABLE", MFN, LEVEL3},
    {MMUEXT_PIN_L4_TABLE, "mmuext_op PIN_L4_TABLE", MFN, LEVEL4},
    {MMUEXT_UNPIN_TABLE, "mmuext_op UNPIN_TABLE", MFN, LEVEL1},
    {MMUEXT_UNPIN_TABLE, "mmuext_op UNPIN_TABLE", MFN, LEVEL2},
    {MMUEXT_UNPIN_TABLE, "mmuext_op UNPIN_TABLE", MFN, LEVEL4},
    {MMUEXT_NEW_BASEPTR, "mmuext_op NEW_BASEPTR", ROOT, LEVEL4},
    {MMUEXT_TLB_FLUSH_LOCAL, "mmuext_op TLB_FLUSH_LOCAL", NOTHING, ANY},
    {MMUEXT_INVLPG_LOCAL, "mmuext_op INVLPG_LOCAL", LINEAR, ANY},
    {MMUEXT_TLB_FLUSH_MULTI, "mmuext_op TLB_FLUSH_MULTI", LINEAR, ANY},
    {MMUEXT_INVLPG_MULTI, "mmuext_op INVLPG_MULTI", LINEAR, ANY},
    {MMUEXT_TLB_FLUSH_ALL, "mmuext_op TLB_FLUSH_ALL", NOTHING, ANY},
    {MMUEXT_INVLPG_ALL, "mmuext_op INVLPG_ALL", LINEAR, ANY},
    {MMUEXT_FLUSH_CACHE, "mmuext_op FLUSH_CACHE", NOTHING, ANY},
    {MMUEXT_SET_LDT, "mmuext_op SET_LDT", LDT, DESCRIPTORS},
    {14, "mmuext_op 14", MFN, ANY},
    {MMUEXT_NEW_USER_BASEPTR, "mmuext_op NEW_USER_BASEPTR", MFN, LEVEL4},
    {MMUEXT_NEW_USER_BASEPTR, "mmuext_op NEW_USER_BASEPTR", MFN, LEVEL4},
    {MMUEXT_CLEAR_PAGE, "mmuext_op CLEAR_PAGE", MFN, DATA},
    {MMUEXT_COPY_PAGE, "mmuext_op COPY_PAGE", COPY, DATA},
    {MMUEXT_FLUSH_CACHE_GLOBAL, "mmuext_op FLUSH_CACHE_GLOBAL", NOTHING, ANY},
    {MMUEXT_MARK_SUPER, "mmuext_op MARK_SUPER", MFN, DATA},
    {MMUEXT_UNMARK_SUPER, "mmuext_op UNMARK_SUPER", MFN, DATA},
    {77, "mmuext_op 77", NOTHING, ANY},
};

/* Does this kernel live on with it as its top table? */
static bool has_kernel(xen_pfn_t mfn)
{
    const uint64_t *own = (const uint64_t *)start->pt_base;

    for (unsigned int i = 0; i < PAGES; i++) {
        const uint64_t *table = (const uint64_t *)page_at[i];
        uint64_t entry = *pte_of(page_at[i], 1);

        if (page_frame[i] != mfn)
            continue;
        return (entry & PTE_PRESENT) && xen_pte_mfn(entry) == mfn &&
               xen_pte_mfn(table[511]) == xen_pte_mfn(own[511]);
    }
    return true;
}

static const char *draw_operation(struct mmuext_op *op)
{
    unsigned int i = draw(sizeof(kinds) / sizeof(*kinds));
    static unsigned long masks[3] = {1, 0, ~0UL};
    const char *name = "", *mask;
    struct frame f =
        kinds[i].kind == DATA ? draw_writable() : draw_frame(kinds[i].kind);

    *op = (struct mmuext_op){.cmd = kinds[i].cmd};
    say(" %s", kinds[i].name + 10);
    switch (kinds[i].takes) {
    case ROOT:
        if (!has_kernel(f.mfn) || one_in(2))
            f = (struct frame){page_mfn((void *)start->pt_base), "l4"};
        /* fall through */
    case MFN:
        op->arg1.mfn = f.mfn;
        if (kinds[i].cmd == MMUEXT_NEW_USER_BASEPTR && one_in(4))
            op->arg1.mfn = 0, f.name = "none";
        say(" %s", f.name);
        break;
    case COPY:
        op->arg1.mfn = f.mfn;
        say(" %s", f.name);
        f = draw_writable(); /* the clocks in shared_info are not said */
        op->arg2.src_mfn = f.mfn;
        say(" from %s", f.name);
        break;
    case LINEAR:
        op->arg1.linear_addr = draw_address(&name);
        op->arg2.src_mfn = (unsigned long)draw_pointer(&masks[draw(3)], &mask);
        say(" %s mask %s", name, mask);
        break;
    case LDT:
        op->arg1.linear_addr = draw_address(&name) & ~(one_in(6) ? 0 : 0xfffUL);
        op->arg2.nr_ents = one_in(8) ? 8192 + draw(2) : draw(513);
        say(" %s%s %u", name, op->arg1.linear_addr & 0xfff ? "+" : "",
            op->arg2.nr_ents);
        break;
    case NOTHING:
        break;
    }
    return kinds[i].name;
}

/* A copy of the top table in use, which can be switched to. */
static void copy_of_top_table(void)
{
    const uint64_t *own = (const uint64_t *)start->pt_base;
    unsigned int page = draw_page(LEVEL4);
    uint64_t *table = (uint64_t *)page_at[page];

    say("copy l4 to p%u", page);
    for (unsigned int i = 0; i < 512; i++)
        if (own[i] && !xen_l4_slot_is_reserved(i) &&
            (!has_page(table) || store_faults(&table[i], own[i]))) {
            say(" faults\n");
            return;
        }
    answer("update_va_mapping",
           hypercall_update_va_mapping(
               (unsigned long)table,
               xen_make_pte(page_frame[page], PTE_PRESENT), UVMF_INVLPG));
    say("    pin");
    answer("mmuext_op PIN_L4_TABLE",
           mmuext_one(MMUEXT_PIN_L4_TABLE, page_frame[page], 0));
    say("    user");
    answer("mmuext_op NEW_USER_BASEPTR",
           mmuext_one(MMUEXT_NEW_USER_BASEPTR, page_frame[page], 0));
}

void random_mmuext_op(void)
{
    static struct mmuext_op ops[3];
    static unsigned int done;
    unsigned int count = one_in(4) ? draw(4) : 1;
    const char *name = "mmuext_op none", *domain, *at;
    domid_t id;
    void *where;
    long rc;

    if (one_in(10)) {
        copy_of_top_table();
        return;
    }
    say("mmuext_op");
    for (unsigned int i = 0; i < count; i++)
        name = draw_operation(&ops[i]);
    id = draw_domain(&domain);
    where = draw_pointer(ops, &at);
    done = 77;
    say(" count %u %s %s", count, at, domain);
    rc = hypercall_mmuext_op(where, count, &done, id);
    say(" done %u", done);
    answer(name, rc);
}
