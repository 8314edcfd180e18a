/* SPDX-License-Identifier: MIT */
/*
 * What the portable core asks of the machine. x86/ implements these; the host
 * build (tests/unit/) implements them over ordinary memory, so that the core
 * runs there under the sanitizers. Nothing else of x86/ is visible here.
 */
#ifndef HV_HW_H
#define HV_HW_H

#include "core/types.h"

struct domain;
struct vcpu;

/* --- memory (x86/map.c) --- */

/* A window onto a frame's bytes; valid until unmap_frame(). Never fails. */
#ifdef HV_HOST
void *map_frame(mfn_t mfn);
void unmap_frame(const void *window);
#else
#include "machine/map.h"
#endif

/* The bytes of a boot module: not for long, its frames may be given away. */
struct boot_module;
const void *hw_map_module(const struct boot_module *module);

/* The frame behind an address in a window or in the hypervisor's heap. */
mfn_t hw_virt_to_mfn(const void *virt);
/* The frame of the M2P that has byte OFFSET of it: one below frame_limit. */
mfn_t hw_m2p_frame(uint64_t offset);

/*
 * Put the hypervisor's own entries (slots 256 to 271) into a top-level table
 * that is about to become D's L4.
 */
void hw_fill_hypervisor_slots(uint64_t *l4, const struct domain *d);

/* Map FRAMES[0..n) as V's GDT window, pages 0..n-1; the rest is unmapped. */
void hw_set_gdt_window(struct vcpu *v, const mfn_t *frames, unsigned int n);
/* Map or (MFN_NONE) unmap one page of V's LDT window. */
void hw_set_ldt_window(struct vcpu *v, unsigned int page, mfn_t frame);
/* Load V's LDT register: BASE entries live in the window. 0 entries: none. */
void hw_load_ldt(struct vcpu *v);

/* The per-domain area (slot 260): made with a domain, gone with it. */
int hw_domain_init(struct domain *d);
void hw_domain_free(struct domain *d);

/* --- translations (x86/tlb.c) --- */

void hw_flush_tlb_local(void);           /* all non-global entries, this CPU */
void hw_flush_page_local(uint64_t va);   /* one page, this CPU */
void hw_flush_tlb_mask(uint64_t cpus);   /* on the CPUs whose bits are set */
void hw_flush_page_mask(uint64_t cpus, uint64_t va);
/* Load the page tables that V's mode asks for: V is current. */
void hw_load_page_tables(struct vcpu *v);

/*
 * The flush clock: a stamp taken when a frame loses a use, and whether the
 * CPUs in MASK have all flushed since. See invariants.md.
 */
uint32_t hw_flush_clock(void);
uint64_t hw_cpus_to_flush(uint64_t mask, uint32_t stamp);

/*
 * FRAME has another type, is nobody's or is somebody's from here on: all that
 * may still be used of what it was has been flushed, or (nobody's) will be.
 * The host's CPUs, which remember all that they may, hold the core to that.
 */
struct frame;
#ifdef HV_HOST
void hw_frame_changed(const struct frame *frame);
#else
static inline void hw_frame_changed(const struct frame *frame)
{
    (void)frame;
}
#endif

/* --- time (x86/time.c) --- */

/* Nanoseconds since the hypervisor started: Xen's "system time". */
uint64_t hw_now(void);
/* Interrupt this CPU at system time DEADLINE (ns); ~0 means never. */
void hw_set_timer(uint64_t deadline);
/* Seconds since 1970 at system time 0, and the TSC's scale for pvclock. */
uint64_t hw_wallclock_at_boot(void);
struct tsc_scale {
    uint64_t tsc;       /* TSC at .system_time */
    uint64_t system_time;
    uint32_t mul;       /* ns = ((delta << shift) * mul) >> 32 */
    int8_t shift;
    uint64_t hz;
};
void hw_tsc_scale(struct tsc_scale *scale);

/* --- CPUs (x86/context.c, x86/entry.S) --- */

/* What a vCPU needs of the machine: its FPU image. 0 or -ENOMEM. */
int hw_vcpu_init(struct vcpu *v);
void hw_vcpu_free(struct vcpu *v);
/* Its FPU's state from an FXSAVE image of a guest's making; not current. */
void hw_set_fpu(struct vcpu *v, const void *fxsave_image);
/* Exchange the GS bases of the guest's kernel and user modes. */
void hw_swap_gs(void);

/* The current vCPU's registers that stay in the processor while it runs. */
enum hw_base { HW_FS_BASE, HW_GS_KERNEL_BASE, HW_GS_USER_BASE };
uint64_t hw_read_base(enum hw_base which);
uint64_t hw_read_gs_base(void); /* of the mode that it is in */
void hw_write_base(enum hw_base which, uint64_t base); /* canonical */
/* User mode's GS selector; the null one if SELECTOR cannot be loaded. */
void hw_load_user_gs(uint16_t selector);
void hw_read_selectors(uint16_t ds_es_fs_gs[4]);
/* Make the processor do as the current vCPU's .cr0_ts, .dr, .cr4_guest, .tsc_aux say. */
void hw_load_ts(void);
void hw_load_debug_regs(void);
void hw_load_cr4(void);
void hw_load_tsc_aux(void);
/* .xcr0 to VALUE; false if this processor does not take it. */
bool hw_set_xcr0(uint64_t value);
/* What the processor itself says. */
struct cpuid_result {
    uint32_t a, b, c, d;
};
void hw_cpuid(uint32_t leaf, uint32_t subleaf, struct cpuid_result *out);
uint64_t hw_tsc(void);
/* Is CS a segment of 64-bit code, in the tables that are loaded? */
bool hw_is_code64(uint16_t cs);

/* Those that run: a bit for each. */
uint64_t hw_cpus(void);
/* CPU shall look at its work, and at WORK (CPU_WORK_*), before it goes on. */
void hw_kick_cpu(unsigned int cpu, uint32_t work);
/* The domains are built: all CPUs may come to leave_to_guest(). */
void hw_release_cpus(void);
/* Wait for an interrupt, and serve it: interrupts are on here and only here. */
void hw_idle(void);
/* The last call of hv_main: go where leave_to_guest() decides, for ever. */
_Noreturn void hw_enter_guests(void);

/* --- the way out (drivers/exit.c) --- */

/* End the machine with a value of tools/runner/exits.def. */
_Noreturn void hw_exit(unsigned int value);
/* Something inside the hypervisor is wrong: say so and end. */
_Noreturn void panic(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
