// SPDX-License-Identifier: MIT
// Drives one QEMU: see machine.h.
//
// Serial ports and QEMU's monitor are socket pairs or pipes that QEMU inherits,
// so that nothing has to be found in the file system, and an end of file on our
// standard input is not one for the guest. The monitor only tells why the
// machine stopped: a reset and a power-off both end QEMU with status 0.
#include "runner/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/terminal.h"

#define QEMU "qemu-system-x86_64"
#define LINE_LIMIT 4096
#define PATIENCE 1.5 /* seconds, with a QEMU that is asked to end */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void machine_init(struct machine *machine, long megabytes, long cpus)
{
    struct args *qemu = &machine->qemu;

    memset(machine, 0, sizeof(*machine));
    args_add(qemu, QEMU);
    args_add(qemu, "-nodefaults");
    args_add(qemu, "-no-user-config");
    args_add(qemu, "-display");
    args_add(qemu, "none");
    args_add(qemu, "-no-reboot");
    args_add(qemu, "-M");
    args_add(qemu, "pc");
    /* SMAP: QEMU 7.2 faults on a ring 3 iretq where it is on. */
    args_add(qemu, "-cpu");
    args_add(qemu, "max,-smap");
    args_add(qemu, "-m");
    args_addf(qemu, "%ld", megabytes);
    machine->cpus = cpus;
    args_add(qemu, "-smp");
    args_addf(qemu, "%ld", cpus);
    args_add(qemu, "-device");
    args_add(qemu, "isa-debug-exit,iobase=0x501,iosize=0x02");
}

void machine_count(struct machine *machine)
{
    machine->counted = true;
    args_add(&machine->qemu, "-icount");
    args_add(&machine->qemu, "shift=0,sleep=off");
    /* The host's clock must not be in the figures: Xen waits for a second to
     * begin. */
    args_add(&machine->qemu, "-rtc");
    args_add(&machine->qemu, "clock=vm,base=2024-01-01T00:00:00");
    /* Nor the host's random numbers: a guest's RDRAND. */
    args_add(&machine->qemu, "-seed");
    args_add(&machine->qemu, "1");
    machine->ports[0].used = true;
    for (unsigned i = 0; i < MACHINE_PORTS; i++) {
        machine->ports[i].one_way = true;
        machine->ports[i].input = false;
    }
}

/* One end for us, the other inherited by QEMU and returned in *theirs. */
static int make_channel(int *theirs)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        fail(STATUS_TOOL, "cannot make a socket pair: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *theirs = ends[1];
    return ends[0];
}

/* The same for what only QEMU writes to. */
static int make_pipe(int *theirs)
{
    int ends[2];

    if (pipe(ends))
        fail(STATUS_TOOL, "cannot make a pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *theirs = ends[1];
    return ends[0];
}

static bool tell_monitor(struct machine *machine, const char *command)
{
    size_t size = strlen(command);

    return machine->monitor >= 0 &&
           write(machine->monitor, command, size) == (ssize_t)size;
}

static void start(struct machine *machine)
{
    int theirs[MACHINE_PORTS + 1], used = 0;
    struct args *qemu = &machine->qemu;

    for (unsigned i = 0; i < MACHINE_PORTS; i++) {
        struct port *port = &machine->ports[i];

        port->fd = -1;
        if (!port->used)
            continue;
        port->fd = port->one_way ? make_pipe(&theirs[used])
                                 : make_channel(&theirs[used]);
        args_add(qemu, "-chardev");
        args_addf(qemu, port->one_way ? "file,id=port%u,path=/dev/fd/%d"
                                      : "socket,id=port%u,fd=%d",
                  i, theirs[used++]);
        args_add(qemu, "-serial");
        args_addf(qemu, "chardev:port%u", i);
    }
    machine->monitor = make_channel(&theirs[used]);
    args_add(qemu, "-chardev");
    args_addf(qemu, "socket,id=monitor,fd=%d", theirs[used++]);
    args_add(qemu, "-mon");
    args_add(qemu, "chardev=monitor,mode=control");

    fflush(NULL);
    machine->pid = fork();
    if (machine->pid < 0)
        fail(STATUS_TOOL, "cannot start QEMU: %s", strerror(errno));
    if (!machine->pid) {
        int null = open("/dev/null", O_RDONLY);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(null, 0);
        dup2(2, 1); /* what QEMU says is no result */
        execvp(QEMU, (char *const *)qemu->items);
        say("cannot start %s: %s (make deps installs it)", QEMU,
            strerror(errno));
        _exit(STATUS_TOOL);
    }
    while (used)
        close(theirs[--used]);
    /* It sends events from then on. A QEMU that is dead is seen later. */
    tell_monitor(machine, "{\"execute\":\"qmp_capabilities\"}\n");
}

void machine_stop(struct machine *machine)
{
    machine->stop = true;
}

void machine_write(struct machine *machine, unsigned port, const char *data)
{
    size_t left = strlen(data);

    while (left) {
        ssize_t n = write(machine->ports[port].fd, data, left);

        if (n < 0 && errno == EAGAIN) {
            struct pollfd ready = { machine->ports[port].fd, POLLOUT, 0 };

            poll(&ready, 1, 1000);
        } else if (n < 0 && errno != EINTR) {
            return; /* QEMU is gone; the loop will see it */
        } else if (n > 0) {
            data += n;
            left -= (size_t)n;
        }
    }
}

static void split_lines(struct machine *machine, struct port *port,
                        const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\r')
            continue;
        if (data[i] != '\n')
            port->pending[port->length++] = data[i] ? data[i] : ' ';
        if (data[i] == '\n' || port->length == LINE_LIMIT) {
            port->pending[port->length] = 0;
            port->length = 0;
            port->line(machine, port->pending);
        }
    }
}

