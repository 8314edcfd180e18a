// SPDX-License-Identifier: MIT
/*
 * vm_assist: which helps can be asked for; and with writable_pagetables a store
 * to a page table is emulated like an update, without it the store faults.
 *
 * conform: reference dom0 domU
 * requires: ASSIST-1 ASSIST-2 ASSIST-3 ASSIST-4
 */
#include "conform.h"

static long assist(unsigned int cmd, unsigned int type)
{
    return hypercall_vm_assist(cmd, type);
}

static bool store(volatile xen_pte_t *entry, xen_pte_t value, struct caught *c)
{
    return traps(c, *entry = value);
}

/* Stores that read, too: what they leave in registers and flags. */
static void read_and_write(volatile xen_pte_t *entry, xen_pte_t value)
{
    static xen_pte_t old, seen;
    static uint8_t equal;
    struct caught c;

    old = *entry;
    check(!traps(&c, seen = __atomic_exchange_n(entry, value, __ATOMIC_SEQ_CST)),
          "xchg is emulated");
    check_equal(seen, old, "and gives the old entry");
    check_equal(*entry, value, "for the new one");
    check(!traps(&c, __asm__ volatile("lock cmpxchgq %3, %1; sete %0"
                                      : "=q"(equal), "+m"(*entry), "=a"(seen)
                                      : "r"(old), "2"(value)
                                      : "cc")),
          "so is cmpxchg");
    check_equal(equal, 1, "with ZF set");
    check_equal(*entry, old, "where it stores");
    check(!traps(&c, __asm__ volatile("lock cmpxchgq %3, %1; sete %0"
                                      : "=q"(equal), "+m"(*entry), "=a"(seen)
                                      : "r"(value), "2"(value)
                                      : "cc")),
          "and where it does not");
    check_equal(equal, 0, "with ZF clear");
    check_equal(seen, old, "and the entry in rax");
    check_equal(*entry, old, "which is as it was");
}

void test(void)
{
    struct caught c;
    char *page = page_new(), *other = page_new();
    volatile xen_pte_t *entry = pte_of(page, 1);
    xen_pte_t old = *entry, to_other;

    other[0] = 42;
    to_other = (old & ~PTE_FRAME_MASK) | xen_make_pte(page_mfn(other), 0);
    works(assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables),
          "writable_pagetables on");
    check(!store(entry, to_other, &c), "a store to a page table is emulated");
    check_equal(*entry, to_other, "the entry has the new value");
    mmuext_one(MMUEXT_INVLPG_LOCAL, (unsigned long)page, 0);
    check_equal(page[0], 42, "and translates by it");
    check(store(entry, xen_make_pte(page_mfn((void *)entry), 7), &c),
          "a store that an update would be refused for");
    check_equal(c.entry, 14, "faults at the store");
    check_equal(c.error & 2, 2, "as a write");
    check_equal(*entry, to_other, "and changes nothing");
    check(!store(entry, old, &c), "the old entry goes back");
    read_and_write(entry, to_other);
    works(assist(VMASST_CMD_disable, VMASST_TYPE_writable_pagetables),
          "writable_pagetables off");
    if (is_dom0()) {
        /* Its stores to read-only MMIO have to be emulated in any case. */
        check(!store(entry, to_other, &c), "domain 0: still emulated");
        works(
            hypercall_update_va_mapping((unsigned long)page, old, UVMF_INVLPG),
            "the old entry goes back");
    } else {
        check(store(entry, to_other, &c), "then the store faults");
        check_equal(c.error, 3, "as a write to a read-only page");
        check_equal(*entry, old, "and changes nothing");
    }

    works(assist(VMASST_CMD_enable, VMASST_TYPE_pae_extended_cr3),
          "pae_extended_cr3");
    works(assist(VMASST_CMD_enable, VMASST_TYPE_architectural_iopl),
          "architectural_iopl");
    works(assist(VMASST_CMD_disable, VMASST_TYPE_architectural_iopl),
          "and off again");
    works(assist(VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag),
          "runstate_update_flag");
    works(assist(VMASST_CMD_enable, VMASST_TYPE_m2p_strict), "m2p_strict");
    works(assist(VMASST_CMD_disable, VMASST_TYPE_m2p_strict), "and off again");
    refused(assist(VMASST_CMD_enable, 6), XEN_EINVAL, "a type that is not");
    refused(assist(VMASST_CMD_enable, 200), XEN_EINVAL, "one beyond a word");
    refused(assist(7, VMASST_TYPE_writable_pagetables), XEN_ENOSYS,
            "a command that is not");
}
