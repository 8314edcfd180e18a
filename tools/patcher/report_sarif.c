// SPDX-License-Identifier: MIT
// Findings in SARIF 2.1.0, for code review tools: one rule a row of
// sensitive.def that was found, one result a finding, with the rewrite as a
// fix where there is one. Accepted findings are suppressed results.
#include <string.h>

#include "edit.h"
#include "json.h"
#include "report.h"

static const char *level_of(const struct finding *f)
{
    return finding_severity(f); /* the words are SARIF's */
}

/* Names in a URI: what is not plain is escaped. */
static void put_uri(struct text *out, const char *path)
{
    struct text uri = { 0 };

    text_put(&uri, "");
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;

        if (c > 0x20 && c < 0x7f && !strchr("\"%<>\\^`{|}#?[]", c))
            text_char(&uri, (char)c);
        else
            text_format(&uri, "%%%02X", c);
    }
    json_quote(out, uri.data);
}

/* As this file's columnKind says: in UTF-16 units. */
static size_t column_of(const struct source *s, size_t offset)
{
    size_t bytes = source_column(s, offset) - 1;

    return json_units(s->text + offset - bytes, bytes) + 1;
}

static void put_rules(struct text *out, const struct scan *scan)
{
    bool first = true;

    for (int r = 1; r < RULE_COUNT; r++) {
        const struct rule_info *rule = rule_info((enum rule)r);
        bool used = false;

        for (size_t i = 0; i < scan->findings.count && !used; i++)
            used = scan->findings.items[i]->rule == (enum rule)r;
        if (!used)
            continue;
        text_put(out, first ? "{\"id\":" : ",{\"id\":");
        json_quote(out, rule->name);
        text_put(out, ",\"shortDescription\":{\"text\":");
        json_quote(out, mem_format("%s: %s", class_name(rule->class),
                                   class_meaning(rule->class)));
        text_put(out, "},\"help\":{\"text\":");
        json_quote(out, mem_format("%s (guide.md#%s)", rule->advice,
                                   rule->topic));
        text_put(out, "}}");
        first = false;
    }
}

static void put_region(struct text *out, const struct source *s, size_t from,
                       size_t to)
{
    text_format(out, "{\"startLine\":%u,\"startColumn\":%zu,"
                "\"endLine\":%u,\"endColumn\":%zu}", source_line(s, from),
                column_of(s, from), source_line(s, to), column_of(s, to));
}

static void put_place(struct text *out, const struct finding *f)
{
    text_put(out, "\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
    put_uri(out, f->source->path);
    text_put(out, "}");
    if (f->line && f->column) {
        size_t end = f->offset + (f->length ? f->length : 1);

        if (end > f->source->size)
            end = f->source->size;

        text_put(out, ",\"region\":");
        put_region(out, f->source, f->offset, end);
    }
    text_put(out, "}");
}

/* The rewrite: what it deletes and what it puts there, place by place. */
static void put_fix(struct text *out, const struct finding *f)
{
    struct edits edits = { 0 };

    if (f->action != ACTION_REWRITE)
        return;
    edits_of(&edits, f);
    text_put(out, ",\"fixes\":[{\"artifactChanges\":[{\"artifactLocation\":"
                  "{\"uri\":");
    put_uri(out, f->source->path);
    text_put(out, "},\"replacements\":[");
    for (size_t i = 0; i < edits.list.count; i++) {
        const struct edit *e = &edits.list.items[i];

        text_put(out, i ? ",{\"deletedRegion\":" : "{\"deletedRegion\":");
        put_region(out, f->source, e->from, e->to);
        text_put(out, ",\"insertedContent\":{\"text\":");
        json_quote(out, e->text);
        text_put(out, "}}");
    }
    text_put(out, "]}]}]");
}

static void put_result(struct text *out, const struct finding *f)
{
    const struct rule_info *rule = rule_info(f->rule);

    text_put(out, "{\"ruleId\":");
    json_quote(out, rule->name);
    text_put(out, ",\"level\":");
    json_quote(out, level_of(f));
    text_put(out, ",\"message\":{\"text\":");
    json_quote(out, mem_format("'%s': %s%s%s", f->what, rule->advice,
                               f->reason ? "; " : "",
                               f->reason ? f->reason : ""));
    text_put(out, "},\"locations\":[{");
    put_place(out, f);
    if (*f->function) {
        text_put(out, ",\"logicalLocations\":[{\"kind\":\"function\","
                      "\"name\":");
        json_quote(out, f->function);
        text_put(out, "}]");
    }
    text_put(out, "}],\"partialFingerprints\":{\"parapet/v1\":");
    json_quote(out, f->id);
    text_put(out, "}");
    if (!finding_open(f)) {
        text_put(out, ",\"suppressions\":[{\"kind\":\"inSource\","
                      "\"justification\":");
        json_quote(out, f->dead ? "in code that #if 0 takes out"
                                : f->reason ? f->reason : "");
        text_put(out, "}]");
    }
    put_fix(out, f);
    text_put(out, "}");
}

void report_sarif(const struct report *report, FILE *out)
{
    const struct scan *scan = report->scan;
    struct text text = { 0 };

    text_put(&text, "{\"$schema\":\"https://json.schemastore.org/"
                    "sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{"
                    "\"tool\":{\"driver\":{\"name\":\"parapet scan\","
                    "\"rules\":[");
    put_rules(&text, scan);
    text_put(&text, "]}},\"columnKind\":\"utf16CodeUnits\",\"results\":[");
    for (size_t i = 0; i < scan->findings.count; i++) {
        text_put(&text, i ? ",\n" : "\n");
        put_result(&text, scan->findings.items[i]);
    }
    text_put(&text, "]}]}\n");
    fwrite(text.data, 1, text.length, out);
}