/* Takes what a port has to say; false at its end. */
static bool hear(struct machine *machine, struct port *port)
{
    char data[16384];
    ssize_t n = read(port->fd, data, sizeof(data));

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    if (port->log) {
        fwrite(data, 1, (size_t)n, port->log);
        fflush(port->log);
    }
    if (port->screen)
        screen_put(port->screen, data, (size_t)n);
    if (port->line)
        split_lines(machine, port, data, (size_t)n);
    return true;
}

/* The only event of interest: {"event": "SHUTDOWN", ... "reason": "..."} */
static bool hear_monitor(struct machine *machine)
{
    char data[16384];
    ssize_t n = read(machine->monitor, data, sizeof(data) - 1);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    data[n] = 0;
    if (strstr(data, "\"SHUTDOWN\"")) {
        machine->reset = strstr(data, "guest-reset");
        machine->powered_off = strstr(data, "guest-shutdown");
    }
    return true;
}

/*
 * Passes standard input on. It is not read before the guest's side has said
 * something: who sets up a serial port empties it first.
 */
static bool feed(struct machine *machine, struct terminal *terminal)
{
    char data[256];
    ssize_t n = read(0, data, sizeof(data) - 1);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    if (terminal_wants_end(terminal, data, (size_t)n))
        interrupted = SIGINT;
    for (ssize_t at = 0; at < n;) {
        struct pollfd ready = { machine->ports[0].fd, POLLOUT, 0 };
        ssize_t put = write(machine->ports[0].fd, data + at, (size_t)(n - at));

        if (put > 0)
            at += put;
        else if (poll(&ready, 1, 1000) < 0 || (ready.revents & POLLHUP))
            return false;
    }
    return true;
}

/*
 * Erratum qemu-turns (docs/abi/errata.md): where time is instructions, QEMU may
 * let one CPU wait for ever for another that has no turn. Who stops and goes on
 * gives turns anew.
 */
static void give_turns(struct machine *machine)
{
    if (machine->counted && machine->cpus > 1)
        tell_monitor(machine, "{\"execute\":\"stop\"}\n"
                              "{\"execute\":\"cont\"}\n");
}

