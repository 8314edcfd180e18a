// SPDX-License-Identifier: MIT
// Parses one C file with libclang and notes what is said about types: stores
// and loads of page-table entries and descriptors, and the operands of asm
// statements. The rule: only what is written in this file itself, at a place
// that is no macro's expansion, is a fact that an edit may rest on.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "types_visit.h"

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

        c = visit_strip(c);
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

static void keep(struct visit *v, struct fact *fact)
{
    fact->source = v->source;
    *list_add(&v->facts->list) = *fact;
}

static void note_store(struct visit *v, CXCursor c, CXCursor parent)
{
    struct children sides = children_of(c);
    struct fact fact = { .kind = FACT_STORE };
    const char *op;
    size_t length;

    if (sides.count != 2 || !visit_extent(v, c, &fact.offset, &fact.end) ||
        !visit_extent(v, sides.items[0], &fact.lhs, &fact.lhs_end) ||
        !visit_extent(v, sides.items[1], &fact.rhs, &fact.rhs_end))
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
    if (!visit_place(v, sides.items[0], &fact) || !visit_matters(v, &fact))
        return;
    fact.is_statement = is_statement(parent);
    fact.is_pointer = is_pointer(sides.items[1]);
    keep(v, &fact);
}

/* ++ and -- on an entry. */
static void note_step(struct visit *v, CXCursor c)
{
    struct children inner = children_of(c);
    struct fact fact = { .kind = FACT_UPDATE };
    const char *text = v->text;

    if (inner.count != 1 || !visit_extent(v, c, &fact.offset, &fact.end))
        return;
    fact.op = !strncmp(text + fact.offset, "++", 2) ||
                      !strncmp(text + fact.end - 2, "++", 2)   ? "++"
              : !strncmp(text + fact.offset, "--", 2) ||
                      !strncmp(text + fact.end - 2, "--", 2) ? "--"
                                                             : NULL;
    if (!fact.op || !visit_place(v, inner.items[0], &fact) ||
        !visit_matters(v, &fact))
        return;
    visit_extent(v, inner.items[0], &fact.lhs, &fact.lhs_end);
    keep(v, &fact);
}

/* (void *)table: what was there before the conversion. */
static CXCursor uncast(CXCursor c)
{
    for (;;) {
        struct children inner;

        c = visit_strip(c);
        if (c.kind != CXCursor_CStyleCastExpr)
            break;
        inner = children_of(c);
        if (!inner.count || inner.count > 8)
            break;
        c = inner.items[inner.count - 1];
    }
    return c;
}

/* memset(table, 0, size), memcpy(table, ...) */
static void note_call(struct visit *v, CXCursor c, CXCursor parent)
{
    static const char *const names[] = { "memset", "memcpy", "memmove",
                                         "bzero", "__builtin_memset",
                                         "__builtin_memcpy" };
    const char *name = visit_take(clang_getCursorSpelling(c));
    struct children args = children_of(c);
    struct fact fact = { .kind = FACT_CALL };
    CXCursor to;
    CXType type;
    bool known = false;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        known |= !strcmp(name, names[i]);
    if (!known || args.count < 3 ||
        !visit_extent(v, c, &fact.offset, &fact.end) ||
        !visit_extent(v, args.items[1], &fact.lhs, &fact.lhs_end))
        return;
    to = uncast(args.items[1]);
    type = clang_getCursorType(to);
    if (type.kind == CXType_ConstantArray ||
        type.kind == CXType_IncompleteArray)
        type = clang_getArrayElementType(type);
    else
        type = visit_pointee(type);
    if (type.kind == CXType_Invalid)
        return; /* an address that is kept as a number */
    fact.type = visit_type_name(type);
    fact.base = visit_base(to, &fact);
    if (!*fact.array) /* the table itself is what is written */
        fact.array = fact.base;
    if (!visit_matters(v, &fact))
        return;
    fact.op = name;
    fact.is_statement = is_statement(parent);
    fact.in_macro = from_macro(c);
    if (args.count == 4 && visit_extent(v, args.items[2], &fact.rhs, &fact.rhs_end))
        fact.is_zero = fact.rhs_end == fact.rhs + 1 &&
                       v->text[fact.rhs] == '0';
    keep(v, &fact);
}

