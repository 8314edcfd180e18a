// SPDX-License-Identifier: MIT
// Writes down what the attempts came to: see report.h.
#include "runner/conform/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/say.h"
#include "runner/pair.h"

/* The test's own results, indented as KTAP wants those of a subtest. */
static void print_subtests(const struct attempt *attempt)
{
    FILE *log = fopen(attempt->log, "re");
    char buffer[1024];

    if (!log)
        return;
    while (fgets(buffer, sizeof(buffer), log)) {
        char *line = pair_line(buffer);

        if (!line)
            continue;
        line[strcspn(line, "\r\n")] = 0;
        if (!strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7) ||
            !strncmp(line, "1..", 3) ||
            (*line == '#' && strncmp(line, "# conform: ", 11)))
            printf("    %s\n", line);
    }
    fclose(log);
}

void report_attempt(unsigned n, const struct attempt *attempt)
{
    const char *place = place_names[attempt->place];
    const char *name = attempt->test->name;
    bool good = attempt->result != RESULT_FAIL &&
                attempt->result != RESULT_ERROR;

    printf("    # Subtest: %s on %s\n", name, place);
    print_subtests(attempt);
    printf("%sok %u - %s on %s", good ? "" : "not ", n, name, place);
    if (attempt->result == RESULT_SKIP)
        printf(" # SKIP %s", attempt->note);
    printf("\n");
    if (!good)
        printf("# %s\n# log: %s\n", attempt->note, attempt->log);
    if (attempt->result == RESULT_ERRATUM)
        printf("# excused by an erratum: %s\n",
               *attempt->note ? attempt->note : "see the subtests");
    fflush(stdout);
}

static void print_totals(const struct attempt *attempts, unsigned tests,
                         enum place place)
{
    unsigned counts[RESULTS] = { 0 };
    long checks = 0, excused = 0;
    double took = 0;

    for (unsigned i = 0; i < tests; i++) {
        const struct attempt *attempt = &attempts[i * PLACES + place];

        counts[attempt->result]++;
        checks += attempt->passed + attempt->failed + attempt->excused;
        excused += attempt->excused;
        took += attempt->took;
    }
    if (counts[RESULT_NONE] == tests)
        return;
    printf("# %s: %u passed, %u failed, %u in error, %u skipped, %u excused "
           "by errata; %ld checks, %ld of them excused; %.1f s of guests\n",
           place_names[place], counts[RESULT_PASS], counts[RESULT_FAIL],
           counts[RESULT_ERROR], counts[RESULT_SKIP], counts[RESULT_ERRATUM],
           checks, excused, took);
}

void report_table(const struct attempt *attempts, unsigned tests,
                  double seconds)
{
    int width = 4;

    for (unsigned i = 0; i < tests; i++) {
        int length = (int)strlen(attempts[i * PLACES].test->name);

        width = length > width ? length : width;
    }
    printf("#\n# %-*s", width, "test");
    for (int place = 0; place < PLACES; place++)
        printf("  %-9s", place_names[place]);
    printf("\n");
    for (unsigned i = 0; i < tests; i++) {
        printf("# %-*s", width, attempts[i * PLACES].test->name);
        for (int place = 0; place < PLACES; place++)
            printf("  %-9s", result_names[attempts[i * PLACES + place].result]);
        printf("\n");
    }
    printf("#\n");
    for (int place = 0; place < PLACES; place++)
        print_totals(attempts, tests, (enum place)place);
    printf("# %.1f s in all\n", seconds);
}

static void print_xml(FILE *to, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            fputs("&amp;", to);
            break;
        case '<':
            fputs("&lt;", to);
            break;
        case '"':
            fputs("&quot;", to);
            break;
        default: /* XML knows no control characters */
            fputc((unsigned char)*s < ' ' ? ' ' : *s, to);
        }
    }
}

static void print_case(FILE *to, const struct attempt *attempt)
{
    const char *element = attempt->result == RESULT_FAIL      ? "failure"
                          : attempt->result == RESULT_ERROR   ? "error"
                          : attempt->result == RESULT_SKIP    ? "skipped"
                          : attempt->result == RESULT_ERRATUM ? "skipped"
                                                              : NULL;

    fprintf(to, "    <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"",
            place_names[attempt->place], attempt->test->name, attempt->took);
    if (!element) {
        fprintf(to, "/>\n");
        return;
    }
    fprintf(to, "><%s message=\"%s", element,
            attempt->result == RESULT_ERRATUM ? "erratum: " : "");
    print_xml(to, attempt->note);
    fprintf(to, "\"/></testcase>\n");
}

static void print_suite(FILE *to, const struct attempt *attempts,
                        unsigned tests, enum place place)
{
    unsigned counts[RESULTS] = { 0 };

    for (unsigned i = 0; i < tests; i++)
        counts[attempts[i * PLACES + place].result]++;
    fprintf(to,
            "  <testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" "
            "errors=\"%u\" skipped=\"%u\">\n",
            place_names[place], tests - counts[RESULT_NONE],
            counts[RESULT_FAIL], counts[RESULT_ERROR],
            counts[RESULT_SKIP] + counts[RESULT_ERRATUM]);
    for (unsigned i = 0; i < tests; i++)
        if (attempts[i * PLACES + place].result != RESULT_NONE)
            print_case(to, &attempts[i * PLACES + place]);
    fprintf(to, "  </testsuite>\n");
}

void report_junit(const char *path, const struct attempt *attempts,
                  unsigned tests)
{
    FILE *to = fopen(path, "we");

    if (!to)
        fail(STATUS_UNUSABLE, "cannot write %s: %s", path, strerror(errno));
    fprintf(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (int place = 0; place < PLACES; place++)
        print_suite(to, attempts, tests, (enum place)place);
    fprintf(to, "</testsuites>\n");
    if (fclose(to))
        fail(STATUS_UNUSABLE, "cannot write %s: %s", path, strerror(errno));
}
