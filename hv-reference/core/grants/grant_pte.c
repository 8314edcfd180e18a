// SPDX-License-Identifier: MIT
/*
 * Granted frames in the caller's page tables. These are the only entries that
 * refer to another domain's frame, and grant operations alone make and move
 * them; an entry like any other may take their place.
 *
 * The references that an entry holds are taken by the caller before, and given
 * back after it is gone and flushed.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/grants/grants.h"
#include "core/memory/mmu.h"
#include "core/memory/tables.h"
#include "core/vcpu.h"

/* Where the guest wants them: bits 16 up of the flags, 9 to 11 of an entry. */
#define AVAIL_SHIFT 9
#define AVAIL_LOW   0xe00UL

/* The L1 entry that the guest means; NULL: it is in no live L1 of its own. */
static uint64_t *entry_at(uint64_t addr, uint32_t flags)
{
    const struct vcpu *v = current;
    struct frame *table = NULL;
    unsigned int slot;
    mfn_t mfn;

    if (flags & GNTMAP_contains_pte) {
        mfn = maddr_to_mfn(MADDR(addr));
        slot = (addr & ~PAGE_MASK) / sizeof(uint64_t);
        if (!(addr % sizeof(uint64_t)) && mfn_valid(mfn))
            table = frame_of(mfn);
    } else {
        slot = pt_index(addr, 1);
        if (is_guest_va(addr))
            table = find_l1(v, addr);
    }
    if (!table || table->owner != v->domain ||
        frame_type(table) != FRAME_L1 || !(state_of(table) & F_VALID))
        return NULL;
    return (uint64_t *)map_frame(frame_mfn(table)) + slot;
}

static uint64_t flags_of_entry(uint32_t flags)
{
    uint64_t entry = PTE_P | PTE_A | PTE_D | PTE_NX;

    if (flags & GNTMAP_application_map)
        entry |= PTE_US;
    if (!(flags & GNTMAP_readonly))
        entry |= PTE_RW;
    return entry |
           (((uint64_t)flags >> _GNTMAP_guest_avail0 << AVAIL_SHIFT) & AVAIL_LOW);
}

int16_t map_grant_entry(uint64_t addr, mfn_t frame, uint32_t flags)
{
    struct domain *d = current->domain;
    uint64_t new = mfn_to_maddr(frame).a | flags_of_entry(flags), *at, old = 0;

    spin_lock(&d->memory_lock);
    at = entry_at(addr, flags);
    if (at) {
        old = read_once(*at);
        write_once(*at, adjust_l1(new));
        unmap_frame(at);
    }
    if (old & PTE_P)
        put_l1_entry(old);
    spin_unlock(&d->memory_lock);
    return at ? GNTST_okay : GNTST_general_error;
}

/* Take the entry of address FROM out of the page tables, as it is. */
static bool steal_entry(uint64_t from, uint64_t *entry)
{
    uint64_t *at = entry_at(from, 0);

    if (!at)
        return false;
    *entry = read_once(*at);
    write_once(*at, 0);
    unmap_frame(at);
    return true;
}

static bool replace_entry(uint64_t addr, mfn_t frame, uint64_t new,
                          uint32_t flags)
{
    uint64_t *at = entry_at(addr, flags), old, expected;
    bool match = false;

    if (at) {
        old = read_once(*at);
        expected = mfn_to_maddr(frame).a | flags_of_entry(flags);
        match = !((old ^ expected) & (PTE_ADDR | PTE_P | PTE_RW));
        if (match)
            write_once(*at, new);
        unmap_frame(at);
    }
    return match;
}

int16_t unmap_grant_entry(uint64_t addr, mfn_t frame, uint64_t new_addr,
                          uint32_t flags)
{
    struct domain *d = current->domain;
    uint64_t new = 0;
    bool done = false;

    spin_lock(&d->memory_lock);
    if (!new_addr || (!(flags & GNTMAP_contains_pte) &&
                      steal_entry(new_addr, &new)))
        done = replace_entry(addr, frame, new, flags);
    if (!done && (new & PTE_P))
        put_l1_entry(new);
    spin_unlock(&d->memory_lock);
    return done ? GNTST_okay : GNTST_general_error;
}
