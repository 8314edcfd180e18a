/* SPDX-License-Identifier: MIT */
/*
 * ELF notes with the name "Xen" by which a kernel tells the domain builder how
 * to start it. Numbers are stored in 4 or 8 bytes, texts end with a zero byte.
 * A kernel needs XEN_VERSION, ENTRY and VIRT_BASE at least; without any note a
 * builder looks for a section __xen_guest with NAME=value pairs instead.
 */
#ifndef __XEN_PUBLIC_ELFNOTE_H__
#define __XEN_PUBLIC_ELFNOTE_H__

/* Text for whoever reads; builders skip it. */
#define XEN_ELFNOTE_INFO               0
/* Virtual address of the first instruction; otherwise e_entry. */
#define XEN_ELFNOTE_ENTRY              1
/* Virtual address of a page that the builder fills with hypercall stubs, 32
 * bytes each. */
#define XEN_ELFNOTE_HYPERCALL_PAGE     2
/* Virtual address at which pseudo-physical 0 is mapped at the start. */
#define XEN_ELFNOTE_VIRT_BASE          3
/* What p_paddr says for pseudo-physical 0: subtracted from it. */
#define XEN_ELFNOTE_PADDR_OFFSET       4
/* Text "xen-3.0": this interface. */
#define XEN_ELFNOTE_XEN_VERSION        5
/* Texts. */
#define XEN_ELFNOTE_GUEST_OS           6
#define XEN_ELFNOTE_GUEST_VERSION      7
/* Text "generic": these notes mean what is said here. */
#define XEN_ELFNOTE_LOADER             8
/* Text "yes", "no", "bimodal" or "yes[extended-cr3]": 32-bit kernels. */
#define XEN_ELFNOTE_PAE_MODE           9
/* Text: names of features.h with | between; ! before one that is needed. */
#define XEN_ELFNOTE_FEATURES           10
/* Text "yes": append the symbol table behind the kernel. */
#define XEN_ELFNOTE_BSD_SYMTAB         11
/* Lowest address that the hypervisor may use; 32-bit kernels. */
#define XEN_ELFNOTE_HV_START_LOW       12
/* Pairs (mask, value): a page-table entry e is present, and its frame is a
 * machine frame, when (e & mask) == value. For save and restore. */
#define XEN_ELFNOTE_L1_MFN_VALID       13
/* 1: SHUTDOWN_suspend may return with 1 when nothing was done after all. */
#define XEN_ELFNOTE_SUSPEND_CANCEL     14
/* Virtual address for the p2m list, with tables of its own, outside the boot
 * mapping. */
#define XEN_ELFNOTE_INIT_P2M           15
/* 1: the initrd need not be mapped; mod_start becomes a pfn. */
#define XEN_ELFNOTE_MOD_START_PFN      16
/* Number: bit n is XENFEAT n, supported but not needed. */
#define XEN_ELFNOTE_SUPPORTED_FEATURES 17
/* 32-bit physical entry point: makes the kernel PVH-capable. */
#define XEN_ELFNOTE_PHYS32_ENTRY       18

#define XEN_ELFNOTE_MAX XEN_ELFNOTE_PHYS32_ENTRY

/* In crash images of the hypervisor and its domains. */
#define XEN_ELFNOTE_CRASH_INFO              0x1000001
#define XEN_ELFNOTE_CRASH_REGS              0x1000002
#define XEN_ELFNOTE_DUMPCORE_NONE           0x2000000
#define XEN_ELFNOTE_DUMPCORE_HEADER         0x2000001
#define XEN_ELFNOTE_DUMPCORE_XEN_VERSION    0x2000002
#define XEN_ELFNOTE_DUMPCORE_FORMAT_VERSION 0x2000003

#endif
