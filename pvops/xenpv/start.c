// SPDX-License-Identifier: MIT
/*
 * From the entry to a kernel that can use every operation. The order matters:
 * shared information before anything that reports, the direct map before
 * anything that is found through it, and the callbacks last.
 */
#include "xenpv.h"

#include <xen/callback.h>

struct start_info *pv_xen_start;
struct shared_info *pv_xen_shared;

/* The shared page is mapped over this one, whose own memory is given up.
 * sites.S reads it too. */
char pv_shared_page[PAGE_SIZE] __attribute__((aligned(4096)));

static void *through_direct_map(unsigned long image_va)
{
    return pv_kernel.phys_to_virt(image_va - pv_kernel.virt_base);
}

/* By the p2m list the page's physical address means the shared page from now
 * on, in whatever tables the kernel makes. */
static void map_shared_info(void)
{
    unsigned long va = (unsigned long)pv_shared_page;
    unsigned long pfn = (va - pv_kernel.virt_base) >> PAGE_SHIFT;
    uint64_t machine = pv_xen_start->shared_info;

    if (hypercall_update_va_mapping(va, machine | PTE_P | PTE_W | PTE_U,
                                    UVMF_INVLPG))
        pv_fatal("the shared information page cannot be mapped: virt_base "
                 "must be where the loader was told to map the image");
    pv_foreign_add(pv_shared_page, pfn, machine >> PAGE_SHIFT);
    pv_xen_shared = (struct shared_info *)pv_shared_page;
}

/* The loader's tables are live already, each at its level, so that a kernel
 * can keep those of its part: by an entry of its own top-level table. */
static void know_early_tables(unsigned long pfn, int level)
{
    const uint64_t *table = pv_table_of(pfn);
    struct frame *frame = &pv_xen_frames[pfn];

    frame->flags = FRAME_FIXED | FRAME_LIVE;
    frame->level = (uint8_t)level;
    frame->refs = 1;
    for (unsigned i = 0; level > 1 && i < ENTRIES; i++) {
        unsigned long to;

        if (!(table[i] & PTE_P) || (level == 4 && i >= XEN_SLOT_FIRST &&
                                    i <= XEN_SLOT_LAST))
            continue;
        to = pv_mfn_to_pfn((table[i] & PTE_ADDRESS) >> PAGE_SHIFT);
        if (to != NO_FRAME)
            know_early_tables(to, level - 1);
    }
}

/* One frame entry a page, in the pages from `first` on. */
static unsigned long make_frames(unsigned long first)
{
    unsigned long bytes = pv_xen_nr_pages * sizeof(struct frame);
    unsigned long pages = (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;

    pv_xen_frames = (struct frame *)pv_table_of(first);
    pv_memset(pv_xen_frames, 0, pages << PAGE_SHIFT);
    for (unsigned long pfn = 0; pfn < first; pfn++)
        if (pv_is_early_table(pfn))
            pv_xen_frames[pfn].flags = FRAME_FIXED;
    know_early_tables(pv_xen_l4, 4);
    return first + pages;
}

/* A kernel with notes of its own can have it anywhere. */
static bool in_module(unsigned long pfn)
{
    const struct pv_region *module = &pv_boot_info.modules[0];

    return pv_boot_info.nr_modules && pfn >= module->start >> PAGE_SHIFT &&
           pfn << PAGE_SHIFT < module->start + module->size;
}

static void describe_memory(unsigned long first_free)
{
    unsigned long end = pv_xen_nr_pages, start = first_free;

    if (pv_kernel.direct_limit && end > pv_kernel.direct_limit >> PAGE_SHIFT)
        end = pv_kernel.direct_limit >> PAGE_SHIFT;
    pv_boot_region(0, first_free << PAGE_SHIFT, false);
    for (unsigned long pfn = first_free; pfn <= end; pfn++) {
        if (pfn < end && pv_xen_p2m[pfn] != NO_FRAME && !in_module(pfn))
            continue;
        pv_boot_region(start << PAGE_SHIFT, pfn << PAGE_SHIFT, true);
        start = pfn + 1;
    }
}

static void describe_modules(void)
{
    struct pv_region *module = &pv_boot_info.modules[0];

    if (!pv_xen_start->mod_len)
        return;
    module->start = pv_xen_start->flags & SIF_MOD_START_PFN
                        ? pv_xen_start->mod_start << PAGE_SHIFT
                        : pv_xen_start->mod_start - pv_kernel.virt_base;
    module->size = pv_xen_start->mod_len;
    pv_boot_info.nr_modules = 1;
}

static void register_callback(uint16_t type, const char *entry)
{
    struct callback_register callback = {
        .type = type,
        .flags = CALLBACKF_mask_events,
        .address = (unsigned long)entry,
    };

    pv_xen_ok(hypercall_callback_op(CALLBACKOP_register, &callback),
           "callback_op register", type, (unsigned long)entry,
           "the address is not canonical");
}

const struct pv_boot_info *pv_start_xen(void *start_info,
                                        const struct pv_kernel *kernel)
{
    unsigned long first_free;

    pv_take_kernel(kernel);
    pv_xen_start = start_info;
    pv_xen_nr_pages = pv_xen_start->nr_pages;
    pv_xen_p2m = (unsigned long *)pv_xen_start->mfn_list;
    pv_choose_xen();
    map_shared_info();
    if (pv_kernel.user_slots > XEN_SLOT_FIRST) {
        pv_report("user_slots is %d: slots from 256 on are Xen's and the "
                  "kernel's, and user mode would have the kernel in its own "
                  "top-level table; 256 are taken",
                  (long)pv_kernel.user_slots);
        pv_kernel.user_slots = XEN_SLOT_FIRST;
    }

    first_free = pv_grow_direct_map();
    pv_xen_start = through_direct_map((unsigned long)pv_xen_start);
    if (pv_xen_start->mfn_list >= pv_kernel.virt_base)
        pv_xen_p2m = through_direct_map(pv_xen_start->mfn_list);
    first_free = make_frames(first_free);

    pv_early_traps();
    register_callback(CALLBACKTYPE_event, pv_xen_upcall_entry);
    register_callback(CALLBACKTYPE_failsafe, pv_xen_failsafe_entry);
    pv_event_init();
    pv_console_init();
    pv_clock_init();

    describe_modules();
    describe_memory(first_free);
    pv_boot_info.command_line = (const char *)pv_xen_start->cmd_line;
    return &pv_boot_info;
}
