// SPDX-License-Identifier: MIT
// Boots conformance tests and judges how they went: see attempt.h. There are
// no second attempts.
#include "runner/conform/attempt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/pair.h"
#include "runner/domu.h"

#define INPUT_MARK "# input please"
#define REFUSED 0x18 /* bad_image of exits.def */

/* `run` comes first: the platform's line handler is given it alone. */
struct attempt_run {
    struct run run;
    const struct platform *platform;
    struct ktap ktap;
};

/* A file with TEXT and a newline, which the caller unlinks; or NULL. */
static char *make_ramdisk(const struct conform_test *test)
{
    char *path;
    FILE *to;
    int fd;

    if (!test->ramdisk)
        return NULL;
    path = text("/tmp/parapet-ramdisk.XXXXXX");
    fd = mkstemp(path);
    to = fd < 0 ? NULL : fdopen(fd, "w");
    if (!to || fprintf(to, "%s\n", test->ramdisk) < 0 || fclose(to))
        fail(STATUS_TOOL, "cannot write %s: %s", path, strerror(errno));
    return path;
}

static struct run make_run(const struct conform_test *test, char *ramdisk)
{
    return (struct run){ .kernel = test->kernel,
                         .file = test->kernel,
                         .words = test->cmdline,
                         .ramdisk = ramdisk,
                         .memory = test->memory,
                         .vcpus = test->vcpus,
                         .cpus = test->cpus,
                         .reason = -1 };
}

static void settle(struct attempt *attempt, struct ktap *ktap,
                   enum result result, const char *why)
{
    const char *erratum = attempt->test->spoiled[attempt->place];

    attempt->passed = ktap->passed;
    attempt->failed = ktap->failed;
    attempt->skipped = ktap->skipped;
    attempt->excused = ktap->excused;
    attempt->result = result;
    snprintf(attempt->note, sizeof(attempt->note), "%s",
             why && *why ? why : ktap->note);
    if (erratum && result == RESULT_FAIL) {
        attempt->result = RESULT_ERRATUM;
        snprintf(attempt->note, sizeof(attempt->note), "%s", erratum);
    }
}

/*
 * The builder refused the image, as it should: then nothing of the guest has
 * run, and the reference hypervisor has said why.
 */
static void judge_refusal(struct attempt *attempt, struct ktap *ktap,
                          const struct run *run)
{
    const char *reason = attempt->test->reason;
    char why[768];

    if (ktap->passed + ktap->failed || ktap->says != RESULT_NONE) {
        settle(attempt, ktap, RESULT_FAIL, "it ran before it was refused");
    } else if (attempt->place == ON_REFERENCE && reason &&
               !strstr(run->why, reason)) {
        snprintf(why, sizeof(why), "it was refused for another reason: %s",
                 run->why);
        settle(attempt, ktap, RESULT_FAIL, why);
    } else {
        ktap->passed = 1;
        settle(attempt, ktap, RESULT_PASS, run->why);
    }
}

/* The guest ended by itself, with a value of exits.def. */
static void judge_end(struct attempt *attempt, struct ktap *ktap,
                      const struct run *run, int value)
{
    char why[768];

    if (value == attempt->test->end && value == REFUSED) {
        judge_refusal(attempt, ktap, run);
        return;
    }
    if (value == attempt->test->end) {
        settle(attempt, ktap, ktap_result(ktap), NULL);
        return;
    }
    snprintf(why, sizeof(why), "%s%s%s", verdict_of_value(value).sentence,
             *run->why ? ": " : "", run->why);
    settle(attempt, ktap, RESULT_FAIL, why);
}

static void hear(struct machine *machine, char *line)
{
    struct attempt_run *run = machine->context;

    if (run->ktap.test->domains == 2)
        line = pair_line(line);
    if (!line)
        return;
    ktap_line(&run->ktap, line);
    if (run->ktap.test->input && !strcmp(line, INPUT_MARK)) {
        machine_write(machine, 0, run->ktap.test->input);
        machine_write(machine, 0, "\n");
    }
    run->platform->line(machine, line);
}

