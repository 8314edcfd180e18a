// SPDX-License-Identifier: MIT
/* Descriptors and page tables. */
#include "guest.h"

#define VA_A 0xffffffffc0000000ul /* above the direct map */
#define VA_B 0xffffffffc0001000ul
#define USER_VA 0x400000ul

struct operand {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static uint64_t ldt[512] __attribute__((aligned(4096)));
static bool xen;

static uint16_t load_fs(uint16_t sel)
{
    uint16_t found;

    asm volatile("movw %1, %%fs\n\tmovw %%fs, %0" : "=r"(found) : "r"(sel));
    return found;
}

static void undefined(void)
{
    asm volatile("ud2");
}

/* Vector 6 through a gate for another stub, written while it is loaded. */
static void test_gate(void)
{
    struct operand operand;
    uint64_t *gate, old, stub = trap_stubs[0x55];

    pv_store_idt(&operand);
    gate = (uint64_t *)(operand.base + 6 * 16);
    old = gate[0];
    pv_idt_store(&gate[1], stub >> 32);
    pv_idt_store(&gate[0], (stub & 0xffff) | (stub >> 16 & 0xffff) << 48 |
                               SEL_KCODE << 16 | 0x8eul << 40);
    check_equal(0x55, fault_of(undefined), "a gate that is stored is in force");
    pv_idt_store(&gate[0], old);
    check_equal(6, fault_of(undefined), "and so is the old one again");
}

static void load_bad_selector(void)
{
    load_fs(SEL_SPARE | 3);
}

void test_descriptors(void)
{
    struct operand operand = { 0 };
    uint64_t base = (uint64_t)ldt, data = 0x00cff2000000ffff;

    xen = boot_info->world == PV_WORLD_XEN_PV;
    pv_store_gdt(&operand);
    check_equal((uint64_t)gdt, operand.base, "sgdt gives what lgdt loaded");
    pv_store_idt(&operand);
    check_equal(4095, operand.limit, "sidt gives what lidt loaded");
    check_equal(SEL_TSS, pv_store_tr() & ~3, "str gives what ltr loaded");
    check_equal(0, pv_store_ldt(), "no LDT yet");

    check_equal(13, fault_of(load_bad_selector),
                "a selector with no descriptor faults");
    pv_gdt_store(&gdt[SEL_SPARE / 8], data);
    check_equal(SEL_SPARE | 3, load_fs(SEL_SPARE | 3),
                "it loads once the GDT has it");
    load_fs(0);
    pv_gdt_store(&gdt[SEL_SPARE / 8], 0);
    check_equal(13, fault_of(load_bad_selector), "and faults when it is gone");

    test_gate();

    ldt[1] = data;
    pv_gdt_store(&gdt[SEL_LDT / 8 + 1], base >> 32);
    pv_gdt_store(&gdt[SEL_LDT / 8], 4095 | (base & 0xffffff) << 16 |
                                        0x82ul << 40 |
                                        (base >> 24 & 0xff) << 56);
    pv_load_ldt(SEL_LDT);
    check_equal(SEL_LDT, pv_store_ldt(), "lldt");
    check_equal(0xf, load_fs(0xf), "a selector of the LDT loads");
    pv_ldt_store(&ldt[2], data);
    check_equal(0x17, load_fs(0x17), "so does one stored later");
    load_fs(0);
    pv_load_ldt(0);
}

static void read_a(void)
{
    *(volatile char *)VA_A;
}

static void read_b(void)
{
    *(volatile char *)VA_B;
}

static void write_a(void)
{
    *(volatile char *)VA_A = 1;
}

void test_tables(void)
{
    uint64_t *page = page_alloc(), *other = page_alloc(), *entry, value;
    volatile uint64_t *a = (uint64_t *)VA_A, *b = (uint64_t *)VA_B;

    check_equal(physical(kernel_top), pv_read_cr3() & PTE_ADDR, "cr3");
    page[0] = 1;
    other[0] = 2;
    map(kernel_top, VA_A, physical(page), PTE_W | PTE_NX);
    check_equal(1, *a, "a page that is mapped in a live tree is there");
    entry = entry_of(kernel_top, VA_A, 1);
    check_equal(physical(page) | PTE_P | PTE_W | PTE_NX,
                pv_pte_load(entry) & ~0x60ul, "the entry reads as written");
    value = PTE_U | PTE_W;
    check(pv_pte_test(entry, PTE_P) && pv_pte_test(entry, PTE_NX) &&
              pv_pte_test(entry, value) && pv_pte_test(entry, PTE_ADDR),
          "each of its bits can be asked about");
    check(!pv_pte_test(entry, PTE_U) && !pv_pte_test(entry + 1, PTE_P) &&
              !pv_pte_test(entry + 1, value),
          "and those that it does not have");

    value = pv_pte_xchg(entry, physical(other) | PTE_P | PTE_W);
    check_equal(physical(page), value & PTE_ADDR, "xchg gives the old entry");
    pv_invlpg((void *)VA_A);
    check_equal(2, *a, "and writes the new");
    pv_pte_store(entry, physical(page) | PTE_P);
    pv_flush_tlb();
    check_equal(1, *a, "a store of no named level, and a flush");
    check_equal(14, fault_of(write_a), "a read-only page cannot be written");
    check_equal(3, last_fault.error & 7, "error code: write, present");
    pv_pte_store_l1(entry, 0);
    pv_flush_tlb_global();
    check_equal(14, fault_of(read_a), "nothing is there when it is cleared");

    pv_pte_store_l1(entry, physical(page) | PTE_P | PTE_W);
    pv_table_copy(entry + 1, entry, 8);
    check_equal(1, *b, "an entry that is copied maps too");
    pv_table_clear(entry, 16);
    pv_invlpg((void *)VA_A);
    pv_invlpg((void *)VA_B);
    check_equal(0, pv_pte_load(entry) | pv_pte_load(entry + 1),
                "and is gone when the table is cleared");

    {
        pv_pfn pfn = { physical(page) >> 12 };
        pv_mfn mfn = pv_machine_frame(pfn);

        check_equal(pv_phys_to_entry(physical(page)), mfn.number << 12,
                    "a frame's number is that of an entry");
        check_equal(pfn.number, pv_physical_frame(mfn).number,
                    "and comes back");
    }
    value = pv_phys_to_entry(physical(page) + 0x123);
    check_equal(0x123, value & 0xfff, "conversion keeps the offset");
    check_equal(physical(page), pv_entry_to_phys(value),
                "and comes back to the page");
    page_free(page);
    page_free(other);
}

/* The dry run: of a tree that nobody loaded the entry that breaks a rule. */
void test_checker(void)
{
    uint64_t *top = new_space(), *page = page_alloc();
    uint64_t large = physical(page) | PTE_P | PTE_LARGE;
    struct pv_table_fault fault = { 0 };

    map(top, USER_VA, physical(page), PTE_W | PTE_U);
    check_equal(0, (uint64_t)pv_check_tables(physical(top), &fault),
                "a good tree has no fault");
    for (int level = 1; level <= 3; level++) {
        uint64_t *entry = entry_of(top, USER_VA, level) + 3;

        /* At level 1 a frame that is not the guest's, past the library. */
        *(volatile uint64_t *)entry =
            level == 1 ? PTE_ADDR | PTE_P : pv_phys_to_entry(large);
        fault.rule = NULL;
        check_equal((uint64_t)-xen,
                    (uint64_t)pv_check_tables(physical(top), &fault),
                    "a guest's tree with a bad entry has one");
        if (xen)
            check(fault.level == level && fault.entry == *entry &&
                      fault.table + 8 * fault.index == physical(entry) &&
                      fault.rule && fault.rule[0],
                  "which is named, with the rule");
        *(volatile uint64_t *)entry = 0;
    }
    check_equal(0, (uint64_t)pv_check_tables(physical(top), &fault),
                "and none when it is gone");
}

/* An entry that a kernel has as bit-fields. */
union bits {
    uint64_t raw;
    struct {
        uint64_t present : 1, writable : 1, user : 1, low : 9, frame : 40,
            high : 12;
    } part;
};

void test_parts(void)
{
    union bits *entry = (union bits *)entry_of(kernel_top, VA_A, 1);
    uint64_t *page = page_alloc();

    pv_pte_change(entry, part.frame, physical(page) >> 12);
    pv_pte_change(entry, part.writable, 1);
    pv_pte_change(entry, part.present, 1);
    check_equal(physical(page) >> 12, pv_pte_part(entry, part.frame),
                "a part of an entry reads as written");
    check(pv_pte_part(entry, part.present) && !pv_pte_part(entry, part.user),
          "so do its flags");
    pv_invlpg((void *)VA_A);
    *(volatile uint64_t *)VA_A = 7;
    check_equal(7, page[0], "and it maps");
    pv_pte_change(entry, part.present, 0);
    pv_invlpg((void *)VA_A);
    check_equal(14, fault_of(read_a), "until it is not present");
    pv_pte_store_l1(entry, 0);
    page_free(page);
}

/* Stores that wait are in force when they must be, whoever looks. */
void test_lazy(void)
{
    uint64_t *page = page_alloc(), *other = page_alloc();
    volatile uint64_t *a = (uint64_t *)VA_A, *b = (uint64_t *)VA_B;
    uint64_t *entry = entry_of(kernel_top, VA_A, 1);
    unsigned long flags, inner;
    bool good = true;

    page[0] = 1;
    other[0] = 2;
    pv_irq_enable();
    flags = pv_lazy_begin();
    check(!(pv_read_flags() & 0x200), "interrupts are held back");
    pv_pte_store_l1(entry, physical(page) | PTE_P | PTE_W);
    check_equal(physical(page), pv_pte_load(entry) & PTE_ADDR,
                "an entry is read as it was written");
    pv_pte_store_l1(entry, physical(other) | PTE_P | PTE_W);
    inner = pv_lazy_begin();
    pv_pte_store_l1(entry + 1, physical(page) | PTE_P | PTE_W);
    pv_lazy_end(inner);
    check(!(pv_read_flags() & 0x200), "also after an inner section");
    pv_invlpg((void *)VA_A);
    pv_invlpg((void *)VA_B);
    check_equal(2, *a, "the last of two stores counts after invlpg");
    check_equal(1, *b, "so does the store beside it");
    for (int i = 0; i < 200; i++) /* more than there is room for */
        pv_pte_store_l1(entry, physical(i & 1 ? other : page) | PTE_P);
    pv_pte_store_l1(entry + 1, 0);
    pv_lazy_end(flags);
    check(pv_read_flags() & 0x200, "interrupts are let in at the end");
    pv_irq_disable();
    pv_flush_tlb();
    check_equal(2, *a, "the last of many stores counts at the end");
    check_equal(14, fault_of(read_b), "and what was cleared is gone");

    for (int i = 0; i < 3; i++) { /* a tree that goes live and goes again */
        uint64_t *top = new_space();

        flags = pv_lazy_begin();
        map(top, USER_VA, physical(page), PTE_W | PTE_U);
        pv_write_cr3(physical(top));
        map(top, USER_VA + PAGE_SIZE, physical(other), PTE_W | PTE_U);
        map(top, USER_VA + (1ul << 30), physical(other), PTE_W | PTE_U);
        pv_lazy_end(flags);
        good &= *(volatile uint64_t *)USER_VA == 1 &&
                *(volatile uint64_t *)(USER_VA + PAGE_SIZE) == 2 &&
                *(volatile uint64_t *)(USER_VA + (1ul << 30)) == 2;
        flags = pv_lazy_begin();
        pv_write_cr3(physical(kernel_top));
        pv_table_release(top);
        memset(top, 0xff, PAGE_SIZE);
        pv_lazy_end(flags);
    }
    check(good, "tables that are made in a section map what they should");
    pv_pte_store_l1(entry, 0);
    pv_invlpg((void *)VA_A);
}

/* Whether the kernel's own mapping of the page is writable. */
static bool is_writable(const void *page)
{
    return pv_pte_load(entry_of(kernel_top, (uint64_t)page, 1)) & PTE_W;
}

/* Address spaces that come and go: no page is lost, and a page that was a
 * table is ordinary memory again. */
void test_spaces(void)
{
    uint64_t before = page_balance();

    check_equal(!xen, is_writable(kernel_top),
                "a live table is mapped read-only as a guest");
    check_equal(!xen, is_writable(entry_of(kernel_top, VA_A, 1)),
                "one that was added to a live tree too");
    for (int round = 0; round < 3; round++) {
        uint64_t *top = new_space(), *page = page_alloc();
        uint64_t *tables[3];

        map(top, USER_VA, physical(page), PTE_W | PTE_U);
        for (int level = 1; level <= 3; level++)
            tables[level - 1] =
                (uint64_t *)((uint64_t)entry_of(top, USER_VA, level) & -4096);
        pv_write_cr3(physical(top));
        *(volatile uint64_t *)USER_VA = 5;
        check_equal(5, page[0], "the space's own page");
        map(top, USER_VA + (1ul << 39), physical(page), PTE_W | PTE_U);
        check_equal(5, *(volatile uint64_t *)(USER_VA + (1ul << 39)),
                    "a new top-level entry while it is loaded");
        pv_pte_store_l4(&top[1], 0);
        pv_flush_tlb();
        pv_write_cr3(physical(kernel_top));
        pv_table_release(top);
        check(is_writable(top) && is_writable(tables[0]),
              "a table that was released is writable");
        for (int i = 0; i < 3; i++) {
            memset(tables[i], 0xff, PAGE_SIZE);
            page_free(tables[i]);
        }
        memset(top, 0xff, PAGE_SIZE);
        page_free(top);
        page_free(page);
    }
    /* The three tables of the second top-level entry are not tracked here. */
    check_equal(before + 9, page_balance(), "no page is lost");
}
