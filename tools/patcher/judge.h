/* SPDX-License-Identifier: MIT
 *
 * The built image judges the scan of its source: every sensitive instruction
 * in it is explained by a finding on its line, or is listed as unexplained.
 */
#ifndef PATCHER_JUDGE_H
#define PATCHER_JUDGE_H

#include <stdio.h>

#include "finding.h"

/* A sensitive instruction of an image. */
struct site {
    uint64_t address;
    enum rule rule;
    const char *file; /* absolute, or as the debug information has it */
    unsigned line;    /* 0: there is no debug information for it */
    const char *symbol;
    const char *section;
    uint8_t bytes[15], length;
    unsigned mode;    /* in which it was decoded */
    bool mode_known;  /* else: the image's own is assumed */
    bool begins_row;  /* a row of the line table begins with it */
    struct finding *finding;
};

/* A line of a file that the image has code of. */
struct code_line {
    const char *file;
    unsigned line;
};

struct judgement {
    const char *image;
    LIST(struct code_line) lines; /* sorted, each once */
    LIST(struct site) sites;
    size_t unexplained, no_line;
    size_t data;      /* sites that were data among the code */
    bool has_lines;
};

/*
 * Reads the image; fail()s with a sentence if it is not one. The source that
 * was scanned tells in which mode code runs, which ELF does not record.
 */
struct judgement *judge_read(const char *path, const struct scan *scan);

/* The source that a file name of the debug information means, or NULL. */
const struct source *judge_source(const struct scan *scan, const char *file);

/* Matches sites with findings. */
void judge(struct judgement *judgement, struct scan *scan);

/* Makes the sites findings of their own, when no source is scanned. */
void judge_as_findings(struct judgement *judgement, struct scan *scan);

/* Adds what was not explained to the findings, for all reports. */
void judge_add_unexplained(const struct judgement *judgement,
                           struct scan *scan);

/* The sites as jsonl, one object each: for `make recall`. */
void judge_write(const struct judgement *judgement, const char *path);

void judge_print(const struct judgement *judgement, FILE *out);

#endif
