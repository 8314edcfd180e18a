// SPDX-License-Identifier: MIT
/*
 * Page faults in the kernel: the address in vcpu_info, the error code as if the
 * kernel were in ring 0.
 *
 * conform: reference dom0 domU
 * requires: TRAP-10 TRAP-11 TRAP-12
 */
#include "conform.h"

#define P 1
#define W 2
#define U 4
#define I 16

static void faults(uint64_t found, struct caught *c, const void *address,
                   uint64_t error, const char *what)
{
    check(found, "%s faults", what);
    check_equal(c->entry, 14, "%s: vector 14", what);
    check_equal(c->error, error, "%s: error code", what);
    check_equal(c->cr2, address, "%s: cr2 in vcpu_info", what);
}

static void read_at(const void *va)
{
    __asm__ volatile("movb (%0), %%al" ::"r"(va) : "rax", "memory");
}

static void write_at(void *va)
{
    __asm__ volatile("movb $0, (%0)" ::"r"(va) : "memory");
}

void test(void)
{
    struct caught c;
    char *page = page_new();
    const xen_pte_t *l1 = pte_of(page, 1);
    void *table = (void *)((uintptr_t)l1 & XEN_PAGE_MASK);
    char *hypervisor = (char *)HYPERVISOR_VIRT_END - 4096;

    works(hypercall_update_va_mapping((unsigned long)page, 0, UVMF_INVLPG),
          "unmapping a page");
    faults(traps(&c, read_at(page + 5)), &c, page + 5, 0,
           "reading what is not mapped");
    faults(traps(&c, write_at(page + 6)), &c, page + 6, W,
           "writing what is not mapped");
    page_read_only(page);
    check(!traps(&c, read_at(page)), "reading a read-only page is fine");
    faults(traps(&c, write_at(page + 7)), &c, page + 7, P | W,
           "writing a read-only page");
    works(page_protect(page, PTE_PRESENT | PTE_WRITE | PTE_NX),
          "making a page not executable");
    page[0] = 0xc3; /* ret */
    faults(traps(&c, ((void (*)(void))page)()), &c, page, P | I,
           "executing a page with NX");
    page_writable(page);
    check(!traps(&c, ((void (*)(void))page)()), "without NX it runs");
    if (!is_dom0()) /* for domain 0 see vm-assist */
        faults(traps(&c, write_at((char *)table + 4095)), &c,
               (char *)table + 4095, P | W, "writing a page table");
    check(traps(&c, read_at(hypervisor)), "reading the hypervisor faults");
    check_equal(c.entry, 14, "vector 14");
    check_equal(c.cr2, hypervisor, "cr2");
    check_equal(c.error & (W | U), 0, "as a kernel's read");
    check(traps(&c, write_at((void *)MACH2PHYS_VIRT_START)),
          "writing the M2P faults");
    check_equal(c.error, P | W, "as a write to a read-only page");
    check(!traps(&c, read_at((void *)MACH2PHYS_VIRT_START)),
          "reading it is fine");
}
