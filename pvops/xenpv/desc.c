// SPDX-License-Identifier: MIT
/*
 * Descriptor tables. The kernel keeps its GDT, IDT and TSS in its own memory
 * and writes them as on the machine; Xen gets a copy of the GDT in a page
 * that nobody can write, the IDT as a list, and the stack of the TSS.
 *
 * System descriptors (a TSS, an LDT) are for the CPU alone and are left out
 * of the copy: Xen takes none.
 */
#include "xenpv.h"

#include <xen/callback.h>

struct operand {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_mid;
    uint32_t offset_high, reserved;
};

static uint64_t gdt_copy[ENTRIES] __attribute__((aligned(4096)));
static bool gdt_loaded;
static struct operand gdt, idt;
static uint16_t ldt_selector, tr_selector;

unsigned long pv_xen_trap_handlers[256];
unsigned long pv_xen_syscall_handler;

static bool is_system(uint64_t descriptor)
{
    bool present = descriptor >> 47 & 1, segment = descriptor >> 44 & 1;

    return present && !segment;
}

static void set_copy(unsigned index, uint64_t descriptor)
{
    if (gdt_copy[index] == descriptor)
        return;
    if (!gdt_loaded) {
        gdt_copy[index] = descriptor;
        return;
    }
    pv_xen_ok(hypercall_update_descriptor(pv_machine_address(&gdt_copy[index]),
                                       descriptor),
           "update_descriptor", index, descriptor,
           "the descriptor is not one that a guest may have");
}

static void copy_gdt(void)
{
    const uint64_t *from = (const uint64_t *)gdt.base;
    unsigned count = (gdt.limit + 1u) / 8;

    if (count > ENTRIES) {
        pv_report("a GDT of %d descriptors: the first %d are loaded",
                  (long)count, (long)ENTRIES);
        count = ENTRIES;
    }
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (i < count && is_system(from[i])) {
            set_copy(i, 0); /* two slots long */
            if (++i < ENTRIES)
                set_copy(i, 0);
        } else {
            set_copy(i, i < count ? from[i] : 0);
        }
    }
}

void pv_xenpv_load_gdt(const void *addr)
{
    unsigned long mfn, pfn;
    struct frame *frame = pv_frame_of(gdt_copy, &pfn);

    gdt = *(const struct operand *)addr;
    copy_gdt();
    if (gdt_loaded)
        return;
    frame->flags |= FRAME_FIXED;
    pv_page_make_read_only(pfn);
    mfn = pv_pfn_to_mfn(pfn);
    gdt_loaded = pv_xen_ok(hypercall_set_gdt(&mfn, ENTRIES), "set_gdt", gdt.base,
                        gdt.limit, "a descriptor that a guest may not have");
}

void pv_xenpv_store_gdt(void *addr)
{
    *(struct operand *)addr = gdt;
}

void pv_xenpv_gdt_store(void *entry, unsigned long value)
{
    *(volatile uint64_t *)entry = value;
    if (gdt_loaded && (uintptr_t)entry - gdt.base <= gdt.limit)
        copy_gdt();
}

/* Where the segment is that a system descriptor of the GDT describes. */
static bool find_segment(uint16_t sel, const char *what, uint64_t *base)
{
    const uint64_t *d = (const uint64_t *)(gdt.base + (sel & ~7u));

    if (!gdt_loaded || (sel & ~7u) + 15u > gdt.limit) {
        pv_report("%s of selector %x: %s", what, (unsigned long)sel,
                  gdt_loaded ? "the GDT that is loaded does not have it"
                             : "no GDT was loaded by pv_load_gdt");
        return false;
    }
    *base = (d[0] >> 16 & 0xffffff) | (d[0] >> 56) << 24 | d[1] << 32;
    return true;
}

static void set_stack(unsigned long rsp)
{
    pv_xen_ok(hypercall_stack_switch(FLAT_KERNEL_SS, rsp), "stack_switch", rsp, 0,
           "the address is Xen's");
    pv_xen_user_missing &= ~USER_NO_STACK;
}

void pv_xenpv_load_tr(unsigned short sel)
{
    unsigned long rsp0;
    uint64_t tss;

    if (!find_segment(sel, "ltr", &tss))
        return;
    tr_selector = sel;
    pv_memcpy(&rsp0, (const char *)tss + 4, sizeof(rsp0));
    if (rsp0)
        set_stack(rsp0);
}

unsigned short pv_xenpv_store_tr(void)
{
    return tr_selector;
}

/* The field is in a packed structure, so it need not be aligned. */
void pv_xenpv_kernel_stack(void *entry, unsigned long value)
{
    pv_memcpy(entry, &value, sizeof(value));
    set_stack(value);
}

/* The pages of an LDT, read-only while it is loaded. */
static void hold_ldt_pages(unsigned long base, unsigned long bytes, bool hold)
{
    unsigned long first = base & ~(PAGE_SIZE - 1);

    for (unsigned long va = first; va < base + bytes; va += PAGE_SIZE) {
        unsigned long pfn;
        struct frame *frame = pv_frame_of((void *)va, &pfn);

        if (!frame)
            continue;
        if (hold) {
            frame->flags |= FRAME_FIXED;
            pv_page_make_read_only(pfn);
        } else {
            frame->flags &= (uint8_t)~FRAME_FIXED;
            pv_page_make_writable(pfn);
        }
    }
}

