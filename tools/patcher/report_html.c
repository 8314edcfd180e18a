// SPDX-License-Identifier: MIT
// One page that needs nothing else: report.html with the findings in it as
// JSON. The rule: what a source file holds is data; "<" is escaped, so that
// no text of it can end the script element.
#include <string.h>

#include "json.h"
#include "report.h"

static const char page[] =
#include "report.html.inc"
    ;

static void member(struct text *out, const char *name, const char *value)
{
    text_format(out, "\"%s\":", name);
    json_quote(out, value ? value : "");
    text_char(out, ',');
}

static void put_finding(struct text *out, const struct finding *f)
{
    const struct rule_info *rule = rule_info(f->rule);
    size_t length;
    const char *line = source_line_text(f->source, f->line, &length);

    text_char(out, '{');
    member(out, "file", f->source->path);
    member(out, "what", f->what);
    member(out, "class", class_name(rule->class));
    member(out, "severity", finding_severity(f));
    member(out, "advice", rule->advice);
    member(out, "form", form_name(f->form));
    member(out, "function", f->function);
    member(out, "phase", phase_name(f->phase));
    member(out, "action", f->dead ? "compiled-out" : action_name(f->action));
    member(out, "reason", f->reason);
    member(out, "replacement", f->replacement);
    member(out, "text", mem_copy(line, length > 300 ? 300 : length));
    text_format(out, "\"line\":%u,\"column\":%u,\"length\":%u}", f->line,
                f->column, f->length);
}

void report_html(const struct report *report, FILE *out)
{
    const char *mark = strstr(page, "@DATA@");
    struct text data = { 0 };

    text_char(&data, '[');
    for (size_t i = 0; i < report->scan->findings.count; i++) {
        if (i)
            text_put(&data, ",\n");
        put_finding(&data, report->scan->findings.items[i]);
    }
    text_char(&data, ']');
    fwrite(page, 1, (size_t)(mark - page), out);
    for (size_t i = 0; i < data.length; i++) {
        if (data.data[i] == '<')
            fputs("\\u003c", out);
        else
            fputc(data.data[i], out);
    }
    fputs(mark + strlen("@DATA@"), out);
}
