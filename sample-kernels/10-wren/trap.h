// SPDX-License-Identifier: MIT
/* What the kernel sees of an exception, an interrupt or a system call. */
#ifndef WREN_TRAP_H
#define WREN_TRAP_H

#include "types.h"

/* As trap.S pushes it, below what the CPU pushes. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

void trap(struct trap_frame *frame);

/* Read a byte that may not be mapped; false if it is not. */
bool probe_read(const void *va, uint8_t *value);
bool probe_write(void *va, uint8_t value);

#endif
