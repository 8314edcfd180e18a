/* SPDX-License-Identifier: MIT */
/*
 * Grant tables (grant_table.c): one a domain.
 */
#ifndef HV_GRANT_TABLE_H
#define HV_GRANT_TABLE_H

#include "core/types.h"

struct domain;

int grant_table_init(struct domain *d);
void grant_table_destroy(struct domain *d);
/* The builder grants frame MFN to domain 0 (GNTTAB_RESERVED_*). */
void grant_table_seed(struct domain *d, uint32_t ref, mfn_t mfn);

#endif
