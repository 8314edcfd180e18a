// SPDX-License-Identifier: MIT
// What Xen's domain builder and the reference hypervisor's do with an image:
// see loader.h. The demands stand in Xen's order, so that the sentence is
// about the one that Xen names; docs/abi/start.md has them as NOTE-1 to -23.
#include "loader.h"

#include <elf.h>
#include <string.h>

#define XEN_FROM 0xffff800000000000ull /* top-level slots 256 to 271 */
#define XEN_TO 0xffff880000000000ull

bool image_loads(const struct boot_image *i, uint64_t address, bool physical)
{
    for (size_t k = 0; k < i->segments.count; k++) {
        const struct image_segment *s = &i->segments.items[k];
        uint64_t from = physical ? s->paddr : s->vaddr;

        if (address >= from && address - from < s->memory_size)
            return true;
    }
    return false;
}

static uint64_t virt_base(const struct boot_image *i)
{
    return i->virt_base == IMAGE_UNSET ? 0 : i->virt_base;
}

/* Where Xen maps physical address 0 of the image. */
static uint64_t map_base(const struct boot_image *i)
{
    uint64_t offset = i->paddr_offset == IMAGE_UNSET
                          ? (i->is_legacy ? virt_base(i) : 0)
                          : i->paddr_offset;

    return virt_base(i) - offset;
}

/* Xen maps physical memory in one piece: each segment must have been linked
 * for the place where that puts it. */
static const char *misplaced(const struct boot_image *i)
{
    for (size_t k = 0; k < i->segments.count; k++) {
        const struct image_segment *s = &i->segments.items[k];
        uint64_t at = s->paddr + map_base(i);

        if (s->vaddr && s->vaddr != at) /* 0: addressed by offset */
            return mem_format("it maps the segment for 0x%llx at 0x%llx",
                              (unsigned long long)s->vaddr,
                              (unsigned long long)at);
    }
    return NULL;
}

static const char *const all_notes =
    "add Xen's ELF notes (pvops-xen.h: PVOPS_XEN_NOTES \"name\", virt_base)";

/* What it is and what it says in words; true and *v if that is refused. */
static bool refuses_kind(const struct boot_image *i, struct verdict *v)
{
    if (!i->is_64)
        *v = verdict_no("it is a 32-bit kernel, and the library and the "
                        "reference hypervisor are for 64 bits; Xen starts "
                        "such kernels only where it was built with PV32",
                        "port it to 64 bits first");
    else if (i->machine != EM_X86_64)
        *v = verdict_no("it is not for x86-64", "build it for x86-64");
    else if (!i->has_notes)
        *v = verdict_no("it has neither Xen's PV notes nor a __xen_guest "
                        "section", all_notes);
    else if (i->unknown_feature)
        *v = verdict_no(mem_format("it requires the feature \"%s\", which "
                                   "nobody knows", i->unknown_feature),
                        "note 10: FEATURES without that \"!\"");
    else if (strncmp(i->loader, "generic", 7) &&
             strncmp(i->guest_os, "linux", 5))
        *v = verdict_no(mem_format("its note LOADER is \"%s\", not "
                                   "\"generic\"", i->loader),
                        "note 8: LOADER \"generic\"");
    else if (strncmp(i->xen_version, "xen-3.0", 7))
        *v = verdict_no(mem_format("its note XEN_VERSION is \"%s\", not "
                                   "\"xen-3.0\"", i->xen_version),
                        "note 5: XEN_VERSION \"xen-3.0\", which every Xen "
                        "since then means");
    else
        return false;
    return true;
}

