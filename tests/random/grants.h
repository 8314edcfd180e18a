/* SPDX-License-Identifier: MIT */
/*
 * The entries of the domain's own grant table (grant_entries.c), for the calls
 * that use them (grants.c).
 */
#ifndef RANDOM_GRANTS_H
#define RANDOM_GRANTS_H

#include "random.h"

#define FIRST_GRANT 16
#define GRANTS      8

grant_ref_t draw_ref(void); /* mostly one of programs, g0 ... */
void say_ref(grant_ref_t ref);
bool is_ours(grant_ref_t ref);
bool is_in_use(grant_ref_t ref);
xen_pfn_t granted_frame(grant_ref_t ref);
void write_grant(grant_ref_t ref, bool to_take); /* and says it */
void grant_entries_reset(void);
void grant_give_up(grant_ref_t ref);

#endif
