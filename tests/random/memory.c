// SPDX-License-Identifier: MIT
/*
 * memory_op: frames given back, got and exchanged; and everything else, most of
 * which a plain PV guest is refused.
 *
 * Programs only give back frames of pages. A domain's limit may be above what
 * it has at the start; that much is taken first, so that everywhere only as
 * much can be got as was given.
 */
#include "random.h"

#define GONE 16
static xen_pfn_t gone[GONE], extra[GONE]; /* given back; got for no page */
static unsigned int gone_count, extra_count;
static xen_pfn_t fresh[4 * GONE]; /* all of them, and those got for pages */
static unsigned int fresh_count;
static long reservation;

static long reserve(unsigned int cmd, xen_pfn_t *extents, unsigned long count)
{
    struct xen_memory_reservation r = {.nr_extents = count,
                                       .domid = DOMID_SELF};

    set_xen_guest_handle(r.extent_start, extents);
    return hypercall_memory_op(cmd, &r);
}

static void set_memory_map(void)
{
    static const uint32_t entry[5] = {0, 0, 1 << 20, 0, 1}; /* 1 MB of RAM */
    struct xen_foreign_memory_map map = {.domid = DOMID_SELF,
                                         .map.nr_entries = 1};

    set_xen_guest_handle(map.map.buffer, (void *)entry);
    if (hypercall_memory_op(XENMEM_set_memory_map, &map))
        error("a memory map of one's own is refused");
}

void memory_init(void)
{
    static struct xen_memory_domain self = {DOMID_SELF};
    xen_pfn_t mfn;

    while (reserve(XENMEM_increase_reservation, &mfn, 1) == 1)
        continue;
    reservation = hypercall_memory_op(XENMEM_current_reservation, &self);
}

static void set_frame(unsigned int page, xen_pfn_t mfn)
{
    xen_pfn_t *list = (xen_pfn_t *)start->mfn_list;

    page_frame[page] = mfn;
    list[page_pfn(page_at[page])] = mfn == HOLE ? XEN_NO_FRAME : mfn;
}

bool is_new_frame(xen_pfn_t mfn)
{
    for (unsigned int i = 0; i < fresh_count; i++)
        if (fresh[i] == mfn)
            return true;
    return false;
}

void memory_forget(void)
{
    fresh_count = 0;
}

static void is_fresh(xen_pfn_t mfn)
{
    if (fresh_count < sizeof(fresh) / sizeof(*fresh))
        fresh[fresh_count++] = mfn;
}

void memory_reset(void)
{
    static struct xen_memory_domain self = {DOMID_SELF};
    long now_pages;

    set_memory_map();
    for (unsigned int i = 0; i < gone_count; i++)
        mmuext_one(MMUEXT_UNPIN_TABLE, gone[i], 0);
    if (extra_count &&
        reserve(XENMEM_decrease_reservation, extra, extra_count) != extra_count)
        say("some frames cannot be given back\n");
    gone_count = extra_count = 0;
    for (unsigned int i = 0; i < PAGES; i++) {
        xen_pfn_t extent = page_pfn(page_at[i]);
        struct mmu_update own = {page_frame[i] << 12 | MMU_MACHPHYS_UPDATE,
                                 extent};

        if (page_frame[i] != HOLE)
            hypercall_mmu_update(&own, 1, NULL, DOMID_SELF);
        else if (reserve(XENMEM_populate_physmap, &extent, 1) == 1)
            set_frame(i, extent);
        else
            say("p%u has no frame again\n", i);
    }
    now_pages = hypercall_memory_op(XENMEM_current_reservation, &self);
    say("reservation %ld\n", now_pages - reservation);
    for (; now_pages < reservation; now_pages++) {
        xen_pfn_t mfn; /* of no use, but the limit is near again */

        if (reserve(XENMEM_increase_reservation, &mfn, 1) != 1)
            error("what was lost cannot be had again");
    }
}

/* The page of a frame, or PAGES. */
static unsigned int page_of(xen_pfn_t mfn)
{
    unsigned int page = 0;

    while (page < PAGES && page_frame[page] != mfn)
        page++;
    return page;
}

void unmap_frame(xen_pfn_t mfn)
{
    unsigned int page = page_of(mfn);

    if (page < PAGES && !one_in(4)) {
        say(" unmapped");
        hypercall_update_va_mapping((unsigned long)page_at[page], 0,
                                    UVMF_INVLPG);
    }
}

