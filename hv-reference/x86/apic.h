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
#define VECTOR_ERROR    0xfeu
#define VECTOR_SPURIOUS 0xffu

/* This CPU's; the first to come also sets the 8259s up. */
void apic_init(void);
void apic_eoi(void);

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
