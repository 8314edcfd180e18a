// SPDX-License-Identifier: MIT
/*
 * From the entry point to the groups of operations, and the lines that say
 * what they cost. See bench.h.
 */
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

static const char *const keys[] = {
#define OPERATION(key, unit, label) #key,
#include "runner/bench/operations.def"
#undef OPERATION
};

static void print(const char *text)
{
    unsigned int length = 0;

    while (text[length])
        length++;
    hypercall_console_io(CONSOLEIO_write, length, (char *)text);
}

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

/* A line is written at once, so that no other can come into it. */
static char line[128], *line_end = line;

static void add(const char *text)
{
    while (*text && line_end < line + sizeof(line) - 1)
        *line_end++ = *text++;
    *line_end = 0;
}

static void add_number(uint64_t value)
{
    char digits[24], *at = digits + sizeof(digits) - 1;

    *at = 0;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    add(at);
}

static void end_line(void)
{
    add("\n");
    print(line);
    line_end = line;
}

static _Noreturn void shut_down(unsigned int reason)
{
    struct sched_shutdown end = {reason};

    for (;;)
        hypercall_sched_op(SCHEDOP_shutdown, &end);
}

/* Xen without its domain 0 stands still. QEMU's isa-debug-exit does not; ports
 * were opened by emulation.c. */
static void end_machine(void)
{
    __asm__ volatile("outb %0, %1" ::"a"((uint8_t)EXIT_poweroff),
                     "d"((uint16_t)0x501));
}

void report(enum operation op, uint64_t value)
{
    add("bench ");
    add(keys[op]);
    add(" ");
    add_number(value);
    end_line();
}

void give_up(const char *what, long result)
{
    add("bench failed: ");
    add(what);
    add(result < 0 ? " gave -" : " gave ");
    add_number(result < 0 ? -(uint64_t)result : (uint64_t)result);
    end_line();
    shut_down(SHUTDOWN_crash);
}

void need(const char *what, long result)
{
    if (result)
        give_up(what, result);
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

void bench_main(const struct start_info *info, uint64_t ticks);
void bench_main(const struct start_info *info, uint64_t ticks)
{
    start = info;
    p2m = (const xen_pfn_t *)info->mfn_list;
    report(OP_boot, ticks);
    map_shared_info();
    bench_hypercalls();
    bench_tables();
    bench_pins();
    bench_traps();
    bench_events();
    bench_grants();
    bench_descriptors();
    bench_emulation();
    bench_console();
    if (start->flags & SIF_INITDOMAIN) {
        report_xen_memory();
        end_machine();
    }
    shut_down(SHUTDOWN_poweroff);
}
