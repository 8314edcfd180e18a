/* SPDX-License-Identifier: MIT
 *
 * DOMAINS.cfg: one guest in one file, in the part of xl's configuration
 * language that makes sense here.
 *
 *     name = "web"
 *     kernel = "build/samples/wren-pv.elf"
 *     memory = 64                 # MiB
 *     on_crash = "restart"        # destroy (default), restart or preserve
 */
#ifndef PARAPET_CONFIG_H
#define PARAPET_CONFIG_H

#include <stdbool.h>

#include "runner/cpulist.h"

#define MOST_VCPUS 32 /* of a guest */

struct config {
    const char *path;
    char *name, *kernel, *ramdisk;
    char *words; /* the guest's command line; "" if there is none */
    long memory, vcpus, maxvcpus;
    uint32_t cpus[MOST_VCPUS]; /* where each of them may run */
    long weight, cap; /* of CPU time: beside others; at most, in percent; 0: all */
    const char *on_poweroff, *on_reboot, *on_crash;
};

/*
 * Reads a file. What is wrong is said with its place, and false is returned;
 * a key of xl's that means nothing here is a warning.
 */
bool config_read(struct config *config, const char *path);

/* Is this argument of `parapet run` such a file? It is by its name. */
bool is_config(const char *path);

#endif
