/* SPDX-License-Identifier: MIT */
/*
 * Segment descriptor tables of guests (descriptors.c, ldt.c).
 */
#ifndef HV_DESCRIPTORS_H
#define HV_DESCRIPTORS_H

#include "core/types.h"

struct vcpu;

#define DESC_PER_PAGE (PAGE_SIZE / 8)

/* V's GDT: ENTRIES descriptors in whole FRAMES. 0 or -EINVAL. */
int set_gdt(struct vcpu *v, const uint64_t *frames, unsigned int entries);

/* V's LDT: at BASE in the guest's address space. 0 or -EINVAL. */
int set_ldt(struct vcpu *v, uint64_t base, uint64_t entries);
/* Give back what is mapped of the LDT. The memory lock is held. */
void unmap_ldt(struct vcpu *v);
/*
 * The processor reads a descriptor at ADDRESS in the current vCPU's LDT window
 * for the first time: map the guest's page there, if it may be a descriptor
 * page. Also for faults that the hypervisor takes itself while it loads a
 * guest's selectors; it holds no lock then.
 */
bool map_ldt_page(uint64_t address);

#endif
