// SPDX-License-Identifier: MIT
/*
 * The boot, as a list of calls: from the loader's information to a machine on
 * which the core can build and run guests.
 */
#include "boot/boot_info.h"
#include "boot/multiboot.h"
#include "boot/setup.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "drivers/drivers.h"
#include "explain/log.h"
#include "x86/apic.h"
#include "x86/cpu_area.h"
#include "x86/cpus.h"
#include "x86/features.h"
#include "x86/paging.h"
#include "x86/time.h"

static struct boot_info boot;

static void log_memory(void)
{
    uint64_t total = 0;

    for (unsigned int i = 0; i < boot.ranges; i++)
        total += boot.ram[i].end - boot.ram[i].start;
    log_line("boot: %lu MiB of memory in %u ranges, %lu MiB of it free",
             total >> 20, boot.ranges, frames_free_count() >> 8);
}

/* On the CPU's entry stack from here: this_cpu() works. */
static _Noreturn void start_first_cpu(void)
{
    segments_load(0);
    idt_load();
    features_enable();
    syscall_msrs_init(0);
    apic_init();
    time_init();
    cpus_start();
    boot_memory_release();
    log_memory();
    hv_main(&boot);
}

void boot_setup(uint32_t magic, uint32_t info)
{
    serial_init();
    log_line("Parapet reference hypervisor");
    multiboot_read(&boot, magic, info);
    features_init(boot.cmdline);
    features_patch();
    boot_memory_init(&boot);
    cpus_find();
    map_init(&boot);
    idt_init();
    for (unsigned int i = 0; i < cpus_found(); i++)
        cpu_area_init(i);
    __asm__ volatile("mov %0, %%rsp\n\tcall *%1"
                     :
                     : "r"(cpu_of(0)), "r"(start_first_cpu)
                     : "memory");
    __builtin_unreachable();
}
