/* SPDX-License-Identifier: MIT */
/*
 * What a conformance test is written with. A test defines test(); when it
 * returns, the result is said and the guest powers off. README.md beside lib/
 * has the rules.
 *
 * The kernel runs with events masked, without a GDT or trap table of its own
 * but lib's, on a stack of lib's; all memory that the domain builder maps is
 * mapped, at VIRT_BASE.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/callback.h>
#include <xen/errno.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>
#include <pvsdk/event.h>
#include <pvsdk/hypercall.h>
#include <pvsdk/p2m.h>
#include <pvsdk/pte.h>
#include <pvsdk/time.h>

void test(void);

/* start.c: what the domain builder and the hypervisor gave us */
extern const struct start_info *start;
extern struct shared_info *shared; /* mapped by lib */
extern struct vcpu_info *vcpu;     /* of vCPU 0 */
extern const xen_pfn_t *p2m;
extern xen_ulong_t start_mask_word; /* of evtchn_mask, before lib masks all */
bool is_dom0(void);
domid_t own_domid(void);
/* entry.S: as they were at the first instruction */
extern uint64_t start_rsp, start_rflags;
extern uint16_t start_cs, start_ss;

/* report.c: checks, and the end */
extern evtchn_port_t console_port; /* of a domU's console */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void check_at(const char *file, int line, bool ok, const char *what, ...)
    __attribute__((format(printf, 4, 5)));
void check_equal_at(const char *file, int line, const char *erratum,
                    uint64_t found, uint64_t expected, const char *what, ...)
    __attribute__((format(printf, 6, 7)));
void skip(const char *why, const char *what, ...)
    __attribute__((format(printf, 2, 3)));
