// SPDX-License-Identifier: MIT
/*
 * Slot 260: a domain's descriptor windows. Each vCPU has 32 pages there, 16 of
 * GDT (the last two are the CPU's own) and 16 of LDT (core/layout.h). They are
 * mapped writable for ring 0, because the processor sets "accessed" bits.
 *
 * Rule: a page is in a window only while the core holds a use of it as a
 * descriptor page. GDT pages that the guest did not give show zeroes: a
 * selector there is a null descriptor (#GP), never a page fault.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/vcpu.h"
#include "x86/cpu_area.h"
#include "x86/paging.h"
#include "x86/windows.h"

#define WINDOW_L1S (MAX_VCPUS * DESC_WINDOW_PAGES / 512)

/* Shown where a guest gave no page: nothing but null descriptors. */
static const uint64_t no_descriptors[512]
    __attribute__((aligned(4096)));

static uint64_t entry_for(mfn_t mfn, uint64_t flags)
{
    return mfn_to_maddr(mfn).a | flags;
}

static uint64_t *first_table(const struct domain *d, unsigned int l1)
{
    uint64_t *l3 = map_frame(d->perdomain_l3);
    uint64_t *l2 = directmap(l3[0] & PTE_ADDRESS);

    return directmap(l2[l1] & PTE_ADDRESS);
}

static uint64_t *window_entry(const struct vcpu *v, unsigned int page)
{
    unsigned int index = v->id * DESC_WINDOW_PAGES + page;

    return &first_table(v->domain, index / 512)[index % 512];
}

static mfn_t new_table(uint64_t *entry)
{
    mfn_t mfn = frames_alloc(0);

    if (mfn_eq(mfn, MFN_NONE))
        return mfn;
    for (unsigned int i = 0; i < 512; i++)
        ((uint64_t *)map_frame(mfn))[i] = 0;
    if (entry)
        *entry = entry_for(mfn, PTE_P | PTE_RW | PTE_A);
    return mfn;
}

int hw_domain_init(struct domain *d)
{
    uint64_t *l3, *l2;
    mfn_t mfn;

    d->perdomain_l3 = MFN_NONE;
    mfn = new_table(NULL);
    if (mfn_eq(mfn, MFN_NONE))
        return -ENOMEM;
    d->perdomain_l3 = mfn;
    l3 = map_frame(mfn);
    mfn = new_table(&l3[0]);
    if (mfn_eq(mfn, MFN_NONE))
        return -ENOMEM;
    l2 = map_frame(mfn);
    for (unsigned int i = 0; i < WINDOW_L1S; i++)
        if (mfn_eq(new_table(&l2[i]), MFN_NONE))
            return -ENOMEM;
    return 0;
}

static void free_table(uint64_t entry)
{
    if (entry & PTE_P)
        frames_free(MFN((entry & PTE_ADDRESS) >> PAGE_SHIFT), 0);
}

void hw_domain_free(struct domain *d)
{
    uint64_t *l3, *l2;

    if (mfn_eq(d->perdomain_l3, MFN_NONE))
        return;
    l3 = map_frame(d->perdomain_l3);
    if (l3[0] & PTE_P) {
        l2 = directmap(l3[0] & PTE_ADDRESS);
        for (unsigned int i = 0; i < WINDOW_L1S; i++)
            free_table(l2[i]);
    }
    free_table(l3[0]);
    frames_free(d->perdomain_l3, 0);
    d->perdomain_l3 = MFN_NONE;
}

/* A window is looked at by the CPU that runs its vCPU alone. */
static void flush_window(const struct vcpu *v, unsigned int page)
{
    if (v == current)
        hw_flush_page_local(GDT_WINDOW(v->id) + page * PAGE_SIZE);
}

void hw_set_gdt_window(struct vcpu *v, const mfn_t *frames, unsigned int n)
{
    for (unsigned int i = 0; i < GUEST_GDT_PAGES; i++) {
        *window_entry(v, i) =
            i < n ? entry_for(frames[i], MAP_DOMAIN_DATA)
                  : image_to_pa(no_descriptors) | (MAP_RODATA & ~PTE_G);
        flush_window(v, i);
    }
}

void hw_set_ldt_window(struct vcpu *v, unsigned int page, mfn_t frame)
{
    *window_entry(v, 16 + page) =
        mfn_eq(frame, MFN_NONE) ? 0 : entry_for(frame, MAP_DOMAIN_DATA);
    flush_window(v, 16 + page);
}

void hw_load_ldt(struct vcpu *v)
{
    if (v == current)
        segments_set_ldt(LDT_WINDOW(v->id), v->ldt_entries);
}

/* Before V's page tables are loaded: its window ends with this CPU's page. */
void window_enter_cpu(struct vcpu *v)
{
    *window_entry(v, GUEST_GDT_PAGES) =
        entry_for(cpu_gdt_frame(this_cpu()->id), MAP_DOMAIN_DATA);
    if (!(*window_entry(v, 0) & PTE_P))
        hw_set_gdt_window(v, NULL, 0);
}
