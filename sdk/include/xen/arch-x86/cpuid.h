/* SPDX-License-Identifier: MIT */
/*
 * CPUID leaves by which a guest finds the hypervisor. A PV kernel asks with
 * XEN_CPUID (xen.h): the bare instruction shows it the hardware's leaves.
 *
 * The first leaf is at 0x40000000, or 0x100, 0x200 ... above it when another
 * hypervisor's leaves come first: look for the signature.
 *
 *   leaf 0  eax: the last leaf; ebx, ecx, edx: "XenVMMXenVMM"
 *   leaf 1  eax: version, major << 16 | minor
 *   leaf 2  eax: number of hypercall pages; ebx: the MSR to set them up with;
 *           ecx: XEN_CPUID_FEAT1_...
 *   leaf 3  how the TSC behaves. Sub-leaf 0, eax: bit 0 emulated, bit 1 the
 *           same on all CPUs, bit 2 has a PV clock of its own; ebx: mode, ecx:
 *           kHz, edx: incarnation. Sub-leaf 1, eax, ebx: offset; ecx, edx:
 *           multiplier and shift. Sub-leaf 2, eax: kHz of the host
 *   leaf 4  HVM guests: eax: XEN_HVM_CPUID_...; ebx: vCPU; ecx: domain
 *   leaf 5  PV guests: ebx: XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK
 */
#ifndef __XEN_PUBLIC_ARCH_X86_CPUID_H__
#define __XEN_PUBLIC_ARCH_X86_CPUID_H__

#include "../xen-compat.h"

#define XEN_CPUID_FIRST_LEAF     0x40000000
#define XEN_CPUID_LEAF(i)        (XEN_CPUID_FIRST_LEAF + (i))
#define XEN_CPUID_MAX_NUM_LEAVES 5

#define XEN_CPUID_SIGNATURE_EBX 0x566e6558 /* "XenV" */
#define XEN_CPUID_SIGNATURE_ECX 0x65584d4d /* "MMXe" */
#define XEN_CPUID_SIGNATURE_EDX 0x4d4d566e /* "nVMM" */

/* MMU_PT_UPDATE_PRESERVE_AD works. */
#define _XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD 0
#define XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD  (xen_mk_uint(1) << 0)

#define XEN_HVM_CPUID_APIC_ACCESS_VIRT (xen_mk_uint(1) << 0)
#define XEN_HVM_CPUID_X2APIC_VIRT      (xen_mk_uint(1) << 1)
#define XEN_HVM_CPUID_IOMMU_MAPPINGS                                           \
    (xen_mk_uint(1) << 2) /* grants are in the IOMMU */
#define XEN_HVM_CPUID_VCPU_ID_PRESENT (xen_mk_uint(1) << 3) /* ebx is valid */
#define XEN_HVM_CPUID_DOMID_PRESENT   (xen_mk_uint(1) << 4) /* ecx is valid */
#define XEN_HVM_CPUID_EXT_DEST_ID     (xen_mk_uint(1) << 5)
#define XEN_HVM_CPUID_UPCALL_VECTOR   (xen_mk_uint(1) << 6)

/* Bits of a machine address; above 44 a grant's frame needs version 2. */
#define XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK (xen_mk_uint(0xff) << 0)

#endif
