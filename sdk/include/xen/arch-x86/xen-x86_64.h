/* SPDX-License-Identifier: MIT */
/*
 * What of xen.h depends on 64-bit mode: selectors, the hypervisor's part of the
 * address space, the iret frame, registers. Included by arch-x86/xen.h.
 *
 * Guest kernel and guest user both run in ring 3. The hypervisor knows which
 * of the two a vCPU is in, keeps two top tables and two GS bases for it, and
 * switches on entry to the kernel and on the iret hypercall.
 */
#include "../xen.h" /* whichever comes first, xen.h opens the set */

#ifndef __XEN_PUBLIC_ARCH_X86_XEN_X86_64_H__
#define __XEN_PUBLIC_ARCH_X86_XEN_X86_64_H__

/*
 * Flat selectors that every guest has without a GDT of its own. A kernel starts
 * with CS64 and SS64. Frames of kernel-mode traps show the RPL of cs as 0 and
 * those of user mode as 3: this tells the two apart.
 */
#define FLAT_RING3_CS32 0xe023
#define FLAT_RING3_CS64 0xe033
#define FLAT_RING3_DS32 0xe02b
#define FLAT_RING3_DS64 0x0000
#define FLAT_RING3_SS32 0xe02b
#define FLAT_RING3_SS64 0xe02b

#define FLAT_KERNEL_DS64 FLAT_RING3_DS64
#define FLAT_KERNEL_DS32 FLAT_RING3_DS32
#define FLAT_KERNEL_DS   FLAT_KERNEL_DS64
#define FLAT_KERNEL_CS64 FLAT_RING3_CS64
#define FLAT_KERNEL_CS32 FLAT_RING3_CS32
#define FLAT_KERNEL_CS   FLAT_KERNEL_CS64
#define FLAT_KERNEL_SS64 FLAT_RING3_SS64
#define FLAT_KERNEL_SS32 FLAT_RING3_SS32
#define FLAT_KERNEL_SS   FLAT_KERNEL_SS64

#define FLAT_USER_DS64 FLAT_RING3_DS64
#define FLAT_USER_DS32 FLAT_RING3_DS32
#define FLAT_USER_DS   FLAT_USER_DS64
#define FLAT_USER_CS64 FLAT_RING3_CS64
#define FLAT_USER_CS32 FLAT_RING3_CS32
#define FLAT_USER_CS   FLAT_USER_CS64
#define FLAT_USER_SS64 FLAT_RING3_SS64
#define FLAT_USER_SS32 FLAT_RING3_SS32
#define FLAT_USER_SS   FLAT_USER_SS64

/*
 * Slots 256 to 271 of every top table are the hypervisor's. The guest may read
 * the first of them, the M2P table: one frame number a machine frame. The part
 * behind the machine's last frame is not mapped and faults.
 */
#define __HYPERVISOR_VIRT_START 0xFFFF800000000000
#define __HYPERVISOR_VIRT_END   0xFFFF880000000000
#define __MACH2PHYS_VIRT_START  0xFFFF800000000000
#define __MACH2PHYS_VIRT_END    0xFFFF804000000000

#ifndef HYPERVISOR_VIRT_START
#define HYPERVISOR_VIRT_START xen_mk_ulong(__HYPERVISOR_VIRT_START)
#define HYPERVISOR_VIRT_END   xen_mk_ulong(__HYPERVISOR_VIRT_END)
#endif
#define MACH2PHYS_VIRT_START xen_mk_ulong(__MACH2PHYS_VIRT_START)
#define MACH2PHYS_VIRT_END   xen_mk_ulong(__MACH2PHYS_VIRT_END)
#define MACH2PHYS_NR_ENTRIES ((MACH2PHYS_VIRT_END - MACH2PHYS_VIRT_START) >> 3)
#if !defined(__ASSEMBLY__) && !defined(machine_to_phys_mapping)
#define machine_to_phys_mapping ((unsigned long *)HYPERVISOR_VIRT_START)
#endif

/* set_segment_base(which, base). GS_USER_SEL loads a selector into user GS. */
#define SEGBASE_FS          0
#define SEGBASE_GS_USER     1
#define SEGBASE_GS_KERNEL   2
#define SEGBASE_GS_USER_SEL 3

/* iret_context.flags: return as sysret would, rcx and r11 are not restored. */
#define _VGCF_in_syscall 8
#define VGCF_in_syscall  (1 << _VGCF_in_syscall)
#define VGCF_IN_SYSCALL  VGCF_in_syscall

#ifndef __ASSEMBLY__

/*
 * The stack, lowest address first, when a kernel makes the iret hypercall:
 * rax, r11 and rcx are the values to restore. With RPL 3 in cs the return goes
 * to user mode and its top table. Bit 9 of rflags, inverted, becomes
 * evtchn_upcall_mask.
 */
struct iret_context {
    uint64_t rax, r11, rcx, flags, rip, cs, rflags, rsp, ss;
};

/*
 * Registers by name. GNU C lets old code say eip for rip (both 64 bits wide)
 * and _eip for its lower half; strict C has the 64-bit name alone.
 */
#if defined(__GNUC__) && !defined(__STRICT_ANSI__)
#define __PV_REG(name)                                                         \
    union {                                                                    \
        uint64_t r##name, e##name;                                             \
        uint32_t _e##name;                                                     \
    }
#else
#define __PV_REG(name) uint64_t r##name
#endif

/* Written by tools and by VCPUOP_initialise's caller; entry frames on a guest's
 * stack are shorter and have another order. */
struct cpu_user_regs {
    uint64_t r15;
    uint64_t r14;
    uint64_t r13;
    uint64_t r12;
    __PV_REG(bp);
    __PV_REG(bx);
    uint64_t r11;
    uint64_t r10;
    uint64_t r9;
    uint64_t r8;
    __PV_REG(ax);
    __PV_REG(cx);
    __PV_REG(dx);
    __PV_REG(si);
    __PV_REG(di);
    uint32_t error_code;   /* the hypervisor's own use */
    uint32_t entry_vector; /* the hypervisor's own use */
    __PV_REG(ip);
    uint16_t cs, _pad0[1];
    uint8_t saved_upcall_mask;
    uint8_t _pad1[3];
    __PV_REG(flags); /* rflags.IF equals !saved_upcall_mask */
    __PV_REG(sp);
    uint16_t ss, _pad2[3];
    uint16_t es, _pad3[3];
    uint16_t ds, _pad4[3];
    uint16_t fs, _pad5[3]; /* the base counts, not the selector */
    uint16_t gs, _pad6[3];
};
typedef struct cpu_user_regs cpu_user_regs_t;
DEFINE_XEN_GUEST_HANDLE(cpu_user_regs_t);

#undef __PV_REG

/* 64-bit guests' cr3 is a plain address; the macros exist for 32-bit ones. */
#define xen_pfn_to_cr3(pfn) ((unsigned long)(pfn) << 12)
#define xen_cr3_to_pfn(cr3) ((unsigned long)(cr3) >> 12)

struct arch_vcpu_info {
    unsigned long cr2; /* address of the last page fault; valid in #PF */
    unsigned long pad;
};
typedef struct arch_vcpu_info arch_vcpu_info_t;

typedef unsigned long xen_callback_t; /* where a callback starts */

#endif /* !__ASSEMBLY__ */

#endif
