/* SPDX-License-Identifier: MIT */
/*
 * The centre of the interface: hypercall numbers, page-table updates, the
 * pages that guest and hypervisor share, and what a guest finds at its start.
 *
 * How a call is made (x86-64 PV): the guest's kernel executes `syscall` with
 * the number in rax and arguments in rdi, rsi, rdx, r10, r8, r9. The result
 * comes back in rax: negative values are -XEN_E... of errno.h. `syscall`
 * itself overwrites rcx and r11; the argument registers must be taken as lost.
 * hypercalls.def has one row for each call with its arguments.
 *
 * Addresses have three kinds. Virtual: as the guest's tables translate them.
 * Pseudo-physical: a guest's own numbering of its memory, 0 to nr_pages-1
 * ("pfn"). Machine: real memory ("mfn"). Page tables hold machine addresses;
 * the p2m list (written by the guest) and the M2P table (read-only, kept by
 * the hypervisor) translate between the latter two.
 */
#ifndef __XEN_PUBLIC_XEN_H__
#define __XEN_PUBLIC_XEN_H__

#include "xen-compat.h"
#include "arch-x86/xen.h"

#ifndef __ASSEMBLY__
DEFINE_XEN_GUEST_HANDLE(char);
__DEFINE_XEN_GUEST_HANDLE(uchar, unsigned char);
DEFINE_XEN_GUEST_HANDLE(int);
__DEFINE_XEN_GUEST_HANDLE(uint, unsigned int);
#if __XEN_INTERFACE_VERSION__ < 0x00040300
DEFINE_XEN_GUEST_HANDLE(long);
__DEFINE_XEN_GUEST_HANDLE(ulong, unsigned long);
#endif
DEFINE_XEN_GUEST_HANDLE(void);
DEFINE_XEN_GUEST_HANDLE(uint64_t);
DEFINE_XEN_GUEST_HANDLE(xen_pfn_t);
DEFINE_XEN_GUEST_HANDLE(xen_ulong_t);
__DEFINE_XEN_GUEST_HANDLE(uint8, uint8_t);
__DEFINE_XEN_GUEST_HANDLE(uint16, uint16_t);
__DEFINE_XEN_GUEST_HANDLE(uint32, uint32_t);
__DEFINE_XEN_GUEST_HANDLE(uint64, uint64_t);
#endif

/*
 * Hypercall numbers. pvsdk/hypercall.h asserts that they and hypercalls.def
 * say the same. The three *_compat calls are the forms of 2005.
 */
#define __HYPERVISOR_set_trap_table                0
#define __HYPERVISOR_mmu_update                    1
#define __HYPERVISOR_set_gdt                       2
#define __HYPERVISOR_stack_switch                  3
#define __HYPERVISOR_set_callbacks                 4
#define __HYPERVISOR_fpu_taskswitch                5
#define __HYPERVISOR_sched_op_compat               6
#define __HYPERVISOR_platform_op                   7
#define __HYPERVISOR_set_debugreg                  8
#define __HYPERVISOR_get_debugreg                  9
#define __HYPERVISOR_update_descriptor             10
#define __HYPERVISOR_memory_op                     12
#define __HYPERVISOR_multicall                     13
#define __HYPERVISOR_update_va_mapping             14
#define __HYPERVISOR_set_timer_op                  15
#define __HYPERVISOR_event_channel_op_compat       16
#define __HYPERVISOR_xen_version                   17
#define __HYPERVISOR_console_io                    18
#define __HYPERVISOR_physdev_op_compat             19
#define __HYPERVISOR_grant_table_op                20
#define __HYPERVISOR_vm_assist                     21
#define __HYPERVISOR_update_va_mapping_otherdomain 22
#define __HYPERVISOR_iret                          23
#define __HYPERVISOR_vcpu_op                       24
#define __HYPERVISOR_set_segment_base              25
#define __HYPERVISOR_mmuext_op                     26
#define __HYPERVISOR_xsm_op                        27
#define __HYPERVISOR_nmi_op                        28
#define __HYPERVISOR_sched_op                      29
#define __HYPERVISOR_callback_op                   30
#define __HYPERVISOR_xenoprof_op                   31
#define __HYPERVISOR_event_channel_op              32
#define __HYPERVISOR_physdev_op                    33
#define __HYPERVISOR_hvm_op                        34
#define __HYPERVISOR_sysctl                        35
#define __HYPERVISOR_domctl                        36
#define __HYPERVISOR_kexec_op                      37
#define __HYPERVISOR_tmem_op                       38
#define __HYPERVISOR_argo_op                       39
#define __HYPERVISOR_xenpmu_op                     40
#define __HYPERVISOR_dm_op                         41
#define __HYPERVISOR_hypfs_op                      42
#define __HYPERVISOR_arch_0                        48
#define __HYPERVISOR_arch_1                        49
#define __HYPERVISOR_arch_2                        50
#define __HYPERVISOR_arch_3                        51
#define __HYPERVISOR_arch_4                        52
#define __HYPERVISOR_arch_5                        53
#define __HYPERVISOR_arch_6                        54
#define __HYPERVISOR_arch_7                        55

