/* SPDX-License-Identifier: MIT */
/*
 * What of xen.h depends on the processor's family: guest handles, traps, the
 * state of a new vCPU. Included by xen.h; include that.
 */
#include "../xen.h" /* whichever comes first, xen.h opens the set */

#ifndef __XEN_PUBLIC_ARCH_X86_XEN_H__
#define __XEN_PUBLIC_ARCH_X86_XEN_H__

#ifndef __x86_64__
#error "Parapet's interface headers are for x86-64 guests"
#endif

/*
 * A guest handle is a guest's pointer inside a structure that the hypervisor
 * reads. It is a type of its own, so that neither side follows it by accident:
 * a guest fills it with set_xen_guest_handle(), the hypervisor copies through
 * its one checked door.
 */
#if __XEN_INTERFACE_VERSION__ >= 0x00030201
#define ___DEFINE_XEN_GUEST_HANDLE(name, type)                                 \
    typedef struct {                                                           \
        type *p;                                                               \
    } __guest_handle_##name
#else
#define ___DEFINE_XEN_GUEST_HANDLE(name, type)                                 \
    typedef type *__guest_handle_##name
#endif
#define __DEFINE_XEN_GUEST_HANDLE(name, type)                                  \
    ___DEFINE_XEN_GUEST_HANDLE(name, type);                                    \
    ___DEFINE_XEN_GUEST_HANDLE(const_##name, const type)
#define DEFINE_XEN_GUEST_HANDLE(name) __DEFINE_XEN_GUEST_HANDLE(name, name)
#define __XEN_GUEST_HANDLE(name)      __guest_handle_##name
#define XEN_GUEST_HANDLE(name)        __XEN_GUEST_HANDLE(name)
#define XEN_GUEST_HANDLE_PARAM(name)  XEN_GUEST_HANDLE(name)
#define set_xen_guest_handle_raw(hnd, val)                                     \
    do {                                                                       \
        (hnd).p = val;                                                         \
    } while (0)
#define set_xen_guest_handle(hnd, val) set_xen_guest_handle_raw(hnd, val)

#include "xen-x86_64.h"

#ifndef __ASSEMBLY__
typedef unsigned long xen_pfn_t; /* a frame number; context says whose */
#define PRI_xen_pfn  "lx"
#define PRIu_xen_pfn "lu"

typedef unsigned long xen_ulong_t;
#define PRI_xen_ulong "lx"
#endif

#define XEN_HAVE_PV_GUEST_ENTRY 1
#define XEN_HAVE_PV_UPCALL_MASK 1

/* A guest's GDT has descriptors in its first 14 pages; the rest of the 64 KiB
 * are the hypervisor's, with the flat selectors of xen-x86_64.h. */
#define FIRST_RESERVED_GDT_PAGE  14
#define FIRST_RESERVED_GDT_BYTE  (FIRST_RESERVED_GDT_PAGE * 4096)
#define FIRST_RESERVED_GDT_ENTRY (FIRST_RESERVED_GDT_BYTE / 8)

/* vCPUs that have a vcpu_info inside shared_info. */
#define XEN_LEGACY_MAX_VCPUS 32

/* vcpu_guest_context.flags */
#define VGCF_I387_VALID                (1 << 0)
#define VGCF_IN_KERNEL                 (1 << 2)
#define _VGCF_i387_valid               0
#define VGCF_i387_valid                (1 << _VGCF_i387_valid)
#define _VGCF_in_kernel                2
#define VGCF_in_kernel                 (1 << _VGCF_in_kernel)
#define _VGCF_failsafe_disables_events 3
#define VGCF_failsafe_disables_events  (1 << _VGCF_failsafe_disables_events)
#define _VGCF_syscall_disables_events  4
#define VGCF_syscall_disables_events   (1 << _VGCF_syscall_disables_events)
#define _VGCF_online                   5
#define VGCF_online                    (1 << _VGCF_online)

#ifndef __ASSEMBLY__

/*
 * A row of the table for set_trap_table, which ends with an address of 0.
 * flags bits 0-1: the lowest privilege that may use `int n` for it (3 for user
 * mode); bit 2: hold events back on entry. cs is the handler's; its RPL is
 * taken as 3.
 */
struct trap_info {
    uint8_t vector;
    uint8_t flags;
    uint16_t cs;
    unsigned long address;
};
typedef struct trap_info trap_info_t;
DEFINE_XEN_GUEST_HANDLE(trap_info_t);

#define TI_GET_DPL(_ti)       ((_ti)->flags & 3)
#define TI_GET_IF(_ti)        ((_ti)->flags & 4)
#define TI_SET_DPL(_ti, _dpl) ((_ti)->flags |= (_dpl))
#define TI_SET_IF(_ti, _if)   ((_ti)->flags |= ((!!(_if)) << 2))

typedef uint64_t tsc_timestamp_t;

/*
 * The whole state of a vCPU, read by VCPUOP_initialise. ctrlreg[0] is cr0,
 * ctrlreg[1] the user-mode top table and ctrlreg[3] the kernel's, both as
 * xen_pfn_to_cr3(mfn); debugreg[n] is drN.
 */
struct vcpu_guest_context {
    struct {
        char x[512]; /* FXSAVE image, valid with VGCF_i387_valid */
    } fpu_ctxt;
    unsigned long flags; /* VGCF_... */
    struct cpu_user_regs user_regs;
    struct trap_info trap_ctxt[256];
    unsigned long ldt_base, ldt_ents;
    unsigned long gdt_frames[16], gdt_ents; /* mfns, and descriptors */
    unsigned long kernel_ss, kernel_sp;     /* as by stack_switch */
    unsigned long ctrlreg[8];
    unsigned long debugreg[8];
    unsigned long event_callback_eip;
    unsigned long failsafe_callback_eip;
    unsigned long syscall_callback_eip;
    unsigned long vm_assist; /* bit mask; 1 << VMASST_TYPE_... */
    uint64_t fs_base;
    uint64_t gs_base_kernel;
    uint64_t gs_base_user;
};
typedef struct vcpu_guest_context vcpu_guest_context_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_guest_context_t);

