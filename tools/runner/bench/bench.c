// SPDX-License-Identifier: MIT
// parapet bench: what each operation of a PV kernel costs, in instructions.
//
// The machine is QEMU's with `-icount shift=0`, where one tick of the TSC is
// one instruction, whoever executes it: the figures are the same on any host.
#include <string.h>

#include "lib/options.h"
#include "lib/say.h"
#include "parapet/commands.h"
#include "runner/bench/bench.h"

static struct {
    const char *versus, *format, *image, *what;
    long timeout;
} options = {
    .format = "text",
    .what = "all",
    .timeout = 120,
};

static const struct option_row rows[] = {
    OPTION_CHOICE("vs", &options.versus, "xen",
                  "measure real Xen too, with the kernel as its domain 0"),
    OPTION_CHOICE("what", &options.what, "all|alone|vcpus|domains",
                  "all rows (default), those of one vCPU alone, of several\n"
                  "vCPUs, or of two domains (on Xen: domUs)"),
    OPTION_CHOICE("format", &options.format, "text|csv|svg",
                  "a table to read (default), one for programs, or a chart"),
    OPTION_TEXT("image", "F", &options.image,
                "measure this image of the reference hypervisor instead of\n"
                "the usual one"),
    OPTION_NUMBER("timeout", "S", &options.timeout, 1, 100000,
                  "give up a machine after S seconds (default 120)"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[options]",
    .what = "Boots a kernel in QEMU that does each operation of the PV "
            "interface and counts the\ninstructions that it takes, in kernel "
            "and hypervisor together. The counts are exact\nand repeat on any "
            "machine.",
    .rows = rows,
    .more = "exit status:\n"
            "    0  every operation was measured\n"
            "    1  the kernel or one of its operations failed\n"
            "    3  QEMU, Xen, the hypervisor or the kernel is missing\n"
            "  124  the time was over",
};

int cmd_bench(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    struct results results = { .count = 1 };

    if (first < argc)
        usage_error("'%s' is not understood", argv[first]);
    measure_column(&results.columns[0], "reference", options.image,
                   options.what, options.timeout);
    if (options.versus)
        measure_column(&results.columns[results.count++], options.versus, NULL,
                       options.what, options.timeout);
    if (!strcmp(options.format, "csv"))
        print_csv(&results, stdout);
    else if (!strcmp(options.format, "svg"))
        print_svg(&results, stdout);
    else
        print_text(&results, stdout);
    return STATUS_DONE;
}
