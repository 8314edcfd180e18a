/* SPDX-License-Identifier: MIT
 *
 * Sets of processors as xl writes them: "0-3,5,^1" is 0, 2, 3 and 5, "all,^7"
 * all but 7.
 */
#ifndef PARAPET_CPULIST_H
#define PARAPET_CPULIST_H

#include <stdint.h>

#define MOST_CPUS 32 /* of a machine: parapet run --cpus */

/* The set in *INTO, a bit for each; or what is wrong, as a sentence. */
const char *cpulist_read(const char *list, uint32_t *into);

#endif
