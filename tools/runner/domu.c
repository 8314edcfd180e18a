// SPDX-License-Identifier: MIT
// Runs guests as domUs under real Xen: see domu.h.
//
// COM1 has Xen's messages and domain 0's console, COM2 the report of
// tools/xen-domu/init, whose head says what its lines mean. Only lines that
// begin with '@' are its own: a guest's lines come behind a '|', so that no
// guest can tell a lie about its end.
#include "runner/domu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/cpio.h"

#define OWN_MEMORY 512  /* domain 0's, in MiB */
#define XEN_MEMORY 320  /* Xen's own, with room */
#define BOOT_SECONDS 180 /* for Xen and domain 0, on a busy machine */
#define SLACK_SECONDS 20 /* for each guest's making and unmaking */

struct batch {
    struct domu *domus;
    unsigned count;
    struct domu_machine how;
    struct domu *current;
    double began;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct domu *find(struct batch *batch, const char *name)
{
    unsigned n;

    if (sscanf(name, "g%u", &n) != 1 || n >= batch->count)
        fail(STATUS_TOOL, "domain 0 speaks of a guest '%s' that there is not",
             name);
    return &batch->domus[n];
}

/* "NAME STATE" */
static void end(struct batch *batch, char *words)
{
    char *state = strchr(words, ' ');
    struct domu *domu;

    if (state)
        *state++ = 0;
    domu = find(batch, words);
    domu->took = now() - batch->began;
    if (state && !strcmp(state, "timeout")) {
        domu->state = DOMU_TIMEOUT;
    } else if (state && *state >= '0' && *state <= '9') {
        domu->state = DOMU_ENDED;
        domu->run.reason = 0x10 + atoi(state);
    } else {
        domu->state = DOMU_ERROR;
    }
    batch->current = NULL;
}

/* How far it came is in the log at once; a machine may have to be killed. */
static void log_report(FILE *log, const char *line)
{
    fprintf(log, "(dom0) %s\n", line);
    fflush(log);
}

static void hear_report(struct machine *machine, char *line)
{
    struct batch *batch = machine->context;
    struct domu *domu = batch->current;

    /* What guests say is kept by whoever hears their lines. */
    if (*line == '@' || batch->how.counted)
        log_report(machine->ports[0].log, line);
    if (!strncmp(line, "@start ", 7)) {
        batch->current = find(batch, line + 7);
        batch->began = now();
    } else if (!strncmp(line, "@end ", 5)) {
        end(batch, line + 5);
    } else if (domu && *line == '|') {
        if (domu->line)
            domu->line(domu, line + 1);
    } else if (domu && !strncmp(line, "@xl ", 4) && strstr(line, "rror")) {
        /* The last of libxl's complaints is xl's own summary; the first is
         * nearest to the cause. */
        if (!*domu->run.why)
            snprintf(domu->run.why, sizeof(domu->run.why), "%s", line + 4);
    }
}

/* Why a domU crashed is in Xen's own log; so is the end of domain 0. */
static void hear_xen(struct machine *machine, char *line)
{
    struct batch *batch = machine->context;
    int reason = -1;

    if (xen_tells_end(line, &reason))
        machine_stop(machine);
    if (batch->current)
        xen_explains(&batch->current->run, line);
}

static void put_file(FILE *to, const char *path, const char *from)
{
    FILE *in = fopen(from, "re");
    char *data = NULL;
    size_t size = 0, n;
    char part[65536];

    if (!in)
        fail(STATUS_UNUSABLE, "cannot read %s: %s", from, strerror(errno));
    while ((n = fread(part, 1, sizeof(part), in)) > 0) {
        data = need_memory(realloc(data, size + n));
        memcpy(data + size, part, n);
        size += n;
    }
    fclose(in);
    cpio_put(to, path, CPIO_FILE, data ? data : "", size);
    free(data);
}

/* A text between quotes for xl, whose strings know \\ and \". */
static char *quote(const char *s)
{
    char *out = need_memory(malloc(2 * strlen(s) + 3));
    char *at = out;

    *at++ = '"';
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            *at++ = '\\';
        *at++ = *s;
    }
    *at++ = '"';
    *at = 0;
    return out;
}

