/* SPDX-License-Identifier: MIT */
/*
 * Several domains at once: a list of them, as a text in the first boot module
 * when the hypervisor's command line has the word "domains". `parapet run
 * a.cfg b.cfg` writes it. One line is one domain:
 *
 *   name=web kernel=1 ramdisk=2 memory=131072 vcpus=1 on_crash=restart -- words
 *
 * kernel and ramdisk are numbers of boot modules (0 is the list itself), memory
 * is in KiB. The guest begins with so many vcpus of maxvcpus (as many). weight
 * is its share of CPU time beside others' (256), cap the most that it gets in
 * percent of one CPU (0: no limit). cpus has for each vCPU the set of CPUs on
 * which it may run, a hexadecimal number; behind the last one: any. on_poweroff,
 * on_reboot and on_crash are destroy, restart or preserve. What follows "--" is
 * the guest's command line.
 */
#ifndef HV_DOMAIN_LIST_H
#define HV_DOMAIN_LIST_H

#include "core/domain.h"
#include "core/types.h"

enum on_end { END_DESTROY, END_RESTART, END_PRESERVE };

struct domain_line {
    char name[32];
    unsigned int kernel, ramdisk; /* module numbers; 0: none */
    uint64_t memory;              /* bytes */
    unsigned int vcpus, maxvcpus, weight, cap;
    uint64_t cpus[MAX_VCPUS];
    enum on_end on_poweroff, on_reboot, on_crash;
    char words[512];
};

/*
 * Read the line at *AT and go on to the next one. 1: a domain; 0: the end;
 * -1: the line is wrong, *WHY says how.
 */
int domain_list_next(const char **at, const char *end, struct domain_line *line,
                     const char **why);

#endif
