// SPDX-License-Identifier: MIT
/*
 * Page tables: pages made into tables, entries written by hypercall, and by the
 * plain store that the hypervisor may or may not do for the guest.
 */
#include "random.h"

#define INDICES 6
static const unsigned short indices[INDICES] = {0, 1, 2, 3, 255, 511};

static uint64_t draw_entry(int level, const char **name)
{
    struct frame f = draw_frame(one_in(12)   ? ANY
                                : level == 1 ? DATA
                                : one_in(30) ? (enum page_kind)level
                                             : (enum page_kind)(level - 1));

    *name = f.name;
    return xen_make_pte(f.mfn, draw_flags(level));
}

/* Does AT, where a page is mapped at first, have one of them now? */
bool has_page(const void *at)
{
    xen_pte_t entry = *pte_of(at, 1);

    for (unsigned int i = 0; i < PAGES; i++)
        if ((entry & PTE_PRESENT) && xen_pte_mfn(entry) == page_frame[i])
            return true;
    return !(entry & PTE_PRESENT);
}

bool store_faults(void *at, uint64_t value)
{
    struct caught c;

    return traps(&c, *(volatile uint64_t *)at = value);
}

void flush_own(void)
{
    mmuext_one(MMUEXT_TLB_FLUSH_LOCAL, 0, 0);
}

/* So that it can be a table. */
static void make_read_only(xen_pfn_t mfn)
{
    for (unsigned int page = 0; page < PAGES; page++)
        if (page_frame[page] == mfn)
            say(" %ld", hypercall_update_va_mapping(
                            (unsigned long)page_at[page],
                            xen_make_pte(mfn, PTE_PRESENT), UVMF_INVLPG));
}

/* Plain stores; false if one was not done. */
static bool put_entries(unsigned int page, int level, unsigned int count)
{
    if (!has_page(page_at[page]))
        return false;

    while (count--) {
        unsigned int at = PICK(indices);
        const char *name;
        uint64_t entry = draw_entry(level, &name);

        if (level > 1 && name[0] == 'p' && !one_in(3))
            make_read_only(xen_pte_mfn(entry));
        say(" [%u]=", at);
        say_entry(entry);
        if (store_faults(page_at[page] + 8 * at, entry))
            return false;
    }
    return true;
}

/* A page becomes a table as kernels do it: filled, made read-only, pinned. */
void random_build_table(void)
{
    int level = one_in(3) ? 1 : 1 + draw(4);
    unsigned int page = draw_page((enum page_kind)level);
    bool pin = !one_in(3);
    long rc = 0;

    say("build level %d of p%u:", level, page);
    if (!put_entries(page, level, draw(5))) {
        say(" faults\n");
        return;
    }
    if (!one_in(10))
        rc = hypercall_update_va_mapping(
            (unsigned long)page_at[page],
            xen_make_pte(page_frame[page], PTE_PRESENT), UVMF_INVLPG);
    answer("update_va_mapping", rc);
    if (!pin)
        return;
    say("    pin");
    answer(level == 1   ? "mmuext_op PIN_L1_TABLE"
           : level == 2 ? "mmuext_op PIN_L2_TABLE"
           : level == 3 ? "mmuext_op PIN_L3_TABLE"
                        : "mmuext_op PIN_L4_TABLE",
           mmuext_one(MMUEXT_PIN_L1_TABLE + level - 1, page_frame[page], 0));
    if (one_in(5)) {
        say("    unpin");
        answer("mmuext_op UNPIN_TABLE",
               mmuext_one(MMUEXT_UNPIN_TABLE, page_frame[page], 0));
    }
}

/* --- mmu_update --- */

static const char *const update_names[] = {
    "mmu_update NORMAL", "mmu_update MACHPHYS", "mmu_update PRESERVE_AD",
    "mmu_update NO_TRANSLATE"};

/* A request, said; returns what it is. */
static unsigned int draw_update(struct mmu_update *u)
{
    unsigned int cmd = one_in(2) ? MMU_NORMAL_PT_UPDATE : draw(4);
    const char *what;
    char where[40];

    if (cmd == MMU_MACHPHYS_UPDATE) {
        struct frame f = draw_frame(ANY);

        /* This kernel finds its own tables by these rows. */
        if (f.name[0] == 'l')
            f = draw_writable();
        u->ptr = f.mfn << 12;
        u->val = draw(2) ? draw(1000) : draw_word();
        say(" machphys %s = %lx", f.name, u->val);
    } else {
        struct slot s = draw_slot(where);

        u->ptr = s.machine;
        u->val = one_in(6) ? 0 : draw_entry(s.level, &what);
        say(" %s %s = ", update_names[cmd] + 11, s.name);
        say_entry(u->val);
    }
    u->ptr |= cmd;
    return cmd;
}

