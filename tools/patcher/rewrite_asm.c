// SPDX-License-Identifier: MIT
// Rewrites instructions of .S files as the library's macros: see rewrite.h.
// A called macro keeps every register but the flags, so the flags must be
// dead behind it, and it needs the kernel's stack, which swapgs need not have;
// a jumped-to one (iret, sysret, far return) takes control away as the
// instruction did. What runs in 16 or 32 bits is left alone.
#include <ctype.h>
#include <string.h>

#include "rewrite.h"

/* Instructions that set all of the arithmetic flags, or end the function. */
static bool ends_flags(const char *m)
{
    static const char *const words[] = {
        "add", "sub", "cmp", "test", "and", "or", "xor", "neg", "call", "ret",
        "iret", "sysret", "hlt", "syscall", "popf", "sysexit", "lret",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t length = strlen(words[i]);

        if (!strncmp(m, words[i], length) &&
            (!m[length] || (strchr("bwlqd", m[length]) && !m[length + 1])))
            return true;
    }
    return false;
}

static bool reads_flags(const char *m)
{
    return (m[0] == 'j' && strncmp(m, "jmp", 3)) || !strncmp(m, "set", 3) ||
           !strncmp(m, "cmov", 4) || !strncmp(m, "adc", 3) ||
           !strncmp(m, "sbb", 3) || !strncmp(m, "pushf", 5) ||
           !strncmp(m, "lahf", 4) || !strncmp(m, "rc", 2) ||
           !strncmp(m, "rep", 3) || !strncmp(m, "loop", 4);
}

/* These neither read nor write flags. */
static bool leaves_flags(const char *m)
{
    return !strncmp(m, "mov", 3) || !strncmp(m, "push", 4) ||
           !strncmp(m, "pop", 3) || !strncmp(m, "lea", 3) ||
           !strncmp(m, "nop", 3) || !strncmp(m, "cl", 2) ||
           !strncmp(m, "st", 2) || !strcmp(m, "swapgs") ||
           !strncmp(m, "xchg", 4) || !strcmp(m, "pause");
}

/* Blanks a comment from a line's copy. */
static void blank_comment(char *line)
{
    char *comment = strpbrk(line, "#;");
    char *slash = strstr(line, "/*"), *two = strstr(line, "//");

    if (comment)
        *comment = 0;
    if (slash && (!comment || slash < comment))
        *slash = 0;
    if (two)
        *two = 0;
}

/* Where a numeric or local label is defined, seen from `at`; 0 if nowhere. */
static size_t find_label(const struct source *s, size_t at, const char *name)
{
    size_t length = strlen(name);
    bool back = length == 2 && isdigit((unsigned char)name[0]) &&
                name[1] == 'b';
    bool ahead = length == 2 && isdigit((unsigned char)name[0]) &&
                 name[1] == 'f';
    unsigned line = source_line(s, at), step = back ? -1u : 1u;

    if (back || ahead)
        length = 1;
    else
        line = 1;
    for (; line >= 1 && line <= s->line_count; line += step) {
        size_t size;
        const char *text = source_line_text(s, line, &size);

        while (size && isspace((unsigned char)*text))
            text++, size--;
        if (size > length && !memcmp(text, name, length) &&
            text[length] == ':')
            return (size_t)(text - s->text) + length + 1;
    }
    return 0;
}

/* Are the flags dead at this place? Follows jumps; anything that is not
 * known is a no. */
static bool flags_are_dead(const struct source *s, size_t at)
{
    for (int steps = 0; steps < 64 && at < s->size; steps++) {
        const char *end = memchr(s->text + at, '\n', s->size - at);
        size_t stop = end ? (size_t)(end - s->text) : s->size;
        char *line = mem_copy(s->text + at, stop - at);
        struct insn insn;

        blank_comment(line);
        at = stop + 1;
        if (!insn_read(&insn, line, 0, strlen(line), SYNTAX_ATT)) {
            if (line[strspn(line, " \t\r")] == '.' && !strchr(line, ':'))
                return false; /* a directive: who knows */
            continue;
        }
        if (reads_flags(insn.mnemonic))
            return false;
        if (ends_flags(insn.mnemonic))
            return true;
        if (!strncmp(insn.mnemonic, "jmp", 3) && insn.count == 1) {
            at = find_label(s, at - 1, insn.operands[0]);
            if (!at)
                return false;
        } else if (!leaves_flags(insn.mnemonic)) {
            return false;
        }
    }
    return false;
}

/* Is the stack at this place the kernel's? Around a system call it may be the
 * user's yet: then the code goes on to save or change RSP, or to sysret. Only
 * code that goes on to use the stack has one; what is not known is a no. */
static bool has_a_stack(const struct source *s, size_t at)
{
    while (at < s->size) {
        size_t length = strcspn(s->text + at, "\n;#");
        char *line = mem_copy(s->text + at, length);
        struct insn insn;

        at += length;
        if (at < s->size && s->text[at] == '#')
            at += strcspn(s->text + at, "\n");
        at++;
        blank_comment(line);
        if (!insn_read(&insn, line, 0, strlen(line), SYNTAX_ATT)) {
            if (line[strspn(line, " \t\r")] == '.' && !strchr(line, ':'))
                return false;
            continue;
        }
        for (unsigned i = 0; i < insn.count; i++) {
            if (!strcmp(insn.operands[i], "%rsp"))
                return false;
            if (strstr(insn.operands[i], "(%rsp"))
                return true;
        }
        if (!strncmp(insn.mnemonic, "push", 4) ||
            !strncmp(insn.mnemonic, "pop", 3) ||
            !strncmp(insn.mnemonic, "call", 4) ||
            !strncmp(insn.mnemonic, "ret", 3) ||
            !strncmp(insn.mnemonic, "iret", 4))
            return true;
        if (insn.mnemonic[0] == 'j' || !strncmp(insn.mnemonic, "sysret", 6))
            return false;
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

const char *rewrite_asm(const struct source *source, const struct finding *f,
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
    if (!*refusal && f->rule == R_swapgs && !has_a_stack(source, f->end))
        *refusal = "the stack is not proven to be the kernel's there";
    if (!*refusal && !strcmp(op->how, "call") &&
        !flags_are_dead(source, f->end))
        *refusal = "the flags are not proven dead behind it";
    return *refusal ? NULL : op->macro;
}
