/* SPDX-License-Identifier: MIT */
/*
 * Bits of the map that XENVER_get_features returns, and names of which an ELF
 * note FEATURES can be made (there without the prefix). A kernel must look
 * before it relies on one.
 */
#ifndef __XEN_PUBLIC_FEATURES_H__
#define __XEN_PUBLIC_FEATURES_H__

/* Tables need not be read-only: not so for a PV guest. */
#define XENFEAT_writable_page_tables       0
/* Pages of GDT and LDT need not be read-only: not so for a PV guest. */
#define XENFEAT_writable_descriptor_tables 1
/* pfn and mfn are the same to the guest: not so for a PV guest. */
#define XENFEAT_auto_translated_physmap    2
/* The kernel runs in ring 0. */
#define XENFEAT_supervisor_mode_kernel     3
/* Top tables may lie above 4 GiB. */
#define XENFEAT_pae_pgdir_above_4gb        4
/* MMU_PT_UPDATE_PRESERVE_AD works. */
#define XENFEAT_mmu_pt_update_preserve_ad  5
/* MMUEXT_CLEAR_PAGE and MMUEXT_COPY_PAGE work. */
#define XENFEAT_highmem_assist             6
/* Grant mappings take the available bits from GNTMAP_guest_avail0. */
#define XENFEAT_gnttab_map_avail_bits      7

/* For HVM and PVH guests. */
#define XENFEAT_hvm_callback_vector 8
#define XENFEAT_hvm_safe_pvclock    9
#define XENFEAT_hvm_pirqs           10

/* In a kernel's note: can be domain 0. From the hypervisor: you are. */
#define XENFEAT_dom0                      11
/* XENMEMF_vnode is understood. */
#define XENFEAT_memory_op_vnode_supported 13
#define XENFEAT_ARM_SMCCC_supported       14
/* In a kernel's note: the ACPI root may lie anywhere. */
#define XENFEAT_linux_rsdp_unrestricted   15
/* Whether pfn and mfn are equal for DMA; at most one of them is set. */
#define XENFEAT_not_direct_mapped         16
#define XENFEAT_direct_mapped             17

#define XENFEAT_NR_SUBMAPS 1

#endif
