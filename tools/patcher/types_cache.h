/* SPDX-License-Identifier: MIT
 *
 * What libclang said about a file, kept in $XDG_CACHE_HOME/parapet (else
 * ~/.cache/parapet) until the file, its flags, what is asked, or a file that
 * it includes changes. Never in the tree.
 */
#ifndef PATCHER_TYPES_CACHE_H
#define PATCHER_TYPES_CACHE_H

#include "types_fact.h"

/* The folder of the cache; NULL if there is none to be had. */
const char *types_cache_folder(void);

/* What the answer for a file hangs on, but for what it includes. */
uint64_t types_cache_key(const struct source *source, const char *within,
                         const char *const *args, unsigned count,
                         const struct type_query *query);

/* False: there is no answer that still holds. */
bool types_cache_load(const char *folder, uint64_t key,
                      const struct source *source,
                      const struct type_query *query, struct facts *facts);

/* A cache that cannot be written is no error: the answer is asked for anew
 * the next time. */
void types_cache_store(const char *folder, uint64_t key,
                       const struct source *source,
                       const struct facts *facts);

#endif