void random_mmu_update(void)
{
    static struct mmu_update requests[4];
    static unsigned int done;
    unsigned int count = one_in(3) ? draw(5) : 1, cmd = 0, domain;
    const char *name, *at, *at_done;
    void *where, *where_done;
    long rc;

    say("mmu_update");
    for (unsigned int i = 0; i < count; i++)
        cmd = draw_update(&requests[i]);
    domain = draw_domain(&name);
    if (one_in(20))
        domain |= (draw(2) ? 0x7fe1u : own_id + 1u) << 16;
    where = draw_pointer(requests, &at);
    where_done = draw_pointer(one_in(2) ? &done : NULL, &at_done);
    if (one_in(60))
        count = 1u << 31;
    done = 77;
    say(" count %u %s%s done %s %s %s", count, at, at[0] ? " " : "", at_done,
        name, domain >> 16 ? "of another" : "");
    rc = hypercall_mmu_update(where, count, where_done, domain);
    flush_own();
    if (where_done == &done)
        say(" done %u", done);
    answer(update_names[cmd], rc);
}

/* --- update_va_mapping --- */

static unsigned long draw_flush(const char **name)
{
    static unsigned long mask[1] = {1};
    static const unsigned long odd[] = {3, 7, 0x1000, 0x8000000000000002};
    unsigned long flags =
        one_in(12) ? PICK(odd) : draw(3) | (draw(2) ? UVMF_ALL : 0);

    *name = "";
    if (one_in(8) && (flags & 3))
        flags = (flags & 3) | (unsigned long)draw_pointer(mask, name);
    return flags;
}

static void update_va(bool of_domain)
{
    const char *where, *what, *flush, *domain = "";
    unsigned long at = draw_address(&where), flags = draw_flush(&flush);
    unsigned long kind = flags & UVMF_FLUSHTYPE_MASK;
    bool off = at & 0xfff;
    uint64_t entry = one_in(8) ? 0 : draw_entry(1, &what);
    domid_t id = of_domain ? draw_domain(&domain) : 0;
    long rc;

    say("update_va_mapping%s %s%s %s flags %lx %s = ", of_domain ? " of" : "",
        domain, where, off ? "+" : "", flags & 0xf, flush);
    say_entry(entry);
    rc = of_domain
             ? hypercall_update_va_mapping_otherdomain(at, entry, flags, id)
             : hypercall_update_va_mapping(at, entry, flags);
    /* Where one was asked for, by all or by this one, it must be done. */
    if (kind == UVMF_NONE || kind == UVMF_FLUSHTYPE_MASK ||
        (flags & ~(UVMF_FLUSHTYPE_MASK | UVMF_ALL)))
        flush_own();
    answer(of_domain ? "update_va_mapping_otherdomain" : "update_va_mapping",
           rc);
}

void random_update_va_mapping(void)
{
    update_va(false);
}

void random_update_va_mapping_otherdomain(void)
{
    update_va(true);
}

/* --- plain stores and loads --- */

void random_store(void)
{
    unsigned int page = draw_page(ANY);
    int level = 1 + draw(4);

    say("store p%u", page);
    say(put_entries(page, level, 1 + draw(2)) ? "\n" : " faults\n");
    flush_own();
}

enum { DEC = 13, ACROSS = 14 }; /* of the forms below */

/* What stores else there are: the hypervisor does them for the guest, if it
 * does. Parts of entries are written where no frame's number is. */
