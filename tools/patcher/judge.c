// SPDX-License-Identifier: MIT
// Matches the instructions of a built image with the findings of its source:
// see judge.h. A site is explained by a finding of the same rule on its line
// (or within the lines of the same statement: compilers differ on which line
// of a long asm statement they name).
#include "judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "lib/say.h"

/* Do two paths name the same file, as far as the shorter one says? */
static bool same_file(const char *a, const char *b)
{
    size_t x = strlen(a), y = strlen(b);

    if (!strcmp(a, b))
        return true;
    if (x < y)
        return !strcmp(b + y - x, a) && (b[y - x - 1] == '/');
    return !strcmp(a + x - y, b) && x > y && a[x - y - 1] == '/';
}

/* "./a/../b.c" as "b.c": debug information has paths as they were given. */
static const char *clean(const char *path)
{
    char *out = mem_dup(path), *to = out;
    const char *from = path;

    while (*from) {
        if (from[0] == '/' && from[1] == '.' &&
            (from[2] == '/' || !from[2])) {
            from += 2;
        } else if (!strncmp(from, "/..", 3) && (from[3] == '/' || !from[3]) &&
                   to > out) {
            from += 3;
            while (to > out && *--to != '/')
                ;
        } else {
            *to++ = *from++;
        }
    }
    *to = 0;
    return out[0] == '.' && out[1] == '/' ? out + 2 : out;
}

static bool explains(const struct finding *f, const struct site *site)
{
    return f->rule == site->rule && site->line >= f->first_line &&
           site->line <= f->last_line;
}

/* Without a line (assembly that was built without debug information): by
 * symbol; and so asm outside functions, which has the line of nothing. */
static bool explains_by_symbol(const struct finding *f,
                               const struct site *site)
{
    bool apart = strstr(site->section, "altinstr_replacement") != NULL;

    if (f->rule != site->rule)
        return false;
    /* Linux keeps an alternative's code in a section without symbols. What
     * C's templates put there has no lines; and bytes begin no row, so that
     * they seem to be on the line before. */
    if (apart && !site->line && f->stmt &&
        strstr(f->stmt->tmpl.data, "altinstr_replacement"))
        return true;
    if (apart && !site->begins_row && f->form == FORM_ASM_USE &&
        !strncmp(f->what, ".byte", 5))
        return true;
    if (site->line && f->form != FORM_FILE_SCOPE)
        return false;
    return !strcmp(f->symbol ? f->symbol : f->function, site->symbol);
}

static const struct source *search_source(const struct scan *scan,
                                          const char *path)
{
    for (size_t i = 0; i < scan->sources.count; i++) {
        const struct source *s = scan->sources.items[i];

        if (!strcmp(s->real, path) || same_file(s->real, path) ||
            same_file(path, s->path))
            return s;
    }
    return NULL;
}

const struct source *judge_source(const struct scan *scan, const char *file)
{
    static struct {
        const char *file;
        const struct source *source;
    } last;
    char *real;

    if (last.file == file && last.source)
        return last.source;
    last.file = file;
    last.source = search_source(scan, clean(file));
    real = last.source ? NULL : realpath(file, NULL); /* through a link */
    if (real)
        last.source = search_source(scan, real);
    free(real);
    return last.source;
}

/* All findings on the site's line share it: one line may have several of one
 * kind, and the compiler may make many of each. Returns the first. */
static struct finding *find_on_line(const struct scan *scan,
                                    const struct site *site)
{
    const struct source *s = judge_source(scan, site->file);
    struct finding *first = NULL;

    for (size_t i = 0; s && i < scan->findings.count; i++) {
        struct finding *f = scan->findings.items[i];

        if (f->source != s || !explains(f, site))
            continue;
        f->sites++;
        first = first ? first : f;
    }
    return first;
}

static struct finding *find_by_symbol(const struct scan *scan,
                                      const struct site *site)
{
    struct finding *first = NULL;

    for (size_t i = 0; i < scan->findings.count; i++)
        if (explains_by_symbol(scan->findings.items[i], site)) {
            scan->findings.items[i]->sites++;
            first = first ? first : scan->findings.items[i];
        }
    return first;
}

