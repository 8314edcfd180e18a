// SPDX-License-Identifier: MIT
// Reads sets of processors: see cpulist.h. Parts are taken from left to right:
// each adds some, or takes some away again.
#include "runner/cpulist.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A number at *AT, which goes on behind it; false: there is none. */
static bool read_number(const char **at, unsigned long *number)
{
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    *number = strtoul(*at, &end, 10);
    *at = end;
    return true;
}

static uint32_t bits(unsigned long first, unsigned long last)
{
    return (uint32_t)((UINT64_C(2) << last) - (UINT64_C(1) << first));
}

/* "3", "0-3", "all"; *AT goes on behind it. */
static const char *read_part(const char **at, uint32_t *part)
{
    unsigned long first, last;

    if (!strncmp(*at, "all", 3)) {
        *at += 3;
        *part = UINT32_MAX;
        return NULL;
    }
    if (!strncmp(*at, "node", 4))
        return "the machine has no NUMA nodes";
    if (!read_number(at, &first))
        return "a set of processors is like \"0-3,^1\" or \"all\"";
    last = first;
    if (**at == '-') {
        ++*at;
        if (!read_number(at, &last) || last < first)
            return "a range of processors needs a last one";
    }
    if (last >= MOST_CPUS)
        return "processors have numbers from 0 to 31";
    *part = bits(first, last);
    return NULL;
}

const char *cpulist_read(const char *list, uint32_t *into)
{
    *into = 0;
    for (;;) {
        bool takes_away = *list == '^';
        const char *wrong;
        uint32_t part;

        list += takes_away;
        wrong = read_part(&list, &part);
        if (wrong)
            return wrong;
        *into = takes_away ? *into & ~part : *into | part;
        if (!*list)
            break;
        if (*list++ != ',')
            return "a set of processors is like \"0-3,^1\" or \"all\"";
    }
    return *into ? NULL : "the set of processors is empty";
}
