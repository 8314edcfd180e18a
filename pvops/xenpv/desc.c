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

/* Of each CPU: what it loaded, and Xen's copy of its GDT, whose last
 * descriptor is the library's (percpu.h). */
struct tables {
    uint64_t *copy;
    bool loaded;
    struct operand gdt, idt;
    uint16_t ldt, tr;
    unsigned long ldt_base, ldt_bytes; /* that Xen holds */
};

static uint64_t first_copy[ENTRIES] __attribute__((aligned(4096)));
static struct tables tables_of[PV_MAX_CPUS] = { { .copy = first_copy } };

const uint16_t pv_xen_cpu_selector = CPU_SELECTOR;

static struct tables *mine(void)
{
    return &tables_of[pv_xen_cpu()];
}

unsigned long pv_xen_trap_handlers[256];
unsigned long pv_xen_syscall_handler;

static bool is_system(uint64_t descriptor)
{
    bool present = descriptor >> 47 & 1, segment = descriptor >> 44 & 1;

    return present && !segment;
}

static void set_copy(struct tables *t, unsigned index, uint64_t descriptor)
{
    if (t->copy[index] == descriptor)
        return;
    if (!t->loaded) {
        t->copy[index] = descriptor;
        return;
    }
    pv_xen_ok(hypercall_update_descriptor(pv_machine_address(&t->copy[index]),
                                       descriptor),
           "update_descriptor", index, descriptor,
           "the descriptor is not one that a guest may have");
}

static void copy_gdt(struct tables *t)
{
    const uint64_t *from = (const uint64_t *)t->gdt.base;
    unsigned count = (t->gdt.limit + 1u) / 8;

    if (count > CPU_DESCRIPTOR) {
        pv_report("a GDT of %d descriptors: the first %d are loaded",
                  (long)count, (long)CPU_DESCRIPTOR);
        count = CPU_DESCRIPTOR;
    }
    for (unsigned i = 0; i < CPU_DESCRIPTOR; i++) {
        if (i < count && is_system(from[i])) {
            set_copy(t, i, 0); /* two slots long */
            if (++i < CPU_DESCRIPTOR)
                set_copy(t, i, 0);
        } else {
            set_copy(t, i, i < count ? from[i] : 0);
        }
    }
    set_copy(t, CPU_DESCRIPTOR, CPU_DESCRIPTOR_OF((unsigned)(t - tables_of)));
}

/* Nobody can write the page from now on; its machine frame. */
static unsigned long fix_copy(struct tables *t)
{
    unsigned long pfn;
    struct frame *frame = pv_frame_of(t->copy, &pfn);

    frame->flags |= FRAME_FIXED;
    pv_page_make_read_only(pfn);
    return pv_pfn_to_mfn(pfn);
}

void pv_xenpv_load_gdt(const void *addr)
{
    struct tables *t = mine();
    unsigned long mfn;

    t->gdt = *(const struct operand *)addr;
    copy_gdt(t);
    if (t->loaded)
        return;
    mfn = fix_copy(t);
    t->loaded = pv_xen_ok(hypercall_set_gdt(&mfn, ENTRIES), "set_gdt",
                          t->gdt.base, t->gdt.limit,
                          "a descriptor that a guest may not have");
}

void pv_xenpv_store_gdt(void *addr)
{
    *(struct operand *)addr = mine()->gdt;
}

void pv_xenpv_gdt_store(void *entry, unsigned long value)
{
    *(volatile uint64_t *)entry = value;
    for (unsigned cpu = 0; cpu < PV_MAX_CPUS; cpu++) {
        struct tables *t = &tables_of[cpu];

        if (t->loaded && (uintptr_t)entry - t->gdt.base <= t->gdt.limit)
            copy_gdt(t);
    }
}

/* Where the segment is that a system descriptor of the GDT describes. */
static bool find_segment(uint16_t sel, const char *what, uint64_t *base)
{
    const struct tables *t = mine();
    const uint64_t *d = (const uint64_t *)(t->gdt.base + (sel & ~7u));

    if (!t->loaded || (sel & ~7u) + 15u > t->gdt.limit) {
        pv_report("%s of selector %x: %s", what, (unsigned long)sel,
                  t->loaded ? "the GDT that is loaded does not have it"
                             : "no GDT was loaded by pv_load_gdt");
        return false;
    }
    *base = (d[0] >> 16 & 0xffffff) | (d[0] >> 56) << 24 | d[1] << 32;
    return true;
}

