// SPDX-License-Identifier: MIT
// Reads what a conformance test says: see ktap.h. A test's last line is its
// own opinion; it is believed only where its results bear it out.
#include "runner/conform/ktap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ktap_begin(struct ktap *ktap, const struct conform_test *test)
{
    *ktap = (struct ktap){ .test = test, .planned = -1 };
}

static bool begins(const char *line, const char *with)
{
    return !strncmp(line, with, strlen(with));
}

static void note(struct ktap *ktap, const char *line)
{
    if (!*ktap->note)
        snprintf(ktap->note, sizeof(ktap->note), "%s", line);
}

/* "not ok 3 - what # ERRATUM name" with a name that the test declares? */
static bool is_excused(const struct ktap *ktap, const char *line)
{
    const char *mark = strstr(line, " # ERRATUM ");

    return mark && test_knows_erratum(ktap->test, mark + 11);
}

static void read_last_line(struct ktap *ktap, const char *word)
{
    static const struct {
        const char *word;
        enum result result;
    } words[] = {
        { "pass", RESULT_PASS },
        { "fail", RESULT_FAIL },
        { "error", RESULT_ERROR },
        { "skip", RESULT_SKIP },
    };

    ktap->says = RESULT_ERROR;
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (!strcmp(words[i].word, word))
            ktap->says = words[i].result;
}

void ktap_line(struct ktap *ktap, const char *line)
{
    bool follows = ktap->note_is_open && begins(line, "# ");

    if (begins(line, "(XEN) ") || begins(line, "(hv) "))
        return;
    ktap->note_is_open = false;
    if (begins(line, "ok ")) {
        if (strstr(line, " # SKIP"))
            ktap->skipped++;
        else
            ktap->passed++;
    } else if (begins(line, "not ok ")) {
        if (is_excused(ktap, line)) {
            ktap->excused++;
        } else {
            ktap->note_is_open = !ktap->failed++;
            note(ktap, line);
        }
    } else if (begins(line, "1..")) {
        ktap->planned = strtol(line + 3, NULL, 10);
    } else if (begins(line, "# conform: ")) {
        read_last_line(ktap, line + 11);
    } else if (begins(line, "# error: ") || begins(line, "# skip: ")) {
        note(ktap, line + 2);
    } else if (follows) {
        size_t used = strlen(ktap->note);

        snprintf(ktap->note + used, sizeof(ktap->note) - used, ": %s",
                 line + 2);
    }
}

enum result ktap_result(struct ktap *ktap)
{
    long results =
        ktap->passed + ktap->failed + ktap->skipped + ktap->excused;

    switch (ktap->says) {
    case RESULT_NONE:
        note(ktap, "it ended without a result");
        return RESULT_FAIL;
    case RESULT_PASS:
        if (ktap->failed)
            return RESULT_FAIL;
        if (ktap->planned != results || !results) {
            note(ktap, "it says that it passed, but its plan is not kept");
            return RESULT_ERROR;
        }
        return ktap->excused ? RESULT_ERRATUM : RESULT_PASS;
    case RESULT_SKIP:
        return ktap->failed ? RESULT_FAIL : RESULT_SKIP;
    default:
        return ktap->says;
    }
}
