/* SPDX-License-Identifier: MIT */
/*
 * What a kernel sees of the library: the operations of ops.def as
 * pv_<name>(), the start, what was booted, and for assembly text the macros
 * PV_IRET and its kin. README.md says what to call, in order.
 *
 * The rule: plain C types, every name begins with pv_ or PV_, nothing else is
 * included. So this lives beside any kernel's own uint64_t, bool and list.h.
 *
 * Unless it says otherwise a function can be called on any CPU, on any stack of
 * the kernel's, with interrupts let in or held back, once one of the starts
 * has come back (natively always), and cannot fail. Addresses are physical
 * ones of the guest's own, in bytes; times are nanoseconds.
 */
#ifndef PVOPS_H
#define PVOPS_H

#if defined(__ASSEMBLER__) || defined(__ASSEMBLY__)

#if defined(PV_TARGET_NATIVE)
#define PV_IRET      iretq
#define PV_LRET      lretq
#define PV_SYSRET    sysretq
#define PV_CLI       cli
#define PV_STI       sti
#define PV_HLT       hlt
#define PV_SWAPGS    swapgs
#define PV_READ_CR2  movq %cr2, %rax
#define PV_WRITE_CR3 movq %rax, %cr3
#elif defined(PV_TARGET_XENPV)
#define PV_IRET      jmp pv_xenpv_iret
#define PV_LRET      jmp pv_xenpv_lret
#define PV_SYSRET    jmp pv_xenpv_sysret
#define PV_CLI       call pv_xenpv_asm_irq_disable
#define PV_STI       call pv_xenpv_asm_irq_enable
#define PV_HLT       call pv_xenpv_asm_halt
#define PV_SWAPGS    call pv_xenpv_asm_swapgs
#define PV_READ_CR2  call pv_xenpv_asm_read_cr2
#define PV_WRITE_CR3 call pv_xenpv_asm_write_cr3
#else
#define PV_IRET      jmp *pv_iret(%rip)
#define PV_LRET      jmp *pv_lret(%rip)
#define PV_SYSRET    jmp *pv_sysret(%rip)
#define PV_CLI       call *pv_asm_irq_disable(%rip)
#define PV_STI       call *pv_asm_irq_enable(%rip)
#define PV_HLT       call *pv_asm_halt(%rip)
#define PV_SWAPGS    call *pv_asm_swapgs(%rip)
#define PV_READ_CR2  call *pv_asm_read_cr2(%rip)
#define PV_WRITE_CR3 call *pv_asm_write_cr3(%rip)
#endif

#elif !defined(__x86_64__)

#include "pvops-bare.h" /* a boot loader's 32-bit C */

#else

#pragma GCC visibility push(hidden)

struct pv_cpuid {
    unsigned eax, ebx, ecx, edx;
};

/* A spinlock, free if all zeros. spin_lock() and its kin are in ops.def. */
struct pv_spinlock {
    unsigned next, owner; /* tickets: the next one to give out, the holder's */
    unsigned waiters;     /* that have given their processor up */
};

/* The operations, as the backend that was chosen at boot does them. Before
 * the choice they are the native ones. */
struct pv_ops {
#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    returns (*name) params;
#include "../ops.def"
};

extern struct pv_ops pv_ops;

/*
 * A kernel for one world alone (parapet config --target) defines the one of
 * these: its calls are direct, resolved by the linker, and those that have
 * sites are the bare instructions on the machine. Nothing is left to patch.
 */
#if defined(PV_TARGET_NATIVE)
#define PV_BACKEND(name) pv_native_##name
#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    returns pv_native_##name params;
#include "../ops.def"
#elif defined(PV_TARGET_XENPV)
#define PV_BACKEND(name) pv_xenpv_##name
#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    returns pv_xenpv_##name params;
#include "../ops.def"
#else
#define PV_BACKEND(name) pv_ops.name
#endif

