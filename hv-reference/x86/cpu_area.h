/* SPDX-License-Identifier: MIT */
/*
 * The pages that each CPU has for itself, at the same offsets in an area of
 * 128 KiB; pages between them are not present, so that a stack that overflows
 * faults. All of it is within 2 GiB of the image: entry code reaches it by
 * 32-bit displacements.
 *
 *   0x00000  entry stub: where SYSCALL goes (text)
 *   0x01000  the hypervisor's part of every GDT: selectors from 0xe000
 *   0x02000  TSS
 *   0x05000  stack of #DB          one page each: the stacks (IST) on which
 *   0x07000  stack of NMI          the processor enters where the current one
 *   0x09000  stack of #DF          cannot be trusted
 *   0x0b000  stack of #MC
 *   0x18000  entry stack, with struct cpu at its top
 */
#ifndef HV_X86_CPU_AREA_H
#define HV_X86_CPU_AREA_H

#include "core/layout.h"

#define CPU_AREA_START      (IMAGE_START + LAYOUT(0x40000000))
#define CPU_AREA_SIZE       LAYOUT(0x20000)
#define CPU_AREA(cpu)       (CPU_AREA_START + (cpu)*CPU_AREA_SIZE)
#define CPU_AREA_STUB       LAYOUT(0x00000)
#define CPU_AREA_GDT        LAYOUT(0x01000)
#define CPU_AREA_TSS        LAYOUT(0x02000)
#define CPU_AREA_IST(n)     (LAYOUT(0x03000) + (n)*LAYOUT(0x2000))
#define CPU_AREA_STACK      LAYOUT(0x18000)

/* Interrupt stack table slots, from 1. */
#define IST_DB  1
#define IST_NMI 2
#define IST_DF  3
#define IST_MC  4
#define IST_LAST 4

#ifndef __ASSEMBLY__
#include "core/cpu.h"

/* Make CPU's area; its struct cpu is cleared but for .id. (cpu_area.c) */
void cpu_area_init(unsigned int cpu);
struct cpu *cpu_of(unsigned int cpu);
/* The frame of its GDT page, for the vCPU windows. */
mfn_t cpu_gdt_frame(unsigned int cpu);

/* Load GDT, TSS, IDT, and the syscall MSRs of the CPU that runs this. */
void segments_load(unsigned int cpu);      /* segments.c */
void syscall_msrs_init(unsigned int cpu);  /* segments.c */
/* This CPU's LDT register: ENTRIES descriptors at BASE; 0: none. */
void segments_set_ldt(uint64_t base, unsigned int entries);

void idt_init(void); /* idt.c: the table, once */
void idt_load(void); /* on each CPU */
#endif
#endif
