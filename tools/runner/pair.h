/* SPDX-License-Identifier: MIT
 *
 * Two domains on the reference hypervisor that test something: one image,
 * run as "peer" and, one domain number later, as the test itself.
 */
#ifndef PARAPET_PAIR_H
#define PARAPET_PAIR_H

#include "runner/run.h"

/* Sets up a machine for both; the returned file must be removed afterwards. */
char *pair_prepare(const struct run *run, struct machine *machine);

/* A line of the console as the test itself said it; NULL: it was the peer's. */
char *pair_line(char *line);

#endif
