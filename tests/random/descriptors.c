// SPDX-License-Identifier: MIT
/*
 * Descriptor tables, trap tables, callbacks. Vectors that this kernel lives by
 * stay its own; what is registered beside is never entered: events stay masked.
 */
#include "random.h"

#include <xen/nmi.h>

static uint64_t draw_descriptor(void)
{
    static const uint64_t known[] = {
        0,
        0x00cff3000000ffff, /* data, DPL 3 */
        0x00cf93000000ffff, /* data, DPL 0 */
        0x00affb000000ffff, /* code, 64 bits */
        0x00af9b000000ffff, /* the same, DPL 0 */
        0x00cffb000000ffff, /* code, 32 bits */
        0x0000890000000067, /* a TSS */
        0x0000820000000000, /* an LDT */
        0x00008c0000080000, /* a call gate */
        0x0000ec0000330000, /* one with DPL 3 */
        0x00008e0000330000, /* an interrupt gate */
        0x0000000000000001,
        0x00cf73000000ffff, /* data, not present */
        0xffcff700ffffffff, /* expand down */
        0xffcfff00ffffffff, /* conforming */
    };

    return one_in(8) ? draw_word() : PICK(known);
}

void random_set_gdt(void)
{
    static xen_pfn_t list[16];
    static const unsigned int counts[] = {0, 1, 511, 512, 513, 7168, 7169, ~0u};
    unsigned int entries = one_in(3) ? PICK(counts) : 512 * (1 + draw(2));
    unsigned int page;
    const char *at;
    void *where;
    long rc;

    say("set_gdt");
    for (unsigned int i = 0; i < 16; i++) {
        struct frame f = draw_frame(DESCRIPTORS);

        list[i] = f.mfn;
        if (i < (entries + 511) / 512)
            say(" %s", f.name);
    }
    /* As kernels do it: a page with descriptors, no longer writable. */
    page = draw_page(DESCRIPTORS);
    if (!one_in(4)) {
        uint64_t descriptor = draw_descriptor();
        unsigned int slot = draw(512);

        if ((*pte_of(page_at[page], 1) & PTE_WRITE) &&
            xen_pte_mfn(*pte_of(page_at[page], 1)) == page_frame[page])
            say(" [%u]=%lx %s", slot, descriptor,
                store_faults(page_at[page] + 8 * slot, descriptor) ? "faults"
                                                                   : "");
        rc = hypercall_update_va_mapping(
            (unsigned long)page_at[page],
            xen_make_pte(page_frame[page], PTE_PRESENT), UVMF_INVLPG);
        say(" read-only %ld", rc);
        for (unsigned int i = 0; i < 16; i++)
            list[i] = page_frame[page];
        say(" all p%u", page);
    }
    where = draw_pointer(list, &at);
    say(" entries %u %s", entries, at);
    answer("set_gdt", hypercall_set_gdt(where, entries));
}

void random_update_descriptor(void)
{
    struct frame f = draw_frame(one_in(4) ? ANY : DESCRIPTORS);
    uint64_t descriptor = draw_descriptor();
    unsigned int offset = one_in(10) ? draw(4096) : 8 * draw(16);

    /* shared_info is a page like any other to it; see draw_writable(). */
    if (f.mfn == start->shared_info >> 12)
        offset = 4088;
    say("update_descriptor %s+%u = %lx", f.name, offset, descriptor);
    answer("update_descriptor",
           hypercall_update_descriptor(f.mfn << 12 | offset, descriptor));
}

static uint64_t draw_code(void)
{
    static const uint64_t odd[] = {0,
                                   1,
                                   0x8000000000000000,
                                   0xffff830000001000,
                                   0x00007fffffffffff,
                                   0x0000800000000000};

    return one_in(3) ? PICK(odd) : entry_address(draw(32));
}

void random_set_trap_table(void)
{
    static struct trap_info table[4];
    unsigned int count = draw(4);
    const char *at;
    void *where;
    long rc;

    say("set_trap_table");
    fill(table, 0, sizeof(table));
    for (unsigned int i = 0; i < count; i++) {
        table[i] = (struct trap_info){0x90 + draw(112), draw(8),
                                      one_in(3) ? draw(65536) : FLAT_KERNEL_CS,
                                      draw_code()};
        say(" %x flags %x cs %x %d", table[i].vector, table[i].flags,
            table[i].cs, !!table[i].address);
    }
    where = draw_pointer(table, &at);
    say(" %s", at);
    rc = hypercall_set_trap_table(where);
    hypercall_set_trap_table(trap_table); /* if that took it away */
    answer("set_trap_table", rc);
}

void random_callback_op(void)
{
    static struct callback_register r;
    static struct callback_unregister u;
    const char *at;
    void *where;

    if (one_in(3)) {
        u = (struct callback_unregister){draw(9), 0};
        where = draw_pointer(&u, &at);
        say("callback unregister %u %s", u.type, at);
        answer("callback_op unregister",
               hypercall_callback_op(CALLBACKOP_unregister, where));
        return;
    }
    r = (struct callback_register){draw(9), draw(4), draw_code()};
    where = draw_pointer(&r, &at);
    say("callback %u flags %x %lx %s", r.type, r.flags, r.address >> 44, at);
    if (one_in(20))
        answer("callback_op 2", hypercall_callback_op(2 + draw(9), where));
    else
        answer("callback_op register",
               hypercall_callback_op(CALLBACKOP_register, where));
}

void random_set_callbacks(void)
{
    unsigned long a = draw_code(), b = draw_code(), c = draw_code();

    say("set_callbacks %lx %lx %lx", a >> 44, b >> 44, c >> 44);
    answer("set_callbacks", hypercall_set_callbacks(a, b, c));
}

void random_nmi_op(void)
{
    static struct xennmi_callback c;
    unsigned int cmd = draw(3);
    const char *at;
    void *where;

    c.handler_address = draw_code();
    c.pad = 0;
    where = draw_pointer(&c, &at);
    say("nmi_op %u %s", cmd, at);
    answer(cmd == 0   ? "nmi_op register_callback"
           : cmd == 1 ? "nmi_op unregister_callback"
                      : "nmi_op 2",
           hypercall_nmi_op(cmd, where));
}
