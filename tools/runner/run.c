// SPDX-License-Identifier: MIT
// parapet run: boots one kernel on a platform, shows its console, and turns
// its end into an exit status and one sentence.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/options.h"
#include "lib/say.h"
#include "parapet/commands.h"
#include "runner/bzimage.h"
#include "runner/domains.h"
#include "runner/domu.h"
#include "runner/run.h"

static struct {
    const char *hv, *as, *ramdisk, *log, *image, *hv_args,
        *show;
    long memory, vcpus, maxvcpus, cpus, cycles, timeout, gdb_port;
    bool gdb, icount;
} options = {
    .hv = "reference",
    .memory = 128,
    .vcpus = 1,
    .cpus = 1,
    .cycles = 1,
    .timeout = 60,
    .gdb_port = 1234,
    .show = "usual",
};

static const struct option_row rows[] = {
    OPTION_CHOICE("hv", &options.hv, "reference|xen|native",
                  "what hosts the kernel: Parapet's reference hypervisor\n"
                  "(default), Debian's Xen 4.17 with the kernel as domain 0,\n"
                  "or the bare machine"),
    OPTION_CHOICE("as", &options.as, "domU|pvh|dom0",
                  "on Xen: as domain 0 (default), or as an unprivileged\n"
                  "domain under a small Linux, PV or PVH; the reference\n"
                  "hypervisor's guests are always PV domUs"),
    OPTION_NUMBER("memory", "M", &options.memory, 1, 1 << 20,
                  "the guest's memory in MiB (default 128)"),
    OPTION_NUMBER("vcpus", "N", &options.vcpus, 1, 32,
                  "the guest's virtual processors (default 1)"),
    OPTION_NUMBER("maxvcpus", "N", &options.maxvcpus, 1, 32,
                  "so many of them; it begins with --vcpus, and is given the\n"
                  "others when the store says so (default: it has them all)"),
    OPTION_NUMBER("cpus", "N", &options.cpus, 1, 32,
                  "the machine's processors (default 1)"),
    OPTION_NUMBER("cycles", "N", &options.cycles, 1, 1000000,
                  "on the reference hypervisor: a guest that has ended is\n"
                  "made anew, N times in all, and what is free is logged"),
    OPTION_TEXT("ramdisk", "F", &options.ramdisk,
                "the guest's initial file system"),
    OPTION_NUMBER("timeout", "S", &options.timeout, 0, 1000000,
                  "end the run after S seconds (default 60; 0: never)"),
    OPTION_TEXT("log", "F", &options.log,
                "keep all that comes from the serial line in F\n"
                "(default: logs/KERNEL.HV.log beside this command)"),
    OPTION_FLAG("gdb", &options.gdb,
                "wait at the first instruction for a debugger on a port of\n"
                "this machine; then there is no time limit"),
    OPTION_NUMBER("gdb-port", "P", &options.gdb_port, 1, 65535,
                  "which port (default 1234)"),
    OPTION_FLAG("icount", &options.icount,
                "time is instructions, so that runs repeat to the digit:\n"
                "one is 1 ns and a tick of the TSC; the guest has no input"),
    OPTION_TEXT("image", "F", &options.image,
                "boot this hypervisor image instead of the usual one"),
    OPTION_TEXT("hv-args", "WORDS", &options.hv_args,
                "what else stands on the hypervisor's own command line"),
    OPTION_CHOICE("show", &options.show, SHOW_CHOICES,
                  "what of the serial line is shown: nothing, only the\n"
                  "guest's lines, the hypervisor's too but not how Xen boots\n"
                  "(default), or all; the log has all"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[options] KERNEL [ARGS...] | GUEST.cfg...",
    .what =
        "Boots KERNEL, an ELF64 file or a Linux boot image (vmlinuz), as a "
        "guest in QEMU.\nIts serial line is shown, and fed from standard "
        "input; on a terminal, Ctrl-A x ends\nthe run. All that follows "
        "KERNEL goes to the guest as its command line.\n\nSeveral guests run side "
        "by side on the reference hypervisor, each as its GUEST.cfg\nsays, in "
        "the language of xl.cfg: name, kernel, ramdisk, extra, root, cmdline, "
        "memory,\nvcpus, maxvcpus, cpus, cpu_weight, cap, on_poweroff, on_reboot, "
        "on_crash. Each guest's\nlines begin with its name, and are kept in "
        "logs/NAME.domain.log, too.",
    .rows = rows,
    .more = "exit status:\n"
            "    0  the guest (each of them) powered off, or asked for a reboot\n"
            "    1  a guest crashed, or its kernel reset the machine\n"
            "    2  the kernel is unusable, or does not fit into its memory\n"
            "    3  QEMU, Xen or the hypervisor is missing or failed\n"
            "  124  the time was over\n"
            "  130  the run was interrupted",
};

static const struct platform *find_platform(const char *name)
{
    static const struct platform *const all[] = {
        &platform_reference, &platform_xen, &platform_native,
    };

    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (!strcmp(all[i]->name, name))
            return all[i];
    abort(); /* the options' table allows no other */
}

static const char *usual_log(const char *kernel)
{
    const char *slash = strrchr(kernel, '/');

    return text("%s/%s.%s.log", home_file("logs"),
                slash ? slash + 1 : kernel, options.hv);
}

/* The endings that mean the same everywhere. */
static struct verdict judge(const struct platform *platform,
                            const struct run *run,
                            const struct machine *machine)
{
    switch (machine->ending) {
    case ENDED_TIMEOUT:
        return (struct verdict){
            STATUS_OUT_OF_TIME,
            text("the time limit of %ld s was reached, and the guest was "
                 "still running", machine->seconds)
        };
    case ENDED_INTERRUPT:
        return (struct verdict){ 130, "the run was interrupted" };
    case ENDED_BROKEN:
        return (struct verdict){ STATUS_TOOL, "QEMU failed" };
    default:
        return platform->judge(run, machine);
    }
}

static void add_debugger(struct machine *machine, const struct run *run)
{
    args_add(&machine->qemu, "-gdb");
    args_addf(&machine->qemu, "tcp:127.0.0.1:%ld", options.gdb_port);
    args_add(&machine->qemu, "-S");
    machine->seconds = 0;
    say("waiting for a debugger: gdb %s -ex 'target remote :%ld'", run->kernel,
        options.gdb_port);
}

static void check_ramdisk(const char *path)
{
    if (path && access(path, R_OK))
        fail(STATUS_UNUSABLE, "cannot read the ramdisk %s: %s", path,
             strerror(errno));
}

static void show_line(struct domu *domu, const char *line)
{
    (void)domu;
    puts(line);
    fflush(stdout);
}

/* As a domU on Xen: the machine belongs to domain 0, not to the guest. */
static int run_domu(const struct run *run, const char *log)
{
    struct domu domu = { .run = *run, .seconds = options.timeout };
    struct verdict verdict;
    enum ending ending;

    if (options.gdb || options.icount || options.image || options.hv_args ||
        !options.timeout)
        usage_error("a domU on Xen needs a --timeout, and knows no --gdb, no "
                    "--icount, no --image and no --hv-args");
    if (strcmp(options.show, "none"))
        domu.line = show_line;
    ending = domu_run_all(&domu, 1, NULL, log);
    verdict = domu_verdict(&domu);
    if (ending == ENDED_INTERRUPT)
        verdict = (struct verdict){ 130, "the run was interrupted" };
    say("%s%s%s (%.1f s; log: %s)", verdict.sentence,
        *domu.run.why ? ": " : "", domu.run.why, domu.took, log);
    return verdict.status;
}

/* Guests by their configurations. */
static int run_configs(int count, char **paths)
{
    struct domains domains;
    struct screen screen = { .show = show_of(options.show) };
    struct machine machine;
    struct verdict verdict;
    struct run none = { 0 };
    const char *log = options.log ? options.log : usual_log("domains");
    char *list;

    if (strcmp(options.hv, "reference") || options.gdb || options.icount ||
        options.ramdisk)
        usage_error("a .cfg needs --hv reference, and knows no --gdb, no "
                    "--icount and no --ramdisk of the command line");
    if (!domains_read(&domains, count, paths, options.cpus))
        return STATUS_UNUSABLE;
    list = domains_prepare(&domains, &machine, options.image, options.hv_args,
                           options.cpus);
    machine.ports[0].used = true;
    machine.ports[0].log = open_log(log);
    machine.ports[0].screen = &screen;
    machine.ports[0].input = true;
    machine.ports[0].line = domains_line;
    machine.seconds = options.timeout;
    machine_run(&machine);
    fclose(machine.ports[0].log);
    unlink(list);
    domains_tell(&domains);
    verdict = judge(&platform_reference, &none, &machine);
    say("%s%s (%.1f s; log: %s)",
        verdict.status == STATUS_DONE ? "all of them ended well"
                                      : "not all of them ended well: ",
        verdict.status == STATUS_DONE ? "" : verdict.sentence, machine.took,
        log);
    return verdict.status;
}

static bool wants_domu(void)
{
    if (!options.as)
        return false;
    if (!strcmp(options.hv, "native"))
        usage_error("on the bare machine there are no domains: --as %s",
                    options.as);
    if (!strcmp(options.hv, "reference") && !strcmp(options.as, "dom0"))
        usage_error("domain 0 of the reference hypervisor is the hypervisor "
                    "itself: --as dom0 needs --hv xen");
    if (!strcmp(options.hv, "reference") && !strcmp(options.as, "pvh"))
        usage_error("the reference hypervisor's guests are PV: --as pvh "
                    "needs --hv xen");
    return !strcmp(options.hv, "xen") && strcmp(options.as, "dom0");
}

int cmd_run(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    const struct platform *platform = find_platform(options.hv);
    struct run run = { .reason = -1 };
    struct screen screen = { 0 };
    struct machine machine;
    struct verdict verdict;
    const char *log;
    bool domu = wants_domu();

    screen.show = show_of(options.show);
    if (first >= argc)
        usage_error("which kernel shall be booted?");
    if (is_config(argv[first]))
        return run_configs(argc - first, argv + first);
    run.kernel = argv[first];
    run.words = join_words(argc - first - 1, argv + first + 1);
    run.ramdisk = options.ramdisk;
    run.image = options.image;
    run.hv_args = options.hv_args;
    run.memory = options.memory;
    run.vcpus = options.vcpus;
    run.maxvcpus = options.maxvcpus ? options.maxvcpus : options.vcpus;
    if (run.maxvcpus < run.vcpus)
        usage_error("--maxvcpus is less than --vcpus");
    if (run.hv_args && !strcmp(options.hv, "native"))
        usage_error("on the bare machine there is no hypervisor: --hv-args");
    if (options.maxvcpus && !domu && strcmp(options.hv, "reference"))
        usage_error("--maxvcpus is for domUs: here no store says which of them "
                    "the guest begins with");
    run.cpus = options.cpus;
    run.cycles = options.cycles;
    run.counted = options.icount;
    run.pvh = domu && !strcmp(options.as, "pvh");

    run.file = bzimage_file(run.kernel);
    if (!run.file || !kernel_read(run.file, run.kernel, &run.about) ||
        !platform->accepts(&run))
        return STATUS_UNUSABLE;
    check_ramdisk(run.ramdisk);
    log = options.log ? options.log : usual_log(run.kernel);
    if (domu)
        return run_domu(&run, log);
    platform->prepare(&run, &machine);
    machine.ports[0].used = true;
    machine.ports[0].log = open_log(log);
    machine.ports[0].screen = &screen;
    machine.ports[0].input = true;
    machine.ports[0].line = platform->line;
    machine.context = &run;
    machine.seconds = options.timeout;
    if (run.counted)
        machine_count(&machine);
    if (options.gdb)
        add_debugger(&machine, &run);

    machine_run(&machine);
    fclose(machine.ports[0].log);
    verdict = judge(platform, &run, &machine);
    say("%s%s%s (%.1f s; log: %s)", verdict.sentence, *run.why ? ": " : "",
        run.why, machine.took, log);
    return verdict.status;
}
