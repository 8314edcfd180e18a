// SPDX-License-Identifier: MIT
// parapet inspect: one sentence for each loader on what it will do with an
// image and why, with the mend. Xen's rules are those of its domain builder
// (the notes it demands, and in which words it refuses); QEMU's are those of
// its -kernel option, which looks for a multiboot header first, then for a
// PVH note; GRUB's are the two multiboot specifications.
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "inspect_sites.h"
#include "lib/options.h"
#include "lib/say.h"
#include "parapet/commands.h"

#define XEN_FROM 0xffff800000000000ull /* top-level slots 256 to 271 */
#define XEN_TO 0xffff880000000000ull

static bool list_sites;

static const struct option_row rows[] = {
    OPTION_FLAG("sites", &list_sites,
                "list the call sites that libpvops patches at boot:\n"
                "address, function, operation; nothing else"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[--sites] KERNEL-ELF",
    .what = "Says what Xen PV, Xen PVH, QEMU, GRUB and the reference "
            "hypervisor will do with\nan image, and why, and what mends it.",
    .rows = rows,
    .more = "Exit status: 0 Xen and the reference hypervisor start it as a "
            "PV guest, 1 they\ndo not, 2 it is no image for x86.",
};

struct verdict {
    bool boots;
    const char *why;  /* a sentence without its end */
    const char *mend; /* NULL: nothing to mend */
};

static struct verdict yes(const char *why)
{
    return (struct verdict){ true, why, NULL };
}

static struct verdict no(const char *why, const char *mend)
{
    return (struct verdict){ false, why, mend };
}

static bool in_segment(const struct boot_image *i, uint64_t address,
                       bool physical)
{
    for (size_t k = 0; k < i->segments.count; k++) {
        const struct image_segment *s = &i->segments.items[k];
        uint64_t from = physical ? s->paddr : s->vaddr;

        if (address >= from && address - from < s->memory_size)
            return true;
    }
    return false;
}

/* Where Xen maps physical address 0 of the image. */
static uint64_t map_base(const struct boot_image *i)
{
    uint64_t base = i->virt_base == IMAGE_UNSET ? 0 : i->virt_base;
    uint64_t offset = i->paddr_offset == IMAGE_UNSET
                          ? (i->is_legacy ? base : 0) : i->paddr_offset;

    return base - offset;
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

/* What Xen and the reference hypervisor demand alike. */
static struct verdict xen_pv(const struct boot_image *i)
{
    uint64_t entry = i->pv_entry == IMAGE_UNSET ? i->entry : i->pv_entry;
    uint64_t from = i->low + map_base(i), to = i->high + map_base(i);
    const char *wrong;

    if (!i->is_64)
        return no("it is a 32-bit kernel, and those can no longer be PV "
                  "guests", "port it to 64 bits first");
    if (!i->has_notes)
        return no("it has neither Xen's PV notes nor a __xen_guest section",
                  all_notes);
    if (strncmp(i->loader, "generic", 7) && strncmp(i->guest_os, "linux", 5))
        return no(mem_format("its note LOADER is \"%s\", not \"generic\"",
                             i->loader), "note 8: LOADER \"generic\"");
    if (strncmp(i->xen_version, "xen-3.0", 7))
        return no(mem_format("its note XEN_VERSION is \"%s\", not \"xen-3.0\"",
                             i->xen_version),
                  "note 5: XEN_VERSION \"xen-3.0\", which every Xen since "
                  "then means");
    if (i->paddr_offset != IMAGE_UNSET && i->virt_base == IMAGE_UNSET)
        return no("it has a note PADDR_OFFSET and none VIRT_BASE",
                  "note 3: VIRT_BASE");
    if (from > to)
        return no("its virtual addresses wrap round",
                  "notes VIRT_BASE and PADDR_OFFSET must fit the linker "
                  "script");
    if (from < XEN_TO && to > XEN_FROM)
        return no("it wants to be where the hypervisor is, 0xffff8000... to "
                  "0xffff87ff...", "link it elsewhere");
    if (entry < from || entry > to)
        return no(mem_format("its entry point 0x%llx lies outside what is "
                             "mapped, 0x%llx to 0x%llx",
                             (unsigned long long)entry,
                             (unsigned long long)from,
                             (unsigned long long)to),
                  "note 1: ENTRY, a virtual address; or VIRT_BASE");
    wrong = misplaced(i);
    if (wrong)
        return no(mem_format("%s, and it would run into nowhere", wrong),
                  "VIRT_BASE must be the address of physical 0, and the "
                  "linker script's AT() follow it");
    if (i->hypercall_page != IMAGE_UNSET &&
        (i->hypercall_page & 0xfff || i->hypercall_page < from ||
         i->hypercall_page >= to))
        return no("its note HYPERCALL_PAGE is not a page of the image",
                  "give it an aligned page, or leave the note out");
    if (i->features && strstr(i->features, "!supervisor_mode_kernel"))
        return no("it requires to run in ring 0 (feature "
                  "supervisor_mode_kernel)", "take the feature out");
    if (i->init_p2m != IMAGE_UNSET && i->init_p2m >= from && i->init_p2m < to)
        return no("its note INIT_P2M points into the image",
                  "choose an address that nothing uses, or leave it out");
    return yes(mem_format("enters it in 64-bit mode at 0x%llx, with %s at "
                          "0x%llx", (unsigned long long)entry,
                          i->is_legacy ? "its __xen_guest map" : "its map",
                          (unsigned long long)from));
}

static struct verdict xen_pvh(const struct boot_image *i)
{
    if (i->pvh_entry == IMAGE_UNSET)
        return no("it has no note PHYS32_ENTRY (18)",
                  "only needed to boot without paravirtualization: a 32-bit "
                  "entry at a physical address");
    if (!in_segment(i, i->pvh_entry, true))
        return no(mem_format("its note PHYS32_ENTRY is 0x%llx, where no "
                             "segment is loaded",
                             (unsigned long long)i->pvh_entry),
                  "it must be a physical address, not a virtual one");
    return yes(mem_format("enters it in 32-bit mode without paging at "
                          "0x%llx", (unsigned long long)i->pvh_entry));
}

static struct verdict qemu(const struct boot_image *i)
{
    bool has_addresses = i->multiboot1_flags & 1u << 16;

    if (i->multiboot1 >= 0 && !has_addresses && i->is_64)
        return no("it finds a multiboot header and then refuses the 64-bit "
                  "ELF file (\"Cannot load x86-64 image, give a 32bit one\"), "
                  "before it looks for a PVH note",
                  "give the header addresses (flag 16), or convert the file: "
                  "objcopy -O elf32-i386");
    if (i->multiboot1 >= 0)
        return yes("starts it by its multiboot header, in 32-bit protected "
                   "mode");
    if (i->pvh_entry != IMAGE_UNSET && in_segment(i, i->pvh_entry, true))
        return yes(mem_format("starts it by its PVH note, in 32-bit mode at "
                              "0x%llx", (unsigned long long)i->pvh_entry));
    if (i->pvh_entry != IMAGE_UNSET)
        return no(mem_format("it looks at nothing and jumps to 0x%llx, where "
                             "no segment is loaded: the machine hangs",
                             (unsigned long long)i->pvh_entry),
                  "PHYS32_ENTRY must be a physical address, not a virtual one");
    return no("\"Error loading uncompressed kernel without PVH ELF Note\"",
              "add a note PHYS32_ENTRY (18)");
}

static struct verdict grub(const struct boot_image *i)
{
    const char *which = i->multiboot2 >= 0 ? "multiboot2" : "multiboot";

    if (i->multiboot1 < 0 && i->multiboot2 < 0)
        return no("it has no multiboot header in its first 8 kB, and no "
                  "multiboot2 header in its first 32 kB",
                  "add one at the front of the first segment; or let GRUB "
                  "start Xen or parapet-hv, and the kernel as its module");
    if (i->low < 0x100000)
        return no(mem_format("it wants memory below 1 MB, from 0x%llx",
                             (unsigned long long)i->low),
                  "link it at 1 MB or above");
    return yes(mem_format("starts it with the command %s, in 32-bit "
                          "protected mode", which));
}

static struct verdict reference(const struct boot_image *i)
{
    struct verdict v = xen_pv(i);

    if (v.boots && i->machine != EM_X86_64)
        return no("it is not for x86-64", "build it for x86-64");
    return v;
}

static void print(const char *loader, struct verdict v)
{
    printf("%-13s %s: %s%s\n", loader, v.boots ? "boots" : "refuses", v.boots
               ? "" : "because ", v.why);
    if (v.mend)
        printf("%-13s mend: %s\n", "", v.mend);
}

static void print_notes(const struct boot_image *i)
{
    long sites = i->is_64 ? inspect_sites(i->path, false) : 0;

    if (sites)
        printf("note: libpvops patches %ld call sites at boot (--sites lists "
               "them)\n", sites);
    if (i->has_interpreter)
        printf("note: it asks for a program interpreter, which no boot "
               "loader has\n");
    if (i->type == ET_DYN && i->has_dynamic)
        printf("note: it is position-independent; Xen loads it at its link "
               "address and applies no relocations\n");
    if (i->has_notes && i->hypercall_page == IMAGE_UNSET)
        printf("note: it has no hypercall page and must call the hypervisor "
               "by the syscall instruction\n");
    for (size_t k = 0; k < i->segments.count; k++)
        if (i->segments.items[k].executable && i->segments.items[k].writable)
            printf("note: the segment at 0x%llx is both writable and "
                   "executable\n",
                   (unsigned long long)i->segments.items[k].vaddr);
}

int cmd_inspect(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    struct boot_image image;
    struct verdict pv;

    if (argc - first != 1)
        usage_error("one image is inspected at a time");
    if (!boot_image_read(&image, argv[first])) {
        say_at(argv[first], 0, 0, "error", "%s", image.damage);
        return STATUS_UNUSABLE;
    }
    if (list_sites) {
        if (image.is_64 && inspect_sites(argv[first], true))
            return STATUS_DONE;
        say_at(argv[first], 0, 0, "note",
               "no call site of libpvops is recorded in it");
        return STATUS_FOUND;
    }
    pv = xen_pv(&image);
    print("Xen PV", pv);
    print("Xen PVH", xen_pvh(&image));
    print("QEMU -kernel", qemu(&image));
    print("GRUB", grub(&image));
    print("hv-reference", reference(&image));
    print_notes(&image);
    return pv.boots ? STATUS_DONE : STATUS_FOUND;
}
