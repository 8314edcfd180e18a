/* SPDX-License-Identifier: MIT
 *
 * Several guests at once, each from its configuration.
 */
#ifndef PARAPET_DOMAINS_H
#define PARAPET_DOMAINS_H

#include "runner/config.h"
#include "runner/machine.h"
#include "runner/run.h"

struct domain {
    struct config config;
    struct run run; /* kernel and what is known of it */
    FILE *log;
    char *log_path;
    unsigned id;    /* the hypervisor's name for it; 0: not known */
    unsigned starts; /* how often it was started */
    char end[256];  /* how it ended, in the hypervisor's words */
};

struct domains {
    struct domain *all;
    unsigned count;
};

/* Reads the configurations and the kernels, for a machine with so many CPUs;
 * false if one is unusable. */
bool domains_read(struct domains *domains, int count, char **paths, long cpus);

/*
 * Sets up a machine for them under the reference hypervisor; how each ends is
 * in .end afterwards. The returned file must be removed after the run.
 */
char *domains_prepare(struct domains *domains, struct machine *machine,
                      const char *image, const char *hv_args, long cpus);

/* A line of the serial line: the machine's context is the struct domains. */
void domains_line(struct machine *machine, char *line);

/* Says how each of them ended. */
void domains_tell(struct domains *domains);

#endif