void pv_xenpv_load_ldt(unsigned short sel)
{
    static unsigned long held_base, held_bytes;
    struct mmuext_op op = { .cmd = MMUEXT_SET_LDT };
    unsigned long base = 0, bytes = 0;

    if (sel && !find_segment(sel, "lldt", &base))
        return;
    ldt_selector = sel;
    if (sel) {
        const uint64_t *d = (const uint64_t *)(gdt.base + (sel & ~7u));

        bytes = ((*d & 0xffff) | (*d >> 32 & 0xf0000)) + 1;
        hold_ldt_pages(base, bytes, true);
    }
    op.arg1.linear_addr = base;
    op.arg2.nr_ents = (unsigned)(bytes / 8);
    if (!pv_xen_ok(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
                   "mmuext_op SET_LDT", base, op.arg2.nr_ents,
                   "the table does not begin on a page of its own"))
        return;
    if (held_bytes && held_base != base)
        hold_ldt_pages(held_base, held_bytes, false);
    held_base = base;
    held_bytes = bytes;
}

unsigned short pv_xenpv_store_ldt(void)
{
    return ldt_selector;
}

void pv_xenpv_ldt_store(void *entry, unsigned long value)
{
    unsigned long pfn;

    if (pv_frame_of(entry, &pfn) && pv_xen_frames[pfn].flags & FRAME_FIXED)
        pv_xen_ok(hypercall_update_descriptor(pv_machine_address(entry), value),
               "update_descriptor", (unsigned long)entry, value,
               "the descriptor is not one that a guest may have");
    else
        *(volatile uint64_t *)entry = value;
}

/* Xen's form of a gate: where to, who may call it, whether events are held
 * back (an interrupt gate), all at the library's stub for the vector. */
static bool describe_gate(unsigned vector, struct trap_info *info)
{
    const struct gate *gate = (const struct gate *)idt.base + vector;

    if ((vector + 1) * sizeof(*gate) > idt.limit + 1u || !(gate->type & 0x80))
        return false;
    pv_xen_trap_handlers[vector] = gate->offset_low |
                                (unsigned long)gate->offset_mid << 16 |
                                (unsigned long)gate->offset_high << 32;
    pv_xen_kernel_cs = gate->selector;
    info->vector = (uint8_t)vector;
    info->cs = FLAT_KERNEL_CS;
    info->flags = gate->type >> 5 & 3;
    if ((gate->type & 0xf) == 0xe)
        info->flags |= 4;
    info->address = (unsigned long)pv_xen_trap_stubs + vector * 16;
    return true;
}

void pv_xenpv_load_idt(const void *addr)
{
    static struct trap_info table[257];
    unsigned count = 0;

    idt = *(const struct operand *)addr;
    for (unsigned vector = 0; vector < 256; vector++)
        if (describe_gate(vector, &table[count]))
            count++;
    table[count].address = 0;
    pv_xen_ok(hypercall_set_trap_table(table), "set_trap_table", idt.base, count,
           "an address that is not canonical");
}

/* Until then: every exception arrives here, through the same stubs. */
void pv_early_traps(void)
{
    static struct trap_info table[33];

    for (unsigned vector = 0; vector < 32; vector++) {
        pv_xen_trap_handlers[vector] = (unsigned long)pv_xen_early_entry;
        table[vector].vector = (uint8_t)vector;
        table[vector].cs = FLAT_KERNEL_CS;
        table[vector].flags = 4;
        table[vector].address = (unsigned long)pv_xen_trap_stubs + vector * 16;
    }
    pv_xen_ok(hypercall_set_trap_table(table), "set_trap_table", 0, 32,
              "nothing: it cannot fail");
}

void pv_xenpv_store_idt(void *addr)
{
    *(struct operand *)addr = idt;
}

void pv_xenpv_idt_store(void *entry, unsigned long value)
{
    uintptr_t offset = (uintptr_t)entry - idt.base;
    struct trap_info table[2] = { { .address = 0 } };

    *(volatile uint64_t *)entry = value;
    if (offset <= idt.limit &&
        describe_gate((unsigned)(offset / sizeof(struct gate)), &table[0]))
        pv_xen_ok(hypercall_set_trap_table(table), "set_trap_table",
               table[0].vector, value, "an address that is not canonical");
}

void pv_xen_set_syscall_handler(unsigned long address)
{
    struct callback_register callback = {
        .type = CALLBACKTYPE_syscall,
        .flags = CALLBACKF_mask_events,
        .address = (unsigned long)pv_xen_syscall_entry,
    };

    pv_xen_syscall_handler = address;
    pv_xen_ok(hypercall_callback_op(CALLBACKOP_register, &callback),
           "callback_op register syscall", address, 0,
           "the address is not canonical");
}

/* A guest's kernel segments are flat already; its frames show these. */
void pv_xenpv_load_segments(unsigned short code, unsigned short data)
{
    pv_xen_kernel_cs = code;
    pv_xen_kernel_ss = data;
}

void pv_xenpv_swapgs(void)
{
    /* Xen exchanges the bases between user mode and the kernel itself. */
}
