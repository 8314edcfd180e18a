// SPDX-License-Identifier: MIT
/*
 * Grants of the domain to itself: mapped, copied through, and transferred.
 * Mappings are remembered, and taken back at the end.
 */
#include "grants.h"

#define MAPPINGS 16
static struct mapping {
    uint64_t host_addr;
    xen_pfn_t mfn;
    grant_handle_t handle;
    grant_ref_t ref;
    uint32_t flags;
    bool used;
} mappings[MAPPINGS];

/* The entry of a mapping that was overwritten since: once more as it was. */
static void restore(const struct mapping *m)
{
    uint64_t entry =
        xen_make_pte(m->mfn, PTE_PRESENT | PTE_USER |
                                 (m->flags & GNTMAP_readonly ? 0 : PTE_WRITE));

    if (m->flags & GNTMAP_contains_pte)
        mmu_update_one(m->host_addr, entry, DOMID_SELF);
    else
        hypercall_update_va_mapping(m->host_addr, entry, UVMF_INVLPG);
}

static int16_t unmap(const struct mapping *m)
{
    struct gnttab_unmap_grant_ref u = {
        .host_addr = m->host_addr,
        .dev_bus_addr = m->flags & GNTMAP_device_map ? m->mfn << 12 : 0,
        .handle = m->handle};

    hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1);
    return u.status;
}

void grants_reset(void)
{
    for (unsigned int i = 0; i < MAPPINGS; i++) {
        struct mapping *m = &mappings[i];
        int16_t status;

        if (!m->used)
            continue;
        m->used = false;
        status = unmap(m);
        if (status) {
            restore(m);
            status = unmap(m);
        }
        if (status) {
            say("a mapping cannot be undone: %d\n", status);
            grant_give_up(m->ref);
        }
    }
    grant_entries_reset();
}

void random_grant(void)
{
    grant_ref_t ref;

    do
        ref = draw_ref();
    while (!is_ours(ref));
    write_grant(ref, false);
}

/* A reference, most likely to something. */
static grant_ref_t draw_grant(void)
{
    grant_ref_t ref = draw_ref();

    if (!one_in(6) && is_ours(ref) && !is_in_use(ref)) {
        write_grant(ref, false);
        say("    ");
    }
    return ref;
}

/* The answer of one whose status is in its structure. */
#define ASK(name, cmd, arg, count)                                             \
    ({                                                                         \
        const char *at_;                                                       \
        void *where_ = draw_pointer(&(arg), &at_);                             \
        long rc_;                                                              \
        (arg).status = 99;                                                     \
        say(" %s", at_);                                                       \
        rc_ = hypercall_grant_table_op(cmd, where_, count);                    \
        answer_status(name, rc_, (arg).status);                                \
        rc_ == 0 && (arg).status == 0;                                         \
    })

/* Where a mapping goes: an address, or an entry's. */
static uint64_t draw_place(uint32_t *flags)
{
    static char where[40];
    struct slot slot;
    const char *name;
    uint64_t at;

    if (one_in(3)) {
        slot = draw_slot(where);
        *flags |= GNTMAP_contains_pte;
        say(" in %s", slot.name);
        return slot.machine;
    }
    at = draw_address(&name);
    say(" at %s%s", name, at & 0xfff ? "+" : "");
    return at;
}

static domid_t draw_grantor(const char **name)
{
    if (one_in(10))
        return draw_domain(name);
    *name = "own";
    return own_id;
}

void random_grant_map(void)
{
    static const uint32_t odd[] = {GNTMAP_device_map, GNTMAP_application_map,
                                   1 << 16, 1 << 5, 1u << 31};
    static struct gnttab_map_grant_ref m;
    const char *domain;
    unsigned int i = 0;

    m = (struct gnttab_map_grant_ref){.flags = GNTMAP_host_map};
    m.ref = draw_grant();
    say("map");
    if (one_in(3))
        m.flags |= GNTMAP_readonly;
    if (one_in(8))
        m.flags ^= PICK(odd);
    if (one_in(20))
        m.flags &= ~GNTMAP_host_map;
    m.host_addr = draw_place(&m.flags);
    m.dom = draw_grantor(&domain);
    say_ref(m.ref);
    say(" flags %x %s", m.flags, domain);
    if (!ASK("grant_table_op map_grant_ref", GNTTABOP_map_grant_ref, m, 1))
        return;
    say("    bus ");
    say_entry(m.dev_bus_addr | PTE_PRESENT);
    say("\n");
    while (i < MAPPINGS && mappings[i].used)
        i++;
    if (i == MAPPINGS)
        error("more mappings than a program can make");
    mappings[i] = (struct mapping){
        m.host_addr, m.dev_bus_addr >> 12, m.handle, m.ref, m.flags, true};
}

static struct mapping *draw_mapping(grant_handle_t *handle)
{
    static struct mapping none;
    struct mapping *m = mappings;

