/* SPDX-License-Identifier: MIT */
#ifndef HV_PRIVILEGED_H
#define HV_PRIVILEGED_H

struct guest_regs;
struct insn;

/*
 * Do the instruction I, of which prefixes and opcode are decoded, and set its
 * length. Its name, for the count of leftovers; NULL: it is the guest's #GP;
 * undefined_instruction: it is its #UD; exception_raised: it has become another
 * exception, which the guest gets.
 */
const char *emulate_privileged(struct guest_regs *regs, struct insn *i);
extern const char *const undefined_instruction, *const exception_raised;
void emulate_cpuid(struct guest_regs *regs);

#endif
