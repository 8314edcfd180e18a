// SPDX-License-Identifier: MIT
/*
 * Chance, and the pools that arguments come from: mostly what can work, now and
 * then each kind of what cannot.
 */
#include "random.h"

static uint64_t chance;

uint64_t draw_word(void)
{
    uint64_t z = chance += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void chance_begin(uint64_t seed, uint64_t program, uint64_t call)
{
    chance = seed;
    chance = draw_word() ^ program;
    chance = draw_word() ^ call;
    draw_word();
}

unsigned int draw(unsigned int count)
{
    return (draw_word() >> 32) % count;
}

bool one_in(unsigned int count)
{
    return draw(count) == 0;
}

/* --- frames --- */

static struct frame special[9];

static xen_pfn_t foreign_frame(xen_pfn_t max_mfn)
{
    for (xen_pfn_t mfn = 0x200; mfn < max_mfn; mfn++)
        if (xen_mfn_to_pfn(p2m, start->nr_pages, max_mfn, mfn) == XEN_NO_FRAME)
            return mfn;
    error("every frame of the machine is ours");
}

static char other[4096] __attribute__((aligned(4096)));

#define TOP    (special[3])
#define SHARED (special[4])
#define OTHER  (special[5])
static xen_pfn_t first_pfn[2]; /* in the M2P: of OTHER and SHARED */

/* Of the tables in use the top one is pinned, and no other. */
void frames_reset(void)
{
    fill(other, 0, sizeof(other));
    mmu_update_one(OTHER.mfn << 12 | MMU_MACHPHYS_UPDATE, first_pfn[0],
                   DOMID_SELF);
    mmu_update_one(SHARED.mfn << 12 | MMU_MACHPHYS_UPDATE, first_pfn[1],
                   DOMID_SELF);
    for (unsigned int level = 1; level < 4; level++)
        mmuext_one(MMUEXT_UNPIN_TABLE, special[level - 1].mfn, 0);
    mmuext_one(MMUEXT_PIN_L4_TABLE, TOP.mfn, 0);
}

void frames_init(void)
{
    long top = hypercall_memory_op(XENMEM_maximum_ram_page, NULL);
    struct frame *f = special;

    *f++ = (struct frame){pte_machine(page_at[0], 1) >> 12, "l1"};
    *f++ = (struct frame){pte_machine(page_at[0], 2) >> 12, "l2"};
    *f++ = (struct frame){pte_machine(page_at[0], 3) >> 12, "l3"};
    *f++ = (struct frame){pte_machine(page_at[0], 4) >> 12, "l4"};
    *f++ = (struct frame){start->shared_info >> 12, "shared"};
    *f++ = (struct frame){page_mfn(other), "other"};
    *f++ = (struct frame){foreign_frame(top), "foreign"};
    *f++ = (struct frame){top + 0x1000, "beyond"};
    *f++ = (struct frame){(1UL << 40) - 1, "huge"};
    first_pfn[0] = machine_to_phys_mapping[OTHER.mfn];
    first_pfn[1] = machine_to_phys_mapping[SHARED.mfn];
}

unsigned int draw_page(enum page_kind kind)
{
    static const unsigned char first[] = KIND_FIRST, count[] = KIND_COUNT;

    if (one_in(12))
        kind = ANY;
    return first[kind] + draw(count[kind]);
}

static const char *page_name(unsigned int page)
{
    static const char names[PAGES][4] = {
        "p0",  "p1",  "p2",  "p3",  "p4",  "p5",  "p6",  "p7",
        "p8",  "p9",  "p10", "p11", "p12", "p13", "p14", "p15",
        "p16", "p17", "p18", "p19", "p20", "p21", "p22", "p23"};

    return names[page];
}

struct frame draw_frame(enum page_kind kind)
{
    unsigned int page = draw_page(kind);

    if (one_in(16))
        return PICK(special);
    return (struct frame){page_frame[page], page_name(page)};
}

const char *frame_name(xen_pfn_t mfn)
{
    for (unsigned int page = 0; page < PAGES; page++)
        if (page_frame[page] == mfn)
            return is_new_frame(mfn) ? "new" : page_name(page);
    if (is_new_frame(mfn))
        return "new";
    if (mfn == HOLE)
        return "hole";
    for (unsigned int i = 0; i < sizeof(special) / sizeof(*special); i++)
        if (special[i].mfn == mfn)
            return special[i].name;
    return "another";
}

/* One that may be written to in whole: the guest itself lives by shared_info.
 */
struct frame draw_writable(void)
{
    struct frame f = draw_frame(DATA);

    return f.mfn == SHARED.mfn ? OTHER : f;
}

/* One that may be given away: of the guest's own only a page. */
struct frame draw_own(void)
{
    struct frame f = draw_frame(DATA);

    return f.mfn == OTHER.mfn ? special[6] : f;
}

/* The processor sets these when it likes. */
#define PROCESSORS (PTE_ACCESSED | PTE_DIRTY)

void say_entry(uint64_t entry)
{
    uint64_t flags = xen_pte_flags(entry);

    if (!(entry & PTE_PRESENT) && xen_pte_mfn(entry) < 0x10)
        say("%lx", entry); /* as likely a number as an entry */
    else
        say("%s|%lx", frame_name(xen_pte_mfn(entry)),
            entry & PTE_PRESENT ? flags & ~PROCESSORS : flags);
}

uint64_t draw_flags(int level)
{
    static const uint64_t odd[] = {
        PTE_PWT,   PTE_PCD,   PTE_LARGE, PTE_GLOBAL, PTE_AVAIL, PTE_NX,
        1UL << 52, 1UL << 53, 1UL << 58, 1UL << 62,  1UL << 9,  PTE_DIRTY,
    };
    uint64_t flags = PTE_PRESENT | PTE_USER | PTE_ACCESSED;

    if (level > 1 ? !one_in(8) : one_in(2))
        flags |= PTE_WRITE;
    if (one_in(8))
        flags |= PICK(odd);
    if (one_in(10))
        flags &= ~PTE_PRESENT;
    if (one_in(10))
        flags &= ~PTE_USER;
    if (one_in(6))
        flags |= PTE_DIRTY;
    return flags;
}

/* --- domains, pointers, addresses, ports --- */

domid_t draw_domain(const char **name)
{
    static const struct {
        domid_t id;
        const char *name;
    } others[] = {{0x7fe0, "nobody"},         {DOMID_IO, "io"},
                  {DOMID_XEN, "xen"},         {DOMID_COW, "cow"},
                  {DOMID_INVALID, "invalid"}, {0xffff, "ffff"},
                  {DOMID_IDLE, "idle"}};
    unsigned int i = draw(sizeof(others) / sizeof(*others));

    if (one_in(10)) {
        *name = "own";
        return own_id;
    }
    if (!one_in(12)) {
        *name = "self";
        return DOMID_SELF;
    }
    *name = others[i].name;
    return others[i].id;
}

static char read_only[4096] __attribute__((aligned(4096)));

/* Addresses that are good for nothing: not mapped, not canonical, the
 * hypervisor's, read-only. */
static const struct {
    unsigned long at;
    const char *name;
} nowhere[] = {
    {0, "null"},
    {1, "one"},
    {0x0000380000000000, "hole"},
    {0x8000000000000000, "odd"},
    {HYPERVISOR_VIRT_START + 0x1000, "m2p"},
    {0xffff830000001000, "hypervisor"},
    {(unsigned long)read_only, "read-only"},
};

void *draw_pointer(void *at, const char **name)
{
    unsigned int i = draw(sizeof(nowhere) / sizeof(*nowhere));
    static bool ready;

    if (!ready) {
        page_read_only(read_only);
        ready = true;
    }
    if (!one_in(20)) {
        *name = "";
        return at;
    }
    *name = nowhere[i].name;
    return (void *)nowhere[i].at;
}

unsigned long draw_address(const char **name)
{
    unsigned int i = draw(sizeof(nowhere) / sizeof(*nowhere) - 1);
    unsigned int page = draw_page(ANY);
    static const unsigned long ends[] = {0x00007ffffffffffc, ~0UL - 3};

    if (!one_in(6)) {
        *name = page_name(page);
        return (unsigned long)page_at[page] + (one_in(8) ? draw(4096) : 0);
    }
    if (one_in(2)) { /* below a free slot */
        i = draw(FREE_SLOTS);
        *name = free_slot[i].name;
        return free_slot[i].base + ((unsigned long)draw(3) << 12) +
               (free_slot[i].level > 2 ? (unsigned long)draw(3) << 21 : 0) +
               (free_slot[i].level > 3 ? (unsigned long)draw(3) << 30 : 0);
    }
    if (one_in(5)) {
        *name = "end";
        return PICK(ends);
    }
    *name = nowhere[i].name;
    return nowhere[i].at;
}