/*
 * Data among the code of an assembly file decodes as instructions, too. gas
 * begins a row of the line table with each instruction of a line of its own:
 * behind one on a line that makes no other, there is none.
 */
static bool is_data(const struct scan *scan, const struct site *site)
{
    const struct source *s = site->line && !site->begins_row
                                 ? judge_source(scan, site->file) : NULL;
    struct insn insn;
    const char *text;
    size_t length;

    if (!s || s->lang != LANG_ASM || site->line > s->line_count)
        return false;
    text = source_line_text(s, site->line, &length);
    if (memchr(text, ';', length) ||
        !insn_read(&insn, text, 0, length, SYNTAX_ATT) ||
        macro_find(&scan->macros, text + insn.offset, strlen(insn.mnemonic)))
        return false;
    for (size_t i = 0; i < scan->gas_macros.count; i++)
        if (!strcasecmp(scan->gas_macros.items[i].name, insn.mnemonic))
            return false;
    return true;
}

static void drop_data(struct judgement *j, const struct scan *scan)
{
    size_t kept = 0;

    for (size_t i = 0; i < j->sites.count; i++)
        if (!is_data(scan, &j->sites.items[i]))
            j->sites.items[kept++] = j->sites.items[i];
    j->data = j->sites.count - kept;
    j->sites.count = kept;
}

/*
 * One use of a macro may stand for several variants, of which the compiler
 * keeps one: where an instruction of another has sites, this one is known to
 * be compiled, but out.
 */
static void mark_variants(struct scan *scan)
{
    struct finding **items = scan->findings.items;

    for (size_t i = 0; i < scan->findings.count; i++) {
        struct finding *f = items[i];

        if (f->form != FORM_MACRO_USE && f->form != FORM_ASM_USE)
            continue;
        for (size_t k = i; k-- > 0 && items[k]->source == f->source &&
                           items[k]->offset == f->offset;) {
            items[k]->is_variant |= !items[k]->sites && f->sites;
            f->is_variant |= !f->sites && items[k]->sites;
        }
    }
}

/* Which findings stand on lines that the image has code of. */
static void mark_compiled(const struct judgement *j, struct scan *scan)
{
    const struct source *s = NULL;
    const char *file = NULL;

    for (size_t i = 0; i < j->lines.count; i++) {
        const struct code_line *row = &j->lines.items[i];

        if (row->file != file && (!file || strcmp(row->file, file)))
            s = judge_source(scan, row->file);
        file = row->file;
        for (size_t k = 0; s && k < scan->findings.count; k++) {
            struct finding *f = scan->findings.items[k];

            if (f->source == s && row->line >= f->first_line &&
                row->line <= f->last_line)
                f->in_image = true;
        }
    }
}

void judge(struct judgement *j, struct scan *scan)
{
    drop_data(j, scan);
    for (size_t i = 0; i < j->sites.count; i++) {
        struct site *site = &j->sites.items[i];

        site->finding = site->line ? find_on_line(scan, site)
                                   : find_by_symbol(scan, site);
        if (!site->finding && site->line)
            site->finding = find_by_symbol(scan, site);
        if (site->finding)
            continue;
        if (site->line)
            j->unexplained++;
        else
            j->no_line++;
    }
    j->unexplained += j->no_line;
    mark_compiled(j, scan);
    mark_variants(scan);
}

void judge_write(const struct judgement *j, const char *path)
{
    FILE *out = fopen(path, "w");

    if (!out)
        fail(STATUS_UNUSABLE, "cannot write %s: %s", path, strerror(errno));
    for (size_t i = 0; i < j->sites.count; i++) {
        const struct site *site = &j->sites.items[i];
        const struct rule_info *rule = rule_info(site->rule);
        struct text line = { 0 };

        text_format(&line, "{\"address\":%llu,\"file\":",
                    (unsigned long long)site->address);
        json_quote(&line, site->file ? clean(site->file) : "");
        text_format(&line, ",\"line\":%u,\"mnemonic\":\"%s\","
                    "\"class\":\"%s\",\"symbol\":", site->line, rule->name,
                    class_name(rule->class));
        json_quote(&line, site->symbol);
        text_put(&line, ",\"finding\":");
        json_quote(&line, site->finding ? site->finding->id : "");
        text_put(&line, "}\n");
        fwrite(line.data, 1, line.length, out);
    }
    if (fclose(out))
        fail(STATUS_UNUSABLE, "cannot write %s: %s", path, strerror(errno));
}