void frame_lost(xen_pfn_t mfn)
{
    unsigned int page = page_of(mfn);

    if (page == PAGES)
        return;
    is_fresh(mfn);
    if (gone_count < GONE)
        gone[gone_count++] = mfn;
    set_frame(page, HOLE);
}

/* What could not be told whether it was done is looked at: can MFN be mapped?
 */
static bool is_own(xen_pfn_t mfn)
{
    static char window[4096] __attribute__((aligned(4096)));
    unsigned long at = (unsigned long)window;
    bool own = !hypercall_update_va_mapping(at, xen_make_pte(mfn, PTE_PRESENT),
                                            UVMF_INVLPG);

    hypercall_update_va_mapping(at, 0, UVMF_INVLPG);
    return own;
}

/* A frame came for PFN. */
static void found(xen_pfn_t pfn, xen_pfn_t mfn)
{
    is_fresh(mfn);
    for (unsigned int page = 0; page < PAGES; page++)
        if (page_frame[page] == HOLE && page_pfn(page_at[page]) == pfn) {
            set_frame(page, mfn);
            return;
        }
    if (extra_count < GONE)
        extra[extra_count++] = mfn;
}

static xen_pfn_t draw_pfn(void)
{
    for (unsigned int page = 0; page < PAGES; page++)
        if (page_frame[page] == HOLE && !one_in(3))
            return page_pfn(page_at[page]);
    return one_in(8) ? 0x50000000 : page_pfn(page_at[draw(PAGES)]);
}

/* The part of a request that is not its list. */
static void draw_request(struct xen_memory_reservation *r, xen_pfn_t *list,
                         unsigned int count)
{
    static const unsigned int orders[] = {1, 9, 11, 19, 63},
                              flags[] = {12, 32, 20, 1 << 16, 1 << 17, 64};
    const char *at, *domain;

    *r = (struct xen_memory_reservation){.nr_extents = count};
    set_xen_guest_handle(r->extent_start, draw_pointer(list, &at));
    if (one_in(12))
        r->extent_order = PICK(orders);
    if (one_in(12))
        r->mem_flags = PICK(flags);
    if (one_in(60))
        r->nr_extents = ~0UL >> draw(34);
    r->domid = draw_domain(&domain);
    say(" count %lx %s order %u flags %x %s", r->nr_extents, at,
        r->extent_order, r->mem_flags, domain);
}

void random_change_reservation(void)
{
    static const char *const names[] = {"memory_op increase_reservation",
                                        "memory_op decrease_reservation",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "memory_op populate_physmap"};
    static struct xen_memory_reservation r;
    static xen_pfn_t list[4], asked[4];
    unsigned int count = one_in(3) ? draw(4) : 1, cmd;
    const char *at;
    void *where;
    long rc;

    cmd = one_in(5)   ? XENMEM_increase_reservation
          : one_in(2) ? XENMEM_decrease_reservation
                      : XENMEM_populate_physmap;
    say("%s", names[cmd]);
    for (unsigned int i = 0; i < count; i++)
        if (cmd == XENMEM_decrease_reservation) {
            struct frame f = draw_own();

            say(" %s", f.name);
            asked[i] = list[i] = f.mfn;
            unmap_frame(f.mfn);
        } else {
            asked[i] = list[i] = draw_pfn();
        }
    draw_request(&r, list, count);
    where = draw_pointer(&r, &at);
    say(" %s", at);
    /* A whole run of the guest's own frames could be given back. */
    if (cmd == XENMEM_decrease_reservation)
        r.extent_order = 0;
    rc = hypercall_memory_op(cmd, where);
    for (unsigned int i = 0; i < count && (long)i < rc; i++) {
        bool is_list = r.extent_start.p == list;

        if (cmd == XENMEM_decrease_reservation)
            frame_lost(asked[i]);
        else
            for (unsigned int k = 0; is_list && k < 1u << r.extent_order; k++)
                found(cmd == XENMEM_populate_physmap ? asked[i] + k : ~0UL,
                      list[i] + k);
    }
    answer(names[cmd], rc > 0 || !count ? rc : rc ? rc : -1);
}

