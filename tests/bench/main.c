// SPDX-License-Identifier: MIT
/* From the entry point to what the command line asks for. See bench.h. */
#include "bench.h"

#include <xen/sched.h>

const struct start_info *start;
struct shared_info *shared;
const xen_pfn_t *p2m;

char shared_page[XEN_PAGE_SIZE] __attribute__((aligned(4096)));

enum exit_value {
#define EXIT(name, value, status, sentence) EXIT_##name = value,
#include "runner/exits.def"
#undef EXIT
};

/*
 * What Xen has taken for itself, as it tells its domain 0 alone. (The reference
 * hypervisor says it in its log.) Of <xen/sysctl.h>, which is for toolstacks
 * and so not in the SDK: physinfo, as Xen 4.17 has it.
 */
#define SYSCTL_physinfo          3
#define SYSCTL_INTERFACE_VERSION 0x15

static void report_xen_memory(void)
{
    static struct {
        uint32_t command, version;
        uint32_t threads_per_core, cores_per_socket, cpus, max_cpu, nodes,
            max_node, cpu_khz, capabilities, arch_capabilities, pad;
        uint64_t total_pages, free_pages;
        uint8_t rest[128];
    } op = {.command = SYSCTL_physinfo, .version = SYSCTL_INTERFACE_VERSION};

    need("sysctl", hypercall_sysctl(&op));
    report(OP_memory, (op.total_pages - op.free_pages - start->nr_pages) * 4);
}

/* Xen without its domain 0 stands still. QEMU's isa-debug-exit does not. */
static void end_machine(void)
{
    struct physdev_set_iopl set = {1};

    need("set_iopl", hypercall_physdev_op(PHYSDEVOP_set_iopl, &set));
    __asm__ volatile("outb %0, %1" ::"a"((uint8_t)EXIT_poweroff),
                     "d"((uint16_t)0x501));
}

static void map_shared_info(void)
{
    need("mapping shared_info",
         hypercall_update_va_mapping((unsigned long)shared_page,
                                     start->shared_info | PTE_PRESENT |
                                         PTE_WRITE,
                                     UVMF_INVLPG));
    shared = (struct shared_info *)shared_page;
}

static bool asked_for(const char *what)
{
    const char *words = (const char *)start->cmd_line;

    while (*words == ' ')
        words++;
    while (*what && *words == *what) {
        words++;
        what++;
    }
    return !*what && (!*words || *words == ' ');
}

/* Each operation alone, by one vCPU. */
static void bench_alone(uint64_t boot_ticks)
{
    report(OP_boot, boot_ticks);
    bench_hypercalls();
    bench_tables();
    bench_pins();
    bench_traps();
    bench_events();
    bench_grants();
    bench_descriptors();
    bench_emulation();
    bench_console();
    if (start->flags & SIF_INITDOMAIN)
        report_xen_memory();
}

void bench_main(const struct start_info *info, uint64_t ticks);
void bench_main(const struct start_info *info, uint64_t ticks)
{
    start = info;
    p2m = (const xen_pfn_t *)info->mfn_list;
    map_shared_info();
    if (asked_for("peer"))
        bench_peer();
    if (asked_for("vcpus"))
        bench_several(false);
    else if (asked_for("vcpus-on-one-cpu"))
        bench_several(true);
    else if (asked_for("domains"))
        bench_pair(false);
    else if (asked_for("domains-on-one-cpu"))
        bench_pair(true);
    else
        bench_alone(ticks);
    say_results();
    if (start->flags & SIF_INITDOMAIN)
        end_machine();
    shut_down(SHUTDOWN_poweroff);
}
