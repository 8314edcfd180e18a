/* SPDX-License-Identifier: MIT
 *
 * One QEMU machine: started, fed, listened to, and always ended.
 *
 * The rule that this protects: when machine_run() returns, QEMU is gone,
 * whatever the guest did and however the caller was interrupted. (Should the
 * caller itself be killed, the kernel ends QEMU with it.)
 */
#ifndef PARAPET_MACHINE_H
#define PARAPET_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "runner/args.h"
#include "runner/screen.h"

#define MACHINE_PORTS 2

struct machine;

/* A serial port. All of it is optional. */
struct port {
    bool used;
    FILE *log; /* gets every byte as it comes */
    struct screen *screen; /* shows it */
    bool input; /* fed from standard input */
    /* Nothing is written to it: a pipe. A socket is full after a few hundred
     * single bytes, and then QEMU's serial port is slow for a while. */
    bool one_way;
    /* Each whole line without its end; a line over 4 kB comes in parts. */
    void (*line)(struct machine *machine, char *line);
    /* managed by machine.c */
    int fd;
    char *pending;
    size_t length;
};

enum ending {
    ENDED_EXIT,      /* the guest wrote `value` to isa-debug-exit */
    ENDED_POWEROFF,  /* the machine was powered off */
    ENDED_RESET,     /* the machine was reset */
    ENDED_STOPPED,   /* a line handler called machine_stop() */
    ENDED_TIMEOUT,   /* the time limit was reached */
    ENDED_INTERRUPT, /* a signal or Ctrl-A x asked for the end */
    ENDED_BROKEN,    /* QEMU failed */
};

struct machine {
    /* given by the caller */
    struct args qemu; /* machine_run() adds serial ports and the monitor */
    struct port ports[MACHINE_PORTS];
    long seconds; /* time limit; 0: none */
    void *context;
    /* said by machine_run() */
    enum ending ending;
    int value; /* of ENDED_EXIT; QEMU's wait status of ENDED_BROKEN */
    double took;
    /* managed by machine.c */
    long cpus;
    bool counted;
    int pid, monitor;
    bool stop, reset, powered_off;
};

/* The options that every machine of ours is started with. */
void machine_init(struct machine *machine, long megabytes, long cpus);

/*
 * Time is instructions: one is a nanosecond and a tick of the TSC, and waiting
 * takes no longer than to say so, so that a run repeats to the digit. The CPUs
 * run in turn, and the clock counts the instructions of all of them. The
 * serial ports are then written by the guest alone.
 */
void machine_count(struct machine *machine);

void machine_run(struct machine *machine);

/* From a line handler: the guest has ended; end the machine. */
void machine_stop(struct machine *machine);

/* From a line handler: write to a serial port. */
void machine_write(struct machine *machine, unsigned port, const char *data);

#endif
