/* SPDX-License-Identifier: MIT
 *
 * What of the serial line is shown. Guest and hypervisor share the line; the
 * hypervisor's lines are told by what they begin with. Nothing of a guest's
 * is held back, not even a prompt without an end of line, unless it might
 * still become the begin of a hypervisor's line.
 */
#ifndef PARAPET_SCREEN_H
#define PARAPET_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum show {
    SHOW_NONE,
    SHOW_GUEST, /* no line of a hypervisor */
    SHOW_USUAL, /* no line of Xen's before the guest's first */
    SHOW_ALL,
};

struct screen {
    enum show show;
    bool guest_spoke;
    bool in_line;  /* the begin of this line is known */
    bool hidden;   /* and it is not shown */
    char held[8];  /* the begin of a line, not yet known whose */
    size_t length; /* of held */
};

/* The option's words, in the order of the enumeration. */
#define SHOW_CHOICES "none|guest|usual|all"
enum show show_of(const char *word);

/* Writes to standard output what is to be shown. */
void screen_put(struct screen *screen, const char *data, size_t size);

/* Nothing more will come: what is held is the guest's. */
void screen_end(struct screen *screen);

#endif
