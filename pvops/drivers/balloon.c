// SPDX-License-Identifier: MIT
/*
 * The balloon. A page that is given up has no mapping and no machine frame:
 * first its entries in the direct map and the image go, then the frame, and
 * the p2m list says hole in between. Taking one back is the same way round.
 */
#include "../xenpv/xenpv.h"

#include <pvsdk/hypercall.h>
#include <xen/errno.h>
#include <xen/memory.h>

/* Pages that were given up, linked through what is known of each page. */
static unsigned long first, held;

static long reserve(unsigned op, unsigned long *frame)
{
    struct xen_memory_reservation r = { .nr_extents = 1,
                                        .domid = DOMID_SELF };

    set_xen_guest_handle(r.extent_start, frame);
    return hypercall_memory_op(op, &r);
}

/* Where the kernel has the page mapped. */
static void map_page(unsigned long pfn, uint64_t raw)
{
    unsigned long direct = (unsigned long)pv_table_of(pfn);
    unsigned long image = pv_kernel.virt_base + (pfn << PAGE_SHIFT);

    if (pv_find_l1_entry(direct) || raw)
        pv_xen_ok(hypercall_update_va_mapping(direct, raw,
                                              UVMF_INVLPG | UVMF_ALL),
                  "update_va_mapping of the balloon", direct, raw,
                  "the direct map's tables are not there");
    if (image != direct && pv_find_l1_entry(image))
        pv_xen_ok(hypercall_update_va_mapping(image, 0,
                                              UVMF_INVLPG | UVMF_ALL),
                  "update_va_mapping of the balloon", image, 0,
                  "the image's tables are not there");
}

static bool give_page(void)
{
    void *page = pv_kernel.page_alloc();
    unsigned long pfn, mfn;

    if (!page)
        return false;
    pv_frame_of(page, &pfn);
    mfn = pv_pfn_to_mfn(pfn);
    map_page(pfn, 0);
    if (!pv_xen_ok(reserve(XENMEM_decrease_reservation, &mfn) == 1
                       ? 0
                       : -XEN_EINVAL,
                   "memory_op decrease_reservation", pfn, mfn,
                   "the page is still mapped or granted somewhere")) {
        map_page(pfn, mfn << PAGE_SHIFT | PTE_P | PTE_W | PTE_A | PTE_D);
        pv_kernel.page_free(page);
        return false;
    }
    pv_xen_p2m[pfn] = NO_FRAME;
    pv_xen_frames[pfn].user_l4 = (uint32_t)first;
    first = pfn;
    held++;
    return true;
}

static bool take_page(void)
{
    unsigned long pfn = first, frame = pfn;

    if (!held || reserve(XENMEM_populate_physmap, &frame) != 1)
        return false; /* the host has none to spare */
    first = pv_xen_frames[pfn].user_l4;
    pv_xen_frames[pfn].user_l4 = 0;
    held--;
    pv_xen_p2m[pfn] = frame;
    map_page(pfn, frame << PAGE_SHIFT | PTE_P | PTE_W | PTE_A | PTE_D);
    pv_kernel.page_free(pv_table_of(pfn));
    return true;
}

long pv_balloon_pages(void)
{
    if (pv_boot_info.world != PV_WORLD_XEN_PV)
        return -XEN_ENODEV;
    return (long)(pv_xen_nr_pages - held);
}

long pv_balloon_target(void)
{
    long kib = pv_store_read_number(0, "memory/target", -1);

    return kib < 0 ? -XEN_ENODEV : kib / (long)(PAGE_SIZE / 1024);
}

long pv_balloon_set(unsigned long pages)
{
    unsigned long flags;
    bool going = true;

    if (pv_balloon_pages() < 0)
        return -XEN_ENODEV;
    while (going && pv_xen_nr_pages - held != pages) {
        flags = pv_mmu_enter();
        going = pv_xen_nr_pages - held > pages ? give_page() : take_page();
        pv_mmu_leave(flags);
    }
    return pv_balloon_pages();
}
