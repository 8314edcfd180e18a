// SPDX-License-Identifier: MIT
/* Boot information, the flag, registers, MSRs, CPUID, ports, time. */
#include "guest.h"

#define FLAG_IF 0x200ul

static bool on_xen(void)
{
    return boot_info->world != PV_WORLD_NATIVE;
}

static bool is_usable(unsigned long pa)
{
    for (unsigned i = 0; i < boot_info->nr_regions; i++) {
        const struct pv_region *r = &boot_info->regions[i];

        if (r->usable && pa >= r->start && pa - r->start < r->size)
            return true;
    }
    return false;
}

void test_boot(void)
{
    uint64_t usable = 0;
    bool image_is_taken = true;

    for (unsigned i = 0; i < boot_info->nr_regions; i++) {
        const struct pv_region *r = &boot_info->regions[i];

        if (!r->usable)
            continue;
        usable += r->size;
        if (r->start <= physical(test_boot) &&
            r->start + r->size > physical(test_boot))
            image_is_taken = false;
    }
    check_equal((uint64_t)boot_info->world, (uint64_t)pv_world(),
                "the world is known");
    check_equal(1, boot_info->nr_modules, "there is the module that was given");
    check(boot_info->modules[0].size > 2 &&
              !is_usable(boot_info->modules[0].start),
          "and usable memory does not run over it");
    if (boot_info->modules[0].start < DIRECT_LIMIT)
        check_equal('/', *(char *)direct(boot_info->modules[0].start),
                    "with what is in it");
    check(!is_usable(physical(boot_info->command_line)),
          "nor over the command line");
    check(usable > 16 << 20, "there is memory");
    check(all_was_mapped, "that the direct map reaches from the start on");
    check(image_is_taken, "and the image is not in it");
    check(boot_info->memory_top >= usable, "it ends where it should");
    check(boot_info->command_line[0] == 'w', "the command line arrived");
    check(*(uint32_t *)direct(pv_pvh_start_info(boot_info)) == 0x336ec578,
          "as a PVH loader would say it");
}

void test_words(void)
{
    const char *text = "quiet  root=disk root=late noapic";
    const char *value = pv_find_word(text, "root=");

    check(pv_find_word(boot_info->command_line, "words"),
          "a word of the command line");
    check(pv_find_word(text, "quiet") && pv_find_word(text, "noapic"),
          "the first and the last are found");
    check(value && value[0] == 'd', "the first value of a name");
    check(!pv_find_word(text, "apic") && !pv_find_word(text, "no") &&
              !pv_find_word(text, "root") && !pv_find_word(text, "disk"),
          "a part of a word is none");
    check(!pv_find_word("", "quiet") && !pv_find_word(text, "oot="),
          "nor is what is not there");
}

void test_flag(void)
{
    unsigned long flags;

    pv_irq_disable();
    check(!(pv_read_flags() & FLAG_IF), "held back after disable");
    pv_irq_enable();
    check(pv_read_flags() & FLAG_IF, "let in after enable");
    flags = pv_irq_save();
    check(flags & FLAG_IF, "save returns what was");
    check(!(pv_read_flags() & FLAG_IF), "and holds back");
    pv_irq_restore(flags);
    check(pv_read_flags() & FLAG_IF, "restore lets in again");
    pv_irq_disable();
    flags = pv_irq_save();
    pv_irq_restore(flags);
    check(!(pv_read_flags() & FLAG_IF), "restore keeps held back");
}

static void read_bad_address(void)
{
    *(volatile char *)0x123456000ul;
}

static void use_counter(void)
{
    note("rdpmc of 0", pv_rdpmc(0));
}

