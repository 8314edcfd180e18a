/* SPDX-License-Identifier: MIT */
/*
 * What this machine's processors can do, asked once (features.c). All CPUs
 * are taken to be alike.
 */
#ifndef HV_X86_FEATURES_H
#define HV_X86_FEATURES_H

#include "core/types.h"

#define XCR0_X87    0x01ul
#define XCR0_SSE    0x02ul
#define XCR0_AVX    0x04ul
#define XCR0_AVX512 0xe0ul /* its three parts come together */
/* What guests are shown: not MPX, not PKRU. */
#define XCR0_KNOWN (XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512)

#define FXSAVE_BYTES 512

struct features {
    bool nx, page_1g, smep, smap, fsgsbase;
    bool xsave, xsaveopt, tsc_deadline, rdtscp, invariant_tsc;
    uint64_t xcr0;             /* what XCR0 may hold */
    uint32_t fpu_bytes;        /* of a vCPU's FPU image */
    uint32_t mxcsr_mask;       /* other bits of MXCSR fault when loaded */
    unsigned int address_bits; /* physical */
};
extern struct features features;

/* Ask; ends the machine if something is missing that cannot be done without. */
void features_init(const char *cmdline);
/* Fit the entry code to them, while its pages are writable. */
void features_patch(void);
/* Switch on, on each CPU. */
void features_enable(void);

/* CR4 as the hypervisor itself wants it; a guest may add to it. */
uint64_t host_cr4(void);

#endif
