// SPDX-License-Identifier: MIT
/*
 * The local interrupt controller of each CPU of a PC, and who the CPUs are.
 * Nothing here is touched before a kernel asks for another CPU, so that one
 * that drives the controller itself keeps it.
 */
#ifndef PVOPS_APIC_H
#define PVOPS_APIC_H

#include "../internal.h"

#define NATIVE_CPUS 64

/* madt.c: the APIC ids of all CPUs that can run, the one that looks first.
 * Returns how many; 1 if the firmware's tables do not say. */
unsigned pv_native_find_cpus(unsigned char *ids, unsigned room);

/* apic.c */
bool pv_apic_map(void);   /* false: the kernel has no map_device */
void pv_apic_enable(void); /* of this CPU */
unsigned char pv_apic_id(void);
void pv_apic_command(unsigned char target, unsigned what);
void pv_apic_end(void);
void pv_apic_timer(unsigned vector, unsigned long ns);

/* What pv_apic_command sends. */
#define APIC_FIXED 0x4000u /* and the vector */
#define APIC_INIT 0x4500u
#define APIC_START 0x4600u /* and the page */

/* boot.c: what a PVH loader said, or 0. */
unsigned long pv_boot_rsdp(void);

/* trampoline.S, copied to the low page; then its words are filled in. */
extern const char pv_trampoline[], pv_trampoline_end[];
struct trampoline {
    char jump[8];
    unsigned long temporary_top, top, cr0, cr4, efer, stack, main;
    char gdt[10], idt[10];
} __attribute__((packed));

#endif