void test_registers(void)
{
    unsigned long cr0 = pv_read_cr0(), cr4 = pv_read_cr4();

    check_equal(0x80000001, cr0 & 0x80000001, "cr0: protected, paging");
    pv_write_cr0(cr0 | 8);
    check(pv_read_cr0() & 8, "cr0: TS can be set");
    pv_clts();
    check(!(pv_read_cr0() & 8), "clts clears it");
    check(cr4 & 0x20, "cr4: PAE");
    pv_write_cr4(cr4);
    check_equal(cr4, pv_read_cr4(), "cr4: written as it was");
    /* Erratum qemu-svm-cr8: QEMU 7.2 itself ends at the write. */
    if (boot_info->world != PV_WORLD_XEN_PVH)
        pv_write_cr8(0);
    check_equal(0, pv_read_cr8(), "cr8");

    check_equal(14, fault_of(read_bad_address), "a fault arrives");
    check_equal(0x123456000, pv_read_cr2(), "cr2 has the address");
    check_equal(0, last_fault.cs & 3, "the frame says kernel");
    check_equal(0, last_fault.error & 7, "error code: read, not present");
    pv_write_cr2(0x5000);
    check_equal(0x5000, pv_read_cr2(), "cr2 can be written");

    pv_write_dr(0, 0xffffffff80123450);
    check_equal(0xffffffff80123450, pv_read_dr(0), "dr0");
    pv_write_dr(0, 0);
    pv_wbinvd();
    switch (fault_of(use_counter)) {
    case -1:
    case 6:  /* an emulator without counters */
    case 13: /* user mode may, the kernel too, or nobody */
        check(true, "rdpmc reads or faults");
        break;
    default:
        check(false, "rdpmc reads or faults");
    }
}

static void set_xcr0(void)
{
    pv_xsetbv(0, 3);
}

void test_msr(void)
{
    static uint64_t words[2] = { 111, 222 };
    uint64_t value;

    check(pv_read_msr(0xc0000080) & 0x400, "EFER: long mode is active");
    pv_write_msr(0xc0000101, (uint64_t)&words[1]);
    asm volatile("movq %%gs:0, %0" : "=r"(value));
    check_equal(222, value, "GS base is in force");
    check_equal((uint64_t)&words[1], pv_read_msr(0xc0000101), "and read back");
    pv_write_msr(0xc0000102, (uint64_t)&words[0]);
    pv_swapgs();
    pv_swapgs();
    asm volatile("movq %%gs:0, %0" : "=r"(value));
    check_equal(222, value, "swapgs twice changes nothing");
    pv_write_msr(0xc0000100, (uint64_t)&words[0]);
    asm volatile("movq %%fs:0, %0" : "=r"(value));
    check_equal(111, value, "FS base is in force");

    /* Natively it faults unless CR4 lets it be used; as a guest it is
     * reported. */
    fault_of(set_xcr0);
    check(true, "xsetbv comes back");
}

void test_identify(void)
{
    struct pv_cpuid r = pv_cpuid(0, 0), xen;
    unsigned long before = pv_rdtsc();

    check(r.eax >= 1 && r.ebx, "there is a CPU");
    check(pv_cpuid(1, 0).edx & 1 << 6, "that has PAE");
    check(pv_rdtsc() > before, "the TSC counts");
    xen = pv_cpuid(0x40000000, 0);
    check_equal(on_xen(), xen.ebx == 0x566e6558 && xen.ecx == 0x65584d4d &&
                              xen.edx == 0x4d4d566e,
                "leaf 0x40000000 says Xen exactly on Xen");
}

#define SCRATCH 0x3ff

void test_ports(void)
{
    char bytes[4] = { 0 };
    uint16_t words[2] = { 1, 2 };
    uint32_t longs[2] = { 1, 2 };

    pv_outb(SCRATCH, 0x5a);
    check_equal(0x5a, pv_inb(SCRATCH), "a byte out and in");
    pv_insb(SCRATCH, bytes, 3);
    check(bytes[0] == 0x5a && bytes[2] == 0x5a && !bytes[3],
          "insb reads as many as it should");
    pv_outsb(SCRATCH, "xyz", 3);
    check_equal('z', pv_inb(SCRATCH), "outsb writes all");
    pv_outb(0x3d4, 15); /* low byte of where the text screen's cursor is */
    pv_outb(0x3d5, 0x12);
    check_equal(0x12, pv_inb(0x3d5), "a screen's cursor stays where it is put");
    pv_outw(0x80, 0x1234);
    pv_outl(0xcf8, 0x80000000);
    check_equal(on_xen() ? ~0u : 0x80000000, pv_inl(0xcf8),
                "PCI answers natively, nobody as a guest");
    check_equal(on_xen() ? 0xffff : 0x8086, pv_inw(0xcfc),
                "so does the first device");
    pv_insw(0xcfc, words, 2);
    check_equal(on_xen() ? 0xffff : 0x8086, words[1], "insw");
    pv_insl(0xcfc, longs, 2);
    check_equal(on_xen() ? 0xffff : 0x8086, longs[1] & 0xffff, "insl");
    pv_outsw(0x80, words, 2);
    pv_outsl(0x80, longs, 2);
    check(true, "outsw and outsl come back");
}

