/* SPDX-License-Identifier: MIT */
/*
 * Grant tables (grant_table.c): one a domain.
 */
#ifndef HV_GRANT_TABLE_H
#define HV_GRANT_TABLE_H

#include "core/types.h"

struct domain;

int grant_table_init(struct domain *d);
/* D is dying: give up what it maps of others. */
void grant_table_destroy(struct domain *d);
/* The rest, when nobody can name D any more. */
void grant_table_free(struct domain *d);
/* The builder grants frame MFN to domain 0 (GNTTAB_RESERVED_*). */
void grant_table_seed(struct domain *d, uint32_t ref, mfn_t mfn);

/*
 * A frame that a guest grants to domain 0, that is to the hypervisor's
 * services: held until released. hold_grant() is 0 or -EINVAL after refuse().
 */
struct frame;
struct held_grant {
    struct domain *domain;
    uint32_t ref;
    bool readonly;
    struct frame *frame;
    void *bytes; /* a window onto what is granted, of .length bytes */
    uint16_t length;
};
int hold_grant(struct domain *d, uint32_t ref, bool readonly,
               struct held_grant *held);
void release_grant(struct held_grant *held);

#endif
