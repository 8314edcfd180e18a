// SPDX-License-Identifier: MIT
/*
 * The model's memory, domains and hypercalls. See model.h.
 */
#include "model.h"

#include <check.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory/frame_table.h"
#include "core/grants/grant_table.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/processor/traps.h"
#include "explain/refuse.h"

struct frame host_frame_table[MODEL_FRAMES];
uint64_t host_m2p[MODEL_FRAMES];
static uint8_t memory[MODEL_FRAMES][PAGE_SIZE] __attribute__((aligned(4096)));

static struct cpu cpus[MODEL_CPUS];
static unsigned int acting;
static struct domain *domains[MAX_DOMAINS];

unsigned int model_continued, model_preempt_every;
struct model_trap model_trap;
static unsigned int asked_to_preempt;
static bool continues;
static uint64_t next_args[6];

/* --- what the core asks of the machine --- */

struct cpu *this_cpu(void)
{
    return &cpus[acting];
}

void *map_frame(mfn_t mfn)
{
    ck_assert_uint_lt(mfn.n, MODEL_FRAMES);
    ck_assert_msg(mfn.n < MODEL_HOLE_START || mfn.n >= MODEL_HOLE_END,
                  "frame %#lx has no memory", mfn.n);
    return memory[mfn.n];
}

void unmap_frame(const void *window)
{
    (void)window;
}

mfn_t hw_virt_to_mfn(const void *virt)
{
    return MFN((uint64_t)((const uint8_t *)virt - memory[0]) / PAGE_SIZE);
}

mfn_t hw_m2p_frame(uint64_t offset)
{
    return MFN(offset / PAGE_SIZE);
}

/* Something that differs between domains, and that no guest may change. */
void hw_fill_hypervisor_slots(uint64_t *l4, const struct domain *d)
{
    unsigned int slot;

    for (slot = HV_FIRST_SLOT; slot <= HV_LAST_SLOT; slot++)
        l4[slot] = 0xf00d00000000UL | (uint64_t)d->id << 16 | slot << 1;
}

static mfn_t gdt_window[GUEST_GDT_PAGES], ldt_window[16];

void hw_set_gdt_window(struct vcpu *v, const mfn_t *frames, unsigned int n)
{
    unsigned int i;

    (void)v;
    for (i = 0; i < GUEST_GDT_PAGES; i++)
        gdt_window[i] = i < n ? frames[i] : MFN_NONE;
}

void hw_set_ldt_window(struct vcpu *v, unsigned int page, mfn_t frame)
{
    (void)v;
    ldt_window[page] = frame;
}

void hw_load_ldt(struct vcpu *v)
{
    (void)v;
}

uint64_t hw_read_base(enum hw_base which)
{
    (void)which;
    return 0;
}

uint64_t hw_read_gs_base(void)
{
    return 0;
}

void hw_relax(void)
{
    ck_abort_msg("the core waits for a lock that nobody will release");
}

static jmp_buf *catch_panic;
static char panic_text[200];

void panic(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(panic_text, sizeof(panic_text), fmt, ap);
    va_end(ap);
    if (catch_panic)
        longjmp(*catch_panic, 1);
    fprintf(stderr, "%s\n", panic_text);
    abort();
}

const char *model_panic_of(void (*run)(void))
{
    jmp_buf here;

    catch_panic = &here;
    if (setjmp(here)) {
        catch_panic = NULL;
        return panic_text;
    }
    run();
    catch_panic = NULL;
    return NULL;
}

bool preempt_pending(void)
{
    return model_preempt_every &&
           ++asked_to_preempt % model_preempt_every == 0;
}

long continue_hypercall(unsigned int nr, unsigned int nargs, ...)
{
    unsigned int i;
    va_list ap;

    (void)nr;
    va_start(ap, nargs);
    for (i = 0; i < nargs; i++)
        next_args[i] = va_arg(ap, uint64_t);
    va_end(ap);
    continues = true;
    return 0;
}

int refuse(enum rule rule, int error, uint64_t subject, uint64_t against)
{
    this_cpu()->refusal = (struct refusal){rule, error, subject, against};
    return error;
}

