// SPDX-License-Identifier: MIT
// Two domains on the reference hypervisor: see pair.h. The list of domains
// (hv-reference/builder/domain_list.h) has the peer first, so its number is
// one less than the test's own, as it is under domain 0 (tools/xen-domu/init).
#include "runner/pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"

#define ITSELF "itself"

char *pair_prepare(const struct run *run, struct machine *machine)
{
    char *path = text("%s/parapet-pair.XXXXXX",
                      getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    char *image = module_name(run->file), *list;
    int fd = mkstemp(path);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

    if (!to)
        fail(STATUS_TOOL, "cannot make %s: %s", path, strerror(errno));
    fprintf(to, "name=peer kernel=1 memory=%ld vcpus=%ld -- peer\n",
            run->memory * 1024, run->vcpus);
    fprintf(to, "name=" ITSELF " kernel=1 memory=%ld vcpus=%ld -- %s\n",
            run->memory * 1024, run->vcpus, run->words);
    if (fclose(to))
        fail(STATUS_TOOL, "cannot write %s: %s", path, strerror(errno));
    reference_machine(machine, run->image,
                      2 * run->memory + file_megabytes(run->file), run->cpus);
    args_add(&machine->qemu, "-append");
    args_add(&machine->qemu, "domains");
    args_add(&machine->qemu, "-initrd");
    list = module_name(path);
    args_addf(&machine->qemu, "%s,%s", list, image);
    free(list);
    free(image);
    return path;
}

char *pair_line(char *line)
{
    if (!strncmp(line, ITSELF "| ", sizeof(ITSELF "| ") - 1))
        return line + sizeof(ITSELF "| ") - 1;
    return strncmp(line, "peer| ", 6) ? line : NULL;
}
