/* SPDX-License-Identifier: MIT */
/*
 * The local APIC (apic.c), and the 8259 pair behind it, from which only the
 * serial line's interrupt is wanted (pic.c).
 */
#ifndef HV_X86_APIC_H
#define HV_X86_APIC_H

#include "core/types.h"

/* Interrupt vectors. 0x20 to 0x2f: the 8259s'. */
#define VECTOR_PIC      0x20u
#define VECTOR_TIMER    0xf0u
#define VECTOR_FLUSH    0xf1u /* from another CPU: tlb.c */
#define VECTOR_KICK     0xf2u /* from another CPU: look at your work */
#define VECTOR_ERROR    0xfeu
#define VECTOR_SPURIOUS 0xffu

/* The first CPU's, and the 8259s behind it. */
void apic_init(void);
/* That of a CPU that was started later; no device's line leads to it. */
void apic_init_other(void);
void apic_eoi(void);

/* --- to other CPUs, by their APIC ids --- */

bool apic_reaches(uint32_t id);
void apic_send(uint32_t id, uint8_t vector);
/* Back to where it waits to be started; then start it at page PAGE of memory. */
void apic_send_init(uint32_t id);
void apic_send_start(uint32_t id, uint8_t page);
/* All others stop for good: the machine is ending. */
void apic_stop_others(void);

/* The timer counts down once from COUNT and interrupts; 0: it is off. */
void apic_timer_set(uint32_t count);
/* For calibration: count from the top without interrupting. */
void apic_timer_free_run(void);
uint32_t apic_timer_count(void);

void pic_init(void);
/* Let IRQ in. */
void pic_unmask(unsigned int irq);
/* Acknowledge; false if it was spurious. */
bool pic_eoi(unsigned int irq);

#endif
