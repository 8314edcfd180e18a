// SPDX-License-Identifier: MIT
/*
 * Which virtual CPU this is, without a register of the kernel's: each CPU has
 * a GDT of its own, and the limit of its last descriptor is the CPU's number.
 * Before a CPU has a GDT the instruction finds nothing, and it is the first.
 *
 * The rule: what a file knows of a CPU is an array of its own, with one
 * element a CPU, used with events held back or by that CPU's kernel code.
 */
#ifndef PVOPS_PERCPU_H
#define PVOPS_PERCPU_H

#define PV_MAX_CPUS 32        /* that have a vcpu_info in the shared page */
#define CPU_DESCRIPTOR 511    /* of the library's copy of the GDT */
#define CPU_SELECTOR (CPU_DESCRIPTOR * 8 + 3)

#ifdef __ASSEMBLER__

        /* This CPU's number to eax, which the flags go with. */
        .macro cpu_number_to_eax
        .hidden pv_xen_cpu_selector
        xorl %eax, %eax
        lsl pv_xen_cpu_selector(%rip), %eax
        .endm

#else

#include <stdint.h>

/* Present, a segment, for user mode too, read-only, no page is behind it. */
#define CPU_DESCRIPTOR_OF(cpu) ((uint64_t)0xf0 << 40 | (cpu))

extern const uint16_t pv_xen_cpu_selector;

static inline unsigned pv_xen_cpu(void)
{
    unsigned number = 0;

    asm volatile("lsl %1, %0"
                 : "+r"(number)
                 : "m"(pv_xen_cpu_selector)
                 : "cc");
    return number;
}

#endif

#endif
