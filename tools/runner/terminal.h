/* SPDX-License-Identifier: MIT
 *
 * Standard input as a guest's keyboard. On a terminal each key goes to the
 * guest at once, Ctrl-C too; Ctrl-A x ends the run.
 */
#ifndef PARAPET_TERMINAL_H
#define PARAPET_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct terminal {
    bool raw;      /* it is a terminal, and was changed */
    bool saw_lead; /* Ctrl-A was the last key */
    struct termios before;
};

/* False when there is nothing that we may read from. */
bool terminal_take(struct terminal *terminal);
void terminal_give_back(struct terminal *terminal);

/* Was Ctrl-A x among these keys? */
bool terminal_wants_end(struct terminal *terminal, const char *keys, size_t n);

#endif