#if __XEN_INTERFACE_VERSION__ < 0x00030101
#undef __HYPERVISOR_sched_op
#define __HYPERVISOR_sched_op __HYPERVISOR_sched_op_compat
#endif
#if __XEN_INTERFACE_VERSION__ < 0x00030202
#undef __HYPERVISOR_event_channel_op
#define __HYPERVISOR_event_channel_op __HYPERVISOR_event_channel_op_compat
#undef __HYPERVISOR_physdev_op
#define __HYPERVISOR_physdev_op __HYPERVISOR_physdev_op_compat
#endif
#if __XEN_INTERFACE_VERSION__ < 0x00030204
#define __HYPERVISOR_dom0_op __HYPERVISOR_platform_op
#endif

/*
 * Virtual interrupts, bound to an event channel with EVTCHNOP_bind_virq. TIMER,
 * DEBUG, XENOPROF and XENPMU are per vCPU; the others are the domain's (of
 * domain 0 as a rule) and may be bound on vCPU 0 first.
 */
#define VIRQ_TIMER      0 /* singleshot, periodic or set_timer_op */
#define VIRQ_DEBUG      1 /* the operator asks for a dump */
#define VIRQ_CONSOLE    2 /* input for console_io to read */
#define VIRQ_DOM_EXC    3 /* a domain has died or shut down */
#define VIRQ_TBUF       4 /* trace buffer has records */
#define VIRQ_DEBUGGER   6 /* a debugged domain has paused */
#define VIRQ_XENOPROF   7
#define VIRQ_CON_RING   8 /* the hypervisor's log has grown */
#define VIRQ_PCPU_STATE 9
#define VIRQ_MEM_EVENT  10
#define VIRQ_ARGO       11
#define VIRQ_ENOMEM     12
#define VIRQ_XENPMU     13
#define VIRQ_ARCH_0     16 /* machine checks */
#define VIRQ_ARCH_1     17
#define VIRQ_ARCH_2     18
#define VIRQ_ARCH_3     19
#define VIRQ_ARCH_4     20
#define VIRQ_ARCH_5     21
#define VIRQ_ARCH_6     22
#define VIRQ_ARCH_7     23
#define NR_VIRQS        24

/*
 * mmu_update: the low two bits of mmu_update.ptr. NORMAL writes a page-table
 * entry at a machine address; MACHPHYS sets the M2P entry of a frame of one's
 * own; PRESERVE_AD writes an entry but keeps accessed and dirty bits that the
 * processor may be setting at the same time.
 */
#define MMU_NORMAL_PT_UPDATE       0
#define MMU_MACHPHYS_UPDATE        1
#define MMU_PT_UPDATE_PRESERVE_AD  2
#define MMU_PT_UPDATE_NO_TRANSLATE 3

/* mmuext_op.cmd, with the arguments that each one reads. */
#define MMUEXT_PIN_L1_TABLE       0 /* mfn: validate and hold as a table */
#define MMUEXT_PIN_L2_TABLE       1 /* mfn */
#define MMUEXT_PIN_L3_TABLE       2 /* mfn */
#define MMUEXT_PIN_L4_TABLE       3 /* mfn */
#define MMUEXT_UNPIN_TABLE        4 /* mfn */
#define MMUEXT_NEW_BASEPTR        5 /* mfn: the kernel's top table, cr3 */
#define MMUEXT_TLB_FLUSH_LOCAL    6
#define MMUEXT_INVLPG_LOCAL       7 /* linear_addr */
#define MMUEXT_TLB_FLUSH_MULTI    8 /* vcpumask */
#define MMUEXT_INVLPG_MULTI       9 /* linear_addr, vcpumask */
#define MMUEXT_TLB_FLUSH_ALL      10
#define MMUEXT_INVLPG_ALL         11 /* linear_addr */
#define MMUEXT_FLUSH_CACHE        12
#define MMUEXT_SET_LDT            13 /* linear_addr, nr_ents; 0 is none */
#define MMUEXT_NEW_USER_BASEPTR   15 /* mfn: user mode's top table */
#define MMUEXT_CLEAR_PAGE         16 /* mfn */
#define MMUEXT_COPY_PAGE          17 /* mfn, src_mfn */
#define MMUEXT_FLUSH_CACHE_GLOBAL 18
#define MMUEXT_MARK_SUPER         19
#define MMUEXT_UNMARK_SUPER       20

