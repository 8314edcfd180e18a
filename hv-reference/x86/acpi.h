/* SPDX-License-Identifier: MIT */
/*
 * What is wanted of the firmware's ACPI tables: which local APICs there are.
 */
#ifndef HV_X86_ACPI_H
#define HV_X86_ACPI_H

#include "core/types.h"

/* The BYTES at physical address PA; NULL: there is no such memory. */
typedef const void *acpi_memory_fn(uint64_t pa, size_t bytes);

/*
 * The APIC ids of the CPUs that may be started, in the MADT's order: at most
 * ROOM of them, *FOUND how many there are. NULL, or a sentence that says which
 * table is missing or damaged; *FOUND is 0 then.
 */
const char *acpi_find_cpus(acpi_memory_fn *memory, uint32_t *ids,
                           unsigned int room, unsigned int *found);

#endif
