// SPDX-License-Identifier: MIT
// parapet conform: runs the conformance tests on the reference hypervisor, on
// real Xen as domain 0, and on real Xen as domUs, several at a time, each with
// its time limit, and never twice.
//
// Each attempt is made by a process of its own; what came of it lies in
// memory that all of them share.
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/options.h"
#include "lib/say.h"
#include "parapet/commands.h"
#include "runner/conform/report.h"
#include "runner/run.h"

static struct {
    const char *hv, *as, *junit, *tests, *kernels, *image;
    long jobs, cpus;
} options;

static const struct option_row rows[] = {
    OPTION_CHOICE("hv", &options.hv, "reference|xen",
                  "run on one of them only (default: on both)"),
    OPTION_CHOICE("as", &options.as, "domU|dom0",
                  "on Xen: only as one of them (default: as both)"),
    OPTION_TEXT("junit", "F", &options.junit,
                "write the results as JUnit's XML to F, too"),
    OPTION_NUMBER("j", "N", &options.jobs, 1, 256,
                  "run N machines at a time (default: one a processor)"),
    OPTION_NUMBER("cpus", "N", &options.cpus, 1, 32,
                  "the machine has N processors, whatever a test says\n"
                  "(not as domU)"),
    OPTION_TEXT("tests", "DIR", &options.tests,
                "where the tests' sources are, whose first comments say how\n"
                "they are run (default: those of the tree that this command\n"
                "was built in)"),
    OPTION_TEXT("kernels", "DIR", &options.kernels,
                "where their images NAME.elf are (default: conformance beside\n"
                "this command)"),
    OPTION_TEXT("image", "F", &options.image,
                "the reference hypervisor's image (default: the usual one)"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[options] [PATTERN...]",
    .what = "Runs the conformance tests whose names match a PATTERN (as in a "
            "shell; without\none: all) and prints KTAP, then a table of the "
            "places side by side.",
    .rows = rows,
    .more = "exit status:\n"
            "    0  each test passed, was skipped, or is excused by an "
            "erratum with a name\n"
            "    1  a test failed, or could not be run\n"
            "    2  a test's description is wrong, or no test is chosen\n"
            "    3  QEMU, Xen or the hypervisor is missing",
};

struct plan {
    struct conform_test *tests;
    struct attempt *attempts; /* [test * PLACES + place] */
    unsigned count;
    unsigned results; /* attempts that are to be made */
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool wants(enum place place)
{
    bool on_xen = place != ON_REFERENCE;

    if (options.hv && on_xen != !strcmp(options.hv, "xen"))
        return false;
    if (options.as && on_xen)
        return !strcmp(options.as, place_names[place]);
    return true;
}

static bool is_chosen(const char *name, int patterns, char **pattern)
{
    if (!patterns)
        return true;
    while (patterns--)
        if (!fnmatch(pattern[patterns], name, 0))
            return true;
    return false;
}

static int is_test(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "lib") &&
           entry->d_type == DT_DIR;
}

static void read_tests(struct plan *plan, int patterns, char **pattern)
{
    struct dirent **entries;
    int n = scandir(options.tests, &entries, is_test, alphasort);
    bool good = true;

    if (n < 0)
        fail(STATUS_UNUSABLE, "cannot read the folder %s: %s", options.tests,
             strerror(errno));
    plan->tests = need_memory(calloc((size_t)n + 1, sizeof(*plan->tests)));
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        struct conform_test *test = &plan->tests[plan->count];

        if (is_chosen(name, patterns, pattern)) {
            good &= test_read(test, options.tests, options.kernels, name);
            if (options.cpus)
                test->cpus = options.cpus;
            if (access(test->kernel, R_OK))
                fail(STATUS_TOOL, "there is no %s (`make tests` builds it)",
                     test->kernel);
            plan->count++;
        }
        free(entries[i]);
    }
    free(entries);
    if (!good)
        exit(STATUS_UNUSABLE);
    if (!plan->count)
        fail(STATUS_UNUSABLE, "no test of %s is chosen", options.tests);
}

/* Attempts that are not to be made keep RESULT_NONE; the others get ERROR
 * until something better is known. */
