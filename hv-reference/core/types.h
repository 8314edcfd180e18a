/* SPDX-License-Identifier: MIT */
/*
 * Types that keep kinds of addresses apart. The compiler refuses to mix a
 * machine frame with a guest's pseudo-physical one, and a guest's pointer
 * cannot be dereferenced: only guest_access.h opens it.
 */
#ifndef HV_TYPES_H
#define HV_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/layout.h"

/* A machine frame: physical address >> 12. */
typedef struct {
    uint64_t n;
} mfn_t;

/* A guest's pseudo-physical frame: 0 up to its number of pages. */
typedef struct {
    uint64_t n;
} pfn_t;

/* A machine (physical) address, in bytes. */
typedef struct {
    uint64_t a;
} maddr_t;

/* An address that a guest gave, in the guest's own address space. */
typedef struct {
    uint64_t a;
} gva_t;

#define MFN(x)     ((mfn_t){(x)})
#define PFN(x)     ((pfn_t){(x)})
#define MADDR(x)   ((maddr_t){(x)})
#define GVA(x)     ((gva_t){(x)})
#define MFN_NONE   MFN(~0UL)
#define GUEST_NULL GVA(0)

static inline bool mfn_eq(mfn_t a, mfn_t b)
{
    return a.n == b.n;
}

static inline maddr_t mfn_to_maddr(mfn_t mfn)
{
    return MADDR(mfn.n << PAGE_SHIFT);
}

static inline mfn_t maddr_to_mfn(maddr_t ma)
{
    return MFN(ma.a >> PAGE_SHIFT);
}

/* Bits 63..47 of an address all equal: what the processor can translate. */
static inline bool is_canonical(uint64_t va)
{
    return (int64_t)(va << 16) >> 16 == (int64_t)va;
}

/* Does VA lie in the slots that belong to the hypervisor? */
static inline bool is_hypervisor_va(uint64_t va)
{
    return va >= HV_VIRT_START && va < HV_VIRT_END;
}

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define min_of(a, b)  ((a) < (b) ? (a) : (b))
#define max_of(a, b)  ((a) > (b) ? (a) : (b))
#define container_of(ptr, type, member)                                        \
    ((type *)((char *)(ptr)-offsetof(type, member)))
#define round_up(x, to) (((x) + (to)-1) & ~((typeof(x))(to)-1))

#define read_once(x)     (*(const volatile typeof(x) *)&(x))
#define write_once(x, v) (*(volatile typeof(x) *)&(x) = (v))
#define compiler_barrier() __asm__ volatile("" ::: "memory")

#endif
