// SPDX-License-Identifier: MIT
/*
 * The domain's own grant table, in either version: entries that programs
 * write, and what they look like at the end. The table has its last size from
 * the start on: it cannot shrink again.
 */
#include "grants.h"

#define TABLE_FRAMES 4
/* Those of its first frame, in the version whose entries are larger. */
#define LAST_GRANT   (4096 / sizeof(grant_entry_v2_t))

static char window[4096] __attribute__((aligned(4096)));
static volatile grant_entry_v1_t *const v1 = (void *)window;
static volatile grant_entry_v2_t *const v2 = (void *)window;

/* Those that programs use, and now and then others. */
static grant_ref_t reference[GRANTS];
#define FIRST_KEPT 8 /* those before are the toolstack's, and stay */
static const grant_ref_t odd[] = {7, 8, 2047, 2048, 100000, ~0u};

static xen_pfn_t first_frame(unsigned int cmd)
{
    static xen_pfn_t frames[TABLE_FRAMES];
    struct gnttab_setup_table s = {.dom = DOMID_SELF,
                                   .nr_frames = TABLE_FRAMES};
    struct gnttab_get_status_frames f = {.dom = DOMID_SELF, .nr_frames = 1};

    set_xen_guest_handle(s.frame_list, frames);
    set_xen_guest_handle(f.frame_list, frames);
    if (cmd == GNTTABOP_setup_table
            ? hypercall_grant_table_op(cmd, &s, 1) || s.status
            : hypercall_grant_table_op(cmd, &f, 1) || f.status)
        error("the grant table has no frames");
    return frames[0];
}

static bool is_version_2(void)
{
    struct gnttab_get_version g = {.dom = DOMID_SELF};

    if (hypercall_grant_table_op(GNTTABOP_get_version, &g, 1))
        error("the grant table's version is not told");
    return g.version == 2;
}

static bool set_version(uint32_t version)
{
    struct gnttab_set_version v = {version};

    return !hypercall_grant_table_op(GNTTABOP_set_version, &v, 1);
}

void grants_init(void)
{
    set_version(1);
    if (hypercall_update_va_mapping(
            (unsigned long)window,
            xen_make_pte(first_frame(GNTTABOP_setup_table), 7), UVMF_INVLPG))
        error("the grant table cannot be set up");
    for (unsigned int i = 0; i < GRANTS; i++)
        reference[i] = FIRST_GRANT + i;
}

/* In version 2 it is the hypervisor's word beside the table that tells how a
 * grant is used. Its page is mapped for a look only: in use, the version could
 * not change again. */
static uint16_t status_of(grant_ref_t ref)
{
    static char page[4096] __attribute__((aligned(4096)));
    uint16_t status;

    if (hypercall_update_va_mapping(
            (unsigned long)page,
            xen_make_pte(first_frame(GNTTABOP_get_status_frames), PTE_PRESENT),
            UVMF_INVLPG))
        error("the grants' states cannot be mapped");
    status = ((volatile grant_status_t *)page)[ref];
    hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG);
    return status;
}

static uint16_t flags_of(grant_ref_t ref)
{
    return is_version_2() ? v2[ref].hdr.flags | status_of(ref) : v1[ref].flags;
}

static void clear_entry(grant_ref_t ref, bool second)
{
    for (unsigned int i = 0; i < 4; i++)
        if (second)
            v2[ref].__spacer[i] = 0;
    if (!second) {
        v1[ref].flags = 0;
        v1[ref].domid = 0;
        v1[ref].frame = 0;
    }
}

void say_grants(void)
{
    say("grants");
    for (unsigned int i = 0; i < GRANTS; i++)
        if (flags_of(reference[i]))
            say(" g%u:%x", i, flags_of(reference[i]));
    say("\n");
}

/* What holds a reference for ever: another one takes its place. */
void grant_give_up(grant_ref_t ref)
{
    static grant_ref_t next = FIRST_GRANT + GRANTS;

    clear_entry(ref, is_version_2());
    for (unsigned int i = 0; i < GRANTS; i++)
        if (reference[i] == ref)
            reference[i] = next++;
    /* The version can no longer be changed: a new guest goes on. */
    out_of_pages = true;
}

/* The other version begins with an empty table, but for the first entries:
 * what a swap wrote is gone, wherever it is. */
void grant_entries_reset(void)
{
    bool second = is_version_2();

    for (unsigned int i = 0; i < sizeof(odd) / sizeof(*odd); i++)
        if (odd[i] < FIRST_KEPT)
            clear_entry(odd[i], second);
    if ((!second && !set_version(2)) || !set_version(1)) {
        say("the grant table's version cannot be changed\n");
        out_of_pages = true;
    }
}

grant_ref_t draw_ref(void)
{
    return one_in(14) ? PICK(odd) : reference[draw(GRANTS)];
}

bool is_ours(grant_ref_t ref)
{
    for (unsigned int i = 0; i < GRANTS; i++)
        if (reference[i] == ref)
            return true;
    return false;
}

bool is_in_use(grant_ref_t ref)
{
    return is_ours(ref) && (flags_of(ref) & (GTF_reading | GTF_writing));
}

xen_pfn_t granted_frame(grant_ref_t ref)
{
    return is_version_2() ? v2[ref].full_page.frame : v1[ref].frame;
}

void say_ref(grant_ref_t ref)
{
    for (unsigned int i = 0; i < GRANTS; i++)
        if (reference[i] == ref) {
            say(" g%u", i);
            return;
        }
    say(" %u", ref);
}

/* All but the flags, which come last. */
static void write_v2(grant_ref_t ref, uint16_t kind, struct frame f, domid_t to)
{
    clear_entry(ref, true);
    v2[ref].hdr.domid = to;
    v2[ref].full_page.frame = f.mfn;
    if ((kind & GTF_type_mask) == GTF_transitive) {
        v2[ref].transitive.trans_domid = one_in(2) ? own_id : 0x7fe0;
        v2[ref].transitive.gref = reference[draw(GRANTS)];
    } else if (kind & GTF_sub_page) {
        v2[ref].sub_page.page_off = 8 * draw(16);
        v2[ref].sub_page.length = 8 * draw(512);
        say(" part %u+%u", v2[ref].sub_page.page_off, v2[ref].sub_page.length);
    }
}

void write_grant(grant_ref_t ref, bool to_take)
{
    static const uint16_t kinds[] = {GTF_permit_access,
                                     GTF_permit_access,
                                     GTF_permit_access,
                                     GTF_permit_access | GTF_readonly,
                                     GTF_accept_transfer,
                                     GTF_invalid,
                                     GTF_transitive,
                                     GTF_permit_access | GTF_PCD,
                                     GTF_permit_access | GTF_sub_page};
    uint16_t kind = to_take ? GTF_accept_transfer : PICK(kinds), keep = 0;
    struct frame f = draw_frame(DATA);
    domid_t to = own_id;
    const char *domain = "own";

    if (one_in(12))
        to = draw_domain(&domain);
    say("grant");
    if (is_version_2()) {
        write_v2(ref, kind, f, to);
        xen_wmb();
        v2[ref].hdr.flags = kind;
    } else {
        /* Mostly as it should be: what is in use is left alone. */
        if (!one_in(2))
            keep = v1[ref].flags & (GTF_reading | GTF_writing);
        v1[ref].domid = to;
        v1[ref].frame = f.mfn;
        xen_wmb();
        v1[ref].flags = kind | keep;
    }
    say_ref(ref);
    say(" to %s: %x %s\n", domain, kind, f.name);
}
