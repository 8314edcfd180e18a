// SPDX-License-Identifier: MIT
// What bare metal lets a kernel take for granted, as far as names and
// constants give it away. These are notes for a person: none is rewritten.
#include <stdlib.h>
#include <string.h>

#include "assume.h"

static const struct {
    const char *name;
    enum rule rule;
} names[] = {
    { "phys_to_virt", R_linear_map },  { "virt_to_phys", R_linear_map },
    { "__pa", R_linear_map },          { "__va", R_linear_map },
    { "V2P", R_linear_map },           { "P2V", R_linear_map },
    { "V2P_WO", R_linear_map },        { "P2V_WO", R_linear_map },
    { "PADDR", R_linear_map },         { "KADDR", R_linear_map },
    { "phystokv", R_linear_map },      { "kvtophys", R_linear_map },
    { "_kvtophys", R_linear_map },     { "VIRT_TO_PHYS", R_linear_map },
    { "PHYS_TO_VIRT", R_linear_map },  { "pa_to_va", R_linear_map },
    { "va_to_pa", R_linear_map },
    { "PTE_PS", R_large_page },        { "PG_PS", R_large_page },
    { "_PAGE_PSE", R_large_page },     { "PDE_PS", R_large_page },
    { "PTE_PSE", R_large_page },       { "X86_PTE_PS", R_large_page },
    { "INTEL_PTE_PS", R_large_page },  { "PAGE_2M", R_large_page },
    { "PT_PAGE_SIZE_MASK", R_large_page },
    { "PHYSTOP", R_early_allocator },  { "PHYS_TOP", R_early_allocator },
    { "PTE_PWT", R_cache_bits },       { "PTE_PCD", R_cache_bits },
    { "PTE_PAT", R_cache_bits },       { "_PAGE_PWT", R_cache_bits },
    { "_PAGE_PCD", R_cache_bits },     { "_PAGE_PAT", R_cache_bits },
    { "PTE_WT", R_cache_bits },        { "PTE_CD", R_cache_bits },
    { "INTEL_PTE_NCACHE", R_cache_bits }, { "INTEL_PTE_WTHRU", R_cache_bits },
};

static const struct {
    unsigned long value;
    enum rule rule;
    const char *what;
} constants[] = {
    { 0x2badb002, R_boot_protocol, "multiboot's magic number" },
    { 0x1badb002, R_boot_protocol, "multiboot's header" },
    { 0x36d76289, R_boot_protocol, "multiboot 2's magic number" },
    { 0xe85250d6, R_boot_protocol, "multiboot 2's header" },
    { 0x336ec578, R_boot_protocol, "a PVH start information's magic number" },
    { 0x534d4150, R_boot_protocol, "the BIOS's memory map call" },
};

static const char *const image_ends[] = {
    "end", "_end", "__end", "kernel_end", "_kernel_end", "__kernel_end",
    "_ebss", "__bss_end", "__bss_stop", "end_kernel", "kend", "KERNEL_END",
};

/*
 * Does the conversion at i make an address for an entry (it is or-ed with
 * flags, or its name meets an entry's), or a place in memory?
 */
static bool goes_into_entry(const struct tokens *t, size_t i, size_t close)
{
    size_t from = i, to = close;

    while (from && !token_punct(t, from - 1, ';') &&
           !token_punct(t, from - 1, '{') && !token_punct(t, from - 1, '}') &&
           t->list.items[from - 1].kind != TOK_END)
        from--;
    while (to < t->list.count && !token_punct(t, to, ';') &&
           t->list.items[to].kind != TOK_END)
        to++;
    if (token_punct(t, close + 1, '|') && !token_punct(t, close + 2, '|'))
        return true;
    for (size_t k = from; k < to; k++) {
        const struct token *tok = &t->list.items[k];
        const char *text = t->source->text + tok->offset;

        if (tok->kind == TOK_NAME &&
            (memmem(text, tok->length, "PTE_", 4) ||
             memmem(text, tok->length, "cr3", 3)) &&
            (k < i || k > close) && !memmem(text, tok->length, "ADDR", 4))
            return true;
    }
    return false;
}

