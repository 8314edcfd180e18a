// SPDX-License-Identifier: MIT
#include "core/traps.h"
#include "core/vcpu.h"

void guest_general_protection(struct guest_regs *regs)
{
    inject_trap(regs, TRAP_GP, regs->error_code);
}

void guest_invalid_opcode(struct guest_regs *regs)
{
    inject_trap(regs, TRAP_UD, 0);
}
