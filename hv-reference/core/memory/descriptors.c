// SPDX-License-Identifier: MIT
/*
 * The guest's GDT, and what a descriptor may be.
 *
 * The rule: the processor only ever reads guest descriptors from frames of
 * type DESC, which no guest can write, and in which there are segments of
 * privilege level 3, gates that fault into the hypervisor, and nothing else.
 */
#include "core/memory/descriptors.h"

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

#define DESC_P        (1UL << 47)
#define DESC_DPL      (3UL << 45)
#define DESC_SEGMENT  (1UL << 44) /* code or data; otherwise of the system */
#define DESC_TYPE     (0xfUL << 40)
#define DESC_GATE     (0xcUL << 40) /* call gate */
#define DESC_RESERVED (0xffUL << 32) /* of a gate */

/* The guest's part of the GDT; Xen's selectors start after it. */
#define GUEST_GDT_ENTRIES (GUEST_GDT_PAGES * DESC_PER_PAGE)

/* A code segment that a call gate may lead to: the guest's or the flat one. */
static bool gate_target_ok(uint16_t selector)
{
    return (selector & 4) || selector >> 3 < GUEST_GDT_ENTRIES ||
           (selector | 3) == SEL_GUEST_CS64;
}

/* Make *DESC harmless; false if that cannot be done. */
static bool check_descriptor(uint64_t *desc)
{
    uint64_t d = *desc, dpl = d & DESC_DPL;

    if (!(d & DESC_P))
        return true; /* faults, whatever it is */
    if (d & DESC_SEGMENT) {
        *desc = d | DESC_DPL;
        return true;
    }
    if (!(d & DESC_TYPE))
        return true; /* second half of a gate: as a descriptor it faults */
    if ((d & DESC_TYPE) != DESC_GATE || (d & DESC_RESERVED) ||
        !gate_target_ok((uint16_t)(d >> 16)))
        return false;
    /*
     * A gate of level 0 faults with its selector in the error code, from
     * which the hypervisor can do what was meant. Guest kernel and user mode
     * share level 3, so that the level that was asked for is kept in the
     * target's RPL.
     */
    dpl |= DESC_DPL;
    d = (d & ~(DESC_DPL | (3UL << 16))) | (dpl >> 45) << 16;
    *desc = d;
    return true;
}

int check_descriptor_page(struct frame *frame)
{
    uint64_t *window = map_frame(frame_mfn(frame));
    unsigned int i;
    int rc = 0;

    for (i = 0; i < DESC_PER_PAGE && !rc; i++) {
        if (!check_descriptor(&window[i]))
            rc = refuse(RULE_BAD_DESCRIPTOR, -EINVAL, window[i], i);
    }
    unmap_frame(window);
    return rc;
}

bool descriptor_page_ok(const struct frame *frame)
{
    const uint64_t *window = map_frame(frame_mfn(frame));
    unsigned int i;
    bool ok = true;

    for (i = 0; i < DESC_PER_PAGE && ok; i++) {
        uint64_t checked = window[i];

        ok = check_descriptor(&checked) && checked == window[i];
    }
    unmap_frame(window);
    return ok;
}

/* --- the GDT --- */

static void put_gdt(const mfn_t *frames, unsigned int n)
{
    while (n--)
        put_frame_type(frame_of(frames[n]));
}

static int set_gdt_locked(struct vcpu *v, const uint64_t *frames,
                          unsigned int entries)
{
    unsigned int n = (entries + DESC_PER_PAGE - 1) / DESC_PER_PAGE, i;
    unsigned int old_n = (v->gdt_entries + DESC_PER_PAGE - 1) / DESC_PER_PAGE;
    mfn_t new[GUEST_GDT_PAGES], old[GUEST_GDT_PAGES];

    for (i = 0; i < n; i++) {
        new[i] = MFN(frames[i]);
        if (!mfn_valid(new[i]))
            refuse_owner(-EINVAL, new[i]);
        else if (!get_frame_type(frame_of(new[i]), v->domain, FRAME_DESC))
            continue;
        put_gdt(new, i);
        return -EINVAL;
    }
    for (i = 0; i < GUEST_GDT_PAGES; i++) {
        old[i] = v->gdt[i];
        v->gdt[i] = i < n ? new[i] : MFN_NONE;
    }
    v->gdt_entries = entries;
    hw_set_gdt_window(v, v->gdt, n);
    put_gdt(old, old_n);
    return 0;
}

int set_gdt(struct vcpu *v, const uint64_t *frames, unsigned int entries)
{
    int rc;

    if (entries > GUEST_GDT_ENTRIES)
        return refuse(RULE_GDT_TOO_LONG, -EINVAL, entries, GUEST_GDT_ENTRIES);
    spin_lock(&v->domain->memory_lock);
    rc = set_gdt_locked(v, frames, entries);
    spin_unlock(&v->domain->memory_lock);
    if (!rc && v == current)
        hw_flush_tlb_local();
    return rc;
}

HYPERCALL(set_gdt)
{
    unsigned int entries = (unsigned int)a2;
    uint64_t frames[GUEST_GDT_PAGES];
    size_t n = ((size_t)entries + DESC_PER_PAGE - 1) / DESC_PER_PAGE;

    if (entries > GUEST_GDT_ENTRIES)
        return refuse(RULE_GDT_TOO_LONG, -EINVAL, entries, GUEST_GDT_ENTRIES);
    if (copy_from_guest(frames, GVA(a1), n * sizeof(frames[0])))
        return refuse(RULE_BAD_POINTER, -EFAULT, a1, 0);
    return set_gdt(current, frames, entries);
}

void drop_descriptors(struct vcpu *v)
{
    spin_lock(&v->domain->memory_lock);
    unmap_ldt(v);
    v->ldt_entries = 0;
    set_gdt_locked(v, NULL, 0);
    spin_unlock(&v->domain->memory_lock);
}

/* --- one descriptor --- */

static int update_locked(struct domain *d, mfn_t mfn, uint64_t at, uint64_t desc)
{
    struct frame *frame = frame_of(mfn);
    /* One that has once been looked at and refused is as any other page. */
    enum frame_type type =
        frame_type(frame) == FRAME_DESC && (state_of(frame) & F_VALID)
            ? FRAME_DESC
            : FRAME_WRITABLE;
    uint64_t *window;

    if (get_frame_type(frame, d, type))
        return -EINVAL;
    window = map_frame(mfn);
    write_once(window[at], desc);
    unmap_frame(window);
    put_frame_type(frame);
    return 0;
}

HYPERCALL(update_descriptor)
{
    struct domain *d = current->domain;
    mfn_t mfn = maddr_to_mfn(MADDR(a1));
    uint64_t desc = a2;
    int rc;

    if (a1 % sizeof(desc))
        return refuse(RULE_DESCRIPTOR_UNALIGNED, -EINVAL, a1, 0);
    if (!check_descriptor(&desc))
        return refuse(RULE_BAD_DESCRIPTOR, -EINVAL, a2,
                      (a1 & ~PAGE_MASK) / sizeof(desc));
    if (!mfn_valid(mfn))
        return refuse_owner(-EINVAL, mfn);
    spin_lock(&d->memory_lock);
    rc = update_locked(d, mfn, (a1 & ~PAGE_MASK) / sizeof(desc), desc);
    spin_unlock(&d->memory_lock);
    return rc;
}