/* The machine keeps interrupts out for one instruction more. */
static void let_in(void)
{
    pv_irq_enable();
    asm volatile("nop" : : : "memory");
}

/* The timer's next interrupt is the one `ns` from now, and not before; the
 * time of it. Interrupts are held back. */
static unsigned long arm_alone(unsigned long ns)
{
    unsigned long at;

    pv_irq_disable();
    pv_outb(0x43, 0x34); /* the chip's own ticks end */
    do {
        at = pv_time_ns() + ns;
        pv_timer_at(at);
        /* What the chip had raised before comes now. Should the machine have
         * been away for so long that it is the deadline, it is armed anew. */
        let_in();
        pv_irq_disable();
    } while (pv_time_ns() >= at);
    return at;
}

void test_clock(void)
{
    unsigned long now = pv_time_ns(), later, before;

    check(pv_time_ns() >= now, "time does not go back");
    check(pv_wallclock() > 1700000000, "it is later than 2023");
    note("seconds since 1970", pv_wallclock());
    check_equal((uint64_t)-1, pv_console_read(), "nobody typed anything");

    pv_outb(0x21, 0xfe); /* line 0, the timer, may interrupt */
    later = arm_alone(20000000);
    before = ticks;
    while (ticks == before)
        pv_safe_halt();
    now = pv_time_ns();
    check(now >= later, "the timer is not early");
    note("late by ns", now - later);
    pv_timer_at(0);
    check_equal(before + 1, ticks, "it came once");
}

/* Whether something waits for interrupts to be let in: line 0 of the chip, or
 * the first byte of what Xen shares with its guest. */
static bool is_pending(void)
{
    extern char pv_shared_page[] __attribute__((visibility("hidden")));

    if (on_xen())
        return *(volatile char *)pv_shared_page;
    pv_outb(0x20, 0x0a);
    return pv_inb(0x20) & 1;
}

/*
 * The timer's interrupt while interrupts are held back. It is waited for, for
 * on a busy machine the chip raises it when the emulator gets to it. A guest
 * has other events, too: of its console. Where letting in does not take what
 * is pending, it stays so for as long as Xen does not look by itself: many
 * times a turn of this.
 */
static void test_held_back(void)
{
    unsigned long limit = arm_alone(5000000) + 20000000000, before = ticks;
    bool came = false, waited;
    unsigned left = 0;

    do {
        while (!is_pending() && pv_time_ns() < limit)
            ;
        waited = is_pending();
        came |= ticks != before;
        let_in();
        pv_irq_disable();
        left += is_pending();
    } while (ticks == before && pv_time_ns() < limit);
    check(!came, "nothing comes in while held back");
    check(waited, "but waits");
    check_equal(before + 1, ticks, "for enable, once");
    check(left < 10, "which takes what is pending");
}

void test_waiting(void)
{
    unsigned long before;

    test_held_back();
    pv_irq_disable();
    before = ticks;
    pv_outb(0x43, 0x34); /* every 5 ms */
    pv_outb(0x40, 5966 & 0xff);
    pv_outb(0x40, 5966 >> 8);
    while (ticks < before + 3)
        pv_safe_halt();
    check(true, "a periodic timer wakes safe_halt");
    pv_irq_enable();
    before = ticks;
    while (ticks < before + 3)
        pv_halt();
    check(true, "and halt");
}
