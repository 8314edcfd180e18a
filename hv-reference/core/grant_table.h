/* SPDX-License-Identifier: MIT */
/*
 * Grant tables (grant_table.c): one a domain.
 */
#ifndef HV_GRANT_TABLE_H
#define HV_GRANT_TABLE_H

struct domain;

int grant_table_init(struct domain *d);
void grant_table_destroy(struct domain *d);

#endif
