/* SPDX-License-Identifier: MIT */
/*
 * A machine for the memory core to run on, on the host: frames that are this
 * program's memory, CPUs whose translations are remembered until they are
 * flushed, and guests whose loads, stores and hypercall arguments go through
 * the page tables that the core has accepted.
 *
 * After each hypercall the whole frame table is checked (check_invariants) and
 * so are all remembered translations: none may be writable for a frame that is
 * no longer writable, none may lead to a frame that is another domain's. What
 * is remembered of a frame is checked at each of its changes, too: when it gets
 * another type, is freed, or is given to somebody (hw_frame_changed).
 */
#ifndef MODEL_H
#define MODEL_H

#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/hypercall.h"
#include "core/memory/mm.h"
#include "core/memory/pte.h"
#include "core/vcpu.h"

#define MODEL_FRAMES 4096
#define MODEL_CPUS   2

/* Frames that have no RAM behind them, in the middle of memory. */
#define MODEL_HOLE_START 3000
#define MODEL_HOLE_END   3010

#define MODEL_PAGES 64           /* of a guest */
#define MODEL_VA    0x40000000UL /* where its page 0 is mapped */

/* Page-table flags of a leaf, of a table. */
#define LEAF  (PTE_P | PTE_RW | PTE_US | PTE_A)
#define TABLE (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)

/*
 * A guest: its pages 0 .. MODEL_PAGES - 1 are mapped at MODEL_VA, one after
 * the other, by one table of each level. Those are its last four pages; they
 * are mapped read-only.
 */
struct guest {
    struct domain *d;
    mfn_t mfn[MODEL_PAGES];
};
#define PFN_L1 (MODEL_PAGES - 4)
#define PFN_L2 (MODEL_PAGES - 3)
#define PFN_L3 (MODEL_PAGES - 2)
#define PFN_L4 (MODEL_PAGES - 1)

/* Start the machine: once in each test. */
void model_start(void);
/* A guest of VCPUS, with page tables that are live; none of it runs yet. */
void model_guest(struct guest *g, domid_t id, unsigned int vcpus);
/* CPU runs V from now on, and is the CPU that the test acts on. */
void model_run(unsigned int cpu, struct vcpu *v);
/* The test acts on CPU, with whatever runs there. */
void model_cpu(unsigned int cpu);
void model_domain_gone(struct domain *d);

static inline uint64_t page_va(unsigned int pfn)
{
    return MODEL_VA + (uint64_t)pfn * PAGE_SIZE;
}

/* An entry for page PFN of G's, and the machine address of G's L1 entry. */
uint64_t entry_for(const struct guest *g, unsigned int pfn, uint64_t flags);
uint64_t entry_address(const struct guest *g, unsigned int table_pfn,
                       unsigned int slot);
/* What stands there. */
uint64_t read_entry(const struct guest *g, unsigned int table_pfn,
                    unsigned int slot);
/* Frames as bytes, past all rules: to prepare a test. */
uint64_t *frame_words(mfn_t mfn);

/* The current guest loads and stores: false is a page fault. */
bool guest_load(uint64_t va, uint64_t *value);
bool guest_store(uint64_t va, uint64_t value);

/*
 * Call HANDLER as the current guest, again as long as it continues, and check
 * everything after each time.
 */
long model_call(hypercall_fn *handler, uint64_t a1, uint64_t a2, uint64_t a3,
                uint64_t a4);
/* How often the last call went on as a continuation. */
extern unsigned int model_continued;
/* preempt_pending() says yes once in so many times. 0: never. */
extern unsigned int model_preempt_every;
/* The rule of the last refusal. */
enum rule model_refusal(void);
/* All predicates and all remembered translations. */
void model_check(void);

/* What panic() says while RUN runs; NULL: nothing. Locks stay as they are. */
const char *model_panic_of(void (*run)(void));

/* The last exception that was injected; vector ~0u: none. */
struct model_trap {
    unsigned int vector;
    uint32_t error_code;
    uint64_t address;
};
extern struct model_trap model_trap;

/* --- model_calls.c: hypercalls whose arguments lie in page 0 of G --- */

/* One request; what the guest reads as "done" must agree with the result. */
long call_mmu_update(const struct guest *g, uint64_t ptr, uint64_t val);
long call_mmu_updates(const struct guest *g, const struct mmu_update *reqs,
                      unsigned int n, unsigned int *done, uint32_t domain);
long call_mmuext(const struct guest *g, unsigned int cmd, uint64_t arg1,
                 uint64_t arg2);
/* ARG is copied to page 0 and, after the call, back. */
long call_with(const struct guest *g, hypercall_fn *handler, uint64_t cmd,
               void *arg, size_t bytes, uint64_t a3);
/* Set the entry of the guest's L1 for page PFN. */
long call_set_pte(const struct guest *g, unsigned int pfn, uint64_t entry,
                  uint64_t flags);

/* --- model_tlb.c --- */

void tlb_start(void);
/* Look VA up as CPU does: in what it remembers, else by a walk. */
bool tlb_translate(unsigned int cpu, mfn_t root, const struct domain *d,
                   uint64_t va, bool write, mfn_t *frame);
/* What a CPU remembers and must not; NULL: nothing. */
const char *tlb_problem(void);

/* All handlers that the tests call. */
hypercall_fn do_mmu_update, do_mmuext_op, do_update_va_mapping,
    do_update_va_mapping_otherdomain, do_set_gdt, do_update_descriptor,
    do_memory_op, do_grant_table_op;

#endif
