// SPDX-License-Identifier: MIT
/*
 * Pages of an LDT are looked at when the processor first reads them, each by
 * itself: one that is not there or not in order is a page fault then, at the
 * address of the descriptor, and can be mended.
 *
 * conform: reference dom0 domU
 * requires: DESC-9 DESC-10
 */
#include "conform.h"

#define DATA3  0x00cff3000000ffff
#define SYSTEM 0x0000820000000000 /* an LDT's own descriptor */
#define SELECTOR(n) ((n) * 8 | 7)

static struct caught c;
static uint64_t *ldt; /* two pages */

static void load_fs(uint16_t selector)
{
    __asm__ volatile("mov %0, %%fs" ::"r"((uint32_t)selector));
}

static void faults_at(const char *why, unsigned int n)
{
    check(traps(&c, load_fs(SELECTOR(n))), "%s", why);
    check_equal(c.entry, 14, "is a page fault");
    check_equal(c.cr2, &ldt[n], "at the descriptor");
    check_equal(c.error, 0, "as of one that is not there");
}

static void page_gone(const void *page)
{
    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "a page that is not mapped");
}

static void by_page(void)
{
    page_gone(ldt);
    page_read_only(ldt + 512);
    works(mmuext_one(MMUEXT_SET_LDT, (unsigned long)ldt, 1024),
          "an LDT of two pages, of which one is not there");
    check(!traps(&c, load_fs(SELECTOR(515))), "the other one can be used");
    faults_at("the first", 3);
    works(page_protect(ldt, PTE_PRESENT | PTE_WRITE), "it is mapped, writable");
    faults_at("which is as bad", 3);
    page_read_only(ldt);
    check(!traps(&c, load_fs(SELECTOR(3))), "read-only, it can be used");
    refused(page_protect(ldt, PTE_PRESENT | PTE_WRITE), XEN_EBUSY,
            "and is not writable from then on");
}

static void by_contents(void)
{
    uint32_t limit = 0;

    load_fs(0);
    works(mmuext_one(MMUEXT_SET_LDT, 0, 0), "no LDT");
    page_writable(ldt);
    ldt[5] = SYSTEM;
    page_read_only(ldt);
    works(mmuext_one(MMUEXT_SET_LDT, (unsigned long)ldt, 1024),
          "one with a system descriptor");
    faults_at("none of that page", 3);
    check(!traps(&c, load_fs(SELECTOR(515))), "the other page is in order");
    load_fs(0);
    page_writable(ldt);
    ldt[5] = 0;
    page_read_only(ldt);
    check(!traps(&c, load_fs(SELECTOR(3))), "without it the page is, too");
    __asm__ volatile("lsl %1, %0" : "+r"(limit) : "r"(SELECTOR(515)));
    check_equal(limit, 0xffffffff, "lsl reads them");
    check(traps(&c, load_fs(SELECTOR(4))), "an empty one");
    check_equal(c.entry, 13, "is vector 13");
    works(hypercall_update_descriptor((uint64_t)page_mfn(ldt) << 12 | 4 * 8,
                                      DATA3), "update_descriptor writes it");
    check(!traps(&c, load_fs(SELECTOR(4))), "and it can be loaded");
    works(mmuext_one(MMUEXT_NEW_BASEPTR, page_mfn((void *)start->pt_base), 0),
          "loading the page tables again");
    check(!traps(&c, load_fs(SELECTOR(3))), "leaves the LDT what it is");
    load_fs(0);
}

void test(void)
{
    ldt = page_new();
    if ((uint64_t *)page_new() != ldt + 512)
        error("the pages are apart");
    ldt[3] = ldt[515] = DATA3;
    by_page();
    by_contents();
}
