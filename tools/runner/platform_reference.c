// SPDX-License-Identifier: MIT
// The reference hypervisor: ends QEMU by itself, with a value of exits.def.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/run.h"

/* What the hypervisor needs for itself, beside the guest's memory. */
#define OWN_MEMORY 64
#define OWN_SHARE 32 /* and one 32nd of it, for its table of frames */

static bool accepts(const struct run *run)
{
    if (run->about.has_xen_entry)
        return true;
    say_at(run->kernel, 0, 0, "error",
           "this kernel has no Xen notes, so it is no PV guest (parapet "
           "inspect says what it is)");
    return false;
}

void reference_machine(struct machine *machine, const char *image,
                       long memory, long cpus)
{
    if (!image)
        image = home_file("parapet-hv");
    if (access(image, R_OK))
        fail(STATUS_TOOL, "there is no hypervisor image %s (make builds it)",
             image);
    machine_init(machine, memory + memory / OWN_SHARE + OWN_MEMORY, cpus);
    args_add(&machine->qemu, "-kernel");
    args_add(&machine->qemu, image);
}

static void prepare(struct run *run, struct machine *machine)
{
    long memory = run->memory + file_megabytes(run->file);

    if (run->ramdisk)
        memory += file_megabytes(run->ramdisk);
    reference_machine(machine, run->image, memory, run->cpus);
    args_add(&machine->qemu, "-append");
    args_addf(&machine->qemu, "mem=%ldM vcpus=%ld maxvcpus=%ld cycles=%ld %s",
              run->memory, run->vcpus, most_vcpus(run),
              run->cycles > 1 ? run->cycles : 1,
              run->hv_args ? run->hv_args : "");
    args_add(&machine->qemu, "-initrd");
    args_add(&machine->qemu, multiboot_modules(run));
}

/* "(hv) domain 1 crashed: why", "(hv) the guest was not started: why" */
static void line(struct machine *machine, char *line)
{
    static const char *const marks[] = { " crashed: ", " not started: ",
                                         "(hv) panic: " };
    struct run *run = machine->context;

    /* It may stand behind a guest's line that has no end yet. */
    line = strstr(line, "(hv) ");
    if (!line || *run->why)
        return;
    for (unsigned i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const char *found = strstr(line, marks[i]);

        if (found)
            snprintf(run->why, sizeof(run->why), "%s",
                     found + strlen(marks[i]));
    }
}

static struct verdict judge(const struct run *run,
                            const struct machine *machine)
{
    (void)run;
    if (machine->ending == ENDED_EXIT)
        return verdict_of_value(machine->value);
    if (machine->ending == ENDED_RESET)
        return (struct verdict){ STATUS_TOOL,
                                 "the machine reset: the hypervisor failed "
                                 "and could not say why" };
    return (struct verdict){ STATUS_TOOL,
                             "the machine was powered off, but not by the "
                             "hypervisor" };
}

const struct platform platform_reference = { "reference", accepts, prepare,
                                             line, judge };
