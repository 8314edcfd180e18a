// SPDX-License-Identifier: MIT
/*
 * Building a domain: see build.h for the layout. Everything that can fail for
 * the image's or the configuration's sake is found out before a page is
 * written.
 */
#include "builder/build.h"

#include <xen/xen.h>

#include "builder/hypercall_page.h"
#include "core/domain.h"
#include "core/events/event.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/memory/mm.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "exits.h"
#include "explain/log.h"
#include "services/services.h"

void *building_map(struct building *b, uint64_t pfn)
{
    return map_frame(MFN(b->p2m[pfn]));
}

/* The guest's memory is given in blocks of at most 2^BLOCK_ORDER frames. */
#define BLOCK_ORDER 9

static uint64_t pages_of(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* Decide where everything goes. */
static const char *plan(struct building *b)
{
    const struct image *image = &b->image;
    bool unmapped_p2m = image->init_p2m != IMAGE_UNSET;

    b->p2m_pages = pages_of(b->nr_pages * sizeof(uint64_t));
    b->next_pfn = pages_of(image->load_end - image->paddr_offset);
    if (b->config->ramdisk_size && !image->mod_start_pfn) {
        b->ramdisk_pfn = b->next_pfn;
        b->next_pfn += pages_of(b->config->ramdisk_size);
    }
    if (!unmapped_p2m) {
        b->p2m_pfn = b->next_pfn;
        b->next_pfn += b->p2m_pages;
    }
    b->start_info_pfn = b->next_pfn++;
    b->store_pfn = b->next_pfn++;
    b->console_pfn = b->next_pfn++;
    if (b->next_pfn >= b->nr_pages || !plan_first_range(b))
        return "the kernel and its page tables need more memory than the "
               "guest was given";
    if (b->config->ramdisk_size && image->mod_start_pfn) {
        b->ramdisk_pfn = b->next_pfn;
        b->next_pfn += pages_of(b->config->ramdisk_size);
        if (b->next_pfn > b->nr_pages)
            return "the initrd does not fit into the guest's memory";
    }
    if (unmapped_p2m && !plan_p2m_range(b))
        return "the p2m list does not fit into the guest's memory";
    return NULL;
}

/* The guest's frames from PFN on, as many together as there are. */
static uint64_t allocate_block(struct building *b, uint64_t pfn)
{
    unsigned int order = BLOCK_ORDER;
    mfn_t first;

    for (;; order--) {
        if (pfn + (1UL << order) <= b->nr_pages) {
            first = domain_frames_alloc(b->domain, order, ~0UL);
            if (!mfn_eq(first, MFN_NONE))
                break;
        }
        if (!order)
            return 0;
    }
    for (uint64_t i = 0; i < 1UL << order; i++) {
        b->p2m[pfn + i] = first.n + i;
        m2p_set(MFN(first.n + i), pfn + i);
    }
    return 1UL << order;
}

/* All of the guest's memory, and both directions between frame numbers. */
static const char *allocate_memory(struct building *b)
{
    static const char too_little[] =
        "the machine has less free memory than the guest was given";
    uint64_t pfn = 0, n;
    mfn_t p2m;

    while ((PAGE_SIZE << b->p2m_order) < b->nr_pages * sizeof(uint64_t))
        b->p2m_order++;
    p2m = frames_alloc(b->p2m_order);
    if (mfn_eq(p2m, MFN_NONE))
        return too_little;
    b->p2m = map_frame(p2m);
    while (pfn < b->nr_pages) {
        n = allocate_block(b, pfn);
        if (!n)
            return too_little;
        pfn += n;
    }
    return NULL;
}

/* Copy SIZE bytes to pseudo-physical address PADDR. */
static void copy_in(struct building *b, uint64_t paddr, const uint8_t *from,
                    uint64_t size)
{
    while (size) {
        uint64_t offset = paddr & ~PAGE_MASK;
        uint64_t n = min_of(size, PAGE_SIZE - offset);
        uint8_t *page = building_map(b, paddr >> PAGE_SHIFT);

        memcpy(page + offset, from, n);
        unmap_frame(page);
        paddr += n;
        from += n;
        size -= n;
    }
}

static void load_image(struct building *b)
{
    struct image_segment segment;
    unsigned int next = 0;

    while (image_next_segment(&b->image, &next, &segment))
        copy_in(b, segment.paddr, b->image.bytes + segment.offset,
                segment.file_size);
    if (b->image.hypercall_page != IMAGE_UNSET) {
        uint8_t *page = building_map(
            b, (b->image.hypercall_page - b->image.virt_base) >> PAGE_SHIFT);

        write_hypercall_page(page);
        unmap_frame(page);
    }
    copy_in(b, b->ramdisk_pfn << PAGE_SHIFT, b->config->ramdisk,
            b->config->ramdisk_size);
    copy_in(b, b->p2m_pfn << PAGE_SHIFT, (const uint8_t *)b->p2m,
            b->nr_pages * sizeof(uint64_t));
}

static void write_start_info(struct building *b)
{
    const struct image *image = &b->image;
    struct domain *d = b->domain;
    struct start_info *si = building_map(b, b->start_info_pfn);

    hv_snprintf(si->magic, sizeof(si->magic), "xen-3.0-x86_64");
    si->nr_pages = b->nr_pages;
    si->shared_info = mfn_to_maddr(d->shared_mfn).a;
    si->store_mfn = b->p2m[b->store_pfn];
    si->store_evtchn = store_port(d);
    si->console.domU.mfn = b->p2m[b->console_pfn];
    si->console.domU.evtchn = console_port(d);
    si->pt_base = building_va(b, b->tables_pfn);
    si->nr_pt_frames = b->nr_tables;
    si->mfn_list = b->ranges > 1 ? image->init_p2m
                                 : building_va(b, b->p2m_pfn);
    if (b->ranges > 1) {
        si->first_p2m_pfn = b->p2m_pfn;
        si->nr_p2m_frames = b->next_pfn - b->p2m_pfn;
    }
    if (b->config->ramdisk_size) {
        si->mod_start = image->mod_start_pfn
                            ? b->ramdisk_pfn
                            : building_va(b, b->ramdisk_pfn);
        si->mod_len = b->config->ramdisk_size;
        si->flags = image->mod_start_pfn ? SIF_MOD_START_PFN : 0;
    }
    hv_snprintf((char *)si->cmd_line, MAX_GUEST_CMDLINE, "%s",
                b->config->cmdline);
    unmap_frame(si);
}

/* The registers that the first vCPU starts with. */
static void set_first_vcpu(struct building *b, struct vcpu *v)
{
    struct guest_regs *regs = &v->regs;

    regs->rip = b->image.entry;
    regs->rsi = building_va(b, b->start_info_pfn);
    regs->rsp = building_va(b, b->stack_pfn + 1);
    regs->rflags = FLAG_IF | FLAG_ONE;
    regs->cs = SEL_GUEST_CS64;
    regs->ss = SEL_GUEST_DS;
    v->hot.kernel_mode = true;
    v->hot.kernel_ss = regs->ss;
    v->hot.kernel_sp = regs->rsp;
    v->hot.info->evtchn_upcall_mask = 1;
    v->initialised = true;
}

static const char *populate(struct building *b)
{
    struct domain *d = b->domain;
    struct vcpu *v = d->vcpu[0];
    mfn_t root;

    load_image(b);
    write_tables(b);
    services_connect(d, MFN(b->p2m[b->console_pfn]), MFN(b->p2m[b->store_pfn]));
    write_start_info(b);
    update_wallclock(d);

    root = MFN(b->p2m[b->tables_pfn]);
    if (pin_table(d, root, 4) || set_kernel_root(v, root))
        panic("builder: the first page tables do not pass validation");
    set_first_vcpu(b, v);
    return NULL;
}

unsigned int build_domain(domid_t id, const struct guest_config *config,
                          struct domain **d, const char **why)
{
    struct building b = {.config = config,
                         .nr_pages = config->memory >> PAGE_SHIFT};

    *why = image_parse(&b.image, config->kernel, config->kernel_size);
    if (*why)
        return EXIT_bad_image;
    *why = plan(&b);
    if (*why)
        return EXIT_no_memory;

    b.domain = domain_create(id, config->name, config->vcpus, b.nr_pages);
    *why = "the hypervisor has no memory left for another domain";
    if (!b.domain)
        return EXIT_no_memory;
    b.domain->online = config->online;
    *why = allocate_memory(&b);
    if (!*why)
        *why = populate(&b);
    if (b.p2m)
        frames_free(hw_virt_to_mfn(b.p2m), b.p2m_order);
    if (*why) {
        domain_destroy(b.domain);
        return EXIT_no_memory;
    }
    if (b.image.remark)
        log_line("%s is started, but: %s", config->name, b.image.remark);
    log_line("domain %u is %s%s%s: %lu KiB, image %#lx-%#lx, entry %#lx",
             b.domain->id, config->name, b.image.guest_os[0] ? ", " : "",
             b.image.guest_os, b.nr_pages * 4, b.image.virt_start,
             b.image.virt_end, b.image.entry);
    *d = b.domain;
    return 0;
}
