// SPDX-License-Identifier: MIT
// Runs several guests under the reference hypervisor: see domains.h. The first
// boot module is the list of them (hv-reference/builder/domain_list.h says what
// it looks like), the others are their kernels and ramdisks.
#include "runner/domains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/bzimage.h"

#define MOST_MODULES 16 /* hv-reference/boot/boot_info.h */

/* Each file is one module, however many guests use it. */
struct modules {
    const char *paths[MOST_MODULES];
    unsigned count;
};

/* Each of its vCPUs needs a CPU that the machine has. */
static bool has_cpus(const struct config *config, long cpus)
{
    for (long i = 0; i < config->maxvcpus; i++)
        if (!(config->cpus[i] & ((UINT64_C(1) << cpus) - 1))) {
            say_at(config->path, 0, 0, "error",
                   "vCPU %ld may run on none of the machine's processors "
                   "(--cpus %ld)", i, cpus);
            return false;
        }
    return true;
}

bool domains_read(struct domains *domains, int count, char **paths, long cpus)
{
    bool good = true;

    domains->count = (unsigned)count;
    domains->all = need_memory(calloc(domains->count, sizeof(*domains->all)));
    for (unsigned i = 0; i < domains->count; i++) {
        struct domain *domain = &domains->all[i];
        struct config *config = &domain->config;

        if (!config_read(config, paths[i])) {
            good = false;
            continue;
        }
        good &= has_cpus(config, cpus);
        for (unsigned j = 0; j < i; j++)
            if (domains->all[j].config.name &&
                !strcmp(domains->all[j].config.name, config->name)) {
                say_at(paths[i], 0, 0, "error", "%s has a guest '%s', too",
                       paths[j], config->name);
                good = false;
            }
        domain->run.kernel = config->kernel;
        domain->run.file = bzimage_file(config->kernel);
        if (!domain->run.file ||
            !kernel_read(domain->run.file, config->kernel,
                         &domain->run.about) ||
            !platform_reference.accepts(&domain->run)) {
            good = false;
        } else if (config->ramdisk && access(config->ramdisk, R_OK)) {
            say_at(config->ramdisk, 0, 0, "error", "cannot be read: %s",
                   strerror(errno));
            good = false;
        }
    }
    return good;
}

static unsigned module_number(struct modules *modules, const char *path)
{
    for (unsigned i = 1; i < modules->count; i++)
        if (!strcmp(modules->paths[i], path))
            return i;
    if (modules->count == MOST_MODULES)
        fail(STATUS_UNUSABLE, "the guests have more than %d different kernels "
                              "and ramdisks", MOST_MODULES - 1);
    modules->paths[modules->count] = path;
    return modules->count++;
}

/* Where it may run anywhere the machine's size does not matter. */
static void write_cpus(FILE *to, const struct config *config)
{
    for (long i = 0; i < config->maxvcpus; i++)
        fprintf(to, "%s%lx", i ? "," : "",
                config->cpus[i] == UINT32_MAX ? ~0ul : config->cpus[i]);
}

