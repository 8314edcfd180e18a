/* SPDX-License-Identifier: MIT */
/*
 * One vCPU on the host, for what the hypervisor does to its registers: a piece
 * of guest memory, the registers that stay in the processor, and last words
 * instead of a domain's end.
 */
#ifndef FAKE_VCPU_H
#define FAKE_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "core/domain.h"
#include "core/vcpu.h"

#define FAKE_MEMORY_AT    0x10000ul
#define FAKE_MEMORY_BYTES 0x4000ul

struct fake {
    struct domain domain;
    struct vcpu vcpu;
    struct vcpu_info info;
    struct guest_regs regs;
    uint8_t memory[FAKE_MEMORY_BYTES];
    uint64_t base[3]; /* by enum hw_base */
    bool crashed;
    bool preempted; /* what preempt_pending() says */
    char last_words[256];
    unsigned int leftovers, page_table_loads, flushed_pages;
    const char *leftover;
};
extern struct fake fake;

/* A vCPU in kernel mode, rip at the start of memory, rsp at its end. */
void fake_reset(void);
/* The 8-byte word at guest address VA. */
uint64_t fake_word(uint64_t va);
/* Bytes of code at rip. */
void fake_code(const void *bytes, unsigned int n);

#endif
