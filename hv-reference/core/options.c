// SPDX-License-Identifier: MIT
/*
 * Reading the hypervisor's command line.
 */
#include "core/options.h"

#include "core/lib.h"

/* What follows "NAME" and the byte END in CMDLINE, or NULL. */
static const char *find(const char *cmdline, const char *name, char end)
{
    size_t length = strlen(name);

    while (*cmdline) {
        while (*cmdline == ' ')
            cmdline++;
        if (strncmp(cmdline, name, length) == 0 && cmdline[length] == end)
            return cmdline + length + 1;
        while (*cmdline && *cmdline != ' ')
            cmdline++;
    }
    return NULL;
}

bool option_given(const char *cmdline, const char *word)
{
    return find(cmdline, word, ' ') || find(cmdline, word, '\0');
}

static uint64_t read_number(const char **text)
{
    uint64_t value = 0;

    for (; **text >= '0' && **text <= '9'; (*text)++)
        value = value * 10 + (uint64_t)(**text - '0');
    return value;
}

uint64_t option_number(const char *cmdline, const char *name,
                       uint64_t otherwise)
{
    const char *text = find(cmdline, name, '=');

    return text ? read_number(&text) : otherwise;
}

uint64_t option_size(const char *cmdline, const char *name)
{
    const char *text = find(cmdline, name, '=');
    uint64_t value;

    if (!text)
        return 0;
    value = read_number(&text);
    switch (*text | 32) {
    case 'g':
        return value << 30;
    case 'm':
        return value << 20;
    default:
        return value << 10;
    }
}