static char *write_list(const struct domains *domains, struct modules *modules)
{
    char *path = text("%s/parapet-domains.XXXXXX",
                      getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    int fd = mkstemp(path);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

    if (!to)
        fail(STATUS_TOOL, "cannot make %s: %s", path, strerror(errno));
    modules->paths[0] = path;
    modules->count = 1;
    for (unsigned i = 0; i < domains->count; i++) {
        const struct domain *domain = &domains->all[i];
        const struct config *config = &domain->config;

        fprintf(to, "name=%s kernel=%u ", config->name,
                module_number(modules, domain->run.file));
        if (config->ramdisk)
            fprintf(to, "ramdisk=%u ",
                    module_number(modules, config->ramdisk));
        fprintf(to, "memory=%ld vcpus=%ld maxvcpus=%ld weight=%ld cap=%ld "
                    "on_poweroff=%s on_reboot=%s on_crash=%s cpus=",
                config->memory * 1024, config->vcpus, config->maxvcpus,
                config->weight, config->cap, config->on_poweroff,
                config->on_reboot, config->on_crash);
        write_cpus(to, config);
        fprintf(to, " -- %s\n", config->words);
    }
    if (fclose(to))
        fail(STATUS_TOOL, "cannot write %s: %s", path, strerror(errno));
    return path;
}

static void open_logs(struct domains *domains)
{
    for (unsigned i = 0; i < domains->count; i++) {
        struct domain *domain = &domains->all[i];

        domain->log_path = text("%s/%s.domain.log", home_file("logs"),
                                domain->config.name);
        domain->log = open_log(domain->log_path);
    }
}

char *domains_prepare(struct domains *domains, struct machine *machine,
                      const char *image, const char *hv_args, long cpus)
{
    struct modules modules;
    char *list = write_list(domains, &modules), *joined = NULL;
    long memory = 0;

    for (unsigned i = 0; i < domains->count; i++)
        memory += domains->all[i].config.memory;
    for (unsigned i = 0; i < modules.count; i++) {
        char *name = module_name(modules.paths[i]);
        char *more = text("%s%s%s", joined ? joined : "", joined ? "," : "",
                          name);

        free(name);
        free(joined);
        joined = more;
        memory += file_megabytes(modules.paths[i]);
    }
    reference_machine(machine, image, memory, cpus);
    args_add(&machine->qemu, "-append");
    args_addf(&machine->qemu, "domains %s", hv_args ? hv_args : "");
    args_add(&machine->qemu, "-initrd");
    args_add(&machine->qemu, joined);
    open_logs(domains);
    machine->context = domains;
    return list;
}

static struct domain *find(struct domains *domains, unsigned id)
{
    for (unsigned i = 0; i < domains->count; i++)
        if (domains->all[i].id == id)
            return &domains->all[i];
    return NULL;
}

/* "(hv) domain 1 is web, ...", then "(hv) domain 1 crashed: why" */
static void hear_hypervisor(struct domains *domains, const char *line)
{
    struct domain *domain;
    char name[32];
    unsigned id;
    int length;

    if (sscanf(line, "(hv) domain %u is %31[^,], ", &id, name) == 2) {
        for (unsigned i = 0; i < domains->count; i++) {
            domain = &domains->all[i];
            if (strcmp(domain->config.name, name))
                continue;
            domain->id = id; /* a new one, if it is restarted */
            domain->starts++;
            *domain->end = 0;
        }
    } else if (sscanf(line, "(hv) domain %u %n", &id, &length) == 1 &&
               line[length - 1] == ' ') {
        domain = find(domains, id);
        if (domain)
            snprintf(domain->end, sizeof(domain->end), "%s", line + length);
    }
}

void domains_line(struct machine *machine, char *line)
{
    struct domains *domains = machine->context;

    if (!strncmp(line, "(hv) ", 5)) {
        hear_hypervisor(domains, line);
        return;
    }
    if (domains->count == 1) { /* it has the serial line for itself */
        fprintf(domains->all[0].log, "%s\n", line);
        return;
    }
    for (unsigned i = 0; i < domains->count; i++) {
        const char *name = domains->all[i].config.name;
        size_t length = strlen(name);

        if (!strncmp(line, name, length) && !strncmp(line + length, "| ", 2))
            fprintf(domains->all[i].log, "%s\n", line + length + 2);
    }
}

void domains_tell(struct domains *domains)
{
    for (unsigned i = 0; i < domains->count; i++) {
        struct domain *domain = &domains->all[i];

        fclose(domain->log);
        say("%s %s%s (log: %s)", domain->config.name,
            *domain->end ? domain->end : "was still running",
            domain->starts > 1 ? ", having been started again" : "",
            domain->log_path);
    }
}
