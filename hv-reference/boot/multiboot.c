// SPDX-License-Identifier: MIT
/*
 * Multiboot 1's information into struct boot_info. Everything is copied: the
 * loader's own memory is free for use afterwards. What the loader says is
 * taken as it is, but no count of it is trusted to fit.
 */
#include "boot/boot_info.h"
#include "boot/multiboot.h"
#include "core/hw.h"
#include "explain/log.h"
#include "x86/paging.h"

/* The first megabyte is the firmware's and, later, the other CPUs' start. */
#define LOW_MEMORY_END 0x100000ul

static char text_pool[16384];
static size_t text_used;

/* A copy of the loader's string at physical address PA; "" when PA is 0. */
static const char *copy_text(uint32_t pa)
{
    const char *from = directmap(pa);
    char *to = text_pool + text_used;
    size_t room = sizeof(text_pool) - text_used, n = 0;

    if (pa == 0 || room < 2)
        return "";
    while (from[n] && n < room - 1) {
        to[n] = from[n];
        n++;
    }
    if (from[n])
        log_line("boot: a command line is too long and was cut: %s", to);
    to[n] = '\0';
    text_used += n + 1;
    return to;
}

static void add_ram(struct boot_info *boot, uint64_t start, uint64_t end)
{
    start = round_up(max_of(start, LOW_MEMORY_END), PAGE_SIZE);
    end = min_of(end & PAGE_MASK, DIRECTMAP_END - DIRECTMAP_START);
    if (start >= end)
        return;
    if (boot->ranges == BOOT_MAX_RAM) {
        log_line("boot: more than %d ranges of memory: %#lx is left out",
                 BOOT_MAX_RAM, start);
        return;
    }
    boot->ram[boot->ranges].start = start;
    boot->ram[boot->ranges].end = end;
    boot->ranges++;
}

static void read_memory_map(struct boot_info *boot,
                            const struct multiboot_info *mbi)
{
    uint32_t at = mbi->mmap_at, end = at + mbi->mmap_bytes;

    while (at < end) {
        const struct multiboot_mmap *m = directmap(at);

        if (m->type == MULTIBOOT_RAM)
            add_ram(boot, m->start, m->start + m->bytes);
        at += m->size + sizeof(m->size);
    }
}

static void read_modules(struct boot_info *boot,
                         const struct multiboot_info *mbi)
{
    const struct multiboot_module *from = directmap(mbi->modules_at);

    for (uint32_t i = 0; i < mbi->modules; i++) {
        struct boot_module *m = &boot->module[boot->modules];

        if (boot->modules == BOOT_MAX_MODULES) {
            log_line("boot: %u modules, only the first %d are used",
                     mbi->modules, BOOT_MAX_MODULES);
            return;
        }
        m->start = from[i].start;
        m->size = from[i].end - from[i].start;
        m->cmdline = copy_text(from[i].cmdline);
        boot->modules++;
    }
}

void multiboot_read(struct boot_info *boot, uint32_t magic, uint32_t info)
{
    const struct multiboot_info *mbi = directmap(info);

    if (magic != MULTIBOOT_LOADED)
        panic("not started by a Multiboot 1 loader (eax is %#x)", magic);
    boot->cmdline = "";
    if (mbi->flags & MULTIBOOT_HAS_CMDLINE)
        boot->cmdline = copy_text(mbi->cmdline);
    if (mbi->flags & MULTIBOOT_HAS_MODULES)
        read_modules(boot, mbi);
    if (!(mbi->flags & MULTIBOOT_HAS_MMAP))
        panic("the boot loader gave no memory map");
    read_memory_map(boot, mbi);
    if (boot->ranges == 0)
        panic("the boot loader's memory map has no RAM above 1 MiB");
}
