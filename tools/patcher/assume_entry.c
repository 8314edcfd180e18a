// SPDX-License-Identifier: MIT
// What C does to page-table entries that a guest's do not bear: masks that
// keep the high bits, the user bit taken away, a table that maps itself, the
// hypervisor's slots. Words only, no types: so each shape is narrow, and what
// does not have it is not found.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "assume.h"

#define MOST_WORDS 96   /* of an expression that is looked at */
#define MOST_BACK 4000  /* words, to where a name is declared */

static bool is_name(const struct tokens *t, size_t i)
{
    return i < t->list.count && t->list.items[i].kind == TOK_NAME;
}

static bool is_one_of(const struct tokens *t, size_t i,
                      const char *const *list, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (token_is(t, i, list[k]))
            return true;
    return false;
}

#define ONE_OF(t, i, list) \
    is_one_of(t, i, list, sizeof(list) / sizeof(*(list)))

/* Is one of the parts of a_name_like_this a word of the list? */
static bool has_part(const struct tokens *t, size_t i,
                     const char *const *list, size_t count)
{
    const struct token *tok = &t->list.items[i];
    const char *name = t->source->text + tok->offset;

    for (size_t from = 0, to; from < tok->length; from = to + 1) {
        for (to = from; to < tok->length && name[to] != '_'; to++)
            ;
        for (size_t k = 0; k < count; k++)
            if (strlen(list[k]) == to - from &&
                !strncasecmp(list[k], name + from, to - from))
                return true;
    }
    return false;
}

#define HAS_PART(t, i, list) \
    has_part(t, i, list, sizeof(list) / sizeof(*(list)))

/* The opening bracket of the one at i, or i if there is none. */
static size_t open_of(const struct tokens *t, size_t i)
{
    char close = t->list.items[i].punct, open = close == ')' ? '(' : '[';
    int depth = 0;

    for (size_t k = i, n = 0; n < MOST_WORDS; k--, n++) {
        depth += token_punct(t, k, close);
        depth -= token_punct(t, k, open);
        if (!depth)
            return k;
        if (!k || t->list.items[k].kind == TOK_END || token_punct(t, k, ';'))
            break;
    }
    return i;
}

/* The bracket that closes the one at i, or i if none is near: a file of
 * nothing but open ones takes no longer than another. */
static size_t close_of(const struct tokens *t, size_t i)
{
    char open = t->list.items[i].punct, close = open == '(' ? ')' : ']';
    int depth = 0;

    for (size_t k = i; k < t->list.count && k - i < MOST_WORDS; k++) {
        depth += token_punct(t, k, open);
        depth -= token_punct(t, k, close);
        if (!depth)
            return k;
    }
    return i;
}

static const char *const narrow[] = { "int", "uint", "unsigned", "uint32_t",
                                      "u32", "uint32", "u_int", "__u32" };

/* Do these words declare or cast to a type of 32 bits? */
static bool is_narrow(const struct tokens *t, size_t from, size_t to)
{
    bool found = false;

    for (size_t i = from; i < to; i++) {
        if (token_is(t, i, "long"))
            return false;
        found |= ONE_OF(t, i, narrow);
    }
    return found;
}

/* A word of what may stand between a declaration's type and its last name. */
static bool is_declarator(const struct tokens *t, size_t i)
{
    return is_name(t, i) || t->list.items[i].kind == TOK_NUMBER ||
           token_punct(t, i, '*') || token_punct(t, i, ',') ||
           token_punct(t, i, '=');
}

/*
 * Does the file declare the name of token i with 32 bits? The nearest
 * declaration in front of it decides. Such entries have no bits 52 to 63.
 */
static bool declared_narrow(const struct tokens *t, size_t i)
{
    char *name = token_text(t, i);

    for (size_t k = i; k-- > 1 && i - k < MOST_BACK;) {
        size_t from = k, type, at = k;

        if (!token_is(t, k, name))
            continue;
        while (at && token_punct(t, at - 1, '*'))
            at--;
        if (!at || !(is_name(t, at - 1) || token_punct(t, at - 1, ',')))
            continue;
        while (from && k - from < MOST_WORDS && is_declarator(t, from - 1))
            from--;
        if (from == k || !is_name(t, from) || token_is(t, from, "return") ||
            !(is_name(t, at - 1) || is_name(t, from + 1) ||
              token_punct(t, from + 1, '*')))
            continue;
        /* A parameter has its own type, a declarator the statement's. */
        for (type = at; type > from && is_name(t, type - 1); type--)
            ;
        return type < at ? is_narrow(t, type, at)
                         : is_narrow(t, from, from + 2);
    }
    return false;
}

