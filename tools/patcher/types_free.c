// SPDX-License-Identifier: MIT
// Where a page table's page is given back to whoever hands out pages: a PV
// guest's is read-only until the hypervisor has let go of it. Told by types
// alone: a call whose name says "free", of an argument that is a table, by a
// parameter that is not. The rule: a function that is handed a table as such
// knows what it is about, and is looked at itself.
#include <ctype.h>
#include <string.h>

#include "types_visit.h"

#define MOST_NESTING 12

struct words {
    bool frees, puts, page, asks;
};

static void take_word(struct words *words, const char *word, size_t length)
{
    static const char *const frees[] = { "release", "dealloc", "deallocate" };
    static const char *const pages[] = { "page", "table", "pt", "frame" };

    for (size_t i = 0; i < sizeof(frees) / sizeof(*frees); i++)
        words->frees |= !strcmp(word, frees[i]);
    for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
        words->page |= !strcmp(word, pages[i]);
    words->frees |= (length >= 4 && !strcmp(word + length - 4, "free")) ||
                    (!strncmp(word, "free", 4) && word[4] != 'z');
    words->puts |= !strcmp(word, "put");
    words->asks |= !strcmp(word, "is");
}

/* kfree, free_page, vm_page_release, freePage; not is_free, no put_char, and
 * not the library's own. */
static bool says_free(const char *name)
{
    struct words words = { 0 };
    char word[32];
    size_t length = 0;

    if (!strncmp(name, "pv_", 3))
        return false;
    for (;; name++) {
        if (!isalnum((unsigned char)*name) ||
            (isupper((unsigned char)*name) && length &&
             !isupper((unsigned char)name[-1]))) {
            word[length] = 0;
            take_word(&words, word, length);
            length = 0;
        }
        if (!*name)
            break;
        if (isalnum((unsigned char)*name) && length + 1 < sizeof(word))
            word[length++] = (char)tolower((unsigned char)*name);
    }
    return !words.asks && (words.frees || (words.puts && words.page));
}

static int level_of(const struct visit *v, CXType type)
{
    return tables_level(v->query->profile, visit_type_name(type));
}

/* A pointer to entries, or an array of them. */
static bool is_table(const struct visit *v, CXType type)
{
    CXType entry = type.kind == CXType_ConstantArray ||
                           type.kind == CXType_IncompleteArray
                       ? clang_getArrayElementType(type) : visit_pointee(type);

    return entry.kind != CXType_Invalid && level_of(v, entry) >= 0;
}

/* virt_to_phys, v2p, vtop, paddr_to_page: an address for another. */
static bool converts(CXCursor call)
{
    const char *name = visit_take(clang_getCursorSpelling(call));

    return clang_Cursor_getNumArguments(call) == 1 &&
           (strstr(name, "to") || strchr(name, '2') || !strcmp(name, "__pa") ||
            !strcmp(name, "__va"));
}

static bool leads_to_table(const struct visit *v, CXCursor c, int nesting);

/* A variable of the function's own: what it was made of. */
static bool began_as_table(const struct visit *v, CXCursor c, int nesting)
{
    CXCursor decl = clang_getCursorReferenced(c);
    struct children inner;

    if (decl.kind != CXCursor_VarDecl ||
        clang_getCursorSemanticParent(decl).kind != CXCursor_FunctionDecl)
        return false;
    inner = children_of(decl);
    return inner.count && inner.count <= 8 &&
           clang_isExpression(inner.items[inner.count - 1].kind) &&
           leads_to_table(v, inner.items[inner.count - 1], nesting);
}

/*
 * Is the address that of a table, through casts, masks, sums and conversions?
 * It is, too, if it is taken out of an entry above the last level.
 */
static bool leads_to_table(const struct visit *v, CXCursor c, int nesting)
{
    struct children inner;

    c = visit_strip(c);
    if (!nesting)
        return false;
    if (is_table(v, clang_getCursorType(c)))
        return true;
    inner = children_of(c);
    switch ((int)c.kind) {
    case CXCursor_CStyleCastExpr:
        return inner.count && inner.count <= 8 &&
               leads_to_table(v, inner.items[inner.count - 1], nesting - 1);
    case CXCursor_BinaryOperator:
        return inner.count == 2 &&
               (leads_to_table(v, inner.items[0], nesting - 1) ||
                leads_to_table(v, inner.items[1], nesting - 1));
    case CXCursor_CallExpr:
        return converts(c) &&
               leads_to_table(v, clang_Cursor_getArgument(c, 0), nesting - 1);
    case CXCursor_DeclRefExpr:
        return began_as_table(v, c, nesting - 1);
    case CXCursor_ArraySubscriptExpr:
        return level_of(v, clang_getCursorType(c)) > 1;
    case CXCursor_UnaryOperator:
        return visit_is_deref(c) && level_of(v, clang_getCursorType(c)) > 1;
    default:
        return false;
    }
}

void visit_free(struct visit *v, CXCursor c)
{
    struct fact fact = { .kind = FACT_FREE, .table = TABLE_ENTRIES };
    CXCursor to = clang_getCursorReferenced(c);
    int count = clang_Cursor_getNumArguments(c);

    fact.op = visit_take(clang_getCursorSpelling(c));
    if (!says_free(fact.op) ||
        !visit_extent(v, c, &fact.offset, &fact.end))
        return;
    for (int i = 0; i < count; i++) {
        CXCursor param = clang_Cursor_getArgument(to, (unsigned)i);

        if (!clang_Cursor_isNull(param) &&
            is_table(v, clang_getCursorType(param)))
            continue;
        if (!leads_to_table(v, clang_Cursor_getArgument(c, (unsigned)i),
                            MOST_NESTING))
            continue;
        fact.lhs = fact.offset;
        fact.lhs_end = fact.end;
        fact.type = fact.base = fact.array = "";
        fact.source = v->source;
        *list_add(&v->facts->list) = fact;
        return;
    }
}
