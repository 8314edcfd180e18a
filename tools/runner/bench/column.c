// SPDX-License-Identifier: MIT
// Runs of the bench kernel (tests/bench): its lines "bench KEY VALUE" are the
// column. The rule: a column is whole or there is none.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/bench/bench.h"
#include "runner/domu.h"
#include "runner/pair.h"
#include "runner/run.h"

#define KERNEL "bench.elf"
#define MEMORY 128 /* MiB, the guest's */
#define PEER_MEMORY 32 /* of each of two */
#define MARK   "bench "

const struct operation operations[ROW_COUNT] = {
#define OPERATION(key, section, label) { #key, SECTION_##section, label },
#include "runner/bench/operations.def"
#undef OPERATION
};

static const struct boot {
    const char *what, *words;
    long vcpus, cpus, domains;
} boots[] = {
#define BOOT(what, words, vcpus, cpus, domains) \
    { what, words, vcpus, cpus, domains },
#include "runner/bench/boots.def"
#undef BOOT
};
#define BOOTS (sizeof(boots) / sizeof(boots[0]))

/* What a machine's lines are read into. The platforms' own functions take the
 * machine's context for a struct run, so that comes first. */
struct listener {
    struct run run;
    const struct platform *platform;
    struct column *column;
    const struct boot *boot;
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

    if (listener->boot == &boots[0] &&
        !strncmp(line, memory, sizeof(memory) - 1))
        listener->column->values[ROW_memory] =
            atol(line + sizeof(memory) - 1);
}

static void hear_kernel(struct listener *listener, const char *line)
{
    static const char failed[] = MARK "failed: ";

    if (!strncmp(line, failed, sizeof(failed) - 1))
        snprintf(listener->failure, sizeof(listener->failure), "%s",
                 line + sizeof(failed) - 1);
    else if (!strncmp(line, MARK, sizeof(MARK) - 1))
        take_result(listener, line + sizeof(MARK) - 1);
}

static void hear_line(struct machine *machine, char *line)
{
    struct listener *listener = machine->context;

    if (listener->boot->domains == 2) {
        /* What the peer says is that it failed. */
        if (!strncmp(line, "peer| ", 6))
            line += 6;
        line = pair_line(line);
    }
    listener->platform->line(machine, line);
    hear_hypervisor(listener, line);
    hear_kernel(listener, line);
}

static void hear_domu(struct domu *domu, const char *line)
{
    hear_kernel(domu->context, line);
}

/* --- one boot --- */

static void prepare_run(struct listener *listener, const struct boot *boot,
                        const char *image)
{
    struct run *run = &listener->run;

    *run = (struct run){
        .words = boot->words,
        .image = image,
        .memory = boot->domains == 2 ? PEER_MEMORY : MEMORY,
        .vcpus = boot->vcpus,
        .cpus = boot->cpus,
        .counted = true,
        .reason = -1,
        .kernel = home_file(KERNEL),
    };
    run->file = run->kernel;
    listener->boot = boot;
    if (access(run->kernel, R_OK))
        fail(STATUS_TOOL, "there is no kernel %s (make builds it)",
             run->kernel);
    if (!kernel_read(run->file, run->kernel, &run->about))
        exit(STATUS_UNUSABLE);
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
}

static char *log_of(const struct listener *listener, const char *words)
{
    return text("%s/bench.%s%s%s.log", home_file("logs"),
                listener->platform->name, *words ? "." : "", words);
}

/* A machine that ends as the kernel does. */
static void boot_kernel(struct listener *listener, long seconds)
{
    char *log = log_of(listener, listener->run.words), *list = NULL;
    struct machine machine;

    if (listener->boot->domains == 2)
        list = pair_prepare(&listener->run, &machine);
    else
        listener->platform->prepare(&listener->run, &machine);
    machine_count(&machine);
    machine.ports[0].line = hear_line;
    machine.context = listener;
    machine.seconds = seconds;
    machine.ports[0].log = open_log(log);
    machine_run(&machine);
    fclose(machine.ports[0].log);
    if (list)
        unlink(list);
    free(list);
    check_end(listener, &machine, log);
    free(log);
}

/* All boots of two domains are one of real Xen with its domain 0. */
static void boot_domus(struct listener *listener, long seconds)
{
    struct domu_machine how = { .counted = true };
    struct domu domus[BOOTS] = { 0 };
    char *log = log_of(listener, "domains");
    unsigned count = 0;

    for (unsigned i = 0; i < BOOTS; i++) {
        if (boots[i].domains != 2)
            continue;
        prepare_run(listener, &boots[i], NULL);
        domus[count++] = (struct domu){ .run = listener->run,
                                        .seconds = seconds,
                                        .peer = true,
                                        .line = hear_domu,
                                        .context = listener };
        if (how.cpus < boots[i].cpus)
            how.cpus = boots[i].cpus;
    }
    domu_run_all(domus, count, &how, log);
    for (unsigned i = 0; i < count; i++) {
        struct verdict verdict = domu_verdict(&domus[i]);

        if (*listener->failure)
            fail(STATUS_FOUND, "on xen, %s: %s (log: %s)", domus[i].run.words,
                 listener->failure, log);
        if (verdict.status != STATUS_DONE)
            fail(verdict.status, "on xen, %s: %s%s%s (log: %s)",
                 domus[i].run.words, verdict.sentence,
                 *domus[i].run.why ? ": " : "", domus[i].run.why, log);
    }
    free(log);
}

/* --- a column --- */

static const char *const measured_by[SECTION_COUNT] = {
#define SECTION(name, what, unit, head) what,
#include "runner/bench/sections.def"
#undef SECTION
};

static bool belongs_to(int row, const char *what)
{
    return !strcmp(what, "all") ||
           !strcmp(what, measured_by[operations[row].section]);
}

void measure_column(struct column *column, const char *name, const char *image,
                    const char *what, long seconds)
{
    struct listener listener = {
        .platform = !strcmp(name, "xen") ? &platform_xen : &platform_reference,
        .column = column,
    };
    bool domus_done = false;

    column->name = name;
    if (isatty(2))
        say("measuring on %s (some seconds)", name);
    for (unsigned i = 0; i < BOOTS; i++) {
        if (strcmp(what, "all") && strcmp(what, boots[i].what))
            continue;
        prepare_run(&listener, &boots[i], image);
        if (boots[i].domains == 2 && listener.platform == &platform_xen) {
            if (!domus_done)
                boot_domus(&listener, seconds);
            domus_done = true;
        } else {
            boot_kernel(&listener, seconds);
        }
    }
    for (int row = 0; row < ROW_COUNT; row++)
        if (belongs_to(row, what) && column->values[row] <= 0)
            fail(STATUS_FOUND, "on %s: '%s' (%s) was not measured", name,
                 operations[row].label, operations[row].key);
}
