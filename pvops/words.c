// SPDX-License-Identifier: MIT
/*
 * A word of a command line, for what a kernel can be told at its boot. The
 * rule: a word counts whole, never as a part of another.
 */
#include "internal.h"

static bool ends_word(char c)
{
    return !c || c == ' ' || c == '\t' || c == '\n';
}

/* Behind `word` if `text` begins with it, whole or up to its "=". */
static const char *behind(const char *text, const char *word)
{
    char last = 0;

    for (; *word; word++) {
        last = *word;
        if (*text++ != last)
            return NULL;
    }
    return last == '=' || ends_word(*text) ? text : NULL;
}

const char *pv_find_word(const char *text, const char *word)
{
    const char *found;

    for (;;) {
        while (*text && ends_word(*text))
            text++;
        found = behind(text, word);
        if (found || !*text)
            return found;
        while (!ends_word(*text))
            text++;
    }
}
