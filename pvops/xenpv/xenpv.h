// SPDX-License-Identifier: MIT
/*
 * What the files of the Xen PV backend share.
 *
 * Three kinds of frame number: pfn, the guest's own numbering of its memory;
 * mfn, the machine's; and virtual addresses. The kernel speaks of pfns and
 * addresses made of them; only what goes into an entry or a hypercall is
 * converted, in p2m.c.
 *
 * Several virtual CPUs: percpu.h says which one this is, and the lock of
 * lock.c is held by whoever changes what is known of pages and live tables.
 */
#ifndef PVOPS_XENPV_H
#define PVOPS_XENPV_H

#include "../include/pvops-drivers.h"
#include "../internal.h"
#include "percpu.h"

#define XEN_HYPERCALL_PAGE pv_hypercall_page /* xenpvh/entry.S */
#include <pvsdk/hypercall.h>
#include <xen/xen.h>

#define PTE_P ((uint64_t)1)
#define PTE_W ((uint64_t)2)
#define PTE_U ((uint64_t)4)
#define PTE_A ((uint64_t)0x20)
#define PTE_D ((uint64_t)0x40)
#define PTE_PSE ((uint64_t)0x80)
#define PTE_CACHING ((uint64_t)0x98) /* PWT, PCD and, in an L1, PAT */
#define PTE_XEN_KERNEL ((uint64_t)1 << 52)
#define PTE_GUARD ((uint64_t)1 << 62) /* of what is not present: guard.c */
#define PTE_ADDRESS ((uint64_t)0x000ffffffffff000)

#define ENTRIES 512
#define XEN_SLOT_FIRST 256 /* of a top-level table, Xen's */
#define XEN_SLOT_LAST 271

#define NO_FRAME (~0ul)

/* start.c: what the loader left. */
extern char pv_shared_page[];
extern struct start_info *pv_xen_start;
extern struct shared_info *pv_xen_shared;

static inline struct vcpu_info *this_vcpu(void)
{
    return &pv_xen_shared->vcpu_info[pv_xen_cpu()];
}

/* hypercall.c: true if `rc` is no error; else says what was refused, with
 * which two arguments, and what the reason most likely is. */
#ifdef PV_RELEASE
static inline bool pv_xen_ok(long rc, const char *what, unsigned long a1,
                             unsigned long a2, const char *likely)
{
    (void)what;
    (void)a1;
    (void)a2;
    (void)likely;
    return rc >= 0;
}
#else
bool pv_xen_ok(long rc, const char *what, unsigned long a1, unsigned long a2,
            const char *likely);
#endif

/* The errno of an error's name ("ENOENT"); EIO if there is no such. */
int pv_errno_of(const char *name, unsigned long length);

/* p2m.c */
extern unsigned long *pv_xen_p2m;
extern unsigned long pv_xen_nr_pages;
unsigned long pv_pfn_to_mfn(unsigned long pfn);       /* or NO_FRAME */
unsigned long pv_mfn_to_pfn(unsigned long mfn);       /* or NO_FRAME */
uint64_t pv_entry_to_machine(uint64_t value);         /* 0 if it cannot be */
uint64_t pv_entry_to_physical(uint64_t raw);
uint64_t pv_machine_address(const void *va);

/* foreign.c */
#define PV_FOREIGN 8
struct pv_foreign {
    unsigned long mfn, pfn; /* mfn 0: not used */
    unsigned long own;      /* the page's own frame */
    void *page;
};
extern struct pv_foreign pv_foreign[PV_FOREIGN];
/* Only says so: `page` is mapped to the frame already. */
void pv_foreign_add(void *page, unsigned long pfn, unsigned long mfn);
void pv_foreign_away(void);
void pv_foreign_back(bool restored);
/* What is in use sets these, to be called after a restore: with interrupts
 * held back, the last one when they are as they were. */