/*
 * Is what ends in front of token i the value of an entry of 64 bits? pte,
 * *ptep, pgdir[n], pte_val(x), p->pde, each with parentheses and casts.
 */
static bool is_entry(const struct tokens *t, size_t i)
{
    static const char *const entries[] = { "pte", "pde", "pdpe", "pdpte",
                                           "pml4e" };
    static const char *const tables[] = { "pte", "ptes", "ptep", "pde", "pdes",
                                          "pdep", "pdpe", "pdpt", "pml4",
                                          "pml4e", "pgdir", "pgtbl", "pgtab",
                                          "pagetable" };
    static const char *const values[] = { "pte_val", "pmd_val", "pud_val",
                                          "pgd_val", "p4d_val" };
    size_t last = i - 1, open;

    if (!i)
        return false;
    if (token_punct(t, last, ']')) {
        open = open_of(t, last);
        return open && open != last && is_name(t, open - 1) &&
               HAS_PART(t, open - 1, tables) && !declared_narrow(t, open - 1);
    }
    if (token_punct(t, last, ')')) {
        open = open_of(t, last);
        if (!open || open == last)
            return false;
        if (is_name(t, open - 1))
            return ONE_OF(t, open - 1, values);
        if (token_punct(t, open - 1, ')') &&
            is_narrow(t, open_of(t, open - 1), open - 1))
            return false;
        return is_entry(t, last);
    }
    if (!is_name(t, last) || declared_narrow(t, last))
        return false;
    if (token_punct(t, last - 1, '*') && last > 1 && !is_name(t, last - 2) &&
        !token_punct(t, last - 2, ')'))
        return HAS_PART(t, last, tables);
    if (token_punct(t, last - 1, ')') &&
        is_narrow(t, open_of(t, last - 1), last - 1))
        return false;
    return ONE_OF(t, last, entries);
}

/* 0xfffU and what is made of it has 32 bits, whatever its value says. */
static bool is_unsigned_int(const struct scan *scan, const struct tokens *t,
                            size_t from, size_t to, int nesting)
{
    for (size_t i = from; i < to; i++) {
        const struct token *tok = &t->list.items[i];
        const char *text = t->source->text + tok->offset;
        struct macro *m;

        if (tok->kind == TOK_NUMBER &&
            (memchr(text, 'u', tok->length) ||
             memchr(text, 'U', tok->length)) &&
            !memchr(text, 'l', tok->length) && !memchr(text, 'L', tok->length))
            return true;
        if (tok->kind != TOK_NAME || nesting > 8)
            continue;
        m = macro_find(&scan->macros, text, tok->length);
        if (ONE_OF(t, i, narrow) ||
            (m && is_unsigned_int(scan, m->tokens, m->body, m->end,
                                  nesting + 1)))
            return true;
    }
    return false;
}

/* ENTRY & ~0xfff: the address, with the bits that are none. */
static void read_and(struct scan *scan, struct tokens *t, size_t i)
{
    size_t to = i + 1;
    unsigned long value;

    if (token_punct(t, to, '~'))
        to++;
    to = token_punct(t, to, '(') ? close_of(t, to) + 1 : to + 1;
    if (to > t->list.count ||
        !macro_value(&scan->macros, t, i + 1, to, &value) ||
        value >> 52 != 0xfff || value & 0xfff ||
        is_unsigned_int(scan, t, i + 1, to, 0) || !is_entry(t, i))
        return;
    finding_note(scan, t, i, R_pte_mask,
                 mem_format("& %s", tokens_join(t, i + 1, to)));
}