static void make_attempts(struct plan *plan)
{
    const char *logs = home_file("logs"), *mine = home_file("logs/conform");
    size_t size = plan->count * PLACES * sizeof(*plan->attempts);

    mkdir(logs, 0777); /* what cannot be written is said when it is opened */
    plan->attempts = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (plan->attempts == MAP_FAILED)
        fail(STATUS_TOOL, "out of memory");
    for (unsigned i = 0; i < plan->count * PLACES; i++) {
        struct attempt *attempt = &plan->attempts[i];
        const struct conform_test *test = &plan->tests[i / PLACES];

        attempt->test = test;
        attempt->place = (enum place)(i % PLACES);
        if (!wants(attempt->place) || !test->where[attempt->place])
            continue;
        plan->results++;
        attempt->result = RESULT_ERROR;
        snprintf(attempt->note, sizeof(attempt->note),
                 "the attempt ended before its result was known");
        snprintf(attempt->log, sizeof(attempt->log), "%s/%s.%s.log", mine,
                 test->name, place_names[attempt->place]);
    }
}

static pid_t begin_process(void)
{
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child < 0)
        fail(STATUS_TOOL, "cannot start a process: %s", strerror(errno));
    if (!child)
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    return child;
}

/* All domUs in one process, for they share a domain 0. */
static pid_t begin_domus(struct plan *plan)
{
    struct attempt **chosen =
        need_memory(calloc(plan->count, sizeof(*chosen)));
    unsigned count = 0;
    pid_t child = -1;

    for (unsigned i = 0; i < plan->count; i++) {
        struct attempt *attempt = &plan->attempts[i * PLACES + AS_DOMU];

        if (attempt->result != RESULT_NONE)
            chosen[count++] = attempt;
    }
    if (count)
        child = begin_process();
    if (!child) {
        attempt_domus(chosen, count, home_file("logs/conform/xen.domU.log"));
        _exit(0);
    }
    free(chosen);
    return child;
}

static void report_domus(const struct plan *plan, unsigned *reported)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (plan->attempts[i * PLACES + AS_DOMU].result != RESULT_NONE)
            report_attempt(++*reported, &plan->attempts[i * PLACES + AS_DOMU]);
}

/* Which attempt does each process make? A slot that is free has 0. */
static void run_all(struct plan *plan)
{
    pid_t *slots = need_memory(calloc((size_t)options.jobs, sizeof(*slots)));
    unsigned *at = need_memory(calloc((size_t)options.jobs, sizeof(*at)));
    unsigned next = 0, reported = 0, end = plan->count * PLACES;
    long running = 0;
    pid_t domus = begin_domus(plan);

    running += domus > 0;
    for (;;) {
        pid_t done;

        while (running < options.jobs && next < end) {
            struct attempt *attempt = &plan->attempts[next++];
            unsigned slot = 0;

            if (attempt->place == AS_DOMU || attempt->result == RESULT_NONE)
                continue;
            while (slots[slot])
                slot++;
            at[slot] = next - 1;
            slots[slot] = begin_process();
            if (!slots[slot]) {
                attempt_alone(attempt, options.image);
                _exit(0);
            }
            running++;
        }
        if (!running)
            break;
        done = wait(NULL);
        if (done < 0)
            continue; /* a signal */
        running--;
        if (done == domus)
            report_domus(plan, &reported);
        for (long slot = 0; slot < options.jobs; slot++)
            if (slots[slot] == done) {
                slots[slot] = 0;
                report_attempt(++reported, &plan->attempts[at[slot]]);
            }
    }
    free(slots);
    free(at);
}

int cmd_conform(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    struct plan plan = { 0 };
    double began = now();

    if (options.as && (!options.hv || strcmp(options.hv, "xen")))
        usage_error("--as %s needs --hv xen", options.as);
    if (!options.jobs)
        options.jobs = sysconf(_SC_NPROCESSORS_ONLN);
    if (!options.tests)
        options.tests = home_file("../tests/conformance");
    if (!options.kernels)
        options.kernels = home_file("conformance");
    read_tests(&plan, argc - first, argv + first);
    make_attempts(&plan);
    if (!plan.results)
        fail(STATUS_UNUSABLE, "none of these tests is meaningful there");

    printf("KTAP version 1\n1..%u\n", plan.results);
    run_all(&plan);
    report_table(plan.attempts, plan.count, now() - began);
    if (options.junit)
        report_junit(options.junit, plan.attempts, plan.count);
    for (unsigned i = 0; i < plan.count * PLACES; i++)
        if (plan.attempts[i].result == RESULT_FAIL ||
            plan.attempts[i].result == RESULT_ERROR)
            return STATUS_FOUND;
    return STATUS_DONE;
}