/* update_va_mapping's flags: what to flush, OR on which vCPUs. Instead of
 * LOCAL or ALL, a pointer to a mask of vCPUs can be added (it is aligned, so
 * that its low three bits are free). */
#define UVMF_NONE           (xen_mk_ulong(0) << 0)
#define UVMF_TLB_FLUSH      (xen_mk_ulong(1) << 0)
#define UVMF_INVLPG         (xen_mk_ulong(2) << 0)
#define UVMF_FLUSHTYPE_MASK (xen_mk_ulong(3) << 0)
#define UVMF_MULTI          (xen_mk_ulong(0) << 2)
#define UVMF_LOCAL          (xen_mk_ulong(0) << 2)
#define UVMF_ALL            (xen_mk_ulong(1) << 2)

/* console_io: the emergency console. Domain 0, or a debug hypervisor. */
#define CONSOLEIO_write 0
#define CONSOLEIO_read  1

/* vm_assist(cmd, type): parts of a guest's work that the hypervisor takes on.
 */
#define VMASST_CMD_enable  0
#define VMASST_CMD_disable 1

#define VMASST_TYPE_4gb_segments         0  /* 32-bit guests only */
#define VMASST_TYPE_4gb_segments_notify  1  /* 32-bit guests only */
#define VMASST_TYPE_writable_pagetables  2  /* emulate stores to tables */
#define VMASST_TYPE_pae_extended_cr3     3  /* 32-bit guests only */
#define VMASST_TYPE_architectural_iopl   4  /* IOPL lives in rflags */
#define VMASST_TYPE_runstate_update_flag 5  /* see XEN_RUNSTATE_UPDATE */
#define VMASST_TYPE_m2p_strict           32 /* no M2P in user mode */
#if __XEN_INTERFACE_VERSION__ < 0x00040600
#define MAX_VMASST_TYPE 3
#endif

/* Domain numbers from here on name roles, not domains. */
#define DOMID_FIRST_RESERVED xen_mk_uint(0x7FF0)
#define DOMID_SELF           xen_mk_uint(0x7FF0) /* the caller */
#define DOMID_IO             xen_mk_uint(0x7FF1) /* device memory */
#define DOMID_XEN            xen_mk_uint(0x7FF2) /* the hypervisor's */
#define DOMID_COW            xen_mk_uint(0x7FF3) /* shared by merging */
#define DOMID_INVALID        xen_mk_uint(0x7FF4) /* nobody */
#define DOMID_IDLE           xen_mk_uint(0x7FFF)
#define DOMID_MASK           xen_mk_uint(0x7FFF)

#ifndef __ASSEMBLY__

typedef uint16_t domid_t;

/* One request of mmuext_op(ops, count, *done, domid). */
struct mmuext_op {
    unsigned int cmd; /* MMUEXT_... */
    union {
        xen_pfn_t mfn;
        unsigned long linear_addr;
    } arg1;
    union {
        unsigned int nr_ents;
#if __XEN_INTERFACE_VERSION__ >= 0x00030205
        XEN_GUEST_HANDLE(const_void) vcpumask; /* bit n: vCPU n */
#else
        const void *vcpumask;
#endif
        xen_pfn_t src_mfn;
    } arg2;
};
typedef struct mmuext_op mmuext_op_t;
DEFINE_XEN_GUEST_HANDLE(mmuext_op_t);

/* One request of mmu_update(reqs, count, *done, domid). */
struct mmu_update {
    uint64_t ptr; /* machine address of the entry | MMU_... */
    uint64_t val; /* new entry; for MACHPHYS the new pfn */
};
typedef struct mmu_update mmu_update_t;
DEFINE_XEN_GUEST_HANDLE(mmu_update_t);

/* One call of a multicall; the hypervisor writes result back. */
struct multicall_entry {
    xen_ulong_t op, result;
    xen_ulong_t args[6];
};
typedef struct multicall_entry multicall_entry_t;
DEFINE_XEN_GUEST_HANDLE(multicall_entry_t);

#if __XEN_INTERFACE_VERSION__ < 0x00040400
#define NR_EVENT_CHANNELS EVTCHN_2L_NR_CHANNELS
#endif

