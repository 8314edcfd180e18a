/* SPDX-License-Identifier: MIT */
/*
 * Three guests that grant each other frames: what the two programs of grant
 * tests share.
 */
#ifndef UNIT_GRANT_GUESTS_H
#define UNIT_GRANT_GUESTS_H

#include <string.h>

#include "core/errno.h"
#include "core/memory/frame_table.h"
#include "core/grants/grant_table.h"
#include "core/grants/grants.h"
#include "model.h"
#include "unit.h"

static struct guest a, b, c; /* a grants to b */

#define REF  20
#define HOST GNTMAP_host_map
#define DEV  GNTMAP_device_map
#define RO   GNTMAP_readonly
#define PTE  GNTMAP_contains_pte

static inline void setup(void)
{
    model_start();
    model_guest(&a, 1, 1);
    model_guest(&b, 2, 2);
    model_guest(&c, 3, 1);
    ck_assert_int_eq(grant_table_init(a.d), 0);
    ck_assert_int_eq(grant_table_init(b.d), 0);
    ck_assert_int_eq(grant_table_init(c.d), 0);
    model_run(0, b.d->vcpu[0]);
}

static inline grant_entry_v1_t *entry_v1(const struct guest *g, grant_ref_t ref)
{
    return &((grant_entry_v1_t *)frame_words(g->d->grants->frame[0]))[ref];
}

static inline grant_entry_v2_t *entry_v2(const struct guest *g, grant_ref_t ref)
{
    return &((grant_entry_v2_t *)frame_words(g->d->grants->frame[0]))[ref];
}

static inline uint16_t *status_v2(const struct guest *g, grant_ref_t ref)
{
    return &((uint16_t *)frame_words(g->d->grants->status[0]))[ref];
}

/* A grants its page PFN to B by entry REF. */
static inline void grant(unsigned int pfn, uint16_t flags)
{
    *entry_v1(&a, REF) = (grant_entry_v1_t){
        (uint16_t)(GTF_permit_access | flags), 2, (uint32_t)a.mfn[pfn].n};
}

/* Call of the guest that runs: it must be G. */
static inline long call_op(const struct guest *g, unsigned int cmd, void *op,
                    size_t size)
{
    ck_assert_ptr_eq(current->domain, g->d);
    return call_with(g, do_grant_table_op, cmd, op, size, 1);
}

static inline int16_t map(uint64_t addr, uint32_t flags, grant_handle_t *handle)
{
    struct gnttab_map_grant_ref op = {addr, flags, REF, 1, 99, 0, 0};

    ck_assert_int_eq(call_op(&b, GNTTABOP_map_grant_ref, &op, sizeof(op)), 0);
    *handle = op.handle;
    return op.status;
}

static inline int16_t unmap(uint64_t addr, uint64_t bus, grant_handle_t handle)
{
    struct gnttab_unmap_grant_ref op = {addr, bus, handle, 99};

    ck_assert_int_eq(call_op(&b, GNTTABOP_unmap_grant_ref, &op, sizeof(op)), 0);
    return op.status;
}

static inline uint16_t marks(void)
{
    return entry_v1(&a, REF)->flags & (GTF_reading | GTF_writing);
}

#endif
