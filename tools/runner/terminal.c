// SPDX-License-Identifier: MIT
// The user's terminal: see terminal.h.
#include "runner/terminal.h"

#include <string.h>
#include <unistd.h>

#define CTRL_A 1

bool terminal_take(struct terminal *terminal)
{
    struct termios raw;

    memset(terminal, 0, sizeof(*terminal));
    if (!isatty(0))
        return true;
    if (tcgetpgrp(0) != getpgrp())
        return false; /* in the background: reading would stop us */
    if (tcgetattr(0, &terminal->before))
        return false;
    raw = terminal->before;
    raw.c_iflag &= (tcflag_t) ~(ICRNL | IXON);
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    terminal->raw = !tcsetattr(0, TCSANOW, &raw);
    return true;
}

void terminal_give_back(struct terminal *terminal)
{
    if (terminal->raw)
        tcsetattr(0, TCSANOW, &terminal->before);
}

bool terminal_wants_end(struct terminal *terminal, const char *keys, size_t n)
{
    if (!terminal->raw)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (terminal->saw_lead && keys[i] == 'x')
            return true;
        terminal->saw_lead = keys[i] == CTRL_A;
    }
    return false;
}