/*
 * Where tools find the guest's p2m; the guest fills it in. Either the tree
 * below frame_list_list or (newer) the virtual list p2m_vaddr in the address
 * space of p2m_cr3. generation is raised before and after a change.
 */
struct arch_shared_info {
    unsigned long max_pfn; /* number of entries of the p2m */
    xen_pfn_t pfn_to_mfn_frame_list_list;
    unsigned long nmi_reason; /* XEN_NMIREASON_...; the hypervisor writes */
    unsigned long p2m_cr3;    /* 0: the three below are not valid */
    unsigned long p2m_vaddr;
    unsigned long p2m_generation;
};
typedef struct arch_shared_info arch_shared_info_t;

/* One CPUID leaf and one MSR, as control tools pass them. */
typedef struct xen_cpuid_leaf {
#define XEN_CPUID_NO_SUBLEAF 0xffffffffu
    uint32_t leaf, subleaf;
    uint32_t a, b, c, d;
} xen_cpuid_leaf_t;
DEFINE_XEN_GUEST_HANDLE(xen_cpuid_leaf_t);

typedef struct xen_msr_entry {
    uint32_t idx;
    uint32_t flags; /* 0 */
    uint64_t val;
} xen_msr_entry_t;
DEFINE_XEN_GUEST_HANDLE(xen_msr_entry_t);

#endif /* !__ASSEMBLY__ */

/*
 * `ud2; "xen"` before an instruction asks the hypervisor to execute it. Only
 * cpuid is of use to a PV kernel: without the prefix it sees the hardware's
 * leaves, with it the guest's.
 */
#ifdef __ASSEMBLY__
#define XEN_EMULATE_PREFIX .byte 0x0f, 0x0b, 0x78, 0x65, 0x6e;
#define XEN_CPUID          XEN_EMULATE_PREFIX cpuid
#else
#define XEN_EMULATE_PREFIX ".byte 0x0f,0x0b,0x78,0x65,0x6e ; "
#define XEN_CPUID          XEN_EMULATE_PREFIX "cpuid"
#endif

/* The debug console port of HVM guests; a PV guest has none. */
#define XEN_HVM_DEBUGCONS_IOPORT 0xe9

#endif