unsigned long pv_xen_stack_of[PV_MAX_CPUS];

static void set_stack(unsigned long rsp)
{
    pv_xen_ok(hypercall_stack_switch(FLAT_KERNEL_SS, rsp), "stack_switch", rsp, 0,
           "the address is Xen's");
    pv_xen_stack_of[pv_xen_cpu()] = rsp;
    pv_xen_user_missing &= ~USER_NO_STACK;
}

void pv_xenpv_load_tr(unsigned short sel)
{
    unsigned long rsp0;
    uint64_t tss;

    if (!find_segment(sel, "ltr", &tss))
        return;
    mine()->tr = sel;
    pv_memcpy(&rsp0, (const char *)tss + 4, sizeof(rsp0));
    if (rsp0)
        set_stack(rsp0);
}

unsigned short pv_xenpv_store_tr(void)
{
    return mine()->tr;
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
    struct tables *t = mine();
    struct mmuext_op op = { .cmd = MMUEXT_SET_LDT };
    unsigned long base = 0, bytes = 0;

    if (sel && !find_segment(sel, "lldt", &base))
        return;
    t->ldt = sel;
    if (sel) {
        const uint64_t *d = (const uint64_t *)(t->gdt.base + (sel & ~7u));

        bytes = ((*d & 0xffff) | (*d >> 32 & 0xf0000)) + 1;
        hold_ldt_pages(base, bytes, true);
    }
    op.arg1.linear_addr = base;
    op.arg2.nr_ents = (unsigned)(bytes / 8);
    if (!pv_xen_ok(hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF),
                   "mmuext_op SET_LDT", base, op.arg2.nr_ents,
                   "the table does not begin on a page of its own"))
        return;
    if (t->ldt_bytes && t->ldt_base != base)
        hold_ldt_pages(t->ldt_base, t->ldt_bytes, false);
    t->ldt_base = base;
    t->ldt_bytes = bytes;
}

unsigned short pv_xenpv_store_ldt(void)
{
    return mine()->ldt;
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
static bool describe_gate(const struct operand *idt, unsigned vector,
                          struct trap_info *info)
{
    const struct gate *gate = (const struct gate *)idt->base + vector;

    if ((vector + 1) * sizeof(*gate) > idt->limit + 1u || !(gate->type & 0x80))
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
    static struct pv_spinlock lock;
    struct operand idt = *(const struct operand *)addr;
    unsigned long flags = pv_xenpv_irq_save();
    unsigned count = 0;

    pv_xenpv_spin_lock(&lock);
    mine()->idt = idt;
    for (unsigned vector = 0; vector < 256; vector++)
        if (describe_gate(&idt, vector, &table[count]))
            count++;
    table[count].address = 0;
    pv_xen_ok(hypercall_set_trap_table(table), "set_trap_table", idt.base, count,
           "an address that is not canonical");
    pv_xenpv_spin_unlock(&lock);
    pv_xenpv_irq_restore(flags);
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
    *(struct operand *)addr = mine()->idt;
}

void pv_xenpv_idt_store(void *entry, unsigned long value)
{
    const struct operand *idt = &mine()->idt;
    uintptr_t offset = (uintptr_t)entry - idt->base;
    struct trap_info table[2] = { { .address = 0 } };

    *(volatile uint64_t *)entry = value;
    if (offset <= idt->limit &&
        describe_gate(idt, (unsigned)(offset / sizeof(struct gate)), &table[0]))
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

bool pv_desc_for_cpu(unsigned cpu, struct vcpu_guest_context *context)
{
    struct tables *t = &tables_of[cpu];

    if (!t->copy)
        t->copy = pv_new_page();
    if (!t->copy)
        return false;
    t->gdt = mine()->gdt;
    t->idt = mine()->idt;
    copy_gdt(t);
    context->gdt_frames[0] = fix_copy(t);
    context->gdt_ents = ENTRIES;
    for (unsigned vector = 0; vector < 256; vector++)
        describe_gate(&t->idt, vector, &context->trap_ctxt[vector]);
    t->loaded = true;
    return true;
}
