// SPDX-License-Identifier: MIT
/*
 * VCPUOP_initialise: the state in which a further vCPU starts, from the
 * structure that the guest fills in. Everything is checked before the vCPU is
 * touched; what takes references comes last and is undone if a later part is
 * refused.
 */
#include <xen/vcpu.h>
#include <xen/xen.h>

#include "core/processor/debugreg.h"
#include "core/memory/descriptors.h"
#include "core/domain.h"
#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/memory/mm.h"
#include "core/vcpu.h"
#include "explain/refuse.h"

#define LDT_ENTRIES_MAX 8192

static int check_addresses(const struct vcpu_guest_context *c)
{
    const uint64_t addresses[] = {
        c->user_regs.rip,      c->user_regs.rsp,
        c->kernel_sp,          c->ldt_ents ? c->ldt_base : 0,
        c->fs_base,            c->gs_base_kernel,
        c->gs_base_user,       c->event_callback_eip,
        c->failsafe_callback_eip, c->syscall_callback_eip,
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(addresses); i++) {
        if (!is_canonical(addresses[i]))
            return refuse(RULE_NOT_CANONICAL, -EINVAL, addresses[i], 0);
    }
    for (i = 0; i < ARRAY_SIZE(c->trap_ctxt); i++) {
        if (!is_canonical(c->trap_ctxt[i].address))
            return refuse(RULE_NOT_CANONICAL, -EINVAL, c->trap_ctxt[i].address,
                          i);
    }
    if (c->ldt_base & ~PAGE_MASK || c->ldt_ents > LDT_ENTRIES_MAX)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, c->ldt_ents,
                      LDT_ENTRIES_MAX);
    if (!(c->flags & VGCF_in_kernel) && !c->ctrlreg[1])
        return refuse(RULE_NO_USER_TABLES, -EINVAL, 0, 0);
    return 0;
}

static void take_registers(struct vcpu *v, const struct vcpu_guest_context *c)
{
    const struct cpu_user_regs *r = &c->user_regs;

    v->regs = (struct guest_regs){
        .r15 = r->r15, .r14 = r->r14, .r13 = r->r13, .r12 = r->r12,
        .rbp = r->rbp, .rbx = r->rbx, .r11 = r->r11, .r10 = r->r10,
        .r9 = r->r9, .r8 = r->r8, .rax = r->rax, .rcx = r->rcx,
        .rdx = r->rdx, .rsi = r->rsi, .rdi = r->rdi,
        .rip = r->rip, .cs = r->cs | 3, .rsp = r->rsp, .ss = r->ss | 3,
        .rflags = (r->rflags & ~(FLAG_IOPL | FLAG_VM | FLAG_NT)) | FLAG_IF |
                  FLAG_ONE,
    };
    v->hot.iopl = (uint8_t)((r->rflags & FLAG_IOPL) >> 12); /* virtual */
    v->selectors[0] = r->ds;
    v->selectors[1] = r->es;
    v->selectors[2] = r->fs;
    v->selectors[3] = r->gs;
}

static void take_entries(struct vcpu *v, const struct vcpu_guest_context *c)
{
    struct vcpu_hot *hot = &v->hot;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(c->trap_ctxt); i++) {
        const struct trap_info *t = &c->trap_ctxt[i];

        v->traps[i] = (struct trap_gate){.entry = t->address,
                                         .cs = t->cs | 3,
                                         .dpl = t->flags & 3,
                                         .mask_events = t->flags & 4};
    }
    hot->kernel_mode = c->flags & VGCF_in_kernel;
    hot->kernel_sp = c->kernel_sp;
    hot->kernel_ss = c->kernel_ss | 3;
    hot->event = (struct callback){c->event_callback_eip, true};
    hot->failsafe = (struct callback){
        c->failsafe_callback_eip,
        (c->flags & VGCF_failsafe_disables_events) != 0};
    hot->syscall = (struct callback){
        c->syscall_callback_eip,
        (c->flags & VGCF_syscall_disables_events) != 0};
    hot->fs_base = c->fs_base;
    hot->gs_base_kernel = c->gs_base_kernel;
    hot->gs_base_user = c->gs_base_user;
}

/* What takes references: page tables, descriptor tables. */
static int take_tables(struct vcpu *v, const struct vcpu_guest_context *c)
{
    int rc = set_gdt(v, c->gdt_frames, (unsigned int)c->gdt_ents);

    if (!rc)
        rc = set_kernel_root(v, MFN(xen_cr3_to_pfn(c->ctrlreg[3])));
    if (!rc && c->ctrlreg[1])
        rc = set_user_root(v, MFN(xen_cr3_to_pfn(c->ctrlreg[1])));
    if (!rc)
        rc = set_ldt(v, c->ldt_base, c->ldt_ents);
    if (rc) {
        drop_roots(v);
        drop_descriptors(v);
    }
    return rc;
}

static int take_debug_registers(struct vcpu *v,
                                const struct vcpu_guest_context *c)
{
    static const uint8_t registers[] = {0, 1, 2, 3, 6, 7};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(registers); i++) {
        uint64_t value = c->debugreg[registers[i]];

        if (value && set_debug_register(v, registers[i], value))
            return -EINVAL;
    }
    return 0;
}

/* Others may want the same at once. */
static int initialise(struct vcpu *v, const struct vcpu_guest_context *c)
{
    int rc;

    if (v->initialised)
        return refuse(RULE_VCPU_RUNS_ALREADY, -EEXIST, v->id, 0);
    rc = check_addresses(c);
    if (!rc)
        rc = take_debug_registers(v, c);
    if (!rc)
        rc = take_tables(v, c);
    if (rc)
        return rc;
    take_registers(v, c);
    take_entries(v, c);
    if (c->flags & VGCF_i387_valid)
        hw_set_fpu(v, &c->fpu_ctxt);
    v->hot.info->evtchn_upcall_mask = 1;
    __atomic_store_n(&v->initialised, true, __ATOMIC_RELEASE);
    return 0;
}

long vcpu_initialise(struct vcpu *v, gva_t arg)
{
    struct vcpu_guest_context *c;
    long rc;

    c = hv_alloc(sizeof(*c));
    if (!c)
        return refuse(RULE_NO_MEMORY, -ENOMEM, 0, 0);
    if (get_guest(*c, arg)) {
        rc = refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    } else {
        spin_lock(&v->domain->lock);
        rc = initialise(v, c);
        spin_unlock(&v->domain->lock);
    }
    hv_free(c);
    return rc;
}
