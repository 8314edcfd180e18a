/* SPDX-License-Identifier: MIT */
/*
 * What the unit tests share. Each program in this folder is one Check suite,
 * run under the address and undefined-behaviour sanitizers; unit_main() runs
 * it and prints TAP.
 */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdint.h>

/* Run SUITE, print TAP; the exit status of the program. */
int unit_main(Suite *suite);

/* Numbers that look random and repeat with their seed (splitmix64). */
struct unit_random {
    uint64_t state;
};
static inline uint64_t unit_random(struct unit_random *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

#endif