/*
 * "cpus = [...]" for the vCPUs of a guest, of which those before it have
 * TAKEN. CPU 0 is domain 0's.
 */
static char *pins(const struct batch *batch, const struct run *run, long taken)
{
    char *list = text("%s", ""), *more;

    if (!batch->how.cpus)
        return list;
    for (long i = 0; i < run->vcpus; i++) {
        more = text("%s%s\"%ld\"", list, i ? ", " : "cpus = [",
                    1 + (taken + i) % run->cpus);
        free(list);
        list = more;
    }
    more = text("%s]\n", list);
    free(list);
    return more;
}

static void put_peer(FILE *to, const struct batch *batch, const struct run *run,
                     unsigned n)
{
    char *path = text("jobs/g%u.peer", n);
    char *cpus = pins(batch, run, run->vcpus);
    char *cfg = text("name = \"g%u.peer\"\ntype = \"pv\"\n"
                     "kernel = \"/jobs/g%u.kernel\"\nmemory = %ld\n"
                     "maxmem = %ld\nvcpus = %ld\nextra = \"peer\"\n%s",
                     n, n, run->memory, run->memory, run->vcpus, cpus);

    cpio_put(to, path, CPIO_FILE, cfg, strlen(cfg));
    free(path);
    free(cfg);
    free(cpus);
}

static void put_guest(FILE *to, const struct batch *batch, unsigned n)
{
    const struct domu *domu = &batch->domus[n];
    const struct run *run = &domu->run;
    char *name = text("jobs/g%u", n), *path, *extra = quote(run->words), *cfg;
    char *cpus = pins(batch, run, 0);

    path = text("%s.kernel", name);
    put_file(to, path, run->file);
    free(path);
    if (run->ramdisk) {
        path = text("%s.ramdisk", name);
        put_file(to, path, run->ramdisk);
        free(path);
    }
    cfg = text("name = \"g%u\"\ntype = \"%s\"\nkernel = \"/%s.kernel\"\n"
               "memory = %ld\nmaxmem = %ld\nvcpus = %ld\nmaxvcpus = %ld\n"
               "extra = %s\n%s",
               n, run->pvh ? "pvh" : "pv", name, run->memory, run->memory,
               run->vcpus, most_vcpus(run), extra, cpus);
    if (run->ramdisk) {
        char *more = text("%sramdisk = \"/%s.ramdisk\"\n", cfg, name);

        free(cfg);
        cfg = more;
    }
    if (domu->input) {
        char *line = text("%s\n", domu->input);

        path = text("%s.input", name);
        cpio_put(to, path, CPIO_FILE, line, strlen(line));
        free(path);
        free(line);
    }
    if (domu->peer)
        put_peer(to, batch, run, n);
    path = text("%s.cfg", name);
    cpio_put(to, path, CPIO_FILE, cfg, strlen(cfg));
    free(path);
    free(cfg);
    free(cpus);
    free(extra);
    free(name);
}

