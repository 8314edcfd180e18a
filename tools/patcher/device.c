// SPDX-License-Identifier: MIT
// Devices by their ports: which functions and macros do port input and output
// is taken from what the readers found in them, which device a call means
// from the constant in it. Addresses of memory-mapped devices give themselves
// away.
#include <stdlib.h>
#include <string.h>

#include "finding.h"

struct range {
    unsigned long first, last;
    enum rule rule;
    const char *name;
};

static const struct range ports[] = {
#define PORT(first, last, rule, name) { first, last, R_##rule, name },
#include "ports.def"
};

static const struct range addresses[] = {
#define MMIO(first, last, rule, name) { first, last, R_##rule, name },
#include "ports.def"
};

/* Devices that the library answers for in a guest: pv_outb() reaches them. */
static bool is_modelled(unsigned long port)
{
#define PORTS(first, last, model)                                              \
    if (port >= (first) && port <= (last))                                     \
        return true;
#include "../../pvops/drivers/ports.def"
    return false;
}

static const struct range *find_range(const struct range *list, size_t count,
                                      unsigned long value)
{
    for (size_t i = 0; i < count; i++)
        if (value >= list[i].first && value <= list[i].last)
            return &list[i];
    return NULL;
}

#define FIND(list, value) \
    find_range(list, sizeof(list) / sizeof(*(list)), value)


/* "inb", "outw_p", "inportb", "outport_l", "io_outb", "write_port" ... */
static bool is_wrapper(const char *name, size_t length)
{
    static const char *const bases[] = { "in", "out", "inport", "outport",
                                         "inport_", "outport_", "io_in",
                                         "io_out", "port_in", "port_out",
                                         "x86_in", "x86_out", "arch_in",
                                         "arch_out", "__in", "__out", "in_",
                                         "out_", "port_read_", "port_write_",
                                         "pv_in", "pv_out" };
    static const char *const ends[] = { "b", "w", "l", "8", "16", "32",
                                        "b_p", "w_p", "l_p", "byte", "word",
                                        "long", "dword", "sb", "sw", "sl" };

    for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
        size_t base = strlen(bases[i]);

        if (length <= base || memcmp(name, bases[i], base))
            continue;
        for (size_t k = 0; k < sizeof(ends) / sizeof(*ends); k++)
            if (strlen(ends[k]) == length - base &&
                !memcmp(name + base, ends[k], length - base))
                return true;
    }
    return false;
}

/* Each argument that is a constant, as a port of a device that is known. */
static void read_call(struct scan *scan, struct tokens *t, size_t i,
                      const char *function)
{
    size_t close = token_close(t, i + 1), from = i + 2;
    const struct range *found = NULL;
    unsigned long port = 0;
    int depth = 0;

    for (size_t k = i + 2; k <= close; k++) {
        if (k < close && t->list.items[k].kind == TOK_PUNCT) {
            depth += token_punct(t, k, '(') || token_punct(t, k, '[');
            depth -= token_punct(t, k, ')') || token_punct(t, k, ']');
        }
        if (k == close || (!depth && token_punct(t, k, ','))) {
            unsigned long value;

            if (macro_value(&scan->macros, t, from, k, &value) &&
                value > port && value <= 0xffff && FIND(ports, value)) {
                found = FIND(ports, value);
                port = value;
            }
            from = k + 1;
        }
    }
    if (found) {
        const struct token *tok = &t->list.items[i];
        struct finding *f = finding_add(scan, t->source, found->rule,
                                        FORM_CALL, tok->offset, tok->length);

        f->what = mem_format("port 0x%lx: %s", port, found->name);
        if (is_modelled(port))
            f->reason = "the library has a model of the device";
        f->function = function;
        f->end = t->list.items[close].offset + t->list.items[close].length;
        f->last_line = source_line(t->source, f->end - 1);
        f->dead = tok->dead;
    }
}

static void read_number(struct scan *scan, struct tokens *t, size_t i,
                        const char *function)
{
    const struct token *tok = &t->list.items[i];
    const struct range *found;
    char *end, *word;
    unsigned long value;

    if (tok->length < 7 || tok->length > 18)
        return;
    word = token_text(t, i);
    value = strtoul(word, &end, 0);
    if (end[strspn(end, "uUlL")] || value < 0xa0000)
        return;
    /* In the high half too: a linear map is taken off. */
    if (value >> 47)
        value &= 0xffffffff & ~(value >= 0xffffffff80000000 ? 1ul << 31 : 0);
    found = FIND(addresses, value);
    if (found && (value & 0xfff) == 0) {
        struct finding *f = finding_add(scan, t->source, found->rule,
                                        FORM_PATTERN, tok->offset,
                                        tok->length);

        f->what = mem_format("%s: %s", word, found->name);
        f->function = function;
        f->dead = tok->dead;
    }
}

void device_read(struct scan *scan, struct tokens *t)
{
    for (size_t i = 0; i < t->list.count; i++) {
        const struct token *tok = &t->list.items[i];
        const char *name = t->source->text + tok->offset;

        if (tok->kind == TOK_NUMBER)
            read_number(scan, t, i, "");
        if (tok->kind == TOK_NAME && token_punct(t, i + 1, '(') &&
            (i < 2 || t->list.items[i - 1].kind != TOK_NAME ||
             token_is(t, i - 1, "return")) &&
            is_wrapper(name, tok->length))
            read_call(scan, t, i, function_at(scan, t, i));
    }
}
