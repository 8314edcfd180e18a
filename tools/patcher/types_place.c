// SPDX-License-Identifier: MIT
// Which place an lvalue is: of what type, a part of which variable, and
// whether that is a table that the CPU reads.
#include <string.h>

#include "types_visit.h"

char *visit_take(CXString string)
{
    const char *c = clang_getCString(string);
    char *copy = mem_dup(c ? c : "");

    clang_disposeString(string);
    return copy;
}

static enum CXChildVisitResult keep_child(CXCursor c, CXCursor parent,
                                          CXClientData data)
{
    struct children *children = data;

    (void)parent;
    if (children->count < 8)
        children->items[children->count] = c;
    children->count++;
    return CXChildVisit_Continue;
}

struct children children_of(CXCursor cursor)
{
    struct children children = { .count = 0 };

    clang_visitChildren(cursor, keep_child, &children);
    return children;
}

bool visit_extent(const struct visit *v, CXCursor cursor, uint32_t *from,
                  uint32_t *to)
{
    CXSourceRange range = clang_getCursorExtent(cursor);
    CXFile a, b;
    unsigned start, end;

    clang_getFileLocation(clang_getRangeStart(range), &a, NULL, NULL, &start);
    clang_getFileLocation(clang_getRangeEnd(range), &b, NULL, NULL, &end);
    if (!a || !b || !clang_File_isEqual(a, v->file) ||
        !clang_File_isEqual(b, v->file) || end < start || end > v->size)
        return false;
    *from = start;
    *to = end;
    return true;
}

CXCursor visit_strip(CXCursor c)
{
    for (;;) {
        struct children inner;

        if (c.kind != CXCursor_ParenExpr && c.kind != CXCursor_UnexposedExpr)
            return c;
        inner = children_of(c);
        if (inner.count != 1)
            return c;
        c = inner.items[0];
    }
}

char *visit_type_name(CXType type)
{
    char *name = visit_take(clang_getTypeSpelling(type)), *at = name;
    static const char *const words[] = { "const ", "volatile ", "struct ",
                                         "union ", "_Atomic " };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (!strncmp(at, words[i], strlen(words[i]))) {
            at += strlen(words[i]);
            i = (size_t)-1;
        }
    return at;
}

bool visit_is_deref(CXCursor c)
{
    struct children inner = children_of(c);
    CXType pointer;

    if (c.kind != CXCursor_UnaryOperator || inner.count != 1)
        return false;
    pointer = clang_getCanonicalType(clang_getCursorType(inner.items[0]));
    return pointer.kind == CXType_Pointer &&
           clang_equalTypes(
               clang_getCanonicalType(clang_getPointeeType(pointer)),
               clang_getCanonicalType(clang_getCursorType(c)));
}

/* A parameter, or declared in the function: then it is no global. */
static bool is_own(CXCursor c)
{
    CXCursor decl = clang_getCursorReferenced(c);

    return c.kind == CXCursor_DeclRefExpr &&
           (decl.kind == CXCursor_ParmDecl ||
            (decl.kind == CXCursor_VarDecl &&
             clang_getCursorSemanticParent(decl).kind ==
                 CXCursor_FunctionDecl));
}

const char *visit_base(CXCursor c, struct fact *fact)
{
    bool indexed = false, *local = &fact->is_local;
    const char **array = &fact->array;

    *local = fact->is_own = false;
    *array = "";
    for (int depth = 0; depth < 16; depth++) {
        struct children inner;

        c = visit_strip(c);
        if (indexed && !**array && (c.kind == CXCursor_DeclRefExpr ||
                                    c.kind == CXCursor_MemberRefExpr)) {
            *array = visit_take(clang_getCursorSpelling(c));
            fact->is_own = is_own(c);
        }
        if (c.kind == CXCursor_ArraySubscriptExpr || visit_is_deref(c)) {
            long long size = clang_Type_getSizeOf(clang_getCursorType(c));

            indexed = true;
            fact->element = size > 0 ? (unsigned)size : 0;
        }
        if (c.kind == CXCursor_DeclRefExpr) {
            CXCursor decl = clang_getCursorReferenced(c);
            CXType type = clang_getCursorType(decl);
            CXCursor parent = clang_getCursorSemanticParent(decl);

            *local = decl.kind == CXCursor_VarDecl &&
                     parent.kind == CXCursor_FunctionDecl &&
                     clang_Cursor_getStorageClass(decl) != CX_SC_Static &&
                     clang_getCanonicalType(type).kind != CXType_Pointer;
            return visit_take(clang_getCursorSpelling(c));
        }
        inner = children_of(c);
        if (!inner.count ||
            (c.kind != CXCursor_ArraySubscriptExpr &&
             c.kind != CXCursor_MemberRefExpr && !visit_is_deref(c)))
            return "";
        c = inner.items[0];
    }
    return "";
}