/* Domain 0's file system and, behind it, an archive with the guests. */
static char *make_initrd(const struct batch *batch)
{
    char *path = text("%s/parapet-initrd.XXXXXX",
                      getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    const char *base = home_file("dom0/initrd");
    FILE *in = fopen(base, "re"), *to;
    int fd = mkstemp(path);
    char part[65536];
    char *list = NULL;
    size_t n;

    if (!in)
        fail(STATUS_TOOL, "there is no %s (`make dom0 xen` makes it)", base);
    to = fd < 0 ? NULL : fdopen(fd, "w");
    if (!to)
        fail(STATUS_TOOL, "cannot make %s: %s", path, strerror(errno));
    while ((n = fread(part, 1, sizeof(part), in)) > 0)
        fwrite(part, 1, n, to);
    fclose(in);
    for (unsigned i = 0; i < batch->count; i++) {
        char *more = text("%sg%u %ld\n", list ? list : "", i,
                          batch->domus[i].seconds);

        put_guest(to, batch, i);
        free(list);
        list = more;
    }
    cpio_put(to, "jobs/list", CPIO_FILE, list, strlen(list));
    free(list);
    cpio_end(to);
    if (fclose(to))
        fail(STATUS_TOOL, "cannot write %s: %s", path, strerror(errno));
    return path;
}

static void prepare(const struct batch *batch, struct machine *machine,
                    const char *initrd)
{
    long memory = 0, seconds = BOOT_SECONDS;
    const char *xen = home_file("xen/xen");
    char *linux_image = double_commas(home_file("dom0/vmlinux"));
    char *archive = double_commas(initrd);

    if (access(xen, R_OK))
        fail(STATUS_TOOL, "there is no Xen image %s (`make xen` fetches "
                          "Debian's)", xen);
    for (unsigned i = 0; i < batch->count; i++) {
        long needs = batch->domus[i].run.memory * (1 + batch->domus[i].peer);

        if (needs > memory)
            memory = needs;
        seconds += batch->domus[i].seconds + SLACK_SECONDS;
    }
    machine_init(machine, OWN_MEMORY + XEN_MEMORY + memory,
                 1 + batch->how.cpus);
    if (batch->how.counted)
        machine_count(machine);
    machine->seconds = seconds;
    args_add(&machine->qemu, "-kernel");
    args_add(&machine->qemu, xen);
    args_add(&machine->qemu, "-append");
    /* Erratum qemu-xsave-ts (docs/abi/errata.md): without eager FPU switches
     * domains get each other's registers. */
    args_addf(&machine->qemu,
              "console=com1 com1=115200,8n1 dom0_mem=%dM,max:%dM "
              "dom0_max_vcpus=1%s loglvl=all guest_loglvl=all noreboot=1 "
              "spec-ctrl=eager-fpu=1%s",
              OWN_MEMORY, OWN_MEMORY,
              batch->how.cpus ? " dom0_vcpus_pin" : "",
              /* Idle CPUs would clear free memory while we count. */
              batch->how.counted ? " bootscrub=0" : "");
    args_add(&machine->qemu, "-initrd");
    args_addf(&machine->qemu, "%s console=hvc0 panic=1 quiet,%s",
              linux_image, archive);
    free(linux_image);
    free(archive);
}

enum ending domu_run_all(struct domu *domus, unsigned count,
                         const struct domu_machine *how, const char *log)
{
    struct batch batch = { .domus = domus, .count = count };
    struct machine machine;
    char *initrd;

    if (how)
        batch.how = *how;
    initrd = make_initrd(&batch);
    prepare(&batch, &machine, initrd);
    for (unsigned i = 0; i < count; i++) {
        domus[i].state = DOMU_NOT_RUN;
        domus[i].run.reason = -1;
    }
    machine.context = &batch;
    machine.ports[0].used = machine.ports[1].used = true;
    machine.ports[0].line = hear_xen;
    machine.ports[1].line = hear_report;
    machine.ports[0].log = open_log(log);
    machine_run(&machine);
    if (machine.ending == ENDED_TIMEOUT && batch.current)
        batch.current->state = DOMU_TIMEOUT;
    fclose(machine.ports[0].log);
    unlink(initrd);
    free(initrd);
    return machine.ending;
}

struct verdict domu_verdict(const struct domu *domu)
{
    switch (domu->state) {
    case DOMU_ENDED:
        return verdict_of_value(domu->run.reason);
    case DOMU_TIMEOUT:
        return (struct verdict){ STATUS_OUT_OF_TIME,
                                 "the time limit was reached, and the guest "
                                 "was still running" };
    case DOMU_ERROR:
        return (struct verdict){ STATUS_UNUSABLE,
                                 "Xen's toolstack could not start the guest" };
    case DOMU_NOT_RUN:
        break;
    }
    return (struct verdict){ STATUS_TOOL,
                             "domain 0 ended before it ran the guest" };
}
