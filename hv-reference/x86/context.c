// SPDX-License-Identifier: MIT
/*
 * From one vCPU to another on this CPU.
 *
 * Rule: when a CPU has left a vCPU, nothing of it remains in the processor,
 * and all of it is in struct vcpu.
 */
#include "core/cpu.h"
#include "core/domain.h"
#include "core/hw.h"
#include "core/lib.h"
#include "core/processor/traps.h"
#include "core/vcpu.h"
#include "x86/asm.h"
#include "x86/context.h"
#include "x86/cpu_area.h"
#include "x86/features.h"
#include "x86/paging.h"
#include "x86/segment_load.h"
#include "x86/windows.h"

static void save_segments(struct vcpu *v)
{
    hw_read_selectors(v->selectors);
    v->hot.fs_base = hw_read_base(HW_FS_BASE);
    v->hot.gs_base_kernel = hw_read_base(HW_GS_KERNEL_BASE);
    v->hot.gs_base_user = hw_read_base(HW_GS_USER_BASE);
}

/* The vCPU may lose its CPU again before its kernel is told: then its selectors
 * are the null ones that it has now. */
static void failsafe_note(struct vcpu *v)
{
    if (v->failsafe_due)
        return;
    v->failsafe_due = true;
    memcpy(v->failsafe_selectors, v->selectors, sizeof(v->selectors));
}

/* Loading a selector sets its base: the bases come after. */
static void load_segments(struct vcpu *v)
{
    const uint16_t *selector = v->selectors;

    if (load_ds(selector[0]) | load_es(selector[1]) | load_fs(selector[2]) |
        load_gs(selector[3]))
        failsafe_note(v);
    hw_write_base(HW_FS_BASE, v->hot.fs_base);
    hw_write_base(HW_GS_KERNEL_BASE, v->hot.gs_base_kernel);
    hw_write_base(HW_GS_USER_BASE, v->hot.gs_base_user);
}

static void leave(struct vcpu *v)
{
    v->regs = *guest_regs();
    save_segments(v);
    fpu_save(v);
    debug_regs_leave(v);
    segments_set_ldt(0, 0);
    __atomic_store_n(&v->cpu, -1, __ATOMIC_RELEASE); /* all of it is in V */
}

/* The address of the window is good only in V's own page tables. */
static void enter(struct vcpu *v)
{
    this_cpu()->vcpu = v;
    /* Seen before its page tables are: who writes to those flushes here. */
    __atomic_store_n(&v->cpu, (int)this_cpu()->id, __ATOMIC_SEQ_CST);
    window_enter_cpu(v);
    hw_load_page_tables(v);
    segments_load_gdt(GDT_WINDOW(v->id));
    hw_load_ldt(v);
    hw_load_cr4();
    hw_load_tsc_aux();
    load_segments(v);
    fpu_load(v);
    debug_regs_enter(v);
    *guest_regs() = v->regs;
}

void context_switch(struct vcpu *prev, struct vcpu *next)
{
    if (prev == next)
        return;
    if (prev)
        leave(prev);
    segments_load_own_gdt();
    this_cpu()->vcpu = NULL;
    if (next)
        enter(next);
    else
        load_idle_tables();
}