/* The addresses that it asks for; [from, to) is what is mapped of it. */
static bool refuses_map(const struct boot_image *i, uint64_t from,
                        uint64_t to, uint64_t entry, struct verdict *v)
{
    const char *wrong = misplaced(i);

    if (i->paddr_offset != IMAGE_UNSET && i->virt_base == IMAGE_UNSET)
        *v = verdict_no("it has a note PADDR_OFFSET and none VIRT_BASE",
                        "note 3: VIRT_BASE");
    else if (from > to || from < virt_base(i))
        *v = verdict_no("its virtual addresses wrap round",
                        "notes VIRT_BASE and PADDR_OFFSET must fit the "
                        "linker script");
    else if (entry < from || entry > to)
        *v = verdict_no(mem_format("its entry point 0x%llx lies outside what "
                                   "is mapped, 0x%llx to 0x%llx",
                                   (unsigned long long)entry,
                                   (unsigned long long)from,
                                   (unsigned long long)to),
                        "note 1: ENTRY, a virtual address; or VIRT_BASE");
    else if (i->init_p2m != IMAGE_UNSET && i->init_p2m >= from &&
             i->init_p2m < to)
        *v = verdict_no("its note INIT_P2M points into the image",
                        "choose an address that nothing uses, or leave it "
                        "out");
    else if (from < XEN_TO && to > XEN_FROM)
        *v = verdict_no("it wants to be where the hypervisor is, "
                        "0xffff8000... to 0xffff87ff...",
                        "link it elsewhere");
    else if (i->hypercall_page != IMAGE_UNSET &&
             (i->hypercall_page & 0xfff || i->hypercall_page < from ||
              i->hypercall_page >= to))
        *v = verdict_no("its note HYPERCALL_PAGE is not a page of the image",
                        "give it an aligned page, or leave the note out");
    else if (wrong)
        *v = verdict_no(mem_format("%s, and it would run into nowhere",
                                   wrong),
                        "VIRT_BASE must be the address of physical 0, and "
                        "the linker script's AT() follow it");
    else
        return false;
    return true;
}

/* What Xen and the reference hypervisor demand alike. */
static struct verdict pv(const struct boot_image *i, const char *as)
{
    uint64_t entry = i->pv_entry == IMAGE_UNSET ? i->entry : i->pv_entry;
    uint64_t from = i->low + map_base(i), to = i->high + map_base(i);
    struct verdict v;

    if (refuses_kind(i, &v) || refuses_map(i, from, to, entry, &v))
        return v;
    return verdict_yes(mem_format("enters it%s in 64-bit mode at 0x%llx, with "
                                  "%s at 0x%llx", as,
                                  (unsigned long long)entry,
                                  i->is_legacy ? "its __xen_guest map"
                                               : "its map",
                                  (unsigned long long)from));
}

struct verdict loader_xen_pv(const struct boot_image *i)
{
    struct verdict v = pv(i, i->denies_dom0 || i->requires_ring0
                                 ? " (as a domU; not as domain 0)" : "");

    if (v.boots && i->requires_dom0)
        v.why = mem_format("%s (as domain 0 only, which it requires)", v.why);
    if (v.boots && i->denies_dom0)
        v.mend = "to be domain 0 as well: bit 11 (dom0) in note 17, "
                 "SUPPORTED_FEATURES";
    return v;
}

struct verdict loader_reference(const struct boot_image *i)
{
    struct verdict v = pv(i, "");

    if (!v.boots)
        return v;
    if (i->requires_ring0)
        return verdict_no("it requires to run in ring 0 (feature "
                          "supervisor_mode_kernel)", "take the feature out");
    if (i->init_p2m != IMAGE_UNSET &&
        (i->init_p2m & 0xfff ||
         (i->init_p2m >= XEN_FROM && i->init_p2m < XEN_TO)))
        return verdict_no("its note INIT_P2M is not a page in the guest's own "
                          "range", "give it an aligned address elsewhere");
    return v;
}

struct verdict loader_xen_pvh(const struct boot_image *i)
{
    if (i->pvh_entry == IMAGE_UNSET)
        return verdict_no("it has no note PHYS32_ENTRY (18)",
                          "only needed to boot without paravirtualization: a "
                          "32-bit entry at a physical address");
    if (!image_loads(i, i->pvh_entry, true))
        return verdict_no(mem_format("its note PHYS32_ENTRY is 0x%llx, where "
                                     "no segment is loaded",
                                     (unsigned long long)i->pvh_entry),
                          "it must be a physical address, not a virtual one");
    if (i->unknown_feature)
        return verdict_no(mem_format("it requires the feature \"%s\", which "
                                     "nobody knows", i->unknown_feature),
                          "note 10: FEATURES without that \"!\"");
    return verdict_yes(mem_format("enters it in 32-bit mode without paging at "
                                  "0x%llx", (unsigned long long)i->pvh_entry));
}
