/* SPDX-License-Identifier: MIT */
/*
 * The image: linked where it runs (slot 261), loaded at 1 MB. Parts with
 * different rights have pages of their own; x86/map.c maps them by the symbols
 * set here. The entry text is apart from the rest, so that it can be mapped
 * alone.
 */
#include "core/layout.h"

OUTPUT_FORMAT(elf64-x86-64)
OUTPUT_ARCH(i386:x86-64)
ENTRY(boot_entry)

PHDRS
{
    text PT_LOAD FLAGS(5);
    rodata PT_LOAD FLAGS(4);
    data PT_LOAD FLAGS(6);
}

SECTIONS
{
    . = IMAGE_START;
    image_start = .;
    .text : AT(IMAGE_LOAD_ADDR) {
        *(.multiboot)
        *(.boot.text)
        *(.text .text.*)
        . = ALIGN(PAGE_SIZE);
        entry_text_start = .;
        *(.entry.text)
        . = ALIGN(PAGE_SIZE);
        entry_text_end = .;
    } :text
    image_text_end = .;

    .rodata : {
        *(.rodata .rodata.*)
        . = ALIGN(8);
        exception_table_start = .;
        *(.exception_table)
        exception_table_end = .;
        smap_sites_start = .;
        *(.smap_sites)
        smap_sites_end = .;
    } :rodata
    .got : {
        *(.got .got.*)
        . = ALIGN(PAGE_SIZE);
    } :rodata
    image_rodata_end = .;

    .data : {
        *(.data .data.*)
        . = ALIGN(PAGE_SIZE);
    } :data
    image_load_end = .;

    .bss : {
        *(.bss.page_aligned)
        *(.bss .bss.*)
        . = ALIGN(PAGE_SIZE);
    } :data
    image_end = .;

    /DISCARD/ : { *(.comment .note.* .eh_frame .dynamic .dynsym .dynstr .hash
                    .gnu.hash .interp .gnu.version*) }
}

ASSERT(image_end - image_start < 0x400000, "the image outgrew its 2 boot L1s")
