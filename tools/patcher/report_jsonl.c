// SPDX-License-Identifier: MIT
// Findings for programs: one JSON object a line, the same members always, in
// the same order: first the eleven that say what and where it is and what
// becomes of it, then what one tool or another may want to know. This is also
// what a baseline is made of.
#include "json.h"
#include "report.h"

static void member(struct text *out, const char *name, const char *value)
{
    if (out->length > 1)
        text_char(out, ',');
    json_quote(out, name);
    text_char(out, ':');
    if (value)
        json_quote(out, value);
    else
        text_put(out, "null");
}

static void number(struct text *out, const char *name, unsigned long value)
{
    text_char(out, ',');
    json_quote(out, name);
    text_format(out, ":%lu", value);
}

static void line_of(struct text *out, const struct finding *f)
{
    const struct rule_info *rule = rule_info(f->rule);

    text_char(out, '{');
    member(out, "id", f->id);
    member(out, "file", f->source->path);
    number(out, "line", f->line);
    number(out, "column", f->column);
    member(out, "function", f->function);
    member(out, "mnemonic", rule->name);
    member(out, "class", class_name(rule->class));
    member(out, "op", *rule->op ? rule->op : NULL);
    member(out, "phase", phase_name(f->phase));
    member(out, "action", f->dead ? "compiled-out" : action_name(f->action));
    member(out, "reason", f->reason);
    number(out, "end_line", f->last_line);
    member(out, "severity", finding_severity(f));
    member(out, "form", form_name(f->form));
    member(out, "what", f->what);
    member(out, "macro", f->origin);
    number(out, "mode", f->mode);
    member(out, "replacement", f->replacement);
    member(out, "advice", rule->advice);
    member(out, "guide", mem_format("guide.md#%s", rule->topic));
    number(out, "sites", f->sites);
    text_put(out, f->in_image ? ",\"in_image\":true" : ",\"in_image\":false");
    text_put(out, f->is_variant ? ",\"variant\":true" : ",\"variant\":false");
    text_put(out, "}\n");
}

void report_jsonl(const struct report *report, FILE *out)
{
    for (size_t i = 0; i < report->scan->findings.count; i++) {
        struct text line = { 0 };

        line_of(&line, report->scan->findings.items[i]);
        fwrite(line.data, 1, line.length, out);
    }
}
