// SPDX-License-Identifier: MIT
// parapet inspect: one sentence for each loader on what it will do with an
// image and why, with the mend. What the loaders demand is in loader.h; here
// is what is said.
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "inspect_sites.h"
#include "lib/options.h"
#include "lib/say.h"
#include "loader.h"
#include "parapet/commands.h"

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
    if (i->has_cut_note)
        printf("note: a note is longer than what holds it, and those after "
               "it are not read (is its name size right? \"Xen\" is 4 with "
               "its end)\n");
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
    pv = loader_xen_pv(&image);
    print("Xen PV", pv);
    print("Xen PVH", loader_xen_pvh(&image));
    print("QEMU -kernel", loader_qemu(&image));
    print("GRUB", loader_grub(&image));
    print("hv-reference", loader_reference(&image));
    print_notes(&image);
    return pv.boots ? STATUS_DONE : STATUS_FOUND;
}