    for (unsigned int i = 0; i < MAPPINGS; i++)
        if (mappings[i].used && (!m->used || one_in(2)))
            m = &mappings[i];
    if (!m->used || one_in(12)) {
        *handle = one_in(2) ? ~0u : 3000;
        say(" no handle");
        return &none;
    }
    *handle = m->handle;
    say(" handle %u", (unsigned int)(m - mappings));
    return m;
}

/* A device's part of it stays until its address is given. */
static void is_unmapped(struct mapping *m, uint64_t dev_bus_addr)
{
    m->used = m->used && (m->flags & GNTMAP_device_map) && !dev_bus_addr;
    m->host_addr = 0;
}

void random_grant_unmap(void)
{
    static struct gnttab_unmap_grant_ref u;
    static struct gnttab_unmap_and_replace r;
    const char *name = "";
    uint32_t flags = 0;
    struct mapping *m;

    if (one_in(4)) {
        say("unmap_and_replace");
        r = (struct gnttab_unmap_and_replace){0};
        m = draw_mapping(&r.handle);
        r.host_addr = one_in(8) ? draw_place(&flags) : m->host_addr;
        r.new_addr = one_in(6) ? 0 : draw_address(&name);
        say(" %s", name);
        if (ASK("grant_table_op unmap_and_replace", GNTTABOP_unmap_and_replace,
                r, 1))
            is_unmapped(m, 0);
        return;
    }
    say("unmap");
    u = (struct gnttab_unmap_grant_ref){0};
    m = draw_mapping(&u.handle);
    u.host_addr = one_in(8) ? draw_place(&flags) : m->host_addr;
    if (one_in(16))
        u.dev_bus_addr = draw_frame(DATA).mfn << 12;
    if (ASK("grant_table_op unmap_grant_ref", GNTTABOP_unmap_grant_ref, u, 1))
        is_unmapped(m, u.dev_bus_addr);
}

/* Xen 4.17 does a copy of its own frame for a domain that says its number,
 * too; what changes by that is not to be compared. */
static domid_t draw_frame_owner(const char **name)
{
    domid_t id = draw_domain(name);

    if (id != own_id)
        return id;
    *name = "self";
    return DOMID_SELF;
}

static xen_pfn_t frame_to_copy(const struct gnttab_copy_ptr *p, bool granted)
{
    return !granted            ? p->u.gmfn
           : is_ours(p->u.ref) ? granted_frame(p->u.ref)
                               : HOLE;
}

/*
 * Only what is comparable is copied: words that hold entries, which tell a
 * frame's number by each part of theirs, as a whole and to the place of a word;
 * no clocks; and nothing upwards onto itself, since the order of bytes is the
 * hypervisor's. What is refused for its length may be odd.
 */
static void mend_copy(struct gnttab_copy *c)
{
    xen_pfn_t from = frame_to_copy(&c->source, c->flags & GNTCOPY_source_gref);
    xen_pfn_t to = frame_to_copy(&c->dest, c->flags & GNTCOPY_dest_gref);

    if (c->source.offset + c->len > 4096 || c->dest.offset + c->len > 4096)
        return;
    c->source.offset &= ~7;
    c->dest.offset &= ~7;
    c->len &= ~7;
    if (from == start->shared_info >> 12)
        c->len = 0;
    if (from == to && c->dest.offset > c->source.offset &&
        c->dest.offset < c->source.offset + c->len)
        c->dest.offset = c->source.offset;
}

void random_grant_copy(void)
{
    static const uint16_t lengths[] = {0, 8, 64, 512, 4096, 4097, 65535};
    static struct gnttab_copy c;
    const char *from, *to;
    struct frame f;

    c = (struct gnttab_copy){.len = one_in(2) ? PICK(lengths) : 8 * draw(8),
                             .flags = draw(4)};
    if (one_in(30))
        c.flags |= 4;
    /* What is granted for it is said before. */
    if (c.flags & GNTCOPY_dest_gref)
        c.dest.u.ref = draw_grant();
    if (c.flags & GNTCOPY_source_gref) {
        c.source.u.ref = draw_grant();
        c.source.domid = draw_grantor(&from);
        say("copy");
        say_ref(c.source.u.ref);
        say(" of %s", from);
    } else {
        f = draw_frame(DATA);
        c.source.u.gmfn = f.mfn;
        c.source.domid = draw_frame_owner(&from);
        /* What others' memory holds is nobody's to say. */
        if (f.mfn == start->shared_info >> 12)
            c.source.u.gmfn = page_frame[0], f.name = "p0";
        say("copy %s of %s", f.name, from);
    }
    if (c.flags & GNTCOPY_dest_gref) {
        c.dest.domid = draw_grantor(&to);
        say(" to");
        say_ref(c.dest.u.ref);
        say(" of %s", to);
    } else {
        f = draw_writable();
        c.dest.u.gmfn = f.mfn;
        c.dest.domid = draw_frame_owner(&to);
        say(" to %s of %s", f.name, to);
    }
    c.source.offset = one_in(4) ? draw(4200) : 8 * draw(4);
    c.dest.offset = one_in(4) ? draw(4200) : 8 * draw(4);
    mend_copy(&c);
    say(" %u+%u to %u flags %x", c.source.offset, c.len, c.dest.offset,
        c.flags);
    ASK("grant_table_op copy", GNTTABOP_copy, c, 1);
}