extern void (*pv_grant_restored)(void), (*pv_store_restored)(void);
extern void (*pv_store_watch_again_hook)(void);
bool pv_p2m_describe(void); /* false: no memory */
void pv_smp_restored(void);
void pv_spin_restored(void);
void pv_clock_suspend(void);
void pv_clock_resume(void);
/* Frame `mfn` of Xen's in the place of a page of the image; false: refused. */
bool pv_map_foreign(void *page, unsigned long mfn);

/* frames.c: one for each page of memory. */
struct frame {
    uint32_t user_l4; /* of a top-level table: user mode's own; 0: none */
    uint16_t refs;    /* live entries that point to this live table */
    uint8_t level;    /* 1 to 4 while it is a live table */
    uint8_t flags;
};
#define FRAME_LIVE 1  /* Xen holds it as a table: change it by hypercall */
#define FRAME_FIXED 2 /* read-only for good: descriptors, loader's tables */
#define FRAME_NEW 4   /* going live, see tables.c */
#define FRAME_USER 8  /* in user mode's part of a tree */
#define FRAME_READ_ONLY (FRAME_LIVE | FRAME_FIXED)

extern struct frame *pv_xen_frames;
/* pfn of the top-level table that is loaded, of each CPU and on this one. */
extern unsigned long pv_xen_l4_of[PV_MAX_CPUS];
#define pv_xen_l4 pv_xen_l4_of[pv_xen_cpu()]
struct frame *pv_frame_of(const void *va, unsigned long *pfn);
uint64_t *pv_table_of(unsigned long pfn);
uint64_t *pv_l1_entry(unsigned long va);
uint64_t *pv_find_l1_entry(unsigned long va);
void pv_page_make_read_only(unsigned long pfn);
void pv_page_make_writable(unsigned long pfn);

/* grow.c: returns the first pfn that nothing occupies. */
unsigned long pv_grow_direct_map(void);
bool pv_is_early_table(unsigned long pfn);

/* tables.c */
/* user: in user mode's part of a tree. */
bool pv_table_go_live(unsigned long pfn, int level, bool user);
void pv_table_unref(unsigned long pfn);
unsigned long pv_user_table_of(unsigned long l4); /* made if there is none */
bool pv_is_user_slot(unsigned slot);
bool pv_is_user_entry(unsigned slot, uint64_t value);
bool pv_l4_pin(unsigned long pfn);

/* batch.c: changes of live tables, which wait if a section is open. */
void pv_batch_store(uint64_t *entry, uint64_t raw, int level);
void pv_batch_map(unsigned long va, uint64_t *entry, uint64_t raw);
void pv_batch_op(unsigned cmd, unsigned long pfn, const char *what,
                 const char *likely);
void pv_batch_flush(void);
/* An entry's slot in its table is the same by whatever address it is read: no
 * change of it waits if none waits for that slot of any table. */
extern uint64_t pv_batch_slots[8];
static inline bool pv_batch_may_hold(const void *entry)
{
    unsigned slot = (unsigned long)entry >> 3 & 511;

    return pv_batch_slots[slot / 64] >> slot % 64 & 1;
}
void pv_batch_settle(const uint64_t *entry); /* before it is read */
void pv_batch_settle_above(void);            /* before tables are walked */
unsigned pv_batch_begin(void);
bool pv_batch_end(unsigned begun); /* false: something was refused meanwhile */

/* desc.c */
extern unsigned long pv_xen_trap_handlers[256];
extern unsigned long pv_xen_syscall_handler;
extern unsigned long pv_xen_stack_of[PV_MAX_CPUS]; /* for user mode's traps */
void pv_early_traps(void);
void pv_xen_set_syscall_handler(unsigned long address);

/* guard.c */
struct watched_frame;
extern unsigned long pv_xen_guards_open;
uint64_t pv_guard_of(uint64_t raw); /* of an L1 entry in user mode's part */
void pv_guard_forget(const uint64_t *entry);
void pv_guard_close(void);
bool pv_guard_fault(struct watched_frame *frame);

/* check.c: false if a tree that is to go live breaks a rule; says which. */
bool pv_tree_is_good(unsigned long pfn, int level);