/* A place that is in no file of the scan: in an image, or its source's. */
static struct source *elsewhere(const char *path)
{
    static uint32_t no_lines[1];
    struct source *s = mem_alloc(sizeof(*s));

    s->path = s->real = path;
    s->text = "";
    s->lines = no_lines;
    return s;
}

static struct finding *site_finding(const struct judgement *j,
                                    struct scan *scan, const struct site *site,
                                    size_t number)
{
    struct source *known = NULL;
    struct finding *f;

    if (site->file && site->line)
        known = (struct source *)judge_source(scan, site->file);
    if (known && site->line <= known->line_count) {
        f = finding_add(scan, known, site->rule, FORM_BINARY,
                        known->lines[site->line - 1], 0);
    } else {
        f = finding_add(scan, elsewhere(site->file ? clean(site->file)
                                                   : j->image),
                        site->rule, FORM_BINARY, 0, 1);
        f->line = f->first_line = f->last_line = site->line;
        f->offset = (uint32_t)number;
        f->column = 0;
    }
    f->mode = site->mode;
    f->function = site->symbol;
    f->what = mem_format("%s at 0x%llx", rule_info(site->rule)->name,
                         (unsigned long long)site->address);
    f->sites = 1;
    return f;
}

void judge_as_findings(struct judgement *j, struct scan *scan)
{
    for (size_t i = 0; i < j->sites.count; i++) {
        struct site *site = &j->sites.items[i];

        site->finding = site_finding(j, scan, site, i);
        site->finding->reason = "an image is not rewritten: patch its source";
    }
}

void judge_add_unexplained(const struct judgement *j, struct scan *scan)
{
    for (size_t i = 0; i < j->sites.count; i++) {
        const struct site *site = &j->sites.items[i];
        struct finding *f;

        if (site->finding)
            continue;
        f = site_finding(j, scan, site, i);
        f->what = rule_info(site->rule)->name; /* builds move addresses */
        f->reason = "it is in the image, and nothing in the source explains "
                    "it";
    }
    findings_settle(scan);
}

static void print_site(const struct judgement *j, const struct site *site,
                       FILE *out)
{
    if (site->line)
        fprintf(out, "%s:%u: ", clean(site->file), site->line);
    else
        fprintf(out, "%s: ", j->image);
    fprintf(out, "error: unexplained: '%s' at 0x%llx in %s%s%s:",
            rule_info(site->rule)->name, (unsigned long long)site->address,
            site->section, *site->symbol ? " " : "", site->symbol);
    for (int b = 0; b < site->length; b++)
        fprintf(out, " %02x", site->bytes[b]);
    fprintf(out, "\n");
}

void judge_print(const struct judgement *j, FILE *out)
{
    size_t shown = 0;

    fprintf(out, "\n== %s\n", j->image);
    for (size_t i = 0; i < j->sites.count; i++)
        if (!j->sites.items[i].finding && shown++ < 200)
            print_site(j, &j->sites.items[i], out);
    if (shown > 200)
        fprintf(out, "... and %zu more\n", shown - 200);
    fprintf(out,
            "%zu sensitive instructions in the image: %zu explained by the "
            "source, %zu unexplained\n",
            j->sites.count, j->sites.count - shown, shown);
    if (j->data)
        fprintf(out, "%zu more were data among the code of assembly files\n",
                j->data);
    if (!j->has_lines)
        fprintf(out, "the image has no debug information: build it with -g "
                     "to have it judged by line\n");
}
