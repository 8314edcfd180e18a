// SPDX-License-Identifier: MIT
/*
 * MMUEXT_SET_LDT: descriptors at a virtual address, made use of when they are
 * first touched.
 *
 * conform: reference dom0 domU
 * requires: DESC-7 DESC-8
 */
#include "conform.h"

#define DATA3 0x00cff3000000ffff

static void load_fs(uint16_t selector)
{
    __asm__ volatile("mov %0, %%fs" ::"r"((uint32_t)selector));
}

void test(void)
{
    struct caught c;
    uint64_t *ldt = page_new();

    ldt[3] = DATA3;
    page_read_only(ldt);
    check(traps(&c, load_fs(3 * 8 | 7)), "without an LDT its selectors trap");
    check_equal(c.entry, 13, "to vector 13");
    check_equal(c.error, 3 * 8 | 4, "with the selector as error code");
    works(mmuext_one(MMUEXT_SET_LDT, (unsigned long)ldt, 512), "an LDT");
    check(!traps(&c, load_fs(3 * 8 | 7)), "its segment can be loaded");
    check(traps(&c, load_fs(600 * 8 | 7)), "one behind its end traps");
    load_fs(0);
    refused(page_protect(ldt, PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "its page cannot be mapped writable");
    works(mmuext_one(MMUEXT_SET_LDT, 0, 0), "no LDT");
    works(page_protect(ldt, PTE_PRESENT | PTE_WRITE), "and it is free");
    check(traps(&c, load_fs(3 * 8 | 7)), "its selectors trap again");
    refused(mmuext_one(MMUEXT_SET_LDT, (unsigned long)ldt + 8, 512), XEN_EINVAL,
            "an address that is not at a page");
    refused(mmuext_one(MMUEXT_SET_LDT, (unsigned long)ldt, 8193), XEN_EINVAL,
            "more than 8192 entries");
    refused(mmuext_one(MMUEXT_SET_LDT, HYPERVISOR_VIRT_START, 512), XEN_EINVAL,
            "an address of the hypervisor's");
}