#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    static inline returns pv_##name params                                    \
    {                                                                         \
        return (PV_BACKEND(name)) args; /* a kernel may have a macro name() */\
    }
#include "pvops-sites.h" /* PV_HOT, PV_HOT_R, PV_STORE, PV_LOAD */
#include "../ops.def"
#undef PV_R

/*
 * pv_patch_sites: every recorded call site becomes the bare instruction on
 * the machine, a direct call as a guest. Call it once, as the first thing
 * after the backend is chosen, while the kernel's text is still writable and
 * no other CPU runs: PV_PATCH_SITES() names the section. Not calling it costs
 * an indirect call a site, nothing else. The sites are those from `start` to
 * before `end`. Returns how many there were.
 */
unsigned pv_patch_sites(const struct pv_site *start,
                        const struct pv_site *end);
#if defined(PV_TARGET_NATIVE) || defined(PV_TARGET_XENPV)
static inline unsigned pv_no_sites(void)
{
    return 0;
}
#define PV_PATCH_SITES() pv_no_sites()
#else
#define PV_PATCH_SITES() pv_patch_sites(__start_pv_sites, __stop_pv_sites)
#endif

/* pv_shutdown's reasons. */
#define PV_POWEROFF 0
#define PV_REBOOT   1
#define PV_CRASH    2

/*
 * What the kernel supplies. The start copies it; a member that is said to be
 * optional may be null. All are called with the kernel's own stack and with
 * interrupts as they happen to be.
 */
struct pv_kernel {
    /* The direct map: all memory, once, for as long as the kernel runs. The
     * library has it filled in the tables that the kernel starts on.
     * Optional: else physical address 0 is at direct_base. */
    void *(*phys_to_virt)(unsigned long pa);
    /* For addresses in the direct map and in the kernel's image. Optional:
     * else by direct_base and virt_base. */
    unsigned long (*virt_to_phys)(const void *va);
    /* Where physical address 0 is in the direct map; 0: at virt_base. */
    unsigned long direct_base;
    /* A page, whatever is in it, and the end of one. Called where user mode's
     * own top-level tables are made and released. */
    void *(*page_alloc)(void);
    void (*page_free)(void *page);
    /* Optional: where the library says what went wrong; else the console. */
    void (*print)(const char *text, unsigned long length);
    /* Optional: the library cannot go on; must not return. */
    void (*panic)(const char *why);
    /* Optional, for the bare machine with several CPUs: where `size` bytes of
     * device registers at physical address pa are mapped uncached, for good.
     * Without it there is one CPU. */
    void *(*map_device)(unsigned long pa, unsigned long size);
    /* For the same: physical address of a page below 1 MB that is free while
     * pv_cpu_start() runs; 0: none, and then there is one CPU. */
    unsigned long low_page;
    /* Where the image runs: VIRT_BASE of the ELF notes; address of physical
     * address 0 as the image sees it. */
    unsigned long virt_base;
    /* Physical addresses of the image; pv_start_pvh leaves them out of
     * what is usable. */
    unsigned long image_start, image_end;
    /* How much memory the direct map has room for; 0: no limit. */
    unsigned long direct_limit;
    /* Events as bits even where Xen offers queues: for tests. */
    int two_level_events;
    /* Top-level slots [0, user_slots) are user mode's; 0 means 256. */
    unsigned user_slots;
    /* 1: pages in user mode's part whose entry of level 1 has no U are the
     * kernel's alone, as on the machine. As a Xen PV guest their entries are
     * not present, and bit 62 of such entries is the library's; pv_pte_load()
     * shows them as they were written. */
    int guard_pages;
};

/* What was booted, in one form everywhere. Addresses are physical. */
#define PV_WORLD_NATIVE 0
#define PV_WORLD_XEN_PV 1
#define PV_WORLD_XEN_PVH 2

/* Where this is, PV_WORLD_*: known once one of the starts below has come back;
 * it cannot fail. */
int pv_world(void);

