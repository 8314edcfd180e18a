// SPDX-License-Identifier: MIT
/*
 * What programs leave behind: said, and undone, so that the next one begins as
 * the first. A page whose use cannot be undone (a grant's mapping that was
 * overwritten holds it for ever) is given up for a fresh one.
 */
#include "random.h"

char *page_at[PAGES];
xen_pfn_t page_frame[PAGES];
bool out_of_pages;
domid_t own_id;

static char pages[PAGES][4096] __attribute__((aligned(4096)));
#define SPARES 400
static char spares[SPARES][4096] __attribute__((aligned(4096)));
static unsigned int spares_used;

void state_init(void)
{
    for (unsigned int i = 0; i < PAGES; i++) {
        page_at[i] = pages[i];
        page_frame[i] = page_mfn(pages[i]);
    }
    own_id = own_domid();
    slots_init();
    frames_init();
    memory_init();
    grants_init();
    instructions_init();
}

/* --- said --- */

void say_effects(void)
{
    say("entries");
    for (unsigned int i = 0; i < PAGES; i++) {
        uint64_t entry = *pte_of(page_at[i], 1);

        if (xen_pte_mfn(entry) != page_frame[i] ||
            (xen_pte_flags(entry) & ~(PTE_ACCESSED | PTE_DIRTY)) !=
                (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_GLOBAL)) {
            say(" %u:", i);
            say_entry(entry);
        }
    }
    for (unsigned int i = 0; i < FREE_SLOTS; i++) {
        unsigned int at = (free_slot[i].machine & 0xfff) / 8;
        const xen_pte_t *table = mfn_va(free_slot[i].machine >> 12);

        if (table[at]) {
            say(" %s:", free_slot[i].name);
            say_entry(table[at]);
        }
    }
    say("\nevents");
    for (unsigned int word = 0; word < 64; word++) {
        xen_ulong_t pending = shared->evtchn_pending[word];

        if (word == 0) /* the console's and the store's come when they like */
            pending &= ~((1UL << FIRST_PORT) - 1);
        if (pending || ~shared->evtchn_mask[word])
            say(" %u:%lx/%lx", word, pending, ~shared->evtchn_mask[word]);
    }
    say("\n");
    say_fifo();
    say_grants();
}

static void say_contents(unsigned int page)
{
    const uint64_t *word = (const uint64_t *)page_at[page];
    bool any = false;

    if (is_new_frame(page_frame[page]))
        return; /* it need not have been cleared */

    for (unsigned int i = 0; i < 512; i++) {
        /* Of a top table the latter are the hypervisor's. */
        if (!word[i] || xen_l4_slot_is_reserved(i))
            continue;
        say(any ? " %u:" : "p%u holds", any ? i : page);
        if (!any)
            say(" %u:", i);
        say_entry(word[i]);
        any = true;
    }
    if (any)
        say("\n");
}

/* --- undone --- */

/* The same call for many things, whether each works or not. */
static struct multicall_entry many[2 * PAGES];
static struct mmuext_op unpin[PAGES];

static void make_many(unsigned int count)
{
    if (hypercall_multicall(many, count))
        error("a multicall was refused");
}

static void unpin_all(void)
{
    for (unsigned int i = 0; i < PAGES; i++) {
        unpin[i] = (struct mmuext_op){.cmd = MMUEXT_UNPIN_TABLE};
        unpin[i].arg1.mfn = page_frame[i];
        many[i] = (struct multicall_entry){
            .op = __HYPERVISOR_mmuext_op,
            .args = {(unsigned long)&unpin[i], 1, 0, DOMID_SELF}};
    }
    make_many(PAGES);
}

static void map_all(uint64_t flags)
{
    for (unsigned int i = 0; i < PAGES; i++)
        many[i] = (struct multicall_entry){
            .op = __HYPERVISOR_update_va_mapping,
            .args = {(unsigned long)page_at[i],
                     flags ? xen_make_pte(page_frame[i], flags) : 0,
                     i == PAGES - 1 ? UVMF_TLB_FLUSH : UVMF_NONE}};
    make_many(PAGES);
}

/* Another frame in the page's place. */
static void give_up(unsigned int page)
{
    say("p%u is held\n", page);
    if (spares_used == SPARES) {
        out_of_pages = true;
        return;
    }
    page_frame[page] = page_mfn(spares[spares_used]);
    /* Its entry is no longer true; nobody looks there. */
    if (hypercall_update_va_mapping((unsigned long)spares[spares_used], 0,
                                    UVMF_INVLPG) ||
        hypercall_update_va_mapping((unsigned long)page_at[page],
                                    xen_make_pte(page_frame[page], 7),
                                    UVMF_INVLPG))
        error("a spare page cannot be used");
    spares_used++;
}

/* A page that nothing holds can be a table. */
static void give_up_what_is_held(void)
{
    static struct mmuext_op pin[PAGES];
    bool held[PAGES];

    for (unsigned int i = 0; i < PAGES; i++) {
        pin[i] = (struct mmuext_op){.cmd = MMUEXT_PIN_L1_TABLE};
        pin[i].arg1.mfn = page_frame[i];
        many[2 * i] = (struct multicall_entry){
            .op = __HYPERVISOR_update_va_mapping,
            .args = {(unsigned long)page_at[i],
                     xen_make_pte(page_frame[i], PTE_PRESENT), UVMF_INVLPG}};
        many[2 * i + 1] = (struct multicall_entry){
            .op = __HYPERVISOR_mmuext_op,
            .args = {(unsigned long)&pin[i], 1, 0, DOMID_SELF}};
    }
    make_many(2 * PAGES);
    for (unsigned int i = 0; i < PAGES; i++)
        held[i] = many[2 * i + 1].result;
    unpin_all();
    map_all(7);
    for (unsigned int i = 0; i < PAGES; i++)
        if (held[i] || many[i].result)
            give_up(i);
}

void state_reset(void)
{
    machine_reset();
    ports_reset();
    for (unsigned int i = 0; i < FREE_SLOTS; i++)
        if (mmu_update_one(free_slot[i].machine, 0, DOMID_SELF))
            say("%s cannot be cleared\n", free_slot[i].name);
    grants_reset();
    unpin_all();
    map_all(0);
    memory_reset();
    map_all(7);
    for (unsigned int i = 0; i < PAGES; i++)
        if (many[i].result)
            give_up(i);
    for (unsigned int i = 0; i < PAGES; i++) {
        say_contents(i);
        fill(page_at[i], 0, 4096);
    }
    frames_reset();
    memory_forget();
    give_up_what_is_held();
}
