// SPDX-License-Identifier: MIT
/*
 * What a program says, hashed and perhaps shown; and how often each call was
 * accepted and refused.
 */
#include "random.h"
#include "text.h"

#define FNV_START 0xcbf29ce484222325
#define FNV_PRIME 0x100000001b3

bool in_words;
static uint64_t hash;

void text_begin(void)
{
    hash = FNV_START;
}

uint64_t text_hash(void)
{
    return hash;
}

void say(const char *format, ...)
{
    static char line[390];
    static unsigned int used;
    char text[400];
    unsigned int length;
    va_list args;

    va_start(args, format);
    length = format_text(text, sizeof(text) - 1, format, args);
    va_end(args);
    text[length] = 0;
    for (const char *p = text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * FNV_PRIME;
    if (!in_words)
        return;
    /* Whole lines, so that the hypervisor's own do not come between; print()
     * takes no longer ones. */
    for (const char *p = text; *p; p++) {
        line[used++] = *p;
        if (*p == '\n' || used == sizeof(line) - 1) {
            line[used] = 0;
            used = 0;
            print("%s", line);
        }
    }
}

static struct {
    const char *name;
    unsigned int accepted, refused;
} coverage[200];

/* Names are literals, so that the same one nearly always has one address. */
static void count(const char *name, bool accepted)
{
    unsigned int i;

    for (i = 0; coverage[i].name && coverage[i].name != name; i++)
        if (i == sizeof(coverage) / sizeof(*coverage) - 2)
            error("there are more names of calls than were thought of");
    coverage[i].name = name;
    coverage[i].accepted += accepted;
    coverage[i].refused += !accepted;
}

static const char *error_name(long number)
{
#define XEN_ERRNO(error, value)                                                \
    if (number == (value))                                                     \
        return #error;
#include <xen/errno.h>
    return NULL;
}

static void say_result(long value)
{
    const char *name = error_name(-value);

    if (name)
        say(" = -%s", name);
    else
        say(" = %ld", value);
}

void answer(const char *name, long rc)
{
    count(name, rc >= 0);
    say_result(rc);
    say("\n");
}

void answer_status(const char *name, long rc, long status)
{
    count(name, rc >= 0 && status >= 0);
    say_result(rc);
    say(" status %ld\n", status);
}

void print_coverage(void)
{
    for (unsigned int i = 0; coverage[i].name; i++)
        print("= %s %u %u\n", coverage[i].name, coverage[i].accepted,
              coverage[i].refused);
}