#define PV_MAX_REGIONS 32
#define PV_MAX_MODULES 8

struct pv_region {
    unsigned long start, size;
    int usable; /* ordinary memory that nothing occupies */
};

struct pv_boot_info {
    int world;
    const char *command_line; /* never null */
    unsigned long memory_top; /* the end of the highest region */
    unsigned nr_regions, nr_modules;
    struct pv_region regions[PV_MAX_REGIONS];
    struct pv_region modules[PV_MAX_MODULES]; /* not usable meanwhile */
};

/*
 * pv_start_xen: chooses the Xen PV backend. The first call after the entry of
 * pvops-xen.h, on the kernel's own stack (8 kB are enough), with the pointer
 * that arrived in RSI as `start_info` and with what the `kernel` supplies.
 * What it cannot do without it says, and ends in the panic hook. Afterwards
 * every operation works, interrupts are held back, and all memory is in the
 * direct map. The boot information stays where it is.
 */
const struct pv_boot_info *pv_start_xen(void *start_info,
                                        const struct pv_kernel *kernel);

/*
 * pv_start_pvh: reads a PVH loader's information at `start_info_pa`, with what
 * the `kernel` supplies, and looks whether the loader is Xen: then the
 * machine's own page tables and interrupts go with Xen's events, clock and
 * console. Else the native backend stays. Call it on the kernel's own stack,
 * interrupts held back, before any device is used and before the IDT is
 * loaded; phys_to_virt must reach the tables that are loaded and what the
 * loader left. The boot information stays where it is.
 */
const struct pv_boot_info *pv_start_pvh(unsigned long start_info_pa,
                                        const struct pv_kernel *kernel);

/*
 * pv_start_any: one line for a kernel that has a PVH entry and reads its
 * loader's data itself, at `start_info_pa`. First thing in C, with what the
 * `kernel` supplies, in every world: looks where it is (pv_start_xen() was
 * called, or the loader is Xen's for PVH, or it is the bare machine) and
 * returns the physical address of the start information to read: the loader's
 * own on the bare machine, which is read here too if the kernel has the hooks
 * for several CPUs.
 */
unsigned long pv_start_any(unsigned long start_info_pa,
                           const struct pv_kernel *kernel);

/* The same as a line that can stand in a kernel's own source, and the call
 * sites patched: the port's glue defines pv_this_kernel, and without a port
 * the line does nothing. */
extern const struct pv_kernel pv_this_kernel __attribute__((weak));
static inline unsigned long pv_start_here(unsigned long start_info_pa)
{
    if (!&pv_this_kernel)
        return start_info_pa;
    start_info_pa = pv_start_any(start_info_pa, &pv_this_kernel);
    PV_PATCH_SITES();
    return start_info_pa;
}

/* pv_booted: what those came back with, once more. Before: an empty one, of
 * the bare machine. */
const struct pv_boot_info *pv_booted(void);

/*
 * pv_memory_start, pv_memory_end: the largest range of usable memory, for a
 * kernel that manages one: physical addresses, `otherwise` where there is no
 * boot information (a native boot that reads its loader's data itself).
 */
unsigned long pv_memory_start(unsigned long otherwise);
unsigned long pv_memory_end(unsigned long otherwise);

/*
 * pv_find_word: the first whole word of `text`, a command line, that is `word`,
 * or that begins with it where that ends with "=". What stands behind it: an
 * end or a blank, or the value up to there; null if there is none. Can be
 * called anywhere, before a start too.
 *
 *     if (pv_find_word(pv_booted()->command_line, "debug"))
 */
const char *pv_find_word(const char *text, const char *word);

/*
 * The boot information `info` once more, as a PVH loader would have given it:
 * for a kernel that reads that already. Its physical address; valid for good.
 */
unsigned long pv_pvh_start_info(const struct pv_boot_info *info);

