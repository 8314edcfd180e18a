// SPDX-License-Identifier: MIT
// Real Xen, with the guest as its domain 0. Xen halts the processor at the
// end and QEMU stays, so the end is read from what Xen says on the serial
// line. `noreboot` makes it halt instead of starting over.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/run.h"

#define OWN_MEMORY 320 /* what Xen takes for itself, with room */

/*
 * What Xen 4.17 says at the end of domain 0, and the value of exits.def that
 * the reference hypervisor would have given. A panic tells its reason first
 * and its end later.
 */
static const struct {
    const char *says;
    int value;
    bool is_last;
} endings[] = {
    { "Hardware Dom0 halted: halting machine", 0x10, true },
    { "Hardware Dom0 shutdown: rebooting machine", 0x11, true },
    { "Hardware Dom0 shutdown: watchdog rebooting machine", 0x14, true },
    { "Hardware domain 0 did unsupported soft reset", 0x15, true },
    { "Hardware Dom0 shutdown (unknown reason 2)", 0x12, true },
    { "Hardware Dom0 shutdown (unknown reason", 0x13, true },
    { "Hardware Dom0 crashed:", 0x13, true },
    { "dom0 kernel not specified", 0x1a, false },
    { "Could not construct d", 0x18, false },
    { "Could not set up DOM0 guest OS", 0x18, false },
    { "Dom0 requires supervisor-mode execution", 0x18, false },
    { "Domain 0 allocation is too small", 0x19, false },
    { "Not enough RAM for", 0x19, false },
    { "Panic on CPU", 0x1f, false },
    { "FATAL TRAP", 0x1f, false },
    { "Manual reset required", 0x1f, true },
};

/*
 * Lines that explain an end, as they follow "(XEN) ". The first one is kept;
 * "dNvM Unhandled" (a vCPU's fault) is found by its second word.
 */
static const char *const explanations[] = {
    "ELF: ", "ERROR: ", "domain_crash", "Domain 0 allocation", "Not enough ",
};

/* Xen's words may stand behind a guest's line that has no end yet. */
static const char *words_of_xen(const char *line)
{
    const char *mark = strstr(line, "(XEN) ");

    return mark ? mark + 6 : NULL;
}

bool xen_tells_end(const char *line, int *reason)
{
    line = words_of_xen(line);
    if (!line)
        return false;
    for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        const char *says = endings[i].says;

        if (strncmp(line, says, strlen(says)))
            continue;
        /* The first reason is kept, but for a panic, which has a better. */
        if (*reason < 0 || *reason == 0x1f)
            *reason = endings[i].value;
        return endings[i].is_last;
    }
    return false;
}

static bool accepts(const struct run *run)
{
    if (run->pvh ? run->about.has_pvh_entry : run->about.has_xen_entry)
        return true;
    if (run->pvh) {
        say_at(run->kernel, 0, 0, "error",
               "this kernel has no PVH note, so it is no PVH guest (parapet "
               "inspect says what it is)");
        return false;
    }
    say_at(run->kernel, 0, 0, "error",
           "this kernel has no Xen notes, so it is no PV guest (parapet "
           "inspect says what it is)");
    return false;
}

static void prepare(struct run *run, struct machine *machine)
{
    const char *image = run->image ? run->image : home_file("xen/xen");

    if (access(image, R_OK))
        fail(STATUS_TOOL, "there is no Xen image %s (`make xen` fetches "
                          "Debian's)", image);
    machine_init(machine, run->memory + OWN_MEMORY, run->cpus);
    args_add(&machine->qemu, "-kernel");
    args_add(&machine->qemu, image);
    args_add(&machine->qemu, "-append");
    /* Erratum xen-credit2-stall (docs/abi/errata.md): with several processors
     * that run side by side the default scheduler forgets vCPUs. */
    args_addf(&machine->qemu,
              "console=com1 com1=115200,8n1 dom0_mem=%ldM "
              "dom0_max_vcpus=%ld loglvl=all guest_loglvl=all noreboot=1%s %s",
              run->memory, most_vcpus(run),
              run->cpus > 1 && !run->counted ? " sched=credit" : "",
              run->hv_args ? run->hv_args : "");
    args_add(&machine->qemu, "-initrd");
    args_add(&machine->qemu, multiboot_modules(run));
}

void xen_explains(struct run *run, const char *line)
{
    const char *word = words_of_xen(line);
    bool is_reason;

    if (!word || *run->why)
        return;
    is_reason = *word == 'd' && strstr(word, " Unhandled");
    for (unsigned i = 0; i < sizeof(explanations) / sizeof(*explanations); i++)
        is_reason |= !strncmp(word, explanations[i], strlen(explanations[i]));
    if (is_reason)
        snprintf(run->why, sizeof(run->why), "%s", word);
}

static void line(struct machine *machine, char *line)
{
    struct run *run = machine->context;

    xen_explains(run, line);
    if (xen_tells_end(line, &run->reason))
        machine_stop(machine);
}

static struct verdict judge(const struct run *run,
                            const struct machine *machine)
{
    if (run->reason >= 0)
        return verdict_of_value(run->reason);
    if (machine->ending == ENDED_EXIT)
        return verdict_of_value(machine->value);
    /* A domain 0 may throw the machine's switch itself. */
    if (machine->ending == ENDED_POWEROFF && machine->powered_off)
        return verdict_of_value(0x10);
    return (struct verdict){ STATUS_TOOL,
                             "the machine stopped, and Xen did not say why" };
}

const struct platform platform_xen = { "xen", accepts, prepare, line, judge };