/* A machine's end that is the guest's, as a value of exits.def; else -1. */
static int value_of(const struct run *run, const struct machine *machine)
{
    if (machine->ending == ENDED_EXIT)
        return machine->value;
    return machine->ending == ENDED_STOPPED ? run->reason : -1;
}

void attempt_alone(struct attempt *attempt, const char *image)
{
    const struct conform_test *test = attempt->test;
    char *ramdisk = make_ramdisk(test), *list = NULL, why[64];
    struct attempt_run run = { .run = make_run(test, ramdisk) };
    struct machine machine;
    int value;

    if (attempt->place == ON_REFERENCE)
        run.run.image = image;
    run.platform = attempt->place == ON_REFERENCE ? &platform_reference
                                                  : &platform_xen;
    ktap_begin(&run.ktap, test);
    if (test->domains == 2)
        list = pair_prepare(&run.run, &machine);
    else
        run.platform->prepare(&run.run, &machine);
    machine.seconds = test->seconds;
    machine.context = &run;
    machine.ports[0].used = true;
    machine.ports[0].line = hear;
    machine.ports[0].log = open_log(attempt->log);
    machine_run(&machine);
    fclose(machine.ports[0].log);
    if (ramdisk)
        unlink(ramdisk);
    if (list)
        unlink(list);
    free(list);

    attempt->took = machine.took;
    value = value_of(&run.run, &machine);
    if (machine.ending == ENDED_TIMEOUT) {
        snprintf(why, sizeof(why), "it did not end within %ld s",
                 test->seconds);
        settle(attempt, &run.ktap, RESULT_FAIL, why);
    } else if (value >= 0) {
        judge_end(attempt, &run.ktap, &run.run, value);
    } else {
        settle(attempt, &run.ktap, RESULT_ERROR,
               "the machine could not be started, or stopped");
    }
}

/* What a domU's line handler needs. */
struct listener {
    struct ktap ktap;
    FILE *log;
};

static void hear_domu(struct domu *domu, const char *line)
{
    struct listener *listener = domu->context;

    fprintf(listener->log, "%s\n", line);
    ktap_line(&listener->ktap, line);
}

static void judge_domu(struct attempt *attempt, const struct domu *domu)
{
    struct listener *listener = domu->context;
    char why[768];

    attempt->took = domu->took;
    switch (domu->state) {
    case DOMU_ENDED:
        judge_end(attempt, &listener->ktap, &domu->run, domu->run.reason);
        return;
    case DOMU_TIMEOUT:
        snprintf(why, sizeof(why), "it did not end within %ld s",
                 domu->seconds);
        settle(attempt, &listener->ktap, RESULT_FAIL, why);
        return;
    case DOMU_ERROR: /* perhaps just what is expected */
        judge_end(attempt, &listener->ktap, &domu->run, REFUSED);
        return;
    case DOMU_NOT_RUN:
        settle(attempt, &listener->ktap, RESULT_ERROR,
               domu_verdict(domu).sentence);
    }
}

void attempt_domus(struct attempt **attempts, unsigned count, const char *log)
{
    struct domu *domus = need_memory(calloc(count, sizeof(*domus)));
    struct listener *all = need_memory(calloc(count, sizeof(*all)));

    for (unsigned i = 0; i < count; i++) {
        const struct conform_test *test = attempts[i]->test;

        ktap_begin(&all[i].ktap, test);
        all[i].log = open_log(attempts[i]->log);
        domus[i].run = make_run(test, make_ramdisk(test));
        domus[i].seconds = test->seconds;
        domus[i].input = test->input;
        domus[i].peer = test->domains == 2;
        domus[i].line = hear_domu;
        domus[i].context = &all[i];
    }
    domu_run_all(domus, count, NULL, log);
    for (unsigned i = 0; i < count; i++) {
        judge_domu(attempts[i], &domus[i]);
        fclose(all[i].log);
        if (domus[i].run.ramdisk)
            unlink(domus[i].run.ramdisk);
    }
    free(all);
    free(domus);
}
