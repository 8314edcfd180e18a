/* SPDX-License-Identifier: MIT */
/*
 * The address map, the same in every guest's page tables.
 *
 *   slot      from                 whose     what
 *   0..255    0x0000000000000000   guest
 *   256       0xffff800000000000   shared    M2P, readable by the guest, 8 bytes
 *                                            a machine frame
 *   257..259  -                    nobody    never present
 *   260       0xffff820000000000   domain    per-vCPU GDT and LDT windows
 *   261       0xffff828000000000   hv        frame table, fixed mappings, image
 *   262..271  0xffff830000000000   hv        direct map of all memory
 *   272..511  0xffff880000000000   guest
 *
 * A slot is one entry of the top-level (L4) table: 512 GiB. Slots 256 to 271
 * belong to the hypervisor in every top-level table that a guest loads.
 *
 * Inside slot 261:
 *   0xffff828000000000   frame table, 32 bytes a machine frame
 *   0xffff82b000000000   the M2P again, writable, for the hypervisor alone
 *   0xffff82c000000000   fixed mappings: the local APIC
 *   0xffff82d000000000   image (text, rodata, data, bss), and 1 GiB after its
 *                        start the per-CPU pages: entry stub, TSS, stacks
 */
#ifndef HV_LAYOUT_H
#define HV_LAYOUT_H

#ifdef __ASSEMBLY__
#define LAYOUT(x) x
#else
#define LAYOUT(x) x##UL
#endif

#define PAGE_SHIFT 12
#define PAGE_SIZE  (LAYOUT(1) << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

#define HV_FIRST_SLOT 256
#define HV_LAST_SLOT  271

#define SLOT_M2P       256
#define SLOT_PERDOMAIN 260
#define SLOT_IMAGE     261
#define SLOT_DIRECTMAP 262

#define HV_VIRT_START    LAYOUT(0xffff800000000000)
#define HV_VIRT_END      LAYOUT(0xffff880000000000) /* first guest address */
#define M2P_START        LAYOUT(0xffff800000000000)
/* As much as a guest is told of, mapped or not: up to Xen's own bound. */
#define M2P_GUEST_BYTES  LAYOUT(0x4000000000)
#define PERDOMAIN_START  LAYOUT(0xffff820000000000)
#define FRAMETABLE_START LAYOUT(0xffff828000000000)
#define M2P_RW_START     LAYOUT(0xffff82b000000000)
#define FIXMAP_START     LAYOUT(0xffff82c000000000)
#define IMAGE_START      LAYOUT(0xffff82d000000000)
#define DIRECTMAP_START  LAYOUT(0xffff830000000000)
#define DIRECTMAP_END    HV_VIRT_END

/* Where the boot loader puts the image (physical). */
#define IMAGE_LOAD_ADDR LAYOUT(0x100000)

/*
 * One vCPU's window in the per-domain area: 16 pages of GDT, of which the
 * guest owns the first 14 and the hypervisor the last two, then 16 of LDT.
 */
#define DESC_WINDOW_PAGES 32
#define GDT_WINDOW(vcpu)                                                       \
    (PERDOMAIN_START + (vcpu)*LAYOUT(32) * PAGE_SIZE)
#define LDT_WINDOW(vcpu) (GDT_WINDOW(vcpu) + 16 * PAGE_SIZE)
#define GUEST_GDT_PAGES  14

/* The stack that each CPU enters the hypervisor on; struct cpu is at its top. */
#define CPU_STACK_ORDER 3
#define CPU_STACK_SIZE  (PAGE_SIZE << CPU_STACK_ORDER)

/* Selectors. Those of guests are Xen's public ones (arch-x86/xen-x86_64.h). */
#define SEL_HV_CS64    0xe008
#define SEL_HV_DS      0xe010
#define SEL_GUEST_CS32 0xe023
#define SEL_GUEST_DS   0xe02b
#define SEL_GUEST_CS64 0xe033
#define SEL_TSS        0xe040
#define SEL_LDT        0xe050

#endif
