// SPDX-License-Identifier: MIT
// A .S file as a list of steps: see asm_steps.h. What is not understood is
// a step of its own, STEP_UNKNOWN, and whoever proves something stops there.
#include "asm_steps.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sread.h"

static struct asm_step *add_step(struct asm_steps *steps, enum step_kind kind,
                                 size_t begin)
{
    struct asm_step *step = list_add(&steps->list);

    step->kind = kind;
    step->begin = (uint32_t)begin;
    return step;
}

/* Directives that neither make code nor say where the next goes. */
static bool is_note(const char *text, size_t from, size_t to)
{
    static const char *const words[] = { ".globl", ".global", ".type", ".size",
                                         ".hidden", ".local", ".weak" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (asm_has_word(text, from, to, words[i]))
            return true;
    return to - from > 5 && !strncmp(text + from, ".cfi_", 5);
}

static void read_labels(struct asm_steps *steps, const char *text,
                        size_t from, size_t to)
{
    while (from < to) {
        size_t end;

        while (from < to && isspace((unsigned char)text[from]))
            from++;
        for (end = from; end < to && text[end] != ':' &&
                         !isspace((unsigned char)text[end]); end++)
            ;
        if (end > from)
            add_step(steps, STEP_LABEL, from)->name =
                mem_copy(text + from, end - from);
        while (end < to && text[end] != ':')
            end++;
        from = end + 1;
    }
}

static void read_step(struct asm_steps *steps, const char *text, size_t from,
                      size_t to)
{
    size_t at = insn_label_end(text, from, to);
    struct insn insn;

    read_labels(steps, text, from, at);
    if (at >= to)
        return;
    if (insn_read(&insn, text, at, to, SYNTAX_ATT)) {
        struct asm_step *step = add_step(steps, STEP_INSN, insn.offset);

        step->insn = insn;
    } else {
        add_step(steps, is_note(text, at, to) ? STEP_NOTE : STEP_UNKNOWN, at);
    }
}

/* A line for cpp, with those that it is continued on; where it ends. */
static size_t read_cpp(struct asm_steps *steps, const struct source *s,
                       size_t at, size_t end)
{
    add_step(steps, STEP_UNKNOWN, at);
    while (end < s->size && end &&
           s->text[end - 1 - (s->text[end - 1] == '\r' && end > 1)] == '\\')
        end = asm_line_end(s->text, end + 1, s->size);
    return end;
}

static int compare_labels(const void *a, const void *b)
{
    const struct asm_label *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : (left->step > right->step) -
                               (left->step < right->step);
}

/* The first label that is not in front of (name, step). */
static size_t find_label(const struct asm_steps *steps, const char *name,
                         long step)
{
    const struct asm_label key = { name, step };
    size_t low = 0, high = steps->labels.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_labels(&steps->labels.items[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

long asm_step_target(const struct asm_steps *steps, long from,
                     const char *operand)
{
    size_t length = strlen(operand), i;
    bool local = length > 1 && strspn(operand, "0123456789") == length - 1;
    bool back = local && operand[length - 1] == 'b';
    const char *name = local ? mem_copy(operand, length - 1) : operand;

    i = find_label(steps, name, local ? from : 0);
    i -= back; /* the one in front of it, or far away if there is none */
    return i < steps->labels.count && !strcmp(steps->labels.items[i].name, name)
               ? steps->labels.items[i].step : -1;
}

/* 1b and 1f in a statement's text, whatever it is: code, data, a macro. */
static void note_uses(struct asm_steps *steps, const char *text, long step,
                      size_t from, size_t to)
{
    for (size_t end; from < to; from = end + 1) {
        long target;

        for (end = from; end < to && asm_word_char(text[end]); end++)
            ;
        if (end - from < 2 || end - from > 4 ||
            !strchr("bf", text[end - 1]) ||
            strspn(text + from, "0123456789") != end - from - 1)
            continue;
        target = asm_step_target(steps, step,
                                 mem_copy(text + from, end - from));
        if (target >= 0) {
            steps->list.items[target].uses++;
            steps->list.items[target].user = step;
        }
    }
}

static void settle_labels(struct asm_steps *steps, const char *text,
                          size_t size)
{
    for (size_t i = 0; i < steps->list.count; i++)
        if (steps->list.items[i].kind == STEP_LABEL)
            *list_add(&steps->labels) = (struct asm_label){
                steps->list.items[i].name, (long)i };
    if (steps->labels.count)
        qsort(steps->labels.items, steps->labels.count,
              sizeof(*steps->labels.items), compare_labels);
    for (size_t i = 0; i < steps->list.count; i++)
        if (steps->list.items[i].kind != STEP_LABEL)
            note_uses(steps, text, (long)i, steps->list.items[i].begin,
                      i + 1 < steps->list.count
                          ? steps->list.items[i + 1].begin : size);
}

/* -8(%rsp) */
static bool is_below_rsp(const struct asm_step *step)
{
    for (unsigned i = 0; i < step->insn.count; i++)
        if (step->insn.operands[i][0] == '-' &&
            strstr(step->insn.operands[i], "(%rsp"))
            return true;
    return false;
}

/* From one label to the next that is not local, a function goes on. */
static void note_red_zones(struct asm_steps *steps)
{
    struct asm_step *list = steps->list.items;
    size_t begin = 0;
    bool red = false;

    for (size_t i = 0; i <= steps->list.count; i++) {
        bool ends = i == steps->list.count ||
                    (list[i].kind == STEP_LABEL &&
                     !isdigit((unsigned char)list[i].name[0]) &&
                     strncmp(list[i].name, ".L", 2));

        for (; ends && begin < i; begin++)
            list[begin].red_zone = red;
        if (i < steps->list.count)
            red = (red && !ends) || is_below_rsp(&list[i]);
    }
}

const struct asm_steps *asm_steps_of(struct source *s)
{
    struct asm_steps *steps = s->steps;
    const char *text;
    size_t accepts = s->accepts.count;

    if (steps)
        return steps;
    s->steps = steps = mem_alloc(sizeof(*steps));
    text = asm_blank_comments(s, false);
    s->accepts.count = accepts; /* they were noted when it was read */
    for (size_t at = 0, end; at < s->size; at = end + 1) {
        end = asm_line_end(text, at, s->size);
        while (at < end && isspace((unsigned char)text[at]))
            at++;
        if (at < end && text[at] == '#')
            end = read_cpp(steps, s, at, end);
        for (size_t stop; at < end && text[at] != '#'; at = stop + 1) {
            stop = insn_end(text, at, end);
            read_step(steps, text, at, stop);
        }
    }
    settle_labels(steps, text, s->size);
    note_red_zones(steps);
    return steps;
}

long asm_step_at(const struct asm_steps *steps, size_t offset)
{
    size_t low = 0, high = steps->list.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (steps->list.items[middle].begin < offset)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < steps->list.count && steps->list.items[low].begin == offset;
         low++)
        if (steps->list.items[low].kind == STEP_INSN)
            return (long)low;
    return -1;
}

bool asm_is_one_of(const char *mnemonic, const char *words)
{
    size_t length = strlen(mnemonic);

    while (*words) {
        size_t word = strcspn(words, " ");

        if (!strncmp(mnemonic, words, word) &&
            (length == word ||
             (length == word + 1 && strchr("bwlqd", mnemonic[word]))))
            return true;
        words += word + (words[word] == ' ');
    }
    return false;
}
