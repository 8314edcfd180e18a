/* SPDX-License-Identifier: MIT */
/*
 * A virtual CPU. Everything that makes up its state is here, in one struct
 * without hidden parts, so that it can be saved, shown and restored.
 *
 * The hot part comes first: what the entry stubs read and write without a
 * lock, only ever from the CPU on which the vCPU runs.
 */
#ifndef HV_VCPU_H
#define HV_VCPU_H

#include <xen/xen.h>
#include <xen/vcpu.h>

#include "core/types.h"

struct domain;

/*
 * The registers of a guest as an entry pushes them, lowest address first.
 * vector is the exception's or interrupt's, or ENTRY_SYSCALL: then the way out
 * may be SYSRET, which leaves rip in rcx and rflags in r11. Who changes cs, ss
 * or wants rcx and r11 kept sets it to 0.
 */
struct guest_regs {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint32_t error_code, vector;
    uint64_t rip, cs, rflags, rsp, ss;
};
#define ENTRY_SYSCALL   0x100u
#define ENTRY_SYSCALL32 0x101u /* SYSCALL in 32-bit code */

/* RFLAGS bits. */
#define FLAG_CF   (1ul << 0)
#define FLAG_ONE  (1ul << 1)
#define FLAG_TF   (1ul << 8)
#define FLAG_IF   (1ul << 9)
#define FLAG_DF   (1ul << 10)
#define FLAG_IOPL (3ul << 12)
#define FLAG_NT   (1ul << 14)
#define FLAG_RF   (1ul << 16)
#define FLAG_VM   (1ul << 17)
#define FLAG_AC   (1ul << 18)
#define FLAG_VIF  (1ul << 19)
#define FLAG_VIP  (1ul << 20)
#define FLAG_ID   (1ul << 21)

/* One row of a guest's trap table. entry 0: no handler. */
struct trap_gate {
    uint64_t entry;
    uint16_t cs;
    uint8_t dpl;
    bool mask_events;
};

/* A callback: where, and does it run with events masked. entry 0: none. */
struct callback {
    uint64_t entry;
    bool mask_events;
};

struct vcpu_hot {
    bool kernel_mode;    /* which of the guest's two modes is running */
    bool in_syscall;     /* return by sysret is allowed */
    uint8_t iopl;        /* virtual IOPL that physdev_op set */
    uint64_t kernel_cr3; /* machine addresses; user_cr3 0: none was set */
    uint64_t user_cr3;
    uint64_t kernel_sp, kernel_ss;
    struct vcpu_info *info; /* where its upcall mask and pending are */
    struct callback event, failsafe, syscall, syscall32, sysenter;
    uint64_t fs_base, gs_base_kernel, gs_base_user;
};

/* Why a vCPU does not run: a set of bits; 0 is runnable. */
#define VCPU_PAUSED_DOWN    (1u << 0) /* not up yet, or taken down */
#define VCPU_PAUSED_BLOCKED (1u << 1) /* SCHEDOP_block: an event ends it */
#define VCPU_PAUSED_POLLING (1u << 2) /* SCHEDOP_poll: a port or time ends it */
#define VCPU_PAUSED_DOMAIN  (1u << 3) /* the domain is shut down */
#define VCPU_PAUSED_EARLY   (1u << 4) /* its domain has not begun yet */

struct vcpu {
    struct vcpu_hot hot;
    struct guest_regs regs; /* valid while the vCPU is not on a CPU */
    uint16_t selectors[4];  /* ds es fs gs, likewise */

    struct domain *domain;
    unsigned int id;
    unsigned int paused; /* VCPU_PAUSED_*: sched.c alone changes it */
    int cpu;             /* the CPU that has its state; -1: none. sched.c */
    uint64_t cpus;       /* on which it may run: a bit for each */
    bool initialised;

    struct trap_gate traps[256];
    gva_t port_bitmap;    /* physdev_op set_iobitmap: a bit 0 allows a port */
    uint32_t bitmap_ports; /* how many it has bits for */
    uint64_t cr2, cr4_guest; /* cr4 as the guest asked for it */
    bool cr0_ts;             /* fpu_taskswitch: #NM at the next use */
    bool fpu_used;
    uint8_t *fpu;            /* XSAVE or FXSAVE image (hw_vcpu_init) */
    uint64_t tsc_aux;
    uint64_t mcg_status; /* the MSR: only its guest ever sets it */
    uint64_t xcr0, xcr0_ever; /* now; and all bits that were ever set in it */
    bool failsafe_due;       /* a segment could not be loaded … */
    uint16_t failsafe_selectors[4]; /* … of these */
    bool nmi_pending, nmi_masked; /* one waits; its handler runs (nmi.c) */
    uint64_t dr[8];
    mfn_t gdt[GUEST_GDT_PAGES];
    unsigned int gdt_entries;
    uint64_t ldt_base;
    unsigned int ldt_entries;
    mfn_t ldt[16]; /* window pages present; MFN_NONE: not */

    uint64_t timer;        /* set_timer_op or singleshot, system time; 0: off */
    uint64_t period;       /* ns; 0: off */
    uint64_t next_tick;
    struct vcpu_runstate_info runstate;
    gva_t runstate_area;   /* guest virtual; 0: none … */
    int runstate_shown;    /* … and the state that stands there */
    gva_t time_area;       /* secondary vcpu_time_info; 0: none */
    uint32_t poll_port;
    uint64_t poll_until;
    uint16_t virq_port[NR_VIRQS]; /* 0: not bound */
    mfn_t info_frame;      /* of register_vcpu_info; MFN_NONE: in shared_info */
    void *info_window;     /* the window onto that frame */
    bool queued;           /* waits in the scheduler's queue */
    struct frame *unfinished; /* a table that is still being undone, or NULL */
    struct vcpu *next;     /* of the scheduler's queue */
    unsigned int home;     /* the CPU where it last ran: its timers are there */
    bool yields;           /* others go first, once */
    uint64_t vtime;        /* virtual time (run_queue.c) */
    uint64_t charged;      /* accounted for until then */
    uint64_t slice_start, slice_end; /* of its turn */
};

/* VCPUOP_initialise with the context at ARG (vcpu_up.c). */
long vcpu_initialise(struct vcpu *v, gva_t arg);
/* Back to the vcpu_info in shared_info (vcpu_op.c). */
void vcpu_drop_info(struct vcpu *v);
/* Give back the frames of its GDT and LDT (descriptors.c). */
void drop_descriptors(struct vcpu *v);

/* Between the guest's kernel and user mode: page tables and GS bases. */
void toggle_guest_mode(struct vcpu *v);
/*
 * From and to where V's kernel asked for something to be read or kept: kernel
 * addresses, which user mode's page tables may lack. The number of bytes not
 * copied.
 */
size_t copy_from_kernel(struct vcpu *v, void *to, gva_t from, size_t bytes);
size_t copy_to_kernel(struct vcpu *v, gva_t to, const void *from, size_t bytes);

/*
 * The CPU's state from PREV to NEXT (x86/context.c): PREV's registers are kept
 * in it, NEXT's put into guest_regs(). Either may be NULL: then the CPU holds
 * no guest, and runs on the hypervisor's own page tables. Sets current and
 * both vCPUs' .cpu.
 */
void context_switch(struct vcpu *prev, struct vcpu *next);

#endif