static void converse(struct machine *machine, double deadline)
{
    struct terminal terminal = { 0 };
    bool input = machine->ports[0].input && terminal_take(&terminal);
    bool heard = false;
    int open = 1;

    while (open && !machine->stop && !interrupted) {
        struct pollfd fds[MACHINE_PORTS + 2];
        int wait = 1000; /* a signal may come just before the poll */
        int ready;

        if (machine->seconds) {
            double left = deadline - now();

            if (left <= 0) {
                machine->ending = ENDED_TIMEOUT;
                break;
            }
            wait = left < 1 ? (int)(left * 1000) + 1 : wait;
        }
        for (unsigned i = 0; i < MACHINE_PORTS; i++)
            fds[i] = (struct pollfd){ machine->ports[i].fd, POLLIN, 0 };
        fds[MACHINE_PORTS] = (struct pollfd){ machine->monitor, POLLIN, 0 };
        fds[MACHINE_PORTS + 1] =
            (struct pollfd){ input && heard ? 0 : -1, POLLIN, 0 };
        ready = poll(fds, MACHINE_PORTS + 2, wait);
        if (ready == 0)
            give_turns(machine);
        if (ready < 0)
            continue;
        if (fds[MACHINE_PORTS].revents && !hear_monitor(machine)) {
            close(machine->monitor);
            machine->monitor = -1;
        }
        for (unsigned i = 0; i < MACHINE_PORTS; i++) {
            if (!fds[i].revents)
                continue;
            heard |= i == 0;
            if (!hear(machine, &machine->ports[i])) {
                close(machine->ports[i].fd);
                machine->ports[i].fd = -1;
            }
        }
        if (fds[MACHINE_PORTS + 1].revents && !feed(machine, &terminal))
            input = false; /* the end of our input is not the guest's end */
        open = machine->monitor >= 0;
        for (unsigned i = 0; i < MACHINE_PORTS; i++)
            open |= machine->ports[i].fd >= 0;
    }
    terminal_give_back(&terminal);
}

/*
 * Sees QEMU out and returns its wait status. Who must end is asked first,
 * then told, then killed.
 */
static int finish(struct machine *machine, bool must_end)
{
    double begin = now();
    bool told = !must_end;
    int status = 0;

    if (must_end)
        tell_monitor(machine, "{\"execute\":\"quit\"}\n");
    for (;;) {
        int done = waitpid(machine->pid, &status, WNOHANG);

        if (done == machine->pid || (done < 0 && errno == ECHILD))
            return status;
        if (!told && now() > begin + PATIENCE) {
            kill(machine->pid, SIGTERM);
            told = true;
        }
        if (now() > begin + 2 * PATIENCE)
            kill(machine->pid, SIGKILL);
        poll(NULL, 0, 5);
    }
}

static void judge(struct machine *machine, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

    if (machine->ending == ENDED_TIMEOUT)
        return;
    if (interrupted) {
        machine->ending = ENDED_INTERRUPT;
        machine->value = interrupted;
    } else if (machine->stop) {
        machine->ending = ENDED_STOPPED;
    } else if (code > 1 && code % 2) {
        machine->ending = ENDED_EXIT; /* QEMU made 2 * value + 1 of it */
        machine->value = code / 2;
    } else if (code == 0 && machine->reset) {
        machine->ending = ENDED_RESET;
    } else if (code == 0) {
        machine->ending = ENDED_POWEROFF;
    } else {
        machine->ending = ENDED_BROKEN;
        machine->value = status;
    }
}

void machine_run(struct machine *machine)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction ours = { .sa_handler = on_signal }, old[3];
    double began = now();

    interrupted = 0;
    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < 3; i++)
        sigaction(signals[i], &ours, &old[i]);
    for (unsigned i = 0; i < MACHINE_PORTS; i++)
        machine->ports[i].pending = need_memory(malloc(LINE_LIMIT + 1));
    machine->ending = ENDED_BROKEN;
    start(machine);
    converse(machine, began + (double)machine->seconds);
    judge(machine, finish(machine, machine->stop || interrupted ||
                                       machine->ending == ENDED_TIMEOUT));
    machine->took = now() - began;
    for (unsigned i = 0; i < MACHINE_PORTS; i++) {
        struct port *port = &machine->ports[i];

        if (port->screen)
            screen_end(port->screen);
        if (port->line && port->length) {
            port->pending[port->length] = 0;
            port->line(machine, port->pending);
        }
        if (port->fd >= 0)
            close(port->fd);
        free(port->pending);
    }
    if (machine->monitor >= 0)
        close(machine->monitor);
    for (unsigned i = 0; i < 3; i++)
        sigaction(signals[i], &old[i], NULL);
}
