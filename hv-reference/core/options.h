/* SPDX-License-Identifier: MIT */
/*
 * The hypervisor's command line: NAME=VALUE words, in Xen's spelling. What is
 * not known is passed over, so that a line written for Xen works.
 *
 *   mem=SIZE, dom0_mem=SIZE   the guest's memory; default: nearly all
 *   vcpus=N                   how many virtual CPUs the guest begins with, and
 *   maxvcpus=N                may bring up (as many)
 *   cycles=N                  a domain that ends is made anew, N times
 *                             in all, and what is free is logged
 *   check=N                   of a checking build: look at all invariants
 *                             after each Nth hypercall only (1)
 *   domains                   the first module is a list (builder/domain_list.h)
 *
 * SIZE is a number with K, M or G behind it; without one it counts KiB.
 */
#ifndef HV_OPTIONS_H
#define HV_OPTIONS_H

#include "core/types.h"

/* Is WORD one of the words? */
bool option_given(const char *cmdline, const char *word);
/* Bytes, or 0 where NAME is not given. */
uint64_t option_size(const char *cmdline, const char *name);
uint64_t option_number(const char *cmdline, const char *name,
                       uint64_t otherwise);

#endif
