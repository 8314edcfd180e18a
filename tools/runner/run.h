/* SPDX-License-Identifier: MIT
 *
 * One guest, as `parapet run` is asked for it, and the platforms that can
 * host it.
 */
#ifndef PARAPET_RUN_H
#define PARAPET_RUN_H

#include <stdbool.h>

#include "runner/kernel.h"
#include "runner/machine.h"

struct run {
    /* what the user asked for */
    const char *kernel;  /* path */
    const char *file;    /* that, or what was unpacked from it: it is booted */
    const char *words;   /* the guest's command line, without a name */
    const char *ramdisk; /* path, or NULL */
    const char *image;   /* of the hypervisor; NULL: the usual one */
    const char *hv_args; /* more of its command line; or NULL */
    long memory, vcpus;  /* the guest's: MiB, count */
    long maxvcpus;       /* what it may come to have; 0: as many */
    long cpus;           /* the machine's */
    long cycles;         /* how often it is made; up to 1: once */
    bool pvh;            /* as a domU on Xen: PVH, not PV */
    bool counted;        /* time is instructions: machine_count() */
    /* what is known of it */
    struct kernel about;
    char why[512]; /* what the hypervisor said about the guest's end */
    int reason;    /* a value of exits.def that a line told, or -1 */
};

static inline long most_vcpus(const struct run *run)
{
    return run->maxvcpus ? run->maxvcpus : run->vcpus;
}

/* How a run ended, for people and for exit(). */
struct verdict {
    int status;
    const char *sentence;
};

/*
 * A platform says how a machine for a guest looks, listens to the log for
 * the guest's end where QEMU does not exit by itself, and says what an
 * ending means.
 */
struct platform {
    const char *name;
    /* Can this kernel be booted here? Says why if it cannot. */
    bool (*accepts)(const struct run *run);
    /* Sets up the machine; fail()s where something is missing. */
    void (*prepare)(struct run *run, struct machine *machine);
    /* A line of the log. The machine's context is the run. */
    void (*line)(struct machine *machine, char *line);
    /* What an ending other than those of run.c means here. */
    struct verdict (*judge)(const struct run *run,
                            const struct machine *machine);
};

extern const struct platform platform_reference;
extern const struct platform platform_xen;
extern const struct platform platform_native;

/* The row of exits.def with this value; status 3 if there is none. */
struct verdict verdict_of_value(int value);

/* Where the command's own files are: the folder of its executable. */
const char *home_file(const char *name);

/* Opens a log to write, in a folder that is made if need be; or fail()s. */
FILE *open_log(const char *path);

/*
 * A boot module's file as QEMU's -initrd wants it: commas doubled. QEMU takes
 * the name up to the first space; a path with a space in it is given by a link
 * without one, which lives as long as this process.
 */
char *module_name(const char *path);

/* "KERNEL ARGS,RAMDISK" for QEMU's -initrd: multiboot modules. */
char *multiboot_modules(const struct run *run);

/* A machine that boots the reference hypervisor (NULL: the usual image), with
 * room for so many MiB of guests; without its command line and modules. */
void reference_machine(struct machine *machine, const char *image,
                       long memory, long cpus);

/* Is this line one of Xen's that tells the end of domain 0? (platform_xen) */
bool xen_tells_end(const char *line, int *reason);

/* Keeps in run->why the first line of Xen's that explains an end. */
void xen_explains(struct run *run, const char *line);

/*
 * What a file takes as a boot module: it lies in the machine's memory beside
 * that of the guest, for which it is copied.
 */
long file_megabytes(const char *path);

#endif