static void note_operands(struct visit *v, CXCursor c)
{
    struct children operands = children_of(c);
    struct fact *fact;
    uint32_t from, to;

    if (!visit_extent(v, c, &from, &to) || from_macro(c) || operands.count > 8)
        return;
    fact = list_add(&v->facts->list);
    *fact = (struct fact){ .kind = FACT_OPERANDS, .source = v->source,
                           .offset = from, .end = to };
    for (unsigned i = 0; i < operands.count; i++) {
        CXType type = clang_getCursorType(visit_strip(operands.items[i]));
        struct operand_type *known = list_add(&fact->operands);
        long long size = clang_Type_getSizeOf(type);

        known->size = size > 0 ? (unsigned)size : 0;
        known->pointer = clang_getCanonicalType(type).kind == CXType_Pointer;
        known->name = visit_type_name(type);
    }
}

/* An entry that is read: not what an assignment, & or sizeof is about. */
static void note_load(struct visit *v, CXCursor c, CXCursor parent)
{
    struct fact fact = { .kind = FACT_LOAD, .is_statement = true };
    uint32_t from, to;

    if (parent.kind == CXCursor_UnaryOperator &&
        visit_extent(v, parent, &from, &to) && strchr("&+-", v->text[from]) &&
        (v->text[from] == '&' || v->text[from + 1] == v->text[from]))
        return;
    if (parent.kind == CXCursor_UnaryOperator &&
        visit_extent(v, parent, &from, &to) && to >= 2 &&
        (!strncmp(v->text + to - 2, "++", 2) ||
         !strncmp(v->text + to - 2, "--", 2)))
        return;
    if (!visit_extent(v, c, &fact.offset, &fact.end) ||
        !visit_place(v, c, &fact) ||
        tables_level(v->query->profile, fact.type) < 0 ||
        (fact.field && !fact.entry_end))
        return;
    for (size_t i = 0; i < v->holders.count; i++)
        if (v->holders.items[i] == fact.offset &&
            v->held_to.items[i] == fact.end)
            return; /* the p[i] of p[i].x */
    fact.table = TABLE_ENTRIES;
    fact.lhs = fact.offset;
    fact.lhs_end = fact.end;
    fact.in_macro = from_macro(c);
    for (size_t i = 0; i < v->pointers.count; i++)
        fact.is_pointer |= v->pointers.items[i] == fact.offset;
    keep(v, &fact);
}

/* What a member or an address is taken of is no load of its own. */
static void note_holder(struct visit *v, CXCursor c)
{
    struct children inner = children_of(c);
    uint32_t from, to;

    if (!inner.count ||
        !visit_extent(v, visit_strip(inner.items[0]), &from, &to))
        return;
    *list_add(&v->holders) = from;
    *list_add(&v->held_to) = to;
}

/* (struct page *)entry: what is loaded is no entry to the kernel. */
static void note_cast(struct visit *v, CXCursor c)
{
    struct children inner = children_of(c);
    uint32_t from, to;

    if (clang_getCanonicalType(clang_getCursorType(c)).kind !=
            CXType_Pointer || !inner.count || inner.count > 8)
        return;
    if (visit_extent(v, visit_strip(inner.items[inner.count - 1]), &from, &to))
        *list_add(&v->pointers) = from;
}

/* Is the load the place itself, p[i] of p[i].bits.x, or (*p) of (*p).x? What
 * is read on the way there, the *q of p[*q], is a load like any other. */
static bool begins_place(const struct fact *store, const struct fact *load)
{
    for (uint32_t at = store->lhs; at < load->offset; at++)
        if (!strchr("( \t", store->source->text[at]))
            return false;
    return true;
}