static void read_name(struct scan *scan, struct tokens *t, size_t i)
{
    const struct token *tok = &t->list.items[i];
    const char *name = t->source->text + tok->offset;

    for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
        size_t close = i;

        if (strlen(names[k].name) != tok->length ||
            memcmp(names[k].name, name, tok->length))
            continue;
        if (names[k].rule == R_linear_map) {
            if (!token_punct(t, i + 1, '('))
                return;
            close = token_close(t, i + 1);
        }
        finding_note(scan, t, i, names[k].rule,
                     names[k].rule != R_linear_map ? names[k].name
                     : goes_into_entry(t, i, close)
                         ? mem_format("%s: an address in an entry",
                                      names[k].name)
                         : mem_format("%s: a place in memory", names[k].name));
        return;
    }
    /* extern char end[]: where the image ends. */
    if (token_punct(t, i + 1, '[') && token_punct(t, i + 2, ']') && i)
        for (size_t k = 0; k < sizeof(image_ends) / sizeof(*image_ends); k++)
            if (token_is(t, i, image_ends[k]))
                finding_note(scan, t, i, R_early_allocator,
                             mem_format("%s: the end of the image",
                                        image_ends[k]));
}

/* Slots 256 to 271 of the top level, as addresses. */
#define FIRST_HYPERVISOR 0xffff800000000000
#define LAST_HYPERVISOR 0xffff87ffffffffff

/* A mask, or the bound of the high half: not a place where something is. */
static bool is_compared(const struct tokens *t, size_t i)
{
    static const char operators[] = "&|^~<>";

    for (const char *c = operators; *c; c++)
        if ((i && token_punct(t, i - 1, *c)) || token_punct(t, i + 1, *c))
            return true;
    return i > 1 && token_punct(t, i - 1, '=') &&
           t->list.items[i - 2].kind == TOK_PUNCT &&
           strchr("&|^<>", t->list.items[i - 2].punct);
}

static void read_number(struct scan *scan, struct tokens *t, size_t i)
{
    char *word = token_text(t, i), *end;
    unsigned long value = strtoul(word, &end, 0);

    if (end[strspn(end, "uUlL")] || value < 0x10000000)
        return;
    for (size_t k = 0; k < sizeof(constants) / sizeof(*constants); k++)
        if (constants[k].value == value)
            finding_note(scan, t, i, constants[k].rule, constants[k].what);
    if (value >= FIRST_HYPERVISOR && value <= LAST_HYPERVISOR &&
        !is_compared(t, i))
        finding_note(scan, t, i, R_hypervisor_slots,
                     mem_format("%s: slot %lu of the top level", word,
                                value >> 39 & 511));
}

/* C for real mode: asm(".code16gcc"). */
static void read_string(struct scan *scan, struct tokens *t, size_t i)
{
    const struct token *tok = &t->list.items[i];

    if (memmem(t->source->text + tok->offset, tok->length, ".code16", 7))
        finding_note(scan, t, i, R_real_mode, "code for real mode");
}

/*
 * The local APIC's periodic mode, told by its value and not by a name alone.
 * The PIT's is no finding: the library's model of it goes on ticking.
 */
static void read_timer(struct scan *scan, struct tokens *t, size_t i)
{
    const struct token *tok = &t->list.items[i];
    unsigned long value;

    if (memmem(t->source->text + tok->offset, tok->length, "PERIODIC", 8) &&
        macro_value(&scan->macros, t, i, i + 1, &value) && value == 1 << 17)
        finding_note(scan, t, i, R_periodic_tick,
                     mem_format("%s: the local APIC's timer",
                                token_text(t, i)));
}

void assume_read(struct scan *scan, struct tokens *t)
{
    bool defining = false;

    for (size_t i = 0; i < t->list.count; i++) {
        const struct token *tok = &t->list.items[i];

        if (tok->kind == TOK_DIRECTIVE)
            defining = token_is(t, i + 1, "define");
        else if (tok->kind == TOK_END)
            defining = false;
        else if (tok->kind == TOK_NUMBER && tok->length >= 9)
            read_number(scan, t, i);
        else if (tok->kind == TOK_STRING)
            read_string(scan, t, i);
        else if (tok->kind == TOK_PUNCT)
            assume_entry(scan, t, i);
        else if (tok->kind == TOK_NAME && !defining) {
            read_name(scan, t, i);
            read_timer(scan, t, i);
        }
    }
}
