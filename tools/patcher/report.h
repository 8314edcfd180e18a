/* SPDX-License-Identifier: MIT
 *
 * The four ways in which findings are written.
 */
#ifndef PATCHER_REPORT_H
#define PATCHER_REPORT_H

#include <stdio.h>

#include "finding.h"
#include "judge.h"

struct report {
    const struct scan *scan;
    const struct judgement *judgement; /* NULL if no image was given */
    const char *command;               /* for SARIF */
};

void report_text(const struct report *report, FILE *out);
void report_jsonl(const struct report *report, FILE *out);
void report_sarif(const struct report *report, FILE *out);
void report_html(const struct report *report, FILE *out);

const char *form_name(enum form form);
const char *phase_name(enum phase phase);
const char *action_name(enum action action);

/* Whether a finding leaves work to do: it is not accepted and not dead. */
bool finding_open(const struct finding *finding);

/* "error", "warning" or "note", by its class. */
const char *finding_severity(const struct finding *finding);

#endif