enum rule model_refusal(void)
{
    return this_cpu()->refusal.rule;
}

void inject_trap(struct guest_regs *regs, unsigned int vector, uint32_t error)
{
    (void)regs;
    model_trap = (struct model_trap){vector, error, 0};
}

void inject_page_fault(struct guest_regs *regs, uint64_t address,
                       uint32_t error_code)
{
    (void)regs;
    model_trap = (struct model_trap){TRAP_PF, error_code, address};
}

void count_leftover(struct domain *d, enum leftover kind, uint64_t rip,
                    const char *what)
{
    (void)kind, (void)rip, (void)what;
    d->ptwr_faults++;
}

/* --- domains --- */

int refuse_domain(domid_t id)
{
    struct domain *d = get_domain(id);

    if (d)
        put_domain(d);
    return refuse(RULE_NO_SUCH_DOMAIN, d || id == 0 ? -EPERM : -ESRCH, id, 0);
}

struct domain *get_domain(domid_t id)
{
    struct domain *d = id < MAX_DOMAINS ? domains[id] : NULL;

    if (d)
        d->references++;
    return d;
}

void put_domain(struct domain *d)
{
    ck_assert_uint_gt(d->references, 0);
    if (--d->references == 0)
        model_domain_gone(d);
}

void model_domain_gone(struct domain *d)
{
    unsigned int i;

    ck_assert_uint_eq(d->pages, 0);
    grant_table_free(d);
    unshare_frame(d->shared_mfn);
    domains[d->id] = NULL;
    for (i = 0; i < MAX_VCPUS; i++)
        free(d->vcpu[i]);
    free(d);
}

static void add_vcpu(struct domain *d, unsigned int id)
{
    struct vcpu *v = calloc(1, sizeof(*v));
    unsigned int i;

    v->domain = d;
    v->id = id;
    v->cpu = -1;
    v->hot.kernel_mode = true;
    v->hot.info = &d->shared->vcpu_info[id];
    v->info_frame = MFN_NONE;
    for (i = 0; i < ARRAY_SIZE(v->gdt); i++)
        v->gdt[i] = MFN_NONE;
    for (i = 0; i < ARRAY_SIZE(v->ldt); i++)
        v->ldt[i] = MFN_NONE;
    d->vcpu[id] = v;
}

void model_guest(struct guest *g, domid_t id, unsigned int vcpus)
{
    struct domain *d = calloc(1, sizeof(*d));
    unsigned int i;

    d->id = id;
    domain_locks_init(d);
    d->references = 1;
    d->vcpus = vcpus;
    d->max_pages = MODEL_PAGES;
    d->shutdown = SHUTDOWN_NONE;
    domains[id] = d;
    d->shared_mfn = share_frame(d, true);
    d->shared = map_frame(d->shared_mfn);
    g->d = d;
    for (i = 0; i < MODEL_PAGES; i++) {
        g->mfn[i] = domain_frame_alloc(d);
        ck_assert(!mfn_eq(g->mfn[i], MFN_NONE));
        m2p_set(g->mfn[i], i);
    }
    for (i = 0; i < MODEL_PAGES; i++)
        frame_words(g->mfn[PFN_L1])[i] =
            entry_for(g, i, i < PFN_L1 ? LEAF : LEAF & ~PTE_RW);
    frame_words(g->mfn[PFN_L2])[pt_index(MODEL_VA, 2)] =
        entry_for(g, PFN_L1, TABLE);
    frame_words(g->mfn[PFN_L3])[pt_index(MODEL_VA, 3)] =
        entry_for(g, PFN_L2, TABLE);
    frame_words(g->mfn[PFN_L4])[pt_index(MODEL_VA, 4)] =
        entry_for(g, PFN_L3, TABLE);
    ck_assert_int_eq(pin_table(d, g->mfn[PFN_L4], 4), 0);
    for (i = 0; i < vcpus; i++) {
        add_vcpu(d, i);
        ck_assert_int_eq(set_kernel_root(d->vcpu[i], g->mfn[PFN_L4]), 0);
    }
}

void model_cpu(unsigned int cpu)
{
    acting = cpu;
}