/*
 * pv_check_tables: looks at a tree of page tables that is not loaded yet, and
 * finds the first entry that Xen would refuse. `top` is the physical address
 * of the top-level table. 0: none, or this is the bare machine; -1: `fault`
 * says which. The library does so itself before a tree goes live.
 */
struct pv_table_fault {
    int level;                  /* 1 to 4, of the table */
    unsigned index;             /* of the entry in it */
    unsigned long table, entry; /* physical address; the entry as it is */
    const char *rule;           /* a sentence */
};
int pv_check_tables(unsigned long top, struct pv_table_fault *fault);

/*
 * An entry that the kernel writes and reads by its parts, as a union or a
 * structure of bit-fields: pv_pte_change(&table[i], bits.user, 1) stores the
 * whole entry with one part changed, pv_pte_part(&table[i], bits.user) is a
 * part of it. As p->bits.user = 1, neither is atomic. (The patcher reads the
 * kernel with other definitions, that show it the arguments alone.)
 */
#ifndef pv_pte_change
#define pv_pte_change(at, member, value)                                      \
    ({                                                                        \
        unsigned long pv_value_ = (unsigned long)(value);                     \
        __typeof__(&*(at)) pv_at_ = (at);                                     \
        unsigned long pv_raw_ = pv_pte_load((const void *)pv_at_);            \
        __typeof__(*pv_at_) pv_entry_;                                        \
                                                                              \
        _Static_assert(sizeof(pv_entry_) == sizeof(pv_raw_), "no entry");     \
        __builtin_memcpy((void *)&pv_entry_, &pv_raw_, sizeof(pv_raw_));      \
        pv_entry_.member = pv_value_;                                         \
        __builtin_memcpy(&pv_raw_, (const void *)&pv_entry_, sizeof(pv_raw_)); \
        pv_pte_store((void *)pv_at_, pv_raw_);                                \
    })
#define pv_pte_part(at, member)                                               \
    ({                                                                        \
        unsigned long pv_raw_ = pv_pte_load((const void *)(at));              \
        __typeof__(*(at)) pv_entry_;                                          \
                                                                              \
        _Static_assert(sizeof(pv_entry_) == sizeof(pv_raw_), "no entry");     \
        __builtin_memcpy((void *)&pv_entry_, &pv_raw_, sizeof(pv_raw_));      \
        pv_entry_.member;                                                     \
    })
#endif

/*
 * Frame numbers of two kinds, which a compiler does not mix up: the guest's
 * own, which physical addresses are made of, and the machine's, which entries
 * and other domains are told. They are the same on the bare machine and in a
 * PVH guest. PV_NO_FRAME: `pfn` or `mfn` has none. Can be called anywhere.
 */
typedef struct {
    unsigned long number;
} pv_pfn;
typedef struct {
    unsigned long number;
} pv_mfn;
#define PV_NO_FRAME (~0ul)
pv_mfn pv_machine_frame(pv_pfn pfn); /* the p2m list */
pv_pfn pv_physical_frame(pv_mfn mfn); /* the M2P table, if it is this guest's */

/*
 * pv_lazy_counts: how many changes of live tables there were since the boot
 * (`asked`), and how many hypercalls made them (`made`). Both 0 but as a Xen
 * PV guest. For measurements; can be called anywhere.
 */
void pv_lazy_counts(unsigned long *asked, unsigned long *made);

/*
 * pv_selftest: looks whether what the library relies on is there, and prints
 * it as KTAP through the print hook, or the console: the flag, PV_IRET, the
 * clock and its rate, addresses and frames both ways, page_alloc, user mode's
 * top-level table, an event to this CPU, a grant that is mapped. What this
 * world does not have is skipped. Call it on one CPU at a time once the
 * kernel's own tables are loaded, outside of interrupts; let in, they arrive
 * at one place. It leaves nothing changed. Returns how many checks failed.
 * Natively it looks at memory only if pv_start_pvh() had the hooks.
 */
unsigned pv_selftest(void);

#pragma GCC visibility pop

#endif /* assembly */
#endif
