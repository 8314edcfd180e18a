// SPDX-License-Identifier: MIT
// Rewrites instructions of .S files as the library's macros: see rewrite.h.
// A called macro keeps every register but the flags, so the flags must be
// dead behind it, and it needs the kernel's stack (stack_is_kernels());
// a jumped-to one (iret, sysret, far return) takes control away as the
// instruction did. What runs in 16 or 32 bits is left alone.
#include <string.h>

#include "asm_steps.h"
#include "rewrite.h"

/* Instructions that set all of the arithmetic flags, or end the function. */
static const char ENDS_FLAGS[] =
    "add sub cmp test and or xor neg call ret iret sysret syscall popf "
    "sysexit lret";

/* These neither read nor write flags; or they write some and read none. */
static const char LEAVES_FLAGS[] =
    "mov movabs movzb movzw movsb movsw movsl movs movz push pop lea nop "
    "cli sti hlt clts cld std clc stc stos xchg pause swapgs rdmsr wrmsr "
    "invlpg wbinvd lgdt lidt lldt ltr lfence mfence sfence in out";

/* What has a result in the flags alone. */
static const char MEANS_FLAGS[] = "cmp test bt clc stc cmc sahf";

static bool jumps_away(const char *m)
{
    return !strcmp(m, "jmp") || !strcmp(m, "jmpq");
}

/* Is there a comparison in front of the place that a caller may go by? */
static bool returns_flags(const struct asm_steps *steps, long at)
{
    while (--at >= 0) {
        const struct asm_step *step = &steps->list.items[at];

        if (step->kind == STEP_NOTE)
            continue;
        if (step->kind != STEP_INSN)
            return false;
        if (asm_is_one_of(step->insn.mnemonic, MEANS_FLAGS))
            return true;
        if (!asm_is_one_of(step->insn.mnemonic, LEAVES_FLAGS))
            return false;
    }
    return false;
}

/* Are the flags dead behind this step? Follows jumps; one that comes back has
 * read none on its way. Anything that is not known is a no. */
static bool flags_are_dead(const struct asm_steps *steps, long site)
{
    long at = site + 1, count = (long)steps->list.count, loop = -1;

    for (int left = 64; left && at < count; left--, at++) {
        const struct asm_step *step = &steps->list.items[at];
        const char *m = step->insn.mnemonic;

        if (step->kind == STEP_UNKNOWN)
            return false;
        if (step->kind != STEP_INSN)
            continue;
        if (asm_is_one_of(m, ENDS_FLAGS))
            return !asm_is_one_of(m, "ret") || !returns_flags(steps, site);
        if (jumps_away(m) && step->insn.count == 1) {
            at = asm_step_target(steps, at, step->insn.operands[0]);
            if (at < 0 || at == loop)
                return at >= 0; /* round and round */
            loop = loop < 0 ? at : loop;
        } else if (!asm_is_one_of(m, LEAVES_FLAGS)) {
            return false;
        }
    }
    return false;
}

/* The register that the macro works on is fixed. */
static const char *check_register(const struct finding *f)
{
    const char *what = f->what;

    if (f->rule == R_mov_from_cr2)
        return strstr(what, "%rax") ? NULL
                                    : "the macro reads it into RAX alone";
    if (f->rule == R_mov_to_cr3)
        return strstr(what, "%rax") ? NULL : "the macro takes it in RAX alone";
    return NULL;
}

/* No interrupt comes between sti and the instruction behind it: the two are
 * one, for which there is no macro. */
static bool is_shadowed(const struct asm_steps *steps, long site,
                        enum rule rule)
{
    long step = rule == R_sti ? 1 : -1, count = (long)steps->list.count;
    long at = site + step;

    if (rule != R_sti && rule != R_hlt)
        return false;
    while (at >= 0 && at < count && (steps->list.items[at].kind == STEP_NOTE ||
                                     steps->list.items[at].kind == STEP_LABEL))
        at += step;
    return at >= 0 && at < count && steps->list.items[at].kind == STEP_INSN &&
           asm_is_one_of(steps->list.items[at].insn.mnemonic,
                         rule == R_sti ? "hlt mwait sysret sysexit" : "sti");
}

/* What keeps a macro that is called from the instruction's place. */
static const char *check_call(struct source *source, const struct finding *f)
{
    const struct asm_steps *steps = asm_steps_of(source);
    long site = asm_step_at(steps, f->begin);

    if (site < 0)
        return "its place is not understood";
    if (is_shadowed(steps, site, f->rule))
        return "no interrupt may come between sti and what follows it";
    if (!flags_are_dead(steps, site))
        return "the flags are not proven dead behind it";
    if (!stack_is_kernels(steps, site))
        return "the stack is not proven to be the kernel's there";
    return NULL;
}

const char *rewrite_asm(struct source *source, const struct finding *f,
                        const char **refusal)
{
    const char *replaces = rule_info(f->rule)->op;
    const struct pv_asm *op = asm_op_replacing(replaces);

    *refusal = NULL;
    if (f->mode == 16 || f->mode == 32)
        *refusal = "it runs in 16 or 32 bits, before any guest is there";
    else if (f->rule == R_percpu_segment)
        *refusal = "the patcher does not change how per-CPU data is reached";
    else if (!op)
        *refusal = "the library has no macro for it in assembly text";
    else if (f->form == FORM_ASM_MACRO)
        *refusal = "it stands in a macro: whether the flags are dead depends "
                   "on its uses";
    else if (f->rule == R_iret && strncmp(f->what, "iretq", 5))
        *refusal = "it is not the 64-bit form";
    else if (f->rule == R_far_return && strncmp(f->what, "lretq", 5))
        *refusal = "it is not the 64-bit form";
    else if (f->rule == R_sysret && strncmp(f->what, "sysretq", 7))
        *refusal = "it is not the 64-bit form";
    else
        *refusal = check_register(f);
    if (!*refusal && !strcmp(op->how, "call"))
        *refusal = check_call(source, f);
    return *refusal ? NULL : op->macro;
}