void model_run(unsigned int cpu, struct vcpu *v)
{
    if (cpus[cpu].vcpu)
        cpus[cpu].vcpu->cpu = -1;
    cpus[cpu].vcpu = v;
    if (v)
        v->cpu = (int)cpu;
    model_cpu(cpu);
    if (v)
        hw_load_page_tables(v);
    else
        hw_flush_tlb_local();
}

void model_start(void)
{
    unsigned int i;

    tlb_start();
    for (i = 0; i < MODEL_CPUS; i++)
        cpus[i].id = i;
    memset(memory, 0xa5, sizeof(memory)); /* nobody counts on zeros */
    frames_add(MFN(16), MFN(MODEL_HOLE_START));
    frames_add(MFN(MODEL_HOLE_END), MFN(MODEL_FRAMES));
    model_trap.vector = ~0u;
}

/* --- the guest's view --- */

uint64_t *frame_words(mfn_t mfn)
{
    return (uint64_t *)memory[mfn.n];
}

uint64_t entry_for(const struct guest *g, unsigned int pfn, uint64_t flags)
{
    return mfn_to_maddr(g->mfn[pfn]).a | flags;
}

uint64_t entry_address(const struct guest *g, unsigned int table_pfn,
                       unsigned int slot)
{
    return mfn_to_maddr(g->mfn[table_pfn]).a + slot * sizeof(uint64_t);
}

uint64_t read_entry(const struct guest *g, unsigned int table_pfn,
                    unsigned int slot)
{
    return frame_words(g->mfn[table_pfn])[slot];
}

/* The byte at VA for the guest that runs here; NULL is a page fault. */
static uint8_t *guest_byte(uint64_t va, bool write)
{
    const struct vcpu *v = current;
    uint64_t cr3 = v->hot.kernel_mode ? v->hot.kernel_cr3 : v->hot.user_cr3;
    mfn_t frame;

    if (!is_canonical(va) || is_hypervisor_va(va) ||
        !tlb_translate(acting, maddr_to_mfn(MADDR(cr3)), v->domain, va, write,
                       &frame))
        return NULL;
    return &memory[frame.n][va & ~PAGE_MASK];
}

static size_t copy(uint8_t *here, uint64_t va, size_t bytes, bool to_guest)
{
    size_t done;

    if (!guest_range_ok(GVA(va), bytes))
        return bytes;
    for (done = 0; done < bytes; done++) {
        uint8_t *there = guest_byte(va + done, to_guest);

        if (!there)
            break;
        if (to_guest)
            *there = here[done];
        else
            here[done] = *there;
    }
    return bytes - done;
}

size_t copy_from_guest(void *to, gva_t from, size_t bytes)
{
    ck_assert_uint_eq(current->domain->memory_lock.taken, 0);
    return copy(to, from.a, bytes, false);
}

size_t copy_to_guest(gva_t to, const void *from, size_t bytes)
{
    ck_assert_uint_eq(current->domain->memory_lock.taken, 0);
    return copy((uint8_t *)(uintptr_t)from, to.a, bytes, true);
}

bool guest_load(uint64_t va, uint64_t *value)
{
    return !copy((uint8_t *)value, va, sizeof(*value), false);
}

bool guest_store(uint64_t va, uint64_t value)
{
    return !copy((uint8_t *)&value, va, sizeof(value), true);
}

void model_check(void)
{
    const char *problem;

    check_invariants();
    problem = tlb_problem();
    ck_assert_msg(!problem, "%s", problem);
}

long model_call(hypercall_fn *handler, uint64_t a1, uint64_t a2, uint64_t a3,
                uint64_t a4)
{
    uint64_t args[6] = {a1, a2, a3, a4};
    long result;

    model_continued = 0;
    for (;;) {
        this_cpu()->refusal.rule = RULE_NONE;
        memcpy(next_args, args, sizeof(args));
        continues = false;
        result = handler(args[0], args[1], args[2], args[3], 0, 0);
        model_check();
        if (!continues)
            return result;
        memcpy(args, next_args, sizeof(args));
        ck_assert_uint_lt(++model_continued, 100000);
    }
}
