/* SPDX-License-Identifier: MIT
 *
 * Guests as unprivileged domains under real Xen. One machine boots Xen and a
 * small Linux as domain 0 (tools/xen-domu); that runs a list of guests one
 * after another, and tells what they print and how they end.
 */
#ifndef PARAPET_DOMU_H
#define PARAPET_DOMU_H

#include <stdbool.h>

#include "runner/run.h"

enum domu_state {
    DOMU_NOT_RUN, /* domain 0 did not get so far */
    DOMU_ENDED,   /* by itself; run.reason is the value of exits.def */
    DOMU_TIMEOUT,
    DOMU_ERROR, /* xl could not start it; run.why says why */
};

struct domu {
    struct run run; /* file, words, ramdisk, memory, vcpus are used */
    long seconds;   /* time limit */
    /* A line to type when the guest says "# input please", or NULL. */
    const char *input;
    /* Beside it another one from the same image, with the words "peer". */
    bool peer;
    /* Gets each line of the console; may be NULL. */
    void (*line)(struct domu *domu, const char *line);
    void *context;
    /* said by domu_run_all() */
    enum domu_state state;
    double took;
};

/* The machine that they run on, if it is not the usual one of one CPU. */
struct domu_machine {
    bool counted; /* machine_count(): then no input is typed */
    long cpus;    /* for guests; domain 0 has one more for itself */
};

/*
 * Runs all of them on such a machine (NULL: the usual one). With CPUs for
 * guests each vCPU is pinned to one: the guest's to the first of those that
 * run.cpus allows it, its peer's to the next. The serial line with Xen's and
 * domain 0's messages is kept in `log`. Returns how the machine ended:
 * ENDED_POWEROFF if all is well; guests that are DOMU_NOT_RUN tell of anything
 * else.
 */
enum ending domu_run_all(struct domu *domus, unsigned count,
                         const struct domu_machine *how, const char *log);

/* What a domU's end means for people and for exit(). */
struct verdict domu_verdict(const struct domu *domu);

#endif