static bool store_by(unsigned int form, volatile uint64_t *at, uint64_t value,
                     uint64_t *old)
{
    struct caught c;
    volatile uint8_t *bytes = (volatile uint8_t *)at;
    uint64_t to = (uint64_t)at, from = (uint64_t)&value, count = 1;

    switch (form) {
    case 0:
        return !traps(&c, __asm__ volatile("xchg %0, %1"
                                           : "+r"(value), "+m"(*at));
                      *old = value);
    case 1:
        return !traps(&c, __asm__ volatile("lock cmpxchg %2, %1"
                                           : "+a"(*old), "+m"(*at)
                                           : "r"(value)
                                           : "cc"));
    case 2:
        return !traps(&c, __asm__ volatile("lock orq %1, %0"
                                           : "+m"(*at)
                                           : "r"(value & 0xe00)
                                           : "cc"));
    case 3:
        return !traps(&c, __asm__ volatile("lock andq %1, %0"
                                           : "+m"(*at)
                                           : "r"(~(value & 2))
                                           : "cc"));
    case 4:
        return !traps(&c, __asm__ volatile("lock btrq %1, %0"
                                           : "+m"(*at)
                                           : "r"(value & 3)
                                           : "cc"));
    case 5:
        return !traps(&c, __asm__ volatile("lock btsq %1, %0"
                                           : "+m"(*at)
                                           : "i"(63)
                                           : "cc"));
    case 6:
        return !traps(&c, __asm__ volatile("xorq %1, %0"
                                           : "+m"(*at)
                                           : "r"(value & 0x800)
                                           : "cc"));
    case 7: /* the lower half: no frame is so high that the other has any */
        return !traps(&c, __asm__ volatile("movl %k1, %0"
                                           : "=m"(*(volatile uint32_t *)at)
                                           : "r"(value)));
    case 8:
        return !traps(&c, __asm__ volatile("movb %b1, %0"
                                           : "=m"(bytes[0])
                                           : "q"(value)));
    case 9:
        return !traps(&c, __asm__ volatile("movb %b1, %0"
                                           : "=m"(bytes[7])
                                           : "q"(value >> 56)));
    case 10:
        return !traps(&c, __asm__ volatile("rep stosq"
                                           : "+D"(to), "+c"(count)
                                           : "a"(value)
                                           : "memory"));
    case 11:
        return !traps(&c, __asm__ volatile("movsq"
                                           : "+D"(to), "+S"(from)
                                           :
                                           : "memory"));
    case 12:
        return !traps(&c, __asm__ volatile("movnti %1, %0"
                                           : "=m"(*at)
                                           : "r"(value)));
    case DEC:
        return !traps(&c, __asm__ volatile("lock decq %0" : "+m"(*at)::"cc"));
    case ACROSS: /* two entries */
        return !traps(&c,
                      __asm__ volatile("movl %k1, %0"
                                       : "=m"(*(volatile uint32_t *)&bytes[6])
                                       : "r"(0)));
    default:
        return !traps(&c, __asm__ volatile("notb %0" : "+m"(bytes[7])));
    }
}

void random_emulated_store(void)
{
    static const char *const forms[] = {
        "xchg", "cmpxchg", "or",   "and",   "btr",    "bts", "xor",    "movl",
        "movb", "movb+7",  "stos", "movsq", "movnti", "dec", "movl+6", "not"};
    unsigned int page = draw_page(LEVEL1), at = draw(4);
    unsigned int form = draw(sizeof(forms) / sizeof(*forms));
    volatile uint64_t *where = (uint64_t *)page_at[page] + at;
    const char *name;
    static uint64_t entry, old;
    bool done;

    entry = draw_entry(1, &name);
    say("%s p%u[%u] with ", forms[form], page, at);
    say_entry(entry);
    if (!has_page(page_at[page]) ||
        !(*pte_of(page_at[page], 1) & PTE_PRESENT)) {
        say(" not mapped\n");
        return;
    }
    /* Where that would make another frame's number of it: which has it is
     * chance. */
    if ((form == DEC && !(where[0] & 0xfff)) ||
        (form == ACROSS && xen_pte_mfn(where[1]))) {
        say(" would change a frame's number\n");
        return;
    }
    old = one_in(4) ? 0 : *where;
    done = store_by(form, where, entry, &old);
    flush_own();
    say(" old ");
    say_entry(old);
    say(" now ");
    say_entry(*where);
    answer("emulated stores", done ? 0 : -XEN_EFAULT);
}

void random_load(void)
{
    const char *name;
    unsigned long at = draw_address(&name) & ~7UL;
    struct caught c;
    uint64_t word = 0;

    say("load %s", name);
    if (!traps(&c, word = *(volatile uint64_t *)at)) {
        say(" = ");
        /* Clocks and the hypervisor's entries are not said. */
        if (name[0] == 'p' && has_page((void *)at) && !(at & 0x800))
            say_entry(word);
        say("\n");
        return;
    }
    say(" vector %u error %lx\n", c.entry, c.error);
}
