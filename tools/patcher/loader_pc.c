// SPDX-License-Identifier: MIT
// What starts a kernel on the bare machine: QEMU's -kernel, which looks for a
// multiboot header first and for a PVH note then, and GRUB's two multiboot
// commands. See loader.h.
#include "loader.h"

#include <elf.h>

#define MB1_ADDRESSES (1u << 16)
#define MB1_UNKNOWN 0xfff8u       /* flags that a loader must know */
#define QEMU_SEARCHES (8192 - 48) /* bytes, for a multiboot header */
#define GRUB_READS 8192           /* and GRUB, for multiboot, all in all */
#define GRUB_READS2 32768         /* for multiboot2 */

/* Where the ELF file is entered, as a physical address; or IMAGE_UNSET. */
static uint64_t physical_entry(const struct boot_image *i)
{
    for (size_t k = 0; k < i->segments.count; k++) {
        const struct image_segment *s = &i->segments.items[k];

        if (i->entry >= s->vaddr && i->entry - s->vaddr < s->memory_size)
            return i->entry - s->vaddr + s->paddr;
    }
    return IMAGE_UNSET;
}

/* What is wrong with a multiboot header's own addresses, or NULL. */
static const char *wrong_addresses(const struct boot_image *i)
{
    if (i->mb1.header < i->mb1.load)
        return "its multiboot header lies below the address that it says is "
               "loaded first";
    if ((i->mb1.load_end && i->mb1.load_end < i->mb1.load) ||
        (i->mb1.bss_end && i->mb1.bss_end < i->mb1.load_end))
        return "its multiboot header says an end below the begin";
    if (i->mb1.header - i->mb1.load > (unsigned long)i->multiboot1)
        return "its multiboot header is nearer to the file's begin than its "
               "addresses say";
    return NULL;
}

static struct verdict qemu_multiboot(const struct boot_image *i)
{
    bool by_addresses = i->mb1.flags & MB1_ADDRESSES;
    const char *wrong = by_addresses ? wrong_addresses(i) : NULL;

    if (wrong)
        return verdict_no(wrong, "the header's addresses must be those of "
                                 "the linker script");
    if (!by_addresses && i->machine == EM_X86_64)
        return verdict_no(
            "it finds a multiboot header and then refuses the 64-bit "
            "ELF file (\"Cannot load x86-64 image, give a 32bit one\"), "
            "before it looks for a PVH note",
            "give the header addresses (flag 16), or convert the file: "
            "objcopy -O elf32-i386");
    if (!by_addresses && physical_entry(i) == IMAGE_UNSET)
        return verdict_no(mem_format("it jumps to 0x%llx, where no segment is "
                                     "loaded: the machine hangs",
                                     (unsigned long long)i->entry),
                          "the linker script's ENTRY()");
    return verdict_yes("starts it by its multiboot header, in 32-bit "
                       "protected mode");
}

struct verdict loader_qemu(const struct boot_image *i)
{
    if (i->multiboot1 >= 0 && i->multiboot1 < QEMU_SEARCHES)
        return qemu_multiboot(i);
    if (i->pvh_entry == IMAGE_UNSET || !i->pvh_is_in_segment)
        return verdict_no(
            i->pvh_entry == IMAGE_UNSET
                ? "\"Error loading uncompressed kernel without PVH ELF Note\""
                : "\"Error loading uncompressed kernel without PVH ELF "
                  "Note\": it looks for the note in a segment, and there is "
                  "one in a section only",
            "add a note PHYS32_ENTRY (18), in a PT_NOTE segment");
    if (i->notes_align > 4)
        return verdict_no(mem_format("the segment of the note PHYS32_ENTRY is "
                                     "aligned to %u, and then QEMU looks for "
                                     "its value at the wrong place",
                                     i->notes_align),
                          "keep notes that are aligned to 8 (.note.gnu."
                          "property) out of that segment");
    if (!image_loads(i, i->pvh_entry, true))
        return verdict_no(
            mem_format("it looks at nothing and jumps to 0x%llx, where "
                       "no segment is loaded: the machine hangs",
                       (unsigned long long)i->pvh_entry),
            "PHYS32_ENTRY must be a physical address, not a virtual one");
    return verdict_yes(mem_format("starts it by its PVH note, in 32-bit mode "
                                  "at 0x%llx",
                                  (unsigned long long)i->pvh_entry));
}

/* An ELF file for either command. */
static struct verdict grub_elf(const struct boot_image *i, const char *which,
                               uint64_t reads)
{
    if (i->headers_end > reads)
        return verdict_no("its program headers lie behind what GRUB reads",
                          "let the linker put them first, as it usually does");
    if (i->type != ET_EXEC && i->type != ET_DYN)
        return verdict_no("it is not linked", "link it");
    if (i->high > 1ull << 32)
        return verdict_no(mem_format("it wants memory above 4 GB, up to "
                                     "0x%llx", (unsigned long long)i->high),
                          "the linker script's AT() gives physical addresses");
    if (physical_entry(i) == IMAGE_UNSET)
        return verdict_no(mem_format("its entry point 0x%llx is in no "
                                     "segment", (unsigned long long)i->entry),
                          "the linker script's ENTRY()");
    return verdict_yes(mem_format("starts it with the command %s, in 32-bit "
                                  "protected mode", which));
}

static struct verdict grub_multiboot(const struct boot_image *i)
{
    const char *wrong = wrong_addresses(i);

    if (i->mb1.flags & MB1_UNKNOWN)
        return verdict_no(mem_format("its multiboot header demands what GRUB "
                                     "does not know (flags 0x%x)",
                                     i->mb1.flags & MB1_UNKNOWN),
                          "leave those flags out");
    if (!(i->mb1.flags & MB1_ADDRESSES))
        return grub_elf(i, "multiboot", GRUB_READS);
    if (wrong)
        return verdict_no(wrong, "the header's addresses must be those of "
                                 "the linker script");
    return verdict_yes("starts it with the command multiboot, by its header's "
                       "addresses, in 32-bit protected mode");
}

static struct verdict grub_multiboot2(const struct boot_image *i)
{
    if (i->multiboot2_unknown)
        return verdict_no(mem_format("its multiboot2 header demands what GRUB "
                                     "does not know (tag %ld)",
                                     i->multiboot2_unknown),
                          "mark that tag as optional, or leave it out");
    if (i->multiboot2_has_address)
        return verdict_yes("starts it with the command multiboot2, by its "
                           "header's addresses, in 32-bit protected mode");
    if (i->multiboot2_has_entry) {
        struct boot_image entered = *i;

        entered.entry = i->segments.items[0].vaddr;
        return grub_elf(&entered, "multiboot2", GRUB_READS2);
    }
    return grub_elf(i, "multiboot2", GRUB_READS2);
}

struct verdict loader_grub(const struct boot_image *i)
{
    struct verdict v;

    if (i->multiboot1 < 0 && i->multiboot2 < 0)
        return verdict_no(
            "it has no multiboot header in its first 8 kB, and no "
            "multiboot2 header in its first 32 kB",
            "add one at the front of the first segment; or let GRUB "
            "start Xen or parapet-hv, and the kernel as its module");
    if (i->multiboot2 < 0)
        return grub_multiboot(i);
    v = grub_multiboot2(i);
    return v.boots || i->multiboot1 < 0 ? v : grub_multiboot(i);
}
