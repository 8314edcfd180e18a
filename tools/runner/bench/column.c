// SPDX-License-Identifier: MIT
// One run of the bench kernel (tests/bench): its lines "bench KEY VALUE" are
// the column. The rule: a column is whole or there is none.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/bench/bench.h"
#include "runner/run.h"

#define KERNEL "bench.elf"
#define MEMORY 128 /* MiB, the guest's */
#define MARK   "bench "

const struct operation operations[ROW_COUNT] = {
#define OPERATION(key, unit, label) { #key, unit, label },
#include "runner/bench/operations.def"
#undef OPERATION
};

/* What a machine's lines are read into. The platforms' own functions take the
 * machine's context for a struct run, so that comes first. */
struct listener {
    struct run run;
    const struct platform *platform;
    struct column *column;
    char failure[256];
};

static void take_result(struct listener *listener, const char *result)
{
    size_t length = strcspn(result, " ");

    for (int row = 0; row < ROW_COUNT; row++)
        if (strlen(operations[row].key) == length &&
            !strncmp(operations[row].key, result, length) && result[length])
            listener->column->values[row] = atol(result + length + 1);
}

/* "(hv) memory: N KiB are the hypervisor's own". On Xen the kernel asks. */
static void hear_hypervisor(struct listener *listener, const char *line)
{
    static const char memory[] = "(hv) memory: ";

    if (!strncmp(line, memory, sizeof(memory) - 1))
        listener->column->values[ROW_memory] =
            atol(line + sizeof(memory) - 1);
}

static void hear_line(struct machine *machine, char *line)
{
    struct listener *listener = machine->context;
    static const char failed[] = MARK "failed: ";

    listener->platform->line(machine, line);
    hear_hypervisor(listener, line);
    if (!strncmp(line, failed, sizeof(failed) - 1))
        snprintf(listener->failure, sizeof(listener->failure), "%s",
                 line + sizeof(failed) - 1);
    else if (!strncmp(line, MARK, sizeof(MARK) - 1))
        take_result(listener, line + sizeof(MARK) - 1);
}

static void prepare(struct listener *listener, struct machine *machine,
                    long seconds)
{
    struct run *run = &listener->run;

    run->kernel = run->file = home_file(KERNEL);
    if (access(run->kernel, R_OK))
        fail(STATUS_TOOL, "there is no kernel %s (make builds it)",
             run->kernel);
    if (!kernel_read(run->file, run->kernel, &run->about))
        exit(STATUS_UNUSABLE);
    listener->platform->prepare(run, machine);
    machine_count(machine);
    machine->ports[0].line = hear_line;
    machine->context = listener;
    machine->seconds = seconds;
}

static void check_end(const struct listener *listener,
                      const struct machine *machine, const char *log)
{
    const char *name = listener->platform->name;
    struct verdict verdict;

    if (*listener->failure)
        fail(STATUS_FOUND, "on %s: %s (log: %s)", name, listener->failure,
             log);
    if (machine->ending == ENDED_TIMEOUT)
        fail(STATUS_OUT_OF_TIME, "on %s: the time limit of %ld s was reached "
                                 "(log: %s)", name, machine->seconds, log);
    if (machine->ending == ENDED_INTERRUPT)
        fail(130, "the run was interrupted");
    if (machine->ending == ENDED_BROKEN)
        fail(STATUS_TOOL, "QEMU failed");
    verdict = listener->platform->judge(&listener->run, machine);
    if (verdict.status != STATUS_DONE)
        fail(verdict.status, "on %s: %s%s%s (log: %s)", name,
             verdict.sentence, *listener->run.why ? ": " : "",
             listener->run.why, log);
    for (int row = 0; row < ROW_COUNT; row++)
        if (listener->column->values[row] <= 0)
            fail(STATUS_FOUND, "on %s: '%s' was not measured (log: %s)", name,
                 operations[row].label, log);
}

void measure_column(struct column *column, const char *name, const char *image,
                    long seconds)
{
    struct listener listener = {
        .run = { .words = "", .image = image, .memory = MEMORY, .vcpus = 1,
                 .cpus = 1, .reason = -1 },
        .platform = !strcmp(name, "xen") ? &platform_xen : &platform_reference,
        .column = column,
    };
    struct machine machine;
    char *log;

    column->name = name;
    prepare(&listener, &machine, seconds);
    log = text("%s/bench.%s.log", home_file("logs"), name);
    machine.ports[0].log = open_log(log);
    if (isatty(2))
        say("measuring on %s (some seconds)", name);
    machine_run(&machine);
    fclose(machine.ports[0].log);
    check_end(&listener, &machine, log);
    free(log);
}