/*
 * Time of one vCPU, written by the hypervisor whenever the vCPU is scheduled or
 * the rate changes. Read version (wait while it is odd), then the fields, then
 * version again; repeat if it differs. Between updates
 *   now = system_time
 *       + (((tsc - tsc_timestamp) << tsc_shift) * tsc_to_system_mul >> 32)
 * in nanoseconds since the hypervisor started; a negative shift goes right, and
 * the product needs 96 bits.
 */
struct vcpu_time_info {
    uint32_t version;
    uint32_t pad0;
    uint64_t tsc_timestamp;     /* TSC at the update */
    uint64_t system_time;       /* ns at the update */
    uint32_t tsc_to_system_mul; /* 2^32 ns per shifted tick; never 0 */
    int8_t tsc_shift;
#if __XEN_INTERFACE_VERSION__ > 0x040600
    uint8_t flags; /* XEN_PVCLOCK_... */
    uint8_t pad1[2];
#else
    int8_t pad1[3];
#endif
};
typedef struct vcpu_time_info vcpu_time_info_t;

#define XEN_PVCLOCK_TSC_STABLE_BIT (1 << 0) /* equal on all vCPUs */
#define XEN_PVCLOCK_GUEST_STOPPED  (1 << 1)

/*
 * State of a vCPU that both sides write. It lies in shared_info for vCPUs
 * 0 to 31 until VCPUOP_register_vcpu_info moves it to a page of the guest's.
 */
struct vcpu_info {
    /* Set by the hypervisor after pending_sel; cleared by the guest before it
     * reads pending_sel. Non-zero: there may be something to do. */
    uint8_t evtchn_upcall_pending;
    /* The virtual interrupt flag, inverted: non-zero holds upcalls back. The
     * guest writes it; the hypervisor sets it on entry to a handler that asks
     * for it and restores it with iret. Who clears it must look at
     * upcall_pending afterwards. */
    uint8_t evtchn_upcall_mask;
    /* Bit n: word n of evtchn_pending may have pending bits. Set by the
     * hypervisor, exchanged with 0 by the guest. */
    xen_ulong_t evtchn_pending_sel;
    struct arch_vcpu_info arch;
    vcpu_time_info_t time;
};
typedef struct vcpu_info vcpu_info_t;

/*
 * The one page that the hypervisor owns and lets a domain write. A PV guest
 * maps the machine address of start_info.shared_info where it likes.
 */
struct shared_info {
    struct vcpu_info vcpu_info[XEN_LEGACY_MAX_VCPUS];
    /* Bit p: port p. pending is set by the hypervisor and cleared by the guest
     * with locked instructions; mask is the guest's, all ones at the start.
     * Clearing a mask bit with pending set needs EVTCHNOP_unmask, or the
     * guest's own look at pending. */
    xen_ulong_t evtchn_pending[sizeof(xen_ulong_t) * 8];
    xen_ulong_t evtchn_mask[sizeof(xen_ulong_t) * 8];
    /* Wall clock at system time 0, UTC; version as in vcpu_time_info. */
    uint32_t wc_version;
    uint32_t wc_sec;
    uint32_t wc_nsec;
    uint32_t wc_sec_hi; /* seconds, upper half */
#define xen_wc_sec_hi wc_sec_hi
    struct arch_shared_info arch;
};
typedef struct shared_info shared_info_t;

/*
 * What a guest finds at the address in rsi when it starts. The domain builder
 * writes it; after that the page is the guest's own. Fields named _mfn and
 * shared_info are machine, the rest are virtual unless a flag says otherwise.
 */
struct start_info {
    char magic[32];            /* "xen-<major>.<minor>-x86_64" */
    unsigned long nr_pages;    /* size of the p2m list */
    unsigned long shared_info; /* machine ADDRESS of struct shared_info */
    uint32_t flags;            /* SIF_... */
    xen_pfn_t store_mfn;       /* page of the xenstore rings */
    uint32_t store_evtchn;     /* 0: there is no xenstore */
    union {
        struct {
            xen_pfn_t mfn; /* struct xencons_interface */
            uint32_t evtchn;
        } domU;
        struct {               /* with SIF_INITDOMAIN */
            uint32_t info_off; /* dom0_vga_console_info, from this struct */
            uint32_t info_size;
        } dom0;
    } console;
    unsigned long pt_base; /* the first page table, the L4 */
    unsigned long nr_pt_frames;
    unsigned long mfn_list;  /* p2m: xen_pfn_t[nr_pages] */
    unsigned long mod_start; /* initrd, 0 if none; or a pfn, see flags */
    unsigned long mod_len;   /* bytes */
#define MAX_GUEST_CMDLINE 1024
    int8_t cmd_line[MAX_GUEST_CMDLINE];
    /* Frames of the p2m list and its tables, if ELF note INIT_P2M placed
     * them outside the boot mapping. */
    unsigned long first_p2m_pfn;
    unsigned long nr_p2m_frames;
};
typedef struct start_info start_info_t;