CXType visit_pointee(CXType type)
{
    if (type.kind != CXType_Pointer)
        type = clang_getCanonicalType(type);
    return clang_getPointeeType(type);
}

static bool is_known_type(const struct visit *v, const char *type)
{
    return tables_level(v->query->profile, type) >= 0 ||
           (!v->query->profile->path && tables_of_type(type));
}

/* A number that is a part of the entry `held`: where the two words meet. */
static void note_part(const struct visit *v, CXCursor member, CXCursor held,
                      struct fact *fact)
{
    CXCursor field = clang_getCursorReferenced(member);
    CXType type = clang_getCanonicalType(clang_getCursorType(member));
    CXType entry = clang_getCursorType(held);
    CXCursor whole = held; /* with its parentheses */
    uint32_t from;

    fact->is_arrow = visit_pointee(entry).kind != CXType_Invalid;
    if (fact->is_arrow)
        entry = visit_pointee(entry);
    held = visit_strip(held);
    if (!fact->is_arrow && held.kind != CXCursor_ArraySubscriptExpr &&
        !visit_is_deref(held))
        return; /* a variable of its own, and in no table */
    if (clang_Type_getSizeOf(entry) != 8 || type.kind < CXType_Bool ||
        type.kind > CXType_LongLong ||
        !visit_extent(v, whole, &from, &fact->entry_end))
        return;
    fact->is_whole = fact->size == 8 && !clang_Cursor_isBitField(field);
}

bool visit_place(const struct visit *v, CXCursor c, struct fact *fact)
{
    CXCursor at = visit_strip(c), member = at, container = at;
    bool held = false;

    fact->type = visit_type_name(clang_getCursorType(at));
    fact->size = (unsigned)clang_Type_getSizeOf(clang_getCursorType(at));
    fact->is_deref = visit_is_deref(at);
    fact->base = visit_base(at, fact);
    if (at.kind == CXCursor_MemberRefExpr)
        fact->field = visit_take(clang_getCursorSpelling(at));
    else if (!fact->is_deref && at.kind != CXCursor_ArraySubscriptExpr)
        return false;
    /* x.bits.p: what holds the member is the entry */
    while (at.kind == CXCursor_MemberRefExpr && !held) {
        struct children inner = children_of(at);
        CXType type;

        if (!inner.count)
            break;
        container = inner.items[0];
        at = visit_strip(container);
        type = clang_getCursorType(at);
        if (visit_pointee(type).kind != CXType_Invalid)
            type = visit_pointee(type);
        held = is_known_type(v, visit_type_name(type));
        if (held)
            fact->type = visit_type_name(type);
    }
    /* A member may have an entry's type, and be in no table. */
    if (fact->field && !held)
        fact->type = "";
    else if (fact->field)
        note_part(v, member, container, fact);
    return true;
}

static const char *const own_names[] = {
    [TABLE_GDT] = "gdt", [TABLE_LDT] = "ldt", [TABLE_IDT] = "idt",
    [TABLE_TSS] = "tss",
};

/* Of what table it is a part, by what the profile or the code calls it. */
static enum table_kind kind_by_name(const struct visit *v, const char *name)
{
    const struct profile *profile = v->query->profile;

    for (size_t i = 0; i < profile->descriptors.count; i++)
        if (!strcmp(profile->descriptors.items[i].name, name))
            name = profile->descriptors.items[i].kind;
    for (int k = TABLE_GDT; k <= TABLE_TSS; k++)
        if (!strcmp(own_names[k], name))
            return (enum table_kind)k;
    return TABLE_NONE;
}

bool visit_matters(const struct visit *v, struct fact *fact)
{
    if (tables_level(v->query->profile, fact->type) >= 0) {
        fact->table = TABLE_ENTRIES;
        return true;
    }
    fact->table = kind_by_name(v, fact->base);
    if (!fact->table && *fact->array) {
        fact->table = tables_named(v->query->flow, fact->array, v->function,
                                   fact->is_own);
        fact->by_type = fact->table != TABLE_NONE;
    }
    if (!fact->table && !v->query->profile->path && !fact->is_local) {
        fact->table = tables_of_type(fact->type);
        fact->by_type = true;
    }
    return fact->table != TABLE_NONE;
}
