/* SPDX-License-Identifier: MIT */
/*
 * What I/O instructions do in a guest (ports.c): emulators as privileged.c has
 * them.
 */
#ifndef HV_PORTS_H
#define HV_PORTS_H

struct guest_regs;
struct insn;

const char *emulate_interrupt_flag(struct guest_regs *regs, struct insn *i);
const char *emulate_port(struct guest_regs *regs, struct insn *i);
const char *emulate_port_string(struct guest_regs *regs, struct insn *i);

#endif