void random_grant_transfer(void)
{
    static struct gnttab_transfer t;
    struct frame f = draw_own();
    const char *domain;

    t.mfn = f.mfn;
    t.domid = draw_grantor(&domain);
    t.ref = draw_ref();
    if (one_in(2) && is_ours(t.ref) && !is_in_use(t.ref)) {
        write_grant(t.ref, true);
        say("    ");
        unmap_frame(f.mfn);
    }
    say("transfer %s to", f.name);
    say_ref(t.ref);
    say(" of %s", domain);
    ASK("grant_table_op transfer", GNTTABOP_transfer, t, 1);
    /* One that nobody takes is gone all the same. */
    if (t.status != 99 && t.status != GNTST_okay && t.status != GNTST_bad_page)
        frame_lost(f.mfn);
}

void random_grant_table_op(void)
{
    static union {
        struct gnttab_query_size q;
        struct gnttab_setup_table s;
        struct gnttab_get_status_frames f;
        struct gnttab_swap_grant_ref w;
        struct gnttab_dump_table d;
    } arg;
    static struct gnttab_set_version v;
    static struct gnttab_get_version g;
    static struct gnttab_cache_flush c;
    static uint64_t list[64];
    const char *domain = "", *at;
    struct frame f;
    void *where;
    long rc;

    switch (draw(9)) {
    case 0:
        say("query_size");
        arg.q.dom = draw_domain(&domain);
        say(" %s", domain);
        if (ASK("grant_table_op query_size", GNTTABOP_query_size, arg.q,
                1 + one_in(8)))
            say("    %u\n", arg.q.nr_frames);
        break;
    case 1:
        arg.s.dom = draw_domain(&domain);
        arg.s.nr_frames = one_in(3) ? 1000000 : draw(5);
        set_xen_guest_handle(arg.s.frame_list, draw_pointer(list, &at));
        say("setup_table %s %u %s", domain, arg.s.nr_frames, at);
        ASK("grant_table_op setup_table", GNTTABOP_setup_table, arg.s, 1);
        break;
    case 2:
        arg.f.dom = draw_domain(&domain);
        arg.f.nr_frames = draw(3);
        set_xen_guest_handle(arg.f.frame_list, draw_pointer(list, &at));
        say("get_status_frames %s %u %s", domain, arg.f.nr_frames, at);
        ASK("grant_table_op get_status_frames", GNTTABOP_get_status_frames,
            arg.f, 1);
        break;
    case 3:
        arg.w = (struct gnttab_swap_grant_ref){draw_ref(), draw_ref(), 0};
        say("swap");
        say_ref(arg.w.ref_a);
        say_ref(arg.w.ref_b);
        ASK("grant_table_op swap_grant_ref", GNTTABOP_swap_grant_ref, arg.w, 1);
        break;
    case 4:
        arg.d.dom = draw_domain(&domain);
        say("dump_table %s", domain);
        ASK("grant_table_op dump_table", GNTTABOP_dump_table, arg.d, 1);
        break;
    case 5:
        v.version = draw(4);
        where = draw_pointer(&v, &at);
        say("set_version %u %s", v.version, at);
        rc = hypercall_grant_table_op(GNTTABOP_set_version, where, 1);
        say(" was %u", v.version);
        answer("grant_table_op set_version", rc);
        break;
    case 6:
        g = (struct gnttab_get_version){.dom = draw_domain(&domain)};
        where = draw_pointer(&g, &at);
        say("get_version %s %s", domain, at);
        rc = hypercall_grant_table_op(GNTTABOP_get_version, where, 1);
        say(" is %u", g.version);
        answer("grant_table_op get_version", rc);
        break;
    case 7:
        c = (struct gnttab_cache_flush){
            .offset = draw(2) * 8, .length = draw(4) * 2000, .op = draw(4)};
        f = draw_frame(DATA);
        c.a.dev_bus_addr = f.mfn << 12;
        where = draw_pointer(&c, &at);
        say("cache_flush %s %u+%u op %x %s", f.name, c.offset, c.length, c.op,
            at);
        answer("grant_table_op cache_flush",
               hypercall_grant_table_op(GNTTABOP_cache_flush, where, 1));
        break;
    default:
        say("grant_table_op 13");
        answer("grant_table_op 13",
               hypercall_grant_table_op(13 + draw(3), &arg,
                                        one_in(4) ? ~0u : draw(2)));
    }
}
