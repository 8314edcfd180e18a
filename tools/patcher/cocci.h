/* SPDX-License-Identifier: MIT
 *
 * The C edits that Coccinelle makes, by rules generated from the findings and
 * the profile; the files in rules/ are their patterns.
 */
#ifndef PATCHER_COCCI_H
#define PATCHER_COCCI_H

#include "finding.h"
#include "profile.h"

/* Is spatch there? */
bool cocci_available(void);

/* asm statements, by place. Files under `root` are edited in place. */
void cocci_statements(const struct scan *scan);

/* Calls, stores and loads, by type and name. */
void cocci_types(const struct scan *scan, const struct profile *profile);

#endif
