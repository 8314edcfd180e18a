// SPDX-License-Identifier: MIT
/*
 * What was measured, and the lines that say it: by console_io, or by the ring
 * of a domain that Xen does not allow that.
 */
#include "bench.h"

#include <xen/sched.h>
#include <pvsdk/p2m.h>
#include <pvsdk/ring.h>

static const char *const keys[] = {
#define OPERATION(key, unit, label) #key,
#include "runner/bench/operations.def"
#undef OPERATION
};

_Noreturn void shut_down(unsigned int reason)
{
    struct sched_shutdown end = {reason};

    for (;;)
        hypercall_sched_op(SCHEDOP_shutdown, &end);
}

static struct xencons_interface *ring(void)
{
    return (void *)(xen_own_mfn_to_pfn(start->console.domU.mfn)
                    << XEN_PAGE_BITS);
}

static void write_to_ring(const char *text, unsigned int length)
{
    while (length) {
        int sent = xen_console_write(ring(), text, length);

        if (sent < 0)
            shut_down(SHUTDOWN_crash);
        text += sent;
        length -= (unsigned int)sent;
        xen_port_send(start->console.domU.evtchn);
        if (length)
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

static bool has_ring; /* and uses it */

static void print(const char *text, unsigned int length)
{
    has_ring |= hypercall_console_io(CONSOLEIO_write, length, (char *)text) < 0;
    if (has_ring)
        write_to_ring(text, length);
}

/* So that the last line is out before the domain ends. */
static void drain(void)
{
    while (has_ring &&
           xen_read_once(ring()->out_cons) != ring()->out_prod)
        hypercall_sched_op(SCHEDOP_yield, NULL);
}

/* A line is written at once, so that no other can come into it. */
static char line[128], *line_end = line;

static void add(const char *text)
{
    while (*text && line_end < line + sizeof(line) - 1)
        *line_end++ = *text++;
    *line_end = 0;
}

static void add_number(uint64_t value)
{
    char digits[24], *at = digits + sizeof(digits) - 1;

    *at = 0;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    add(at);
}

static void end_line(void)
{
    add("\n");
    print(line, (unsigned int)(line_end - line));
    line_end = line;
}

static uint64_t results[sizeof(keys) / sizeof(keys[0])]; /* 0: none */

void report(enum operation op, uint64_t value)
{
    results[op] = value;
}

void say_results(void)
{
    for (unsigned int op = 0; op < sizeof(keys) / sizeof(keys[0]); op++) {
        if (!results[op])
            continue;
        add("bench ");
        add(keys[op]);
        add(" ");
        add_number(results[op]);
        end_line();
    }
    drain();
}

void give_up(const char *what, long result)
{
    add("bench failed: ");
    add(what);
    add(result < 0 ? " gave -" : " gave ");
    add_number(result < 0 ? -(uint64_t)result : (uint64_t)result);
    end_line();
    drain();
    shut_down(SHUTDOWN_crash);
}

void need(const char *what, long result)
{
    if (result)
        give_up(what, result);
}