/* & ~PTE_U, &= ~(PTE_U | ...): protection from user mode. */
static void read_not(struct scan *scan, struct tokens *t, size_t i)
{
    static const char *const user[] = { "PTE_U", "PTE_US", "PTE_USER", "PG_US",
                                        "PG_USER", "PAGE_USER", "PAGE_US",
                                        "_PAGE_USER", "PT_USER_MASK",
                                        "X86_PTE_USER", "INTEL_PTE_USER" };
    size_t to = i + 2;

    if (!i || !(token_punct(t, i - 1, '&') ||
                (i > 1 && token_punct(t, i - 1, '=') &&
                 token_punct(t, i - 2, '&'))))
        return;
    if (token_punct(t, i + 1, '('))
        to = close_of(t, i + 1);
    for (size_t k = i + 1; k < to; k++)
        if (ONE_OF(t, k, user))
            finding_note(scan, t, k, R_user_bit,
                         mem_format("%s is taken away", token_text(t, k)));
}

/* Does what follows from `from` to `to` or in a present bit? */
static bool makes_present(struct scan *scan, const struct tokens *t,
                          size_t from, size_t to)
{
    static const char *const present[] = { "P", "PRESENT", "VALID" };
    bool flags = false;
    unsigned long value;

    for (size_t k = from; k < to; k++) {
        flags |= token_punct(t, k, '|');
        if (!flags || t->list.items[k].kind == TOK_PUNCT)
            continue;
        if (macro_value(&scan->macros, t, k, k + 1, &value)
                ? value < 0x1000 && (value & 1)
                : is_name(t, k) && HAS_PART(t, k, present))
            return true;
    }
    return false;
}

/* Do the words at a stand at b, too? */
static bool same_words(const struct tokens *t, size_t a, size_t b, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const struct token *x = &t->list.items[a + k];
        const struct token *y = &t->list.items[b + k];

        if (x->length != y->length ||
            memcmp(t->source->text + x->offset, t->source->text + y->offset,
                   x->length))
            return false;
    }
    return true;
}

/* TABLE[slot] = conversion(TABLE) | flags: the bracket is at `open`. */
static void read_self_map(struct scan *scan, struct tokens *t, size_t open,
                          size_t close)
{
    size_t from = open - 1, to = close + 2, length;

    if (!token_punct(t, close + 1, '=') || token_punct(t, close + 2, '='))
        return;
    while (from >= 2 && (token_punct(t, from - 1, '.') ||
                         token_punct(t, from - 1, '>'))) {
        size_t before = from - (token_punct(t, from - 1, '>') ? 3 : 2);

        if (from < 3 || !is_name(t, before))
            break;
        from = before;
    }
    length = open - from;
    while (to < t->list.count && to - close < MOST_WORDS &&
           !token_punct(t, to, ';') && t->list.items[to].kind != TOK_END)
        to++;
    for (size_t k = close + 2; k + length < to; k++)
        if ((token_punct(t, k - 1, '(') || token_punct(t, k - 1, ')')) &&
            (token_punct(t, k + length, ')') ||
             token_punct(t, k + length, '|')) &&
            same_words(t, from, k, length) &&
            makes_present(scan, t, k + length, to)) {
            finding_note(scan, t, from, R_recursive_slot,
                         mem_format("%s: an entry of it maps it",
                                    tokens_join(t, from, open)));
            return;
        }
}

/* pml4[256] */
static void read_slot(struct scan *scan, struct tokens *t, size_t open,
                      size_t close)
{
    static const char *const top[] = { "pml4", "pml4t", "kpml4", "pml4e",
                                       "l4" };
    unsigned long slot;

    if (HAS_PART(t, open - 1, top) &&
        macro_value(&scan->macros, t, open + 1, close, &slot) &&
        slot >= 256 && slot <= 271 && !(open > 1 && is_name(t, open - 2)))
        finding_note(scan, t, open - 1, R_hypervisor_slots,
                     mem_format("slot %lu of the top level", slot));
}

void assume_entry(struct scan *scan, struct tokens *t, size_t i)
{
    if (token_punct(t, i, '~')) {
        read_not(scan, t, i);
    } else if (token_punct(t, i, '&') && !token_punct(t, i + 1, '&') &&
               !(i && token_punct(t, i - 1, '&'))) {
        read_and(scan, t, i);
    } else if (token_punct(t, i, '[') && i && is_name(t, i - 1)) {
        size_t close = close_of(t, i);

        if (close != i) {
            read_self_map(scan, t, i, close);
            read_slot(scan, t, i, close);
        }
    }
}
