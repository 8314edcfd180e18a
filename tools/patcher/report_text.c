// SPDX-License-Identifier: MIT
// Findings for people: the place, the sentence, the line with a caret, then
// one table that says how much of what there is.
#include <ctype.h>
#include <string.h>

#include "report.h"

static const char *const forms[] = {
    [FORM_STATEMENT] = "asm",         [FORM_FILE_SCOPE] = "file-scope asm",
    [FORM_MACRO] = "macro",           [FORM_MACRO_USE] = "macro use",
    [FORM_INTRINSIC] = "intrinsic",   [FORM_ASM] = "assembly",
    [FORM_ASM_MACRO] = "assembly macro", [FORM_ASM_USE] = "assembly macro use",
    [FORM_NASM] = "nasm",             [FORM_STORE] = "store",
    [FORM_CALL] = "call",             [FORM_PATTERN] = "pattern",
    [FORM_BINARY] = "binary",
};

static const char *const phases[] = {
    [PHASE_BOOT] = "boot",
    [PHASE_EARLY] = "early",
    [PHASE_RUNTIME] = "runtime",
    [PHASE_USER] = "user",
};

static const char *const actions[] = {
    [ACTION_HAND] = "by-hand",
    [ACTION_REWRITE] = "rewrite",
    [ACTION_FOLLOWS] = "follows",
    [ACTION_ACCEPT] = "accepted",
};

const char *form_name(enum form form)
{
    return forms[form];
}

const char *phase_name(enum phase phase)
{
    return phases[phase];
}

const char *action_name(enum action action)
{
    return actions[action];
}

bool finding_open(const struct finding *f)
{
    return f->action != ACTION_ACCEPT && !f->dead;
}

const char *finding_severity(const struct finding *f)
{
    switch (rule_info(f->rule)->class) {
    case CLASS_PRIVILEGED:
    case CLASS_SILENT:
    case CLASS_MEMORY:
        return "error";
    case CLASS_DEVICE:
        return "warning";
    default:
        return "note";
    }
}

/* The line under the finding, tabs and all, and a caret under the place. */
static void print_place(const struct finding *f, FILE *out)
{
    size_t length;
    const char *line = source_line_text(f->source, f->line, &length);
    size_t shown = length > 160 ? 160 : length;

    fprintf(out, "%6u | ", f->line);
    for (size_t i = 0; i < shown; i++)
        fputc(isprint((unsigned char)line[i]) || line[i] == '\t' ||
                      (unsigned char)line[i] >= 128
                  ? line[i] : '?', out);
    fprintf(out, "%s\n       | ", shown < length ? " ..." : "");
    if (f->column > shown) {
        fputc('\n', out);
        return;
    }
    for (size_t i = 0; i + 1 < f->column; i++)
        if (((unsigned char)line[i] & 0xc0) != 0x80)
            fputc(line[i] == '\t' ? '\t' : ' ', out);
    fputc('^', out);
    for (size_t i = 1; i < f->length && f->column + i <= shown; i++)
        fputc('~', out);
    fputc('\n', out);
}

static void print_finding(const struct finding *f, FILE *out)
{
    const struct rule_info *rule = rule_info(f->rule);

    fprintf(out, "%s:%u:%u: %s: ", f->source->path, f->line, f->column,
            finding_severity(f));
    if (f->origin)
        fprintf(out, "%s: ", f->origin);
    fprintf(out, "'%s' ", f->what);
    if (rule->instruction)
        fprintf(out, "%s: ", class_meaning(rule->class));
    else
        fprintf(out, "(%s): ", rule->name);
    if (f->action == ACTION_FOLLOWS) { /* a line is enough */
        fprintf(out, "%s\n", f->reason);
        return;
    }
    fprintf(out, "%s [%s]\n", rule->advice, rule->topic);
    print_place(f, out);
    if (f->action == ACTION_REWRITE)
        fprintf(out, "       = patch: %s\n", f->replacement);
    else if (f->reason && f->replacement)
        fprintf(out, "       = by hand: %s; perhaps: %s\n", f->reason,
                f->replacement);
    else if (f->reason)
        fprintf(out, "       = by hand: %s\n", f->reason);
}

static void print_table(const struct scan *scan, FILE *out)
{
    unsigned count[CLASS_COUNT][4] = { 0 }, dead = 0, total[4] = { 0 };

    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        if (f->dead)
            dead++;
        else
            count[rule_info(f->rule)->class][f->action]++;
    }
    fprintf(out, "\n%-12s %8s %8s %8s %8s %8s\n", "class", "found", "rewrite",
            "follows", "by hand", "accepted");
    for (int c = 0; c < CLASS_COUNT; c++) {
        unsigned *n = count[c];
        unsigned all = n[0] + n[1] + n[2] + n[3];

        if (all)
            fprintf(out, "%-12s %8u %8u %8u %8u %8u\n",
                    class_name((enum rule_class)c), all, n[ACTION_REWRITE],
                    n[ACTION_FOLLOWS], n[ACTION_HAND], n[ACTION_ACCEPT]);
        for (int a = 0; a < 4; a++)
            total[a] += n[a];
    }
    fprintf(out, "%-12s %8u %8u %8u %8u %8u\n", "all",
            total[0] + total[1] + total[2] + total[3], total[ACTION_REWRITE],
            total[ACTION_FOLLOWS], total[ACTION_HAND], total[ACTION_ACCEPT]);
    if (dead)
        fprintf(out, "%u more in code that #if 0 takes out\n", dead);
}

void report_text(const struct report *report, FILE *out)
{
    const struct scan *scan = report->scan;
    const char *file = NULL;

    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *f = scan->findings.items[i];

        /* What is unexplained has its own list: see judge_print(). */
        if (!finding_open(f) || (f->form == FORM_BINARY &&
                                 scan->sources.count))
            continue;
        if (!file || strcmp(file, f->source->path))
            fprintf(out, "%s== %s\n", file ? "\n" : "", f->source->path);
        file = f->source->path;
        print_finding(f, out);
    }
    if (report->judgement)
        judge_print(report->judgement, out);
    print_table(scan, out);
    fprintf(out, "%zu files, %zu lines\n", scan->sources.count, scan->lines);
}
