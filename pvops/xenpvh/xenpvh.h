// SPDX-License-Identifier: MIT
/*
 * What the files of the Xen PVH backend share: Xen's numbers for what only an
 * HVM or PVH guest may ask, and where the library puts its own things.
 */
#ifndef PVOPS_XENPVH_H
#define PVOPS_XENPVH_H

#include "../xenpv/xenpv.h"

/* Parameters by which Xen and the toolstack tell a guest where things are. */
#define HVMOP_SET_PARAM 0
#define HVMOP_GET_PARAM 1
#define HVM_PARAM_CALLBACK_IRQ 0
#define HVM_PARAM_STORE_PFN 1
#define HVM_PARAM_STORE_EVTCHN 2
#define HVM_PARAM_CONSOLE_PFN 17
#define HVM_PARAM_CONSOLE_EVTCHN 18
#define CALLBACK_BY_VECTOR (2ul << 56)

struct hvm_param {
    uint16_t domid, pad;
    uint32_t index;
    uint64_t value;
};

/* The vector of events. No device of a PVH guest can raise it. */
#define UPCALL_VECTOR 0xf3

/* Slots 256 to 271 are Xen's in a PV guest, so no kernel that was ported uses
 * them: in the last one the library sees pages that are not memory. */
#define WINDOW_SLOT 271
#define WINDOW_VA 0xffff878000000000ul
#define WINDOW_PAGES 8

/* entry.S */
extern const char pv_xenpvh_upcall_entry[];
extern char pv_hypercall_page[];

/* mmu.c */
void pv_window_init(void);

#define PVH_OP(name, backend)
#define PVH_ASM(name, backend) void pv_##backend##_##name(void);
#include "ops.def"

/* The operations that are this backend's own. */
unsigned pv_xenpvh_cpu_count(void);
unsigned pv_xenpvh_cpu_id(void);
int pv_xenpvh_cpu_start(unsigned cpu, void (*entry)(void *data), void *stack,
                        void *data);
void pv_xenpvh_load_idt(const void *addr);
void pv_xenpvh_store_idt(void *addr);
void pv_xenpvh_idt_store(void *entry, unsigned long value);
void pv_xenpvh_write_cr3(unsigned long value);

#endif