void conclude(void); /* says the result; for tests with an end of their own */
_Noreturn void finish(void);
_Noreturn void skip_all(const char *why);
_Noreturn void error(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
_Noreturn void shut_down(unsigned int reason);

#define check(ok, ...) check_at(__FILE__, __LINE__, ok, __VA_ARGS__)
#define check_equal(found, expected, ...)                                      \
    check_equal_at(__FILE__, __LINE__, NULL, (uint64_t)(found),                \
                   (uint64_t)(expected), __VA_ARGS__)
/* A check that a named emulator fault can spoil (docs/abi/errata.md). */
#define check_unless(erratum, found, expected, ...)                            \
    check_equal_at(__FILE__, __LINE__, erratum, (uint64_t)(found),             \
                   (uint64_t)(expected), __VA_ARGS__)
/* The call must fail with this errno of <xen/errno.h>. */
#define refused(call, errno, ...)                                              \
    check_equal((long)(call), -(long)(errno), __VA_ARGS__)
#define works(call, ...) check_equal((long)(call), 0, __VA_ARGS__)

/* trap.c: exceptions and callbacks */
enum {
    ENTRY_EVENT = 32, /* upcall */
    ENTRY_FAILSAFE,   /* a return to the guest faulted */
    ENTRY_SYSCALL,    /* user mode's syscall instruction */
    ENTRY_NMI,
    ENTRY_INT80, /* int $0x80 and 0x81, from the trap table */
    ENTRY_INT81,
    ENTRY_COUNT
};

/* Registers as a handler finds them; what the hypervisor pushed is behind. */
struct trap_regs {
    uint64_t rflags, cs, ss; /* the handler's own */
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx;
    uint64_t entry; /* vector, or ENTRY_... */
    uint64_t rax;
};

struct caught {
    struct trap_regs regs;
    uint64_t frame_at; /* the stack pointer at entry */
    unsigned int entry;
    /* from the frame */
    uint64_t rcx, r11;
    uint64_t selectors[4]; /* ds, es, fs, gs: failsafe only */
    uint64_t error;
    uint64_t rip, cs_word, rflags, rsp, ss;
    /* taken apart, and taken at entry */
    uint16_t cs;         /* low half of cs_word */
    uint32_t saved_mask; /* upper half */
    uint64_t cr2;
    uint8_t upcall_mask;
};

struct context {
    uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
};
int context_save(struct context *context) __attribute__((returns_twice));
_Noreturn void context_resume(struct context *context);

struct context *trap_arm(struct caught *into);
void trap_disarm(void);
bool trap_taken(void);

/* Runs a statement; true if it took a trap, which *into then tells. The
 * statement is left where it was: nothing of it runs on. */
#define traps(into, statement)                                                 \
    ({                                                                         \
        if (!context_save(trap_arm(into))) {                                   \
            statement;                                                         \
            trap_disarm();                                                     \
        }                                                                      \
        trap_taken();                                                          \
    })

/* A handler of one's own for an entry: true resumes where it came from, with
 * the registers and frame as they now are. NULL takes it away. */
typedef bool (*trap_hook)(struct trap_regs *regs, struct caught *caught);
void trap_set_hook(unsigned int entry, trap_hook hook);
/* A word of the frame that the hypervisor pushed for this trap. */
enum frame_word {
    FRAME_ERROR,
    FRAME_RIP,
    FRAME_CS,
    FRAME_RFLAGS,
    FRAME_RSP,
    FRAME_SS
};
uint64_t *frame_word(struct trap_regs *regs, enum frame_word which);
bool entry_has_error(unsigned int entry);

/* The addresses at which entries start (for registering them once more). */
unsigned long entry_address(unsigned int entry);
extern struct trap_info trap_table[]; /* lib's; ends with address 0 */

/* memory.c: pages of the image, and their entries */
extern char VIRT_BASE[];
void *page_new(void); /* zeroed; from a small store */
xen_pfn_t page_pfn(const void *va);
xen_pfn_t page_mfn(const void *va);
void *pfn_va(xen_pfn_t pfn);
void *mfn_va(xen_pfn_t mfn);
xen_pte_t *pte_of(const void *va, int level); /* read-only */
uint64_t pte_machine(const void *va, int level);
/* The first frame of one's grant table at VA, a page; error() if not. */
void grant_table_show(void *va);
long page_protect(const void *va, uint64_t flags); /* by update_va_mapping */
void page_read_only(const void *va); /* error() if it is refused */
void page_writable(const void *va);
long mmu_update_one(uint64_t ptr, uint64_t val, unsigned int domain);
long mmuext_one(unsigned int cmd, unsigned long arg1, unsigned long arg2);
void fill(void *at, uint8_t byte, size_t size);
bool same_bytes(const void *a, const void *b, size_t size);

/* user.c: user mode */
void user_init(void); /* a user top table, a kernel stack */
extern xen_pte_t *user_l4;
bool user_run(void (*code)(uint64_t), uint64_t arg, struct caught *into);
/* Returns by way of the iret hypercall to what the frame says. */
_Noreturn void iret_to(struct iret_context *frame, uint64_t rdi, uint64_t rsi);
extern char user_stack_top[], kernel_stack_top[];

/* second.c: a further vCPU runs code(), then goes down; it may be started again
 * when it is down */
void vcpu_start(unsigned int number, void (*code)(unsigned int number));
void second_start(void (*code)(void)); /* vCPU 1 */
bool vcpu_goes_down(unsigned int number, uint64_t ns); /* is it, within ns? */
/* vCPUs 0 to count - 1 run code() at the same time; true when all are through. */
bool team_run(unsigned int count, void (*code)(unsigned int number));

/* event.c: upcalls */
void events_init(void); /* counts what arrives, by port */
unsigned int event_count(evtchn_port_t port);
extern void (*event_hook)(evtchn_port_t port);
/* Waits for count events of port with upcalls open; false after ns of time. */
bool event_wait(evtchn_port_t port, unsigned int count, uint64_t ns);
evtchn_port_t bind_ipi(void);
evtchn_port_t bind_virq(uint32_t virq);
/* EVTCHNOP_reset, after which the console goes on. */
long events_reset(void);
uint64_t now(void);           /* system time, ns */
long timer_at(uint64_t when); /* VCPUOP_set_singleshot_timer */

/* fifo.c: the FIFO ABI, as the guest's side of it sees it */
extern event_word_t *fifo_words; /* of the first 1024 ports, all masked */
extern struct evtchn_fifo_control_block *fifo_block[2]; /* by vCPU */
long fifo_give_block(unsigned int vcpu, xen_pfn_t mfn, uint32_t offset);
long fifo_give_page(xen_pfn_t mfn);
void fifo_start(unsigned int vcpus); /* both for so many vCPUs; or error() */
/* The next port that is pending and not masked for VCPU, taken off its queue;
 * 0: there is none. */
evtchn_port_t fifo_next(unsigned int vcpu);

#endif
