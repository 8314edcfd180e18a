// SPDX-License-Identifier: MIT
/*
 * set_gdt and update_descriptor: a guest's own segments, and what a descriptor
 * must not be.
 *
 * conform: reference dom0 domU
 * requires: DESC-1 DESC-2 DESC-3 DESC-4 DESC-5 DESC-6
 */
#include "conform.h"

#define DATA3  0x00cff3000000ffff /* flat data, DPL 3 */
#define DATA0  0x00cf93000000ffff /* flat data, DPL 0 */
#define ABSENT 0x00cf73000000ffff /* flat data, not present */
#define CODE3  0x00affb000000ffff /* 64-bit code, DPL 3 */
#define TSS    0x0000890000000067 /* a system descriptor */

static uint64_t *gdt;

static long update(unsigned int index, uint64_t descriptor)
{
    return hypercall_update_descriptor(
        ((uint64_t)page_mfn(gdt) << 12) + 8 * index, descriptor);
}

static void load_fs(uint16_t selector)
{
    __asm__ volatile("mov %0, %%fs" ::"r"((uint32_t)selector));
}

static uint16_t fs(void)
{
    uint32_t selector;

    __asm__ volatile("mov %%fs, %0" : "=r"(selector));
    return selector;
}

void test(void)
{
    struct caught c;
    xen_pfn_t frames[15];
    char *page = page_new();

    gdt = page_new();
    gdt[1] = DATA3;
    gdt[2] = CODE3;
    gdt[3] = ABSENT;
    for (int i = 0; i < 15; i++)
        frames[i] = page_mfn(gdt);
    refused(hypercall_set_gdt(frames, 512), XEN_EINVAL,
            "a GDT page that is mapped writable");
    page_read_only(gdt);
    works(hypercall_set_gdt(frames, 512), "a GDT of one page");
    check(!traps(&c, load_fs(8 | 3)), "its data segment can be loaded");
    check_equal(fs(), 8 | 3, "the selector is there");
    check(traps(&c, load_fs(24 | 3)), "one that is not present traps");
    check_equal(c.entry, 11, "to vector 11");
    check_equal(c.error, 24, "with the selector as error code");
    load_fs(0);
    refused(page_protect(gdt, PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "the page cannot be mapped writable");

    works(update(4, DATA3), "update_descriptor: a data segment");
    check_equal(gdt[4], DATA3, "it is in the page");
    works(update(4, 0), "the null descriptor");
    works(update(5, CODE3), "a code segment");
    works(update(6, ABSENT), "one that is not present");
    works(update(7, DATA0), "one with DPL 0");
    check_equal(gdt[7] >> 45 & 3, 3, "gets DPL 3");
    refused(update(8, TSS), XEN_EINVAL, "a system descriptor");
    check_equal(gdt[8], 0, "and it is not in the page");
    works(hypercall_update_descriptor((uint64_t)page_mfn(page) << 12, DATA3),
          "a page that is no descriptor table yet is made one, then let go");
    refused(hypercall_update_descriptor(((uint64_t)page_mfn(gdt) << 12) + 4, 0),
            XEN_EINVAL, "an address that is not aligned");
    refused(hypercall_update_descriptor(pte_machine(page, 1), DATA3),
            XEN_EINVAL, "a page table is no descriptor table");

    refused(hypercall_set_gdt(frames, 14 * 512 + 1), XEN_EINVAL,
            "more than 14 pages of entries");
    refused(hypercall_set_gdt((void *)1, 512), XEN_EFAULT,
            "a list of frames that is not mapped");
    frames[0] = pte_machine(page, 1) >> 12;
    refused(hypercall_set_gdt(frames, 512), XEN_EINVAL, "a page table as GDT");
    check(!traps(&c, load_fs(8 | 3)), "the GDT is still what it was");
    load_fs(0);
    page_read_only(page);
    frames[0] = page_mfn(page);
    works(hypercall_set_gdt(frames, 512), "another GDT");
    works(page_protect(gdt, PTE_PRESENT | PTE_WRITE), "frees the old one");
    refused(page_protect(page, PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "and holds the new one");
    page_read_only(gdt);
    frames[0] = page_mfn(gdt);
    works(hypercall_set_gdt(frames, 512), "and back");
    works(hypercall_set_gdt(frames, 0), "no entries: no GDT");
    check(traps(&c, load_fs(8 | 3)), "and no segment");
    works(page_protect(gdt, PTE_PRESENT | PTE_WRITE), "the page is free");
}
