// SPDX-License-Identifier: MIT
/*
 * Console input: what is typed arrives in order, by the ring or by console_io.
 *
 * conform: reference dom0 domU
 * requires: CON-5 CON-6
 * input: quick brown fox
 */
#include "conform.h"
#include <pvsdk/ring.h>

static int take(char *at, unsigned int room)
{
    struct xencons_interface *c;
    int n;

    if (is_dom0())
        return hypercall_console_io(CONSOLEIO_read, room, at);
    c = mfn_va(start->console.domU.mfn);
    n = xen_console_read(c, at, room);
    if (n > 0)
        xen_port_send(start->console.domU.evtchn);
    return n;
}

void test(void)
{
    static const char expected[] = "quick brown fox";
    char line[64];
    unsigned int length = 0;
    uint64_t end = now() + 10000000000;

    print("# input please\n");
    while (length < sizeof(line) && now() < end) {
        int n = take(line + length, sizeof(line) - length);

        if (n < 0)
            break;
        length += n;
        if (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            break;
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
    check(length > sizeof(expected) - 1, "a line arrives");
    check(same_bytes(line, expected, sizeof(expected) - 1),
          "it is what was typed");
    check(length && (line[length - 1] == '\n' || line[length - 1] == '\r'),
          "with its end of line");
}
