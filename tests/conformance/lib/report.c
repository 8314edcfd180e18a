// SPDX-License-Identifier: MIT
/*
 * The console, KTAP, and the one line that says the result. The set of results
 * is closed: pass, fail (the hypervisor is wrong), error (the test or what it
 * runs in is wrong), skip.
 */
#include "conform.h"
#include "text.h"
#include <pvsdk/ring.h>

static unsigned int checks, failed, skipped;
evtchn_port_t console_port;

static void console_write(const char *text, unsigned int length)
{
    struct xencons_interface *ring;

    if (is_dom0()) {
        hypercall_console_io(CONSOLEIO_write, length, (char *)text);
        return;
    }
    ring = mfn_va(start->console.domU.mfn);
    while (length) {
        int sent = xen_console_write(ring, text, length);

        if (sent < 0)
            shut_down(SHUTDOWN_crash);
        text += sent;
        length -= sent;
        xen_port_send(console_port);
        if (length)
            hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

/* So that the last line is out before the domain ends. */
static void console_drain(void)
{
    const struct xencons_interface *ring;

    if (is_dom0())
        return;
    ring = mfn_va(start->console.domU.mfn);
    while (xen_read_once(ring->out_cons) != ring->out_prod)
        hypercall_sched_op(SCHEDOP_yield, NULL);
}

static void print_list(const char *format, va_list args)
{
    char line[400];

    console_write(line, format_text(line, sizeof(line), format, args));
}

void print(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_list(format, args);
    va_end(args);
}

static void result_line(bool ok, const char *what, va_list args)
{
    checks++;
    print("%sok %u - ", ok ? "" : "not ", checks);
    print_list(what, args);
}

void check_at(const char *file, int line, bool ok, const char *what, ...)
{
    va_list args;

    va_start(args, what);
    result_line(ok, what, args);
    va_end(args);
    print("\n");
    if (!ok) {
        failed++;
        print("# %s:%d: does not hold\n", file, line);
    }
}

static const char *errno_name(uint64_t value)
{
#define XEN_ERRNO(name, number)                                                \
    if (value == (uint64_t) - (number))                                        \
        return " -" #name;
#include <xen/errno.h>
    return "";
}

void check_equal_at(const char *file, int line, const char *erratum,
                    uint64_t found, uint64_t expected, const char *what, ...)
{
    bool ok = found == expected;
    va_list args;

    va_start(args, what);
    result_line(ok, what, args);
    va_end(args);
    if (!ok && erratum)
        print(" # ERRATUM %s", erratum);
    print("\n");
    if (ok)
        return;
    failed += !erratum;
    print("# %s:%d: found %ld (0x%lx)%s, expected %ld (0x%lx)%s\n", file, line,
          found, found, errno_name(found), expected, expected,
          errno_name(expected));
}

void skip(const char *why, const char *what, ...)
{
    va_list args;

    va_start(args, what);
    result_line(true, what, args);
    va_end(args);
    print(" # SKIP %s\n", why);
    skipped++;
}

void conclude(void)
{
    print("1..%u\n", checks);
    if (!checks)
        print("# error: nothing was checked\n");
    print("# conform: %s\n", !checks             ? "error"
                             : failed            ? "fail"
                             : skipped == checks ? "skip"
                                                 : "pass");
    console_drain();
}

void shut_down(unsigned int reason)
{
    struct sched_shutdown end = {reason};

    for (;;)
        hypercall_sched_op(SCHEDOP_shutdown, &end);
}

void finish(void)
{
    conclude();
    shut_down(SHUTDOWN_poweroff);
}

void skip_all(const char *why)
{
    print("# skip: %s\n# conform: skip\n", why);
    console_drain();
    shut_down(SHUTDOWN_poweroff);
}

void error(const char *format, ...)
{
    va_list args;

    print("# error: ");
    va_start(args, format);
    print_list(format, args);
    va_end(args);
    print("\n# conform: error\n");
    console_drain();
    shut_down(SHUTDOWN_poweroff);
}
