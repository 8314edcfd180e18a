// SPDX-License-Identifier: MIT
// Shows the guest's part of the serial line: see screen.h.
#include "runner/screen.h"

#include <stdio.h>
#include <string.h>

static const char *const marks[] = { "(XEN) ", "(hv) " };
#define XEN 0
#define MARKS (sizeof(marks) / sizeof(marks[0]))

enum show show_of(const char *word)
{
    const char *at = strstr(SHOW_CHOICES, word);
    unsigned show = 0;

    for (const char *c = SHOW_CHOICES; c < at; c++)
        show += *c == '|';
    return show;
}

static bool is_hidden(const struct screen *screen, unsigned mark)
{
    if (screen->show == SHOW_USUAL)
        return mark == XEN && !screen->guest_spoke;
    return screen->show == SHOW_GUEST;
}

/* The held begin of a line is known now: it is of marks[mark], or a guest's. */
static void decide(struct screen *screen, unsigned mark)
{
    screen->in_line = true;
    screen->hidden = mark < MARKS && is_hidden(screen, mark);
    screen->guest_spoke |= mark == MARKS;
    if (!screen->hidden)
        fwrite(screen->held, 1, screen->length, stdout);
    screen->length = 0;
}

static void judge_begin(struct screen *screen)
{
    bool undecided = false;

    for (unsigned i = 0; i < MARKS; i++) {
        size_t whole = strlen(marks[i]);

        if (memcmp(screen->held, marks[i], screen->length))
            continue;
        if (screen->length == whole) {
            decide(screen, i);
            return;
        }
        undecided = true;
    }
    if (!undecided)
        decide(screen, MARKS);
}

static void put(struct screen *screen, char c)
{
    if (screen->in_line) {
        if (!screen->hidden)
            putchar(c);
    } else if (screen->length == 0 && (c == '\r' || c == '\n')) {
        /* An empty line is a guest's once it has spoken, else a loader's. */
        if (screen->guest_spoke)
            putchar(c);
    } else {
        screen->held[screen->length++] = c;
        judge_begin(screen);
    }
    if (c == '\n')
        screen->in_line = false;
}

void screen_put(struct screen *screen, const char *data, size_t size)
{
    if (screen->show == SHOW_ALL)
        fwrite(data, 1, size, stdout);
    else if (screen->show != SHOW_NONE)
        for (size_t i = 0; i < size; i++)
            put(screen, data[i]);
    fflush(stdout);
}

void screen_end(struct screen *screen)
{
    if (screen->length)
        decide(screen, MARKS);
    fflush(stdout);
}
