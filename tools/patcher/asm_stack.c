// SPDX-License-Identifier: MIT
// Is the stack at a place of a .S file the kernel's, with nothing below it?
// Around a system call RSP is the user's for a while; before the kernel has
// set it, it is nobody's. A place has a stack if the code that leads to it or
// that it goes on to uses one, with RSP unchanged between; what is not known
// is a no. Data below RSP (the red zone) forbids calls in the whole function.
#include <ctype.h>
#include <string.h>

#include "asm_steps.h"

enum stack_use { KEEPS_RSP, USES_STACK, UNKNOWN_STACK };

/* Neither use the stack nor change RSP, unless an operand says so. */
static const char PLAIN[] =
    "mov movabs movzb movzw movsb movsw movsl movs movz lea nop cli sti hlt "
    "clts cld std clc stc cmc stos xchg pause swapgs rdmsr wrmsr rdtsc cpuid "
    "invlpg wbinvd lgdt lidt lldt ltr lfence mfence sfence in out add sub "
    "and or xor cmp test neg not inc dec shl shr sar sal rol ror bt bts btr";

/* iret and ret do so, too, if they come next. */
static const char PUSHES[] = "push pop pushf popf call";

static bool names_rsp(const char *operand)
{
    return !strcmp(operand, "%rsp") || !strcmp(operand, "%esp") ||
           !strcmp(operand, "%sp") || !strcmp(operand, "%spl");
}

/* 8(%rsp), but not -8(%rsp) and not NAME(%rsp), of which nothing is known. */
static bool is_on_stack(const char *operand)
{
    const char *base = strstr(operand, "(%rsp");

    return base && (base == operand || isdigit((unsigned char)*operand));
}

static enum stack_use stack_use(const struct asm_step *step, bool next)
{
    const struct insn *insn = &step->insn;

    if (step->kind != STEP_INSN)
        return step->kind == STEP_UNKNOWN ? UNKNOWN_STACK : KEEPS_RSP;
    for (unsigned i = 0; i < insn->count; i++) {
        if (names_rsp(insn->operands[i]))
            return UNKNOWN_STACK;
        if (is_on_stack(insn->operands[i]))
            return USES_STACK;
        if (strstr(insn->operands[i], "%rsp"))
            return UNKNOWN_STACK;
    }
    if (asm_is_one_of(insn->mnemonic, PUSHES) ||
        (next && asm_is_one_of(insn->mnemonic, "ret iret")))
        return USES_STACK;
    return asm_is_one_of(insn->mnemonic, PLAIN) ? KEEPS_RSP : UNKNOWN_STACK;
}

/* Does the code go from `from` to `to` in a line, with RSP kept? */
static bool keeps_rsp(const struct asm_steps *steps, long from, long to)
{
    if (to - from > 64)
        return false;
    for (long at = from + 1; at < to; at++) {
        const struct asm_step *step = &steps->list.items[at];

        if (step->kind == STEP_LABEL ||
            stack_use(step, false) == UNKNOWN_STACK)
            return false;
    }
    return true;
}

/*
 * May one walk back over the label? If nothing goes there, or only the jump
 * behind the site that makes a loop of it: RSP is then as it is at the site.
 */
static bool is_own_loop(const struct asm_steps *steps, long label, long site)
{
    const struct asm_step *l = &steps->list.items[label];
    const struct asm_step *user = &steps->list.items[l->user];

    if (!isdigit((unsigned char)*l->name))
        return false;
    return !l->uses ||
           (l->uses == 1 && l->user > site && user->kind == STEP_INSN &&
            user->insn.mnemonic[0] == 'j' &&
            keeps_rsp(steps, site, l->user));
}

/* Is the stack used on the way from SITE, forward or back? A label that others
 * jump to ends the way back. */
static bool used_near(const struct asm_steps *steps, long site, bool forward)
{
    long count = (long)steps->list.count, by = forward ? 1 : -1;

    for (long at = site + by, left = 64; at >= 0 && at < count && left;
         at += by, left--) {
        const struct asm_step *step = &steps->list.items[at];

        if (!forward && step->kind == STEP_LABEL &&
            !is_own_loop(steps, at, site))
            return false;
        switch (stack_use(step, forward)) {
        case USES_STACK:
            return true;
        case UNKNOWN_STACK:
            return false;
        case KEEPS_RSP:
            break;
        }
    }
    return false;
}

bool stack_is_kernels(const struct asm_steps *steps, long site)
{
    return !steps->list.items[site].red_zone &&
           (used_near(steps, site, false) || used_near(steps, site, true));
}
