// SPDX-License-Identifier: MIT
// One file of the tree: see source.h. The text is never changed here: what
// is read is what an edit must give back, byte for byte, outside its site.
#include "source.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum language language_of(const char *path)
{
    static const struct {
        const char *end;
        enum language lang;
    } ends[] = {
        { ".c", LANG_C },       { ".h", LANG_HEADER },  { ".S", LANG_ASM },
        { ".s", LANG_ASM },     { ".sx", LANG_ASM },    { ".asm", LANG_NASM },
        { ".nasm", LANG_NASM }, { ".inc", LANG_HEADER }, { ".cc", LANG_C },
        { ".cpp", LANG_C },     { ".hpp", LANG_HEADER },
    };
    const char *name = strrchr(path, '/');
    const char *dot = strrchr(name ? name : path, '.');

    for (size_t i = 0; dot && i < sizeof(ends) / sizeof(*ends); i++)
        if (!strcmp(dot, ends[i].end))
            return ends[i].lang;
    return LANG_NONE;
}

static void count_lines(struct source *s)
{
    LIST(uint32_t) starts = { 0 };

    *list_add(&starts) = 0;
    for (size_t i = 0; i < s->size; i++)
        if (s->text[i] == '\n')
            *list_add(&starts) = (uint32_t)i + 1;
    s->lines = starts.items;
    s->line_count = (unsigned)starts.count;
}

struct source *source_from_text(const char *path, enum language lang,
                                const char *text, size_t size)
{
    struct source *s = mem_alloc(sizeof(*s));

    s->path = s->real = path;
    s->lang = lang;
    s->text = text;
    s->size = size;
    s->compiled = true;
    count_lines(s);
    return s;
}

/* An .inc file may be C or assembly for NASM: its first words tell. */
static enum language guess(const char *path, const char *text)
{
    enum language lang = language_of(path);
    const char *dot = strrchr(path, '.');

    if (dot && !strcmp(dot, ".inc") &&
        (strstr(text, "%macro") || strstr(text, "%define") ||
         strstr(text, " equ ")))
        return LANG_NASM;
    return lang;
}

struct source *source_load(const char *path, const char *real)
{
    struct stat st;
    struct source *s;
    size_t got = 0;
    char *data;
    int fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > 1 << 30) {
        int error = S_ISREG(st.st_mode) ? EFBIG : EINVAL;

        close(fd);
        errno = error;
        return NULL;
    }
    data = mem_alloc((size_t)st.st_size + 1);
    while (got < (size_t)st.st_size) {
        ssize_t n = read(fd, data + got, (size_t)st.st_size - got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    close(fd);
    s = source_from_text(path, guess(path, data), data, got);
    s->real = real;
    return s;
}

unsigned source_line(const struct source *s, size_t offset)
{
    unsigned low = 0, high = s->line_count;

    while (high - low > 1) {
        unsigned middle = (low + high) / 2;

        if (s->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

unsigned source_column(const struct source *s, size_t offset)
{
    return (unsigned)(offset - s->lines[source_line(s, offset) - 1]) + 1;
}

const char *source_line_text(const struct source *s, unsigned line,
                             size_t *length)
{
    size_t from, to;

    *length = 0;
    if (!line || line > s->line_count)
        return "";
    from = s->lines[line - 1];
    to = line < s->line_count ? s->lines[line] : s->size;
    while (to > from && (s->text[to - 1] == '\n' || s->text[to - 1] == '\r'))
        to--;
    *length = to - from;
    return s->text + from;
}

const char *source_accepted(const struct source *s, unsigned first,
                            unsigned last)
{
    for (size_t i = 0; i < s->accepts.count; i++) {
        const struct accept *a = &s->accepts.items[i];

        if (a->line + 1 >= first && a->line <= last)
            return a->reason;
    }
    return NULL;
}

void source_note_comment(struct source *s, size_t offset, size_t length)
{
    static const char word[] = "pv-ok:";
    const char *at = s->text + offset;
    const char *found = memmem(at, length, word, sizeof(word) - 1);
    const char *end = at + length;
    struct accept *accept;

    if (!found)
        return;
    found += sizeof(word) - 1;
    while (found < end && isspace((unsigned char)*found))
        found++;
    while (end > found && (end[-1] == '/' || end[-1] == '*' ||
                           isspace((unsigned char)end[-1])))
        end--;
    accept = list_add(&s->accepts);
    accept->line = source_line(s, offset + length - 1);
    accept->reason = mem_copy(found, (size_t)(end - found));
}
