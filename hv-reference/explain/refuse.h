/* SPDX-License-Identifier: MIT */
/*
 * Refusals are born where the rule is checked: there stand the rule, the
 * subject and what was against it.
 *
 *     return refuse(RULE_L1_RW_TABLE, -EINVAL, entry, mfn.n);
 *
 * It costs a few stores. When the hypercall returns an error, dispatch turns
 * the last refusal into one line of the log (refuse.c), rate-limited.
 */
#ifndef HV_REFUSE_H
#define HV_REFUSE_H

#include <stdint.h>

enum rule {
#define RULE(name, text) RULE_##name,
#include "explain/rules.def"
#undef RULE
    NR_RULES
};

struct refusal {
    enum rule rule;
    int error;
    uint64_t subject, against;
};

/* Record a refusal on this CPU; returns ERROR (a negative errno). */
int refuse(enum rule rule, int error, uint64_t subject, uint64_t against);

/* One line for a hypercall that failed; ARGS as they came in. */
void explain_hypercall(unsigned int nr, const uint64_t args[6], long result);

/* How many lines D's budget has not allowed since the last one. */
struct domain;
void report_left_out(struct domain *d);

/* The guest needed emulation at RIP: counted by address, reported at the end. */
enum leftover { LEFTOVER_PRIVILEGED, LEFTOVER_PTE_WRITE };
void count_leftover(struct domain *d, enum leftover kind, uint64_t rip,
                    const char *what);
void report_leftovers(struct domain *d);

#endif
