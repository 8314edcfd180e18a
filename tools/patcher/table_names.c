// SPDX-License-Identifier: MIT
// What the names of types say: kernels call the entries of page tables and
// descriptors alike. The rule: a name decides only what is worth showing;
// what is rewritten, the profile must name.
#include <ctype.h>
#include <string.h>

#include "tables.h"

/* "page_table_entry_t" word by word, in lower case; false at the end. */
static bool next_word(const char **name, char *word, size_t room)
{
    size_t length = 0;

    while (**name == '_')
        (*name)++;
    for (; **name && **name != '_'; (*name)++)
        if (length + 1 < room)
            word[length++] = (char)tolower((unsigned char)**name);
    word[length] = 0;
    return length > 0;
}

/* Is the word this one, perhaps with one of these endings? */
static bool is(const char *word, const char *base)
{
    static const char *const ends[] = { "", "s", "e", "es", "val", "t", "64",
                                        "32", "desc", "entry", "ent" };
    size_t length = strlen(base);

    if (strncmp(word, base, length))
        return false;
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (!strcmp(word + length, ends[i]))
            return true;
    return false;
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (is(word, *list))
            return true;
    return false;
}

static int level_of_name(const char *type)
{
    static const struct {
        const char *word;
        int level;
    } words[] = {
        { "pml4", 4 }, { "pgd", 4 },   { "p4d", 4 },  { "pdpt", 3 },
        { "pdp", 3 },  { "pud", 3 },   { "pde", 2 },  { "pmd", 2 },
        { "pdir", 2 }, { "pgdir", 2 }, { "pte", 1 },
    };
    static const char *const parts[] = { "entry", "element", "ent", "e",
                                         "elem", NULL };
    char word[32], last[32] = "", before[32] = "";
    int level = -1;

    if (strchr(type, '*'))
        return -1; /* a pointer to one */
    while (next_word(&type, word, sizeof(word))) {
        if (!strcmp(word, "t") || !strcmp(word, "struct"))
            continue;
        for (size_t i = 0; level < 0 && i < sizeof(words) / sizeof(*words);
             i++)
            if (is(word, words[i].word))
                level = words[i].level;
        /* pt_entry, page_entry, page_table_entry, page_directory_entry */
        if (level < 0 && is_one_of(word, parts)) {
            if (!strcmp(last, "pt") || !strcmp(last, "page"))
                level = 0;
            else if (!strcmp(last, "pd") || (!strcmp(last, "directory") &&
                                             !strcmp(before, "page")))
                level = 2;
            else if (!strcmp(last, "table") && !strcmp(before, "page"))
                level = 1;
        }
        strcpy(before, last);
        strcpy(last, word);
    }
    /* pte_ops, pmd_info: about entries, and none */
    if (level >= 0 && !is_one_of(last, parts))
        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
            if (is(last, words[i].word))
                return level;
    return level >= 0 && is_one_of(last, parts) ? level : -1;
}

int tables_level(const struct profile *profile, const char *type)
{
    int level = profile_level(profile, type);

    return level >= 0 || profile->tables.count ? level : level_of_name(type);
}

enum table_kind tables_of_type(const char *type)
{
    static const char *const describes[] = { "desc", "descriptor", "gate",
                                             NULL };
    static const char *const segments[] = { "seg", "segment", "real", "code",
                                            "data", "sys", "system", NULL };
    static const char *const not_tables[] = { "ptr", "pointer", "reg", "info",
                                              "register", "pseudo", NULL };
    enum table_kind kind = TABLE_NONE;
    bool segment = false;
    char word[32];

    if (strchr(type, '*'))
        return TABLE_NONE;
    while (next_word(&type, word, sizeof(word))) {
        if (is_one_of(word, not_tables))
            return TABLE_NONE;
        if (is(word, "tss") || is(word, "taskstate"))
            return TABLE_TSS;
        if (is(word, "ldt") || is(word, "ldttss"))
            kind = TABLE_LDT;
        else if (is(word, "gdt") || is(word, "segdesc"))
            kind = TABLE_GDT;
        else if (is(word, "idt") || is(word, "gate") || is(word, "gatedesc"))
            kind = TABLE_IDT;
        else if (is_one_of(word, segments))
            segment = true;
        else if (is_one_of(word, describes) && segment && !kind)
            kind = TABLE_GDT;
        else if (!strcmp(word, "struct") && segment && !kind)
            segment = false;
    }
    return kind;
}
