// SPDX-License-Identifier: MIT
// The bare machine: QEMU loads the kernel itself, by its PVH note. A kernel
// ends the run by a power-off (port 0x604) or by isa-debug-exit (port 0x501).
#include <stdio.h>

#include "lib/say.h"
#include "runner/run.h"

static bool accepts(const struct run *run)
{
    if (run->about.has_pvh_entry || run->about.has_multiboot)
        return true;
    say_at(run->kernel, 0, 0, "error",
           "QEMU cannot boot this kernel on the bare machine: it has no PVH "
           "note (XEN_ELFNOTE_PHYS32_ENTRY)");
    return false;
}

static void prepare(struct run *run, struct machine *machine)
{
    /* Without a hypervisor the guest's processors are the machine's. */
    long cpus = run->cpus > run->vcpus ? run->cpus : run->vcpus;

    machine_init(machine, run->memory, cpus);
    /* A PC has a screen: kernels write into its memory where its cursor is,
     * and without one that is nowhere. */
    args_add(&machine->qemu, "-vga");
    args_add(&machine->qemu, "std");
    args_add(&machine->qemu, "-kernel");
    args_add(&machine->qemu, run->file);
    if (*run->words) {
        args_add(&machine->qemu, "-append");
        args_add(&machine->qemu, run->words);
    }
    if (run->ramdisk) {
        args_add(&machine->qemu, "-initrd");
        args_add(&machine->qemu, run->ramdisk);
    }
}

static void line(struct machine *machine, char *line)
{
    (void)machine;
    (void)line;
}

static struct verdict judge(const struct run *run,
                            const struct machine *machine)
{
    (void)run;
    if (machine->ending == ENDED_EXIT)
        return verdict_of_value(machine->value);
    if (machine->ending == ENDED_POWEROFF)
        return verdict_of_value(0x10);
    return (struct verdict){ STATUS_FOUND,
                             "the kernel reset the machine (a triple fault, "
                             "or a reboot)" };
}

const struct platform platform_native = { "native", accepts, prepare, line,
                                          judge };