#if __XEN_INTERFACE_VERSION__ < 0x00030203
#define console_mfn    console.domU.mfn
#define console_evtchn console.domU.evtchn
#endif

#endif /* !__ASSEMBLY__ */

/* start_info.flags */
#define SIF_PRIVILEGED      (1 << 0)    /* may control the hypervisor */
#define SIF_INITDOMAIN      (1 << 1)    /* domain 0 */
#define SIF_MULTIBOOT_MOD   (1 << 2)    /* mod_start: xen_multiboot_mod_list */
#define SIF_MOD_START_PFN   (1 << 3)    /* mod_start is a pfn, not mapped */
#define SIF_VIRT_P2M_4TOOLS (1 << 4)    /* fill arch_shared_info.p2m_vaddr */
#define SIF_PM_MASK         (0xFF << 8) /* power management left to domain 0 */

#ifndef __ASSEMBLY__

/* An element of the list at mod_start with SIF_MULTIBOOT_MOD; ends with a
 * mod_start of 0. Addresses are offsets from start_info.mod_start's mapping. */
struct xen_multiboot_mod_list {
    uint32_t mod_start;
    uint32_t mod_end; /* first byte behind */
    uint32_t cmdline;
    uint32_t pad;
};

/* The screen as the boot loader left it, for domain 0 only. */
typedef struct dom0_vga_console_info {
    uint8_t video_type;
#define XEN_VGATYPE_TEXT_MODE_3 0x03
#define XEN_VGATYPE_VESA_LFB    0x23
#define XEN_VGATYPE_EFI_LFB     0x70
    union {
        struct {
            uint16_t font_height; /* pixels */
            uint16_t cursor_x, cursor_y;
            uint16_t rows, columns;
        } text_mode_3;
        struct {
            uint16_t width, height; /* pixels */
            uint16_t bytes_per_line;
            uint16_t bits_per_pixel;
            uint32_t lfb_base; /* machine address, lower half */
            uint32_t lfb_size; /* units of 64 KiB */
            uint8_t red_pos, red_size;
            uint8_t green_pos, green_size;
            uint8_t blue_pos, blue_size;
            uint8_t rsvd_pos, rsvd_size;
#if __XEN_INTERFACE_VERSION__ >= 0x00030206
            uint32_t gbl_caps;
            uint16_t mode_attrs;
            uint16_t pad;
#endif
#if __XEN_INTERFACE_VERSION__ >= 0x00040d00
            uint32_t ext_lfb_base; /* lfb_base, upper half */
#endif
        } vesa_lfb;
    } u;
} dom0_vga_console_info_t;
#define xen_vga_console_info   dom0_vga_console_info
#define xen_vga_console_info_t dom0_vga_console_info_t

typedef uint8_t xen_domain_handle_t[16];

/* A UUID as 16 bytes, the first group's highest byte first. */
typedef struct {
    uint8_t a[16];
} xen_uuid_t;

#define __XEN_UUID_BYTE(x, n) (((x) >> (8 * (n))) & 0xFF)
#define XEN_DEFINE_UUID_(a, b, c, d, e1, e2, e3, e4, e5, e6)                   \
    {                                                                          \
        {                                                                      \
            __XEN_UUID_BYTE(a, 3), __XEN_UUID_BYTE(a, 2),                      \
                __XEN_UUID_BYTE(a, 1), __XEN_UUID_BYTE(a, 0),                  \
                __XEN_UUID_BYTE(b, 1), __XEN_UUID_BYTE(b, 0),                  \
                __XEN_UUID_BYTE(c, 1), __XEN_UUID_BYTE(c, 0),                  \
                __XEN_UUID_BYTE(d, 1), __XEN_UUID_BYTE(d, 0), e1, e2, e3, e4,  \
                e5, e6                                                         \
        }                                                                      \
    }
#if defined(__STDC_VERSION__) ? __STDC_VERSION__ >= 199901L : defined(__GNUC__)
#define XEN_DEFINE_UUID(a, b, c, d, e1, e2, e3, e4, e5, e6)                    \
    ((xen_uuid_t)XEN_DEFINE_UUID_(a, b, c, d, e1, e2, e3, e4, e5, e6))
#else
#define XEN_DEFINE_UUID(a, b, c, d, e1, e2, e3, e4, e5, e6)                    \
    XEN_DEFINE_UUID_(a, b, c, d, e1, e2, e3, e4, e5, e6)
#endif

#endif /* !__ASSEMBLY__ */

#endif