/* fault.c: what is on the stack below a watched exception. */
struct watched_frame {
    unsigned long vector, rcx, r11, error, rip, cs, rflags, rsp, ss;
};
/* 1: it is dealt with, go on; 0: the kernel's. */
unsigned pv_xen_look_at_fault(struct watched_frame *frame);
void pv_xen_no_user_mode(void); /* comes back if it found it */
void pv_xen_early_trap(const unsigned long *stack);
extern unsigned long pv_xen_user_missing_of[PV_MAX_CPUS];
/* 0: user mode can be entered */
#define pv_xen_user_missing pv_xen_user_missing_of[pv_xen_cpu()]
#define USER_NO_TABLE 1ul
#define USER_NO_STACK 2ul

/* entry.S */
extern const char pv_xen_trap_stubs[], pv_xen_upcall_entry[], pv_xen_failsafe_entry[],
    pv_xen_syscall_entry[], pv_xen_early_entry[];
extern unsigned long pv_xen_kernel_cs, pv_xen_kernel_ss;

/* irq.c; from entry.S, with what it came upon */
struct upcall_frame {
    unsigned long rip, cs, rflags, rsp, ss;
};
unsigned long pv_xen_upcall(struct upcall_frame *frame);
extern const char pv_xen_upcall_stub[];
/* sites.S: what was interrupted between these begins again at the start. */
struct restart {
    const char *start, *end;
};
extern const struct restart pv_xen_restart[4];
void pv_xen_force_upcall(void);
#ifdef PV_RELEASE
static inline void pv_xen_look_at_pending(unsigned long flags)
{
    (void)flags;
}
#else
/* Events are held back, and were not if `flags` say so: was one left lying? */
void pv_xen_look_at_pending(unsigned long flags);
#endif
void pv_xen_failsafe(void);

/* lock.c: locks that their holder may take once more, with events held back.
 * Entering returns the flags that leaving puts back. One is for what is known
 * of pages and live tables, one for the console and the models of devices. */
struct pv_nested {
    struct pv_spinlock lock;
    unsigned holder, depth; /* holder: a CPU's number + 1 */
};
extern struct pv_nested pv_mmu_lock, pv_device_lock;
unsigned long pv_nested_enter(struct pv_nested *nested);
void pv_nested_leave(struct pv_nested *nested, unsigned long flags);
#define pv_mmu_enter() pv_nested_enter(&pv_mmu_lock)
#define pv_mmu_leave(flags) pv_nested_leave(&pv_mmu_lock, flags)
void pv_spin_init_cpu(unsigned cpu);

/* smp.c */
extern unsigned pv_xen_cpus_up; /* CPUs that were ever started, and the first */
void pv_xen_cpu_main(void);
extern const char pv_xen_cpu_entry[];
void pv_xen_no_segments(void);
void pv_xen_cpu_again(void *stack) __attribute__((noreturn));
int pv_ipi_take(void); /* the vector to deliver now, or -1 */
void pv_ipi_mark(unsigned cpu, unsigned vector);
void pv_wake_first_cpu(void);
/* desc.c: the descriptor tables of this CPU for one that starts. */
struct vcpu_guest_context;
bool pv_desc_for_cpu(unsigned cpu, struct vcpu_guest_context *context);

/* What is in the page of a frame number that Xen or the toolstack told, or
 * null: xenpv/p2m.c, xenpvh/mmu.c. */
void *pv_xen_page(unsigned long frame);
void *pv_xenpvh_page(unsigned long frame);

/* ../drivers */
void pv_clock_init_cpu(unsigned cpu);
void pv_clock_stop_cpu(void);
bool pv_event_init_cpu(unsigned cpu);
void pv_event_set_pending(unsigned port); /* ends a poll, calls nobody */
void pv_event_init(void);
void pv_event_run_pending(void);
void pv_console_init(void);
void pv_clock_init(void);
uint64_t pv_clock_ns(void);
bool pv_clock_is_armed(void);
int pv_i8259_take(void); /* the vector to deliver now, or -1 */
void pv_i8259_raise(int line);
void pv_i8254_expired(void);

#endif
