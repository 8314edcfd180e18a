// SPDX-License-Identifier: MIT
// Calls that do next to nothing: the way in and out, and the console.
#include "bench.h"

#include <xen/errno.h>
#include <xen/version.h>

static long unimplemented(void)
{
    return xen_hypercall0(63);
}

static long version(void)
{
    return hypercall_xen_version(XENVER_version, NULL);
}

static struct multicall_entry calls[10];

static long multicall_1(void)
{
    return hypercall_multicall(calls, 1);
}

static long multicall_10(void)
{
    return hypercall_multicall(calls, 10);
}

void bench_hypercalls(void)
{
    for (int i = 0; i < 10; i++) {
        calls[i].op = __HYPERVISOR_xen_version;
        calls[i].args[0] = XENVER_version;
    }
    measure_result(OP_unimplemented, unimplemented, -XEN_ENOSYS);
    measure_result(OP_xen_version, version, version());
    measure(OP_multicall_1, multicall_1);
    measure(OP_multicall_10, multicall_10);
}

static char line[64] =
    "Sixty-four bytes with their newline, as a kernel writes a line.\n";

static long console_64(void)
{
    return hypercall_console_io(CONSOLEIO_write, 64, line);
}

static long console_1(void)
{
    return hypercall_console_io(CONSOLEIO_write, 1, line + 63);
}

void bench_console(void)
{
    measure_few(OP_console_64, console_64, 4);
    measure_few(OP_console_1, console_1, 4);
}