static bool is_stored_to(const struct visit *v, const struct fact *load)
{
    for (size_t i = 0; i < v->facts->list.count; i++) {
        const struct fact *f = &v->facts->list.items[i];

        if ((f->kind == FACT_STORE || f->kind == FACT_UPDATE) &&
            load->source == f->source && load->offset >= f->lhs &&
            load->end <= f->lhs_end && begins_place(f, load))
            return true;
    }
    return false;
}

/* A definition at file scope: is it in the file, or in a header of the tree
 * that is worth reading? Then what is in it is about that source. */
static bool enter(struct visit *v, CXCursor c)
{
    CXFile file;

    clang_getExpansionLocation(clang_getCursorLocation(c), &file, NULL, NULL,
                               NULL);
    for (size_t i = 0; file && i < v->files.count; i++) {
        struct visited *f = &v->files.items[i];

        if (!f->file || !clang_File_isEqual(file, f->file))
            continue;
        v->file = f->file;
        v->source = f->source;
        v->text = f->source->text;
        v->size = f->source->size;
        v->function = c.kind == CXCursor_FunctionDecl
                          ? visit_take(clang_getCursorSpelling(c)) : "";
        v->pointers.count = v->holders.count = v->held_to.count = 0;
        return true;
    }
    return false;
}

static enum CXChildVisitResult visit(CXCursor c, CXCursor parent,
                                     CXClientData data)
{
    struct visit *v = data;
    uint32_t from, to;

    if (parent.kind == CXCursor_TranslationUnit && !enter(v, c))
        return CXChildVisit_Continue;
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
        visit_free(v, c);
        break;
    case CXCursor_GCCAsmStmt:
        note_operands(v, c);
        break;
    case CXCursor_UnaryExpr: /* sizeof */
        return CXChildVisit_Continue;
    case CXCursor_UnaryOperator:
        note_step(v, c);
        if (visit_extent(v, c, &from, &to) && v->text[from] == '&')
            note_holder(v, c);
        if (visit_is_deref(c))
            note_load(v, c, parent);
        break;
    case CXCursor_ArraySubscriptExpr:
        note_load(v, c, parent);
        break;
    case CXCursor_MemberRefExpr: /* p->bits.x: once, as a whole */
        if (parent.kind != CXCursor_MemberRefExpr)
            note_load(v, c, parent);
        note_holder(v, c);
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
            facts->problem = visit_take(clang_formatDiagnostic(
                d, CXDiagnostic_DisplaySourceLocation));
        clang_disposeDiagnostic(d);
    }
}

static void note_include(CXFile file, CXSourceLocation *stack,
                         unsigned depth, CXClientData data)
{
    struct facts *facts = data;

    (void)stack;
    (void)depth;
    *list_add(&facts->includes) =
        visit_take(clang_File_tryGetRealPathName(file));
}

void types_parse(struct facts *facts, const struct source *source,
                 const char *within, const char *const *args, unsigned count,
                 const struct type_query *query)
{
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit unit = NULL;
    struct visit v = { .facts = facts, .query = query, .function = "" };
    enum CXErrorCode error = clang_parseTranslationUnit2(
        index, within, args, (int)count, NULL, 0,
        CXTranslationUnit_KeepGoing, &unit);
    size_t kept = 0;

    if (error || !unit) {
        facts->problem = "libclang cannot parse it";
        clang_disposeIndex(index);
        return;
    }
    note_problem(facts, unit);
    clang_getInclusions(unit, note_include, facts);
    *list_add(&v.files) = (struct visited){
        clang_getFile(unit, source->real), source };
    for (size_t i = 0; i < query->headers.count; i++)
        if (query->headers.items[i] != source)
            *list_add(&v.files) = (struct visited){
                clang_getFile(unit, query->headers.items[i]->real),
                query->headers.items[i] };
    clang_visitChildren(clang_getTranslationUnitCursor(unit), visit, &v);
    for (size_t i = 0; i < facts->list.count; i++)
        if (facts->list.items[i].kind != FACT_LOAD ||
            !is_stored_to(&v, &facts->list.items[i]))
            facts->list.items[kept++] = facts->list.items[i];
    facts->list.count = kept;
    clang_disposeTranslationUnit(unit);
    clang_disposeIndex(index);
}
