// SPDX-License-Identifier: MIT
// Parses one C file with libclang and notes what is said about types: stores
// and loads of page-table entries and descriptors, and the operands of asm
// statements. The rule: only what is written in this file itself, at a place
// that is no macro's expansion, is a fact that an edit may rest on.
#include <clang-c/Index.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "types.h"

struct visit {
    struct facts *facts;
    const struct profile *profile;
    const char *text;
    size_t size;
    CXFile file;
    LIST(uint32_t) pointers; /* where what is cast to a pointer begins */
};

static char *take(CXString string)
{
    const char *c = clang_getCString(string);
    char *copy = mem_dup(c ? c : "");

    clang_disposeString(string);
    return copy;
}

/* Where a cursor's text is in the file; false if it is not there. */
static bool extent(const struct visit *v, CXCursor cursor, uint32_t *from,
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

/*
 * Is the place in the text of a macro, and not in the file itself? What is
 * written as a macro's argument is in the file.
 */
static bool in_macro_text(CXSourceLocation at)
{
    unsigned spelling, place;
    CXFile a, b;

    clang_getSpellingLocation(at, &a, NULL, NULL, &spelling);
    clang_getFileLocation(at, &b, NULL, NULL, &place);
    return !a || !b || !clang_File_isEqual(a, b) || spelling != place;
}

static bool from_macro(CXCursor cursor)
{
    CXSourceRange range = clang_getCursorExtent(cursor);

    return in_macro_text(clang_getRangeStart(range)) ||
           in_macro_text(clang_getCursorLocation(cursor));
}

struct children {
    CXCursor items[8];
    unsigned count;
};

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

static struct children children_of(CXCursor cursor)
{
    struct children children = { .count = 0 };

    clang_visitChildren(cursor, keep_child, &children);
    return children;
}

/* Through parentheses and conversions that are not written. */
static CXCursor strip(CXCursor c)
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

static char *type_name(CXType type)
{
    char *name = take(clang_getTypeSpelling(type)), *at = name;
    static const char *const words[] = { "const ", "volatile ", "struct ",
                                         "union ", "_Atomic " };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (!strncmp(at, words[i], strlen(words[i]))) {
            at += strlen(words[i]);
            i = (size_t)-1;
        }
    return at;
}

/* "*p": of all unary operators, the one whose type is what p points to. */
static bool is_deref(CXCursor c)
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

/* The variable that an lvalue is a part of; *local: an array on the stack. */
static const char *base_of(CXCursor c, bool *local)
{
    *local = false;
    for (int depth = 0; depth < 16; depth++) {
        struct children inner;

        c = strip(c);
        if (c.kind == CXCursor_DeclRefExpr) {
            CXCursor decl = clang_getCursorReferenced(c);
            CXType type = clang_getCursorType(decl);
            CXCursor parent = clang_getCursorSemanticParent(decl);

            *local = decl.kind == CXCursor_VarDecl &&
                     parent.kind == CXCursor_FunctionDecl &&
                     clang_Cursor_getStorageClass(decl) != CX_SC_Static &&
                     type.kind != CXType_Pointer;
            return take(clang_getCursorSpelling(c));
        }
        inner = children_of(c);
        if (!inner.count ||
            (c.kind != CXCursor_ArraySubscriptExpr &&
             c.kind != CXCursor_MemberRefExpr && !is_deref(c)))
            return "";
        c = inner.items[0];
    }
    return "";
}

/*
 * The place that an lvalue is: an entry, a descriptor, or a part of one.
 * False if it is just a variable.
 */
static bool read_place(const struct visit *v, CXCursor c, struct fact *fact)
{
    CXCursor at = strip(c);

    fact->type = type_name(clang_getCursorType(at));
    fact->size = (unsigned)clang_Type_getSizeOf(clang_getCursorType(at));
    fact->is_deref = is_deref(at);
    fact->base = base_of(at, &fact->is_local);
    /* x.bits.p: what holds the member is the entry */
    while (at.kind == CXCursor_MemberRefExpr) {
        struct children inner = children_of(at);

        if (!inner.count)
            break;
        if (!fact->field)
            fact->field = take(clang_getCursorSpelling(at));
        at = strip(inner.items[0]);
        if (types_level(v->profile, type_name(clang_getCursorType(at))) >= 0)
            fact->type = type_name(clang_getCursorType(at));
        else if (clang_getCursorType(at).kind == CXType_Pointer &&
                 types_level(v->profile,
                             type_name(clang_getPointeeType(
                                 clang_getCursorType(at)))) >= 0)
            fact->type = type_name(clang_getPointeeType(
                clang_getCursorType(at)));
    }
    if (at.kind == CXCursor_DeclRefExpr && !fact->field)
        return false;
    return is_deref(strip(c)) || strip(c).kind == CXCursor_MemberRefExpr ||
           strip(c).kind == CXCursor_ArraySubscriptExpr;
}

/* Is it a place whose stores matter? */
static bool matters(const struct visit *v, const struct fact *fact)
{
    if (types_level(v->profile, fact->type) >= 0)
        return true;
    for (size_t i = 0; i < v->profile->descriptors.count; i++)
        if (!strcmp(v->profile->descriptors.items[i].name, fact->base))
            return true;
    return !strcmp(fact->base, "gdt") || !strcmp(fact->base, "idt") ||
           !strcmp(fact->base, "ldt") || !strcmp(fact->base, "tss");
}

static bool is_statement(CXCursor parent)
{
    switch (parent.kind) {
    case CXCursor_CompoundStmt:
    case CXCursor_IfStmt:
    case CXCursor_ForStmt:
    case CXCursor_WhileStmt:
    case CXCursor_DoStmt:
    case CXCursor_CaseStmt:
    case CXCursor_DefaultStmt:
    case CXCursor_LabelStmt:
        return true;
    default:
        return false;
    }
}

/* Does the value come from a pointer? Then it is no entry. */
static bool is_pointer(CXCursor c)
{
    for (;;) {
        struct children inner;

        c = strip(c);
        if (clang_getCanonicalType(clang_getCursorType(c)).kind ==
            CXType_Pointer)
            return true;
        if (c.kind != CXCursor_CStyleCastExpr)
            return false;
        inner = children_of(c);
        if (!inner.count || inner.count > 8)
            return false;
        c = inner.items[inner.count - 1]; /* a type may come first */
    }
}

static void note_store(struct visit *v, CXCursor c, CXCursor parent)
{
    struct children sides = children_of(c);
    struct fact fact = { .kind = FACT_STORE }, *kept;
    const char *op;
    size_t length;

    if (sides.count != 2 || !extent(v, c, &fact.offset, &fact.end) ||
        !extent(v, sides.items[0], &fact.lhs, &fact.lhs_end) ||
        !extent(v, sides.items[1], &fact.rhs, &fact.rhs_end))
        return;
    fact.in_macro = from_macro(c) || from_macro(sides.items[0]) ||
                    fact.rhs <= fact.lhs_end;
    if (!fact.in_macro) {
        op = v->text + fact.lhs_end;
        while (isspace((unsigned char)*op))
            op++;
        length = strcspn(op, "= \t\n") + 1;
        if (*op != '=' && strchr("|&^+-*/%<>", *op))
            fact.op = mem_copy(op, length);
        else if (*op != '=' || op[1] == '=')
            return;
        if (fact.op && c.kind != CXCursor_CompoundAssignOperator)
            return;
        if (fact.op)
            fact.kind = FACT_UPDATE;
    } else if (c.kind != CXCursor_CompoundAssignOperator &&
               sides.items[0].kind == CXCursor_UnexposedExpr) {
        return; /* the left side is read: this is no assignment */
    }
    if (!read_place(v, sides.items[0], &fact) || !matters(v, &fact))
        return;
    fact.is_statement = is_statement(parent);
    fact.is_pointer = is_pointer(sides.items[1]);
    kept = list_add(&v->facts->list);
    *kept = fact;
}

/* ++ and -- on an entry. */
static void note_step(struct visit *v, CXCursor c)
{
    struct children inner = children_of(c);
    struct fact fact = { .kind = FACT_UPDATE };
    const char *text = v->text;

    if (inner.count != 1 || !extent(v, c, &fact.offset, &fact.end))
        return;
    fact.op = !strncmp(text + fact.offset, "++", 2) ||
                      !strncmp(text + fact.end - 2, "++", 2)   ? "++"
              : !strncmp(text + fact.offset, "--", 2) ||
                      !strncmp(text + fact.end - 2, "--", 2) ? "--"
                                                             : NULL;
    if (!fact.op || !read_place(v, inner.items[0], &fact) ||
        !matters(v, &fact))
        return;
    extent(v, inner.items[0], &fact.lhs, &fact.lhs_end);
    *list_add(&v->facts->list) = fact;
}

/* memset(table, 0, size), memcpy(table, ...) */
static void note_call(struct visit *v, CXCursor c, CXCursor parent)
{
    static const char *const names[] = { "memset", "memcpy", "memmove",
                                         "bzero", "__builtin_memset",
                                         "__builtin_memcpy" };
    const char *name = take(clang_getCursorSpelling(c));
    struct children args = children_of(c);
    struct fact fact = { .kind = FACT_CALL };
    CXType type;
    bool known = false;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        known |= !strcmp(name, names[i]);
    if (!known || args.count < 3 ||
        !extent(v, c, &fact.offset, &fact.end) ||
        !extent(v, args.items[1], &fact.lhs, &fact.lhs_end))
        return;
    type = clang_getCursorType(strip(args.items[1]));
    if (type.kind == CXType_ConstantArray ||
        type.kind == CXType_IncompleteArray)
        type = clang_getArrayElementType(type);
    else
        type = clang_getPointeeType(type);
    fact.type = type_name(type);
    fact.base = base_of(args.items[1], &fact.is_local);
    if (!matters(v, &fact))
        return;
    fact.op = name;
    fact.is_statement = is_statement(parent);
    fact.in_macro = from_macro(c);
    if (args.count == 4 && extent(v, args.items[2], &fact.rhs, &fact.rhs_end))
        fact.is_zero = fact.rhs_end == fact.rhs + 1 &&
                       v->text[fact.rhs] == '0';
    *list_add(&v->facts->list) = fact;
}

static void note_operands(struct visit *v, CXCursor c)
{
    struct children operands = children_of(c);
    struct fact *fact;
    uint32_t from, to;

    if (!extent(v, c, &from, &to) || from_macro(c) || operands.count > 8)
        return;
    fact = list_add(&v->facts->list);
    *fact = (struct fact){ .kind = FACT_OPERANDS, .offset = from, .end = to };
    for (unsigned i = 0; i < operands.count; i++) {
        CXType type = clang_getCursorType(strip(operands.items[i]));
        struct operand_type *known = list_add(&fact->operands);
        long long size = clang_Type_getSizeOf(type);

        known->size = size > 0 ? (unsigned)size : 0;
        known->pointer = clang_getCanonicalType(type).kind == CXType_Pointer;
        known->name = type_name(type);
    }
}

/* An entry that is read: not what an assignment, & or sizeof is about. */
static void note_load(struct visit *v, CXCursor c, CXCursor parent)
{
    struct fact fact = { .kind = FACT_LOAD, .is_statement = true };
    uint32_t from, to;

    if (parent.kind == CXCursor_UnaryOperator &&
        extent(v, parent, &from, &to) && strchr("&+-", v->text[from]) &&
        (v->text[from] == '&' || v->text[from + 1] == v->text[from]))
        return;
    if (parent.kind == CXCursor_UnaryOperator &&
        extent(v, parent, &from, &to) && to >= 2 &&
        (!strncmp(v->text + to - 2, "++", 2) ||
         !strncmp(v->text + to - 2, "--", 2)))
        return;
    if (!extent(v, c, &fact.offset, &fact.end) ||
        !read_place(v, c, &fact) ||
        types_level(v->profile, fact.type) < 0 || fact.field)
        return;
    fact.lhs = fact.offset;
    fact.lhs_end = fact.end;
    fact.in_macro = from_macro(c);
    for (size_t i = 0; i < v->pointers.count; i++)
        fact.is_pointer |= v->pointers.items[i] == fact.offset;
    *list_add(&v->facts->list) = fact;
}

/* (struct page *)entry: what is loaded is no entry to the kernel. */
static void note_cast(struct visit *v, CXCursor c)
{
    struct children inner = children_of(c);
    uint32_t from, to;

    if (clang_getCanonicalType(clang_getCursorType(c)).kind !=
            CXType_Pointer || !inner.count || inner.count > 8)
        return;
    if (extent(v, strip(inner.items[inner.count - 1]), &from, &to))
        *list_add(&v->pointers) = from;
}

static bool is_stored_to(const struct visit *v, const struct fact *load)
{
    for (size_t i = 0; i < v->facts->list.count; i++) {
        const struct fact *f = &v->facts->list.items[i];

        if ((f->kind == FACT_STORE || f->kind == FACT_UPDATE) &&
            load->offset >= f->lhs && load->end <= f->lhs_end)
            return true;
    }
    return false;
}

static enum CXChildVisitResult visit(CXCursor c, CXCursor parent,
                                     CXClientData data)
{
    struct visit *v = data;

    if (parent.kind == CXCursor_TranslationUnit) {
        CXFile file;

        clang_getExpansionLocation(clang_getCursorLocation(c), &file, NULL,
                                   NULL, NULL);
        if (!file || !clang_File_isEqual(file, v->file))
            return CXChildVisit_Continue;
    }
    switch ((int)c.kind) {
    case CXCursor_BinaryOperator:
    case CXCursor_CompoundAssignOperator:
        note_store(v, c, parent);
        break;
    case CXCursor_CStyleCastExpr:
        note_cast(v, c);
        break;
    case CXCursor_CallExpr:
        note_call(v, c, parent);
        break;
    case CXCursor_GCCAsmStmt:
        note_operands(v, c);
        break;
    case CXCursor_UnaryExpr: /* sizeof */
        return CXChildVisit_Continue;
    case CXCursor_UnaryOperator:
        note_step(v, c);
        if (is_deref(c))
            note_load(v, c, parent);
        break;
    case CXCursor_ArraySubscriptExpr:
        note_load(v, c, parent);
        break;
    }
    return CXChildVisit_Recurse;
}

static void note_problem(struct facts *facts, CXTranslationUnit unit)
{
    for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic d = clang_getDiagnostic(unit, i);

        if (clang_getDiagnosticSeverity(d) >= CXDiagnostic_Error &&
            !facts->problem)
            facts->problem = take(clang_formatDiagnostic(
                d, CXDiagnostic_DisplaySourceLocation));
        clang_disposeDiagnostic(d);
    }
}

void types_parse(struct facts *facts, const struct source *source,
                 const char *const *args, unsigned count,
                 const struct profile *profile)
{
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit unit = NULL;
    struct visit v = { .facts = facts, .profile = profile,
                       .text = source->text, .size = source->size };
    enum CXErrorCode error = clang_parseTranslationUnit2(
        index, source->real, args, (int)count, NULL, 0,
        CXTranslationUnit_KeepGoing, &unit);
    size_t kept = 0;

    facts->source = source;
    if (error || !unit) {
        facts->problem = "libclang cannot parse it";
        clang_disposeIndex(index);
        return;
    }
    note_problem(facts, unit);
    v.file = clang_getFile(unit, source->real);
    if (v.file)
        clang_visitChildren(clang_getTranslationUnitCursor(unit), visit, &v);
    for (size_t i = 0; i < facts->list.count; i++)
        if (facts->list.items[i].kind != FACT_LOAD ||
            !is_stored_to(&v, &facts->list.items[i]))
            facts->list.items[kept++] = facts->list.items[i];
    facts->list.count = kept;
    clang_disposeTranslationUnit(unit);
    clang_disposeIndex(index);
}
