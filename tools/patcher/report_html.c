// SPDX-License-Identifier: MIT
// One page that needs nothing else: report.html and report.js with the
// findings, the source around them and the guide in it as JSON. The rules:
// what a source file holds is data ("<" is escaped, so that no text of it can
// end the script element); and the page's size has a bound, so what is left
// out of a file is said where it is missing.
#include <string.h>

#include "json.h"
#include "report.h"

/* A file is in the page whole if it has so few bytes, as long as all such
 * files together have no more; else the lines around each finding are. */
#define FILE_BYTES (256u << 10)
#define PAGE_BYTES (16u << 20)
#define LINES_AROUND 20u
#define LINE_BYTES 400u
#define MORE " ... (%zu bytes more)"

static const char page[] =
#include "report.html.inc"
    ;
static const char script[] =
#include "report.js.inc"
    ;
static const char guide[] =
#include "guide.md.inc"
    ;

static void member(struct text *out, const char *name, const char *value)
{
    text_format(out, "\"%s\":", name);
    json_quote(out, value ? value : "");
    text_char(out, ',');
}

/* Where the place is in its line, in the units of a script's strings. What
 * is behind a long line's cut is marked at the cut. */
static void put_mark(struct text *out, const struct finding *f)
{
    size_t length, from = f->column ? f->column - 1 : 0, to;
    const char *line = source_line_text(f->source, f->line, &length);

    if (from >= LINE_BYTES && length > LINE_BYTES) {
        from = json_units(line, LINE_BYTES);
        text_format(out, "\"line\":%u,\"column\":%u,\"from\":%zu,"
                    "\"to\":%zu}", f->line, f->column, from,
                    from + strlen(" ..."));
        return;
    }
    from = from < length ? from : length;
    to = from + f->length < length ? from + f->length : length;
    text_format(out, "\"line\":%u,\"column\":%u,\"from\":%zu,\"to\":%zu}",
                f->line, f->column, json_units(line, from),
                json_units(line, to));
}

static void put_finding(struct text *out, const struct finding *f)
{
    const struct rule_info *rule = rule_info(f->rule);

    text_char(out, '{');
    member(out, "id", f->id);
    member(out, "file", f->source->path);
    member(out, "what", f->what);
    member(out, "class", class_name(rule->class));
    member(out, "severity", finding_severity(f));
    member(out, "advice", rule->advice);
    member(out, "topic", rule->topic);
    member(out, "form", form_name(f->form));
    member(out, "function", f->function);
    member(out, "phase", phase_name(f->phase));
    member(out, "action", f->dead ? "compiled-out" : action_name(f->action));
    member(out, "reason", f->reason);
    member(out, "replacement", f->replacement);
    put_mark(out, f);
}

/* The lines from first to last, as one part: [first, "text\ntext..."]. */
static void put_part(struct text *out, const struct source *s, unsigned first,
                     unsigned last)
{
    struct text part = { 0 };

    text_put(&part, "");
    for (unsigned n = first; n <= last; n++) {
        size_t length, shown;
        const char *line = source_line_text(s, n, &length);

        shown = length > LINE_BYTES ? LINE_BYTES : length;
        for (size_t i = 0; i < shown; i++) /* 0 would end the text */
            text_char(&part, line[i] ? line[i] : ' ');
        if (shown < length)
            text_format(&part, MORE, length - shown);
        if (n < last)
            text_char(&part, '\n');
    }
    text_format(out, "[%u,", first);
    json_quote(out, part.data);
    text_char(out, ']');
}

/* Behind the last line's end there is no line more. */
static unsigned last_line(const struct source *s)
{
    bool ends = s->size && s->text[s->size - 1] == '\n';

    return s->line_count - (ends && s->line_count > 1);
}

/* A file with findings[from..to): {"lines":N,"parts":[...]}. */
static size_t put_source(struct text *out, const struct scan *scan,
                         size_t from, size_t to, size_t room)
{
    const struct source *s = scan->findings.items[from]->source;
    bool whole = s->size <= FILE_BYTES && s->size <= room;
    unsigned end = last_line(s);

    json_quote(out, s->path);
    text_format(out, ":{\"lines\":%u,\"parts\":[", end);
    if (whole)
        put_part(out, s, 1, end);
    for (size_t i = from; i < to && !whole;) {
        unsigned line = scan->findings.items[i]->line;
        unsigned first = line > LINES_AROUND ? line - LINES_AROUND : 1;
        unsigned last = line + LINES_AROUND;

        for (i++; i < to; i++) {
            line = scan->findings.items[i]->line;
            if (line > last + LINES_AROUND)
                break;
            last = line + LINES_AROUND;
        }
        put_part(out, s, first, last < end ? last : end);
        if (i < to)
            text_char(out, ',');
    }
    text_put(out, "]}");
    return whole ? s->size : 0;
}

static void put_sources(struct text *out, const struct scan *scan)
{
    size_t count = scan->findings.count, room = PAGE_BYTES;

    for (size_t i = 0, next; i < count; i = next) {
        const struct source *s = scan->findings.items[i]->source;

        for (next = i + 1; next < count; next++)
            if (strcmp(scan->findings.items[next]->source->path, s->path))
                break;
        if (!s->line_count) /* a place in an image */
            continue;
        if (out->data[out->length - 1] != '{')
            text_put(out, ",\n");
        room -= put_source(out, scan, i, next, room);
    }
}

static void put_data(struct text *out, const struct report *report)
{
    const struct scan *scan = report->scan;

    text_put(out, "{\"findings\":[");
    for (size_t i = 0; i < scan->findings.count; i++) {
        if (i)
            text_put(out, ",\n");
        put_finding(out, scan->findings.items[i]);
    }
    text_format(out, "],\n\"files\":%zu,\"lines\":%zu,\"guide\":",
                scan->sources.count, scan->lines);
    json_quote(out, guide);
    text_put(out, ",\n\"sources\":{");
    put_sources(out, scan);
    text_put(out, "}}");
}

/* Writes the page up to a placeholder; what follows it. */
static const char *put_until(const char *from, const char *placeholder,
                             FILE *out)
{
    const char *at = strstr(from, placeholder);

    fwrite(from, 1, (size_t)(at - from), out);
    return at + strlen(placeholder);
}

void report_html(const struct report *report, FILE *out)
{
    const char *rest = put_until(page, "@DATA@", out);
    struct text data = { 0 };

    put_data(&data, report);
    for (size_t i = 0; i < data.length; i++) {
        if (data.data[i] == '<')
            fputs("\\u003c", out);
        else
            fputc(data.data[i], out);
    }
    rest = put_until(rest, "@SCRIPT@", out);
    fputs(script, out);
    fputs(rest, out);
}
