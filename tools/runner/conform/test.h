/* SPDX-License-Identifier: MIT
 *
 * A conformance test as its source describes it, where it can run, and what
 * came of it there. tests/conformance/README.md is the contract.
 */
#ifndef PARAPET_CONFORM_TEST_H
#define PARAPET_CONFORM_TEST_H

#include <stdbool.h>

#define CONFORM_ERRATA 8

enum place { ON_REFERENCE, AS_DOM0, AS_DOMU, PLACES };

extern const char *const place_names[PLACES];

/* What came of a test at a place. */
enum result {
    RESULT_NONE, /* it is not meaningful there, or was not asked for */
    RESULT_PASS,
    RESULT_FAIL,
    RESULT_ERROR,
    RESULT_SKIP,
    RESULT_ERRATUM, /* all that failed is a known fault of the emulator */
    RESULTS,
};

extern const char *const result_names[RESULTS];

struct conform_test {
    const char *name;
    char *kernel;       /* path of its image */
    bool where[PLACES]; /* "conform:" */
    const char *errata[CONFORM_ERRATA];
    const char *spoiled[PLACES]; /* name of the erratum, or NULL */
    int end;                     /* value of exits.def */
    const char *reason; /* of a refusal, in the reference's words; or NULL */
    const char *cmdline, *ramdisk, *input;
    long memory, vcpus, seconds;
    long cpus;    /* the machine's, on the reference and as dom0 */
    long domains; /* 2: one more from the same image, with words "peer" */
};

/* Does the test's errata line name this one? */
bool test_knows_erratum(const struct conform_test *test, const char *name);

/*
 * Reads `folder`/NAME/main.c; the image is `kernels`/NAME.elf. A description that breaks the contract is said
 * with its place, and false is returned.
 */
bool test_read(struct conform_test *test, const char *folder,
               const char *kernels, const char *name);

#endif