void random_exchange(void)
{
    static struct xen_memory_exchange x;
    static xen_pfn_t in[2], out[2], asked[2];
    unsigned int count = one_in(3) ? 2 : 1;
    const char *at;
    unsigned int done; /* before, as if it went on */
    void *where;
    long rc;

    say("exchange");
    for (unsigned int i = 0; i < count; i++) {
        struct frame f = draw_own();

        in[i] = f.mfn;
        asked[i] = out[i] = one_in(4) ? draw_pfn()
                            : page_of(f.mfn) < PAGES
                                ? page_pfn(page_at[page_of(f.mfn)])
                                : 5;
        say(" %s", f.name);
        unmap_frame(f.mfn);
    }
    say(" in");
    draw_request(&x.in, in, count);
    say(" out");
    draw_request(&x.out, out, count);
    /* Whose frame comes after a page's is chance. */
    if (x.in.extent_order == 1)
        x.in.extent_order = 0;
    x.nr_exchanged = done = one_in(20);
    where = draw_pointer(&x, &at);
    say(" %s", at);
    rc = hypercall_memory_op(XENMEM_exchange, where);
    if (where != &x)
        x.nr_exchanged = 0;
    say(" exchanged %lx", x.nr_exchanged);
    for (unsigned int i = done; i < count; i++)
        if (i < x.nr_exchanged || (rc == -XEN_EFAULT && !is_own(in[i])))
            frame_lost(in[i]);
    for (unsigned int i = done; i < count && i < x.nr_exchanged; i++)
        found(asked[i], out[i]);
    answer("memory_op exchange", rc);
}

/* --- the rest --- */

static const struct {
    unsigned int cmd;
    const char *name;
    /* What can be said of its value: all, that it is one, or how it differs
     * from what the domain had. */
    enum { ALL, SIGN, CHANGE } value;
} others[] = {
    {XENMEM_maximum_ram_page, "memory_op maximum_ram_page", SIGN},
    {XENMEM_current_reservation, "memory_op current_reservation", CHANGE},
    {XENMEM_current_reservation, "memory_op current_reservation", CHANGE},
    {XENMEM_maximum_reservation, "memory_op maximum_reservation", CHANGE},
    {XENMEM_maximum_gpfn, "memory_op maximum_gpfn", SIGN},
    {XENMEM_machphys_mfn_list, "memory_op machphys_mfn_list", ALL},
    {XENMEM_add_to_physmap, "memory_op add_to_physmap", ALL},
    {8, "memory_op 8", ALL},
    {XENMEM_memory_map, "memory_op memory_map", ALL},
    {XENMEM_machine_memory_map, "memory_op machine_memory_map", ALL},
    {XENMEM_machphys_mapping, "memory_op machphys_mapping", ALL},
    {XENMEM_set_memory_map, "memory_op set_memory_map", ALL},
    {XENMEM_remove_from_physmap, "memory_op remove_from_physmap", ALL},
    {XENMEM_set_pod_target, "memory_op set_pod_target", ALL},
    {XENMEM_get_pod_target, "memory_op get_pod_target", ALL},
    {18, "memory_op 18", ALL},
    {XENMEM_add_to_physmap_batch, "memory_op add_to_physmap_batch", ALL},
    {XENMEM_claim_pages, "memory_op claim_pages", ALL},
    {XENMEM_machphys_compat_mfn_list, "memory_op machphys_compat", ALL},
    {XENMEM_get_vnumainfo, "memory_op get_vnumainfo", ALL},
    {XENMEM_acquire_resource, "memory_op acquire_resource", ALL},
    {60, "memory_op 60", ALL},
};

void random_memory_op(void)
{
    static uint64_t arg[32] __attribute__((aligned(64)));
    static uint64_t room[64];
    unsigned int i = draw(sizeof(others) / sizeof(*others)), cmd;
    const char *domain, *at;
    domid_t id = draw_domain(&domain);
    void *where;
    long rc;

    fill(arg, 0, sizeof(arg));
    cmd = others[i].cmd;
    if (cmd == XENMEM_machphys_mfn_list || cmd == XENMEM_memory_map) {
        arg[0] = draw(4);
        arg[1] = (unsigned long)room;
    } else {
        *(domid_t *)arg = id;
        if (one_in(2))
            arg[0] |= draw_word() % 0x100000000 << 16;
        arg[1] = draw(8);
    }
    where = draw_pointer(arg, &at);
    if (one_in(30))
        cmd |= 1u << 6; /* as if it went on */
    say("%s%s %s %s", others[i].name, cmd >> 6 ? " later" : "", domain, at);
    rc = hypercall_memory_op(cmd, where);
    if (rc >= 0 && others[i].value == SIGN)
        rc = 0;
    else if (rc >= 0 && others[i].value == CHANGE)
        rc = rc - reservation + 1000;
    answer(others[i].name, rc);
}
