// SPDX-License-Identifier: MIT
/*
 * A look at the library from inside a kernel that was just ported, as KTAP on
 * the kernel's own console: is what it relies on there? The rule: nothing is
 * left changed, and nothing is needed but what pv_start_xen() or the native
 * boot leave; what a world does not have is skipped, and says so. Interrupts
 * are held back meanwhile, but for the one event that must arrive.
 */
#include "selftest.h"

#include "include/pvops-drivers.h"

#define FLAG_IF 0x200ul

static unsigned long flags_before; /* of the caller */

/* A line is printed whole: a hook may put something in front of each. */
static struct {
    char text[120];
    unsigned long length;
} line;

static void add(const char *text)
{
    while (*text && line.length < sizeof(line.text))
        line.text[line.length++] = *text++;
}

static void add_number(unsigned value)
{
    char digits[12] = { 0 };
    char *p = &digits[11];

    do {
        *--p = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    add(p);
}

static void end_line(void)
{
    add("\n");
    if (pv_kernel.print)
        pv_kernel.print(line.text, line.length);
    else
        pv_console_write(line.text, line.length);
    line.length = 0;
}

static int look_at_cpu(void)
{
    return pv_cpuid(0, 0).eax >= 1;
}

static int look_at_flag(void)
{
    unsigned long flags = pv_irq_save(), inside = pv_read_flags();

    pv_irq_restore(flags);
    return !(inside & FLAG_IF) && !((pv_read_flags() ^ flags) & FLAG_IF);
}

static int look_at_iret(void)
{
    return !pv_try_iret(pv_read_flags());
}

/* A million readings without a step: the clock stands still. */
static int look_at_time(void)
{
    unsigned long first = pv_time_ns(), last = first;

    for (int i = 0; i < 1000000 && last < first + 10000; i++) {
        unsigned long now = pv_time_ns();

        if (now < last)
            return 0;
        last = now;
    }
    return last > first;
}

/* The two clocks at one moment: of some readings the one that was least
 * interrupted, for a hypervisor may take the processor away in between. */
static void read_clocks(unsigned long *ticks, unsigned long *ns)
{
    unsigned long least = ~0ul;

    for (int i = 0; i < 20; i++) {
        unsigned long before = pv_rdtsc(), now = pv_time_ns();
        unsigned long took = pv_rdtsc() - before;

        if (took >= least)
            continue;
        least = took;
        *ticks = before + took / 2;
        *ns = now;
    }
}

/* Picoseconds that pass in a tick of the TSC. */
static unsigned long rate(void)
{
    unsigned long ticks, ns, later_ticks, later_ns;

    read_clocks(&ticks, &ns);
    while (pv_rdtsc() - ticks < 3000000)
        ;
    read_clocks(&later_ticks, &later_ns);
    return (later_ns - ns) * 1000 / (later_ticks - ticks);
}

static int look_at_rate(void)
{
    unsigned long a = rate(), b = rate();

    return a && b && a < b + b / 4 && b < a + a / 4;
}

/* By the tables that are loaded: the hooks and the entries must agree. */
static int look_at_addresses(void)
{
    unsigned long top = pv_read_cr3() & 0x000ffffffffff000ul, entry;

    if (!pv_kernel.phys_to_virt)
        return NOT_HERE; /* the native boot told nobody of hooks */
    entry = pv_phys_to_entry(top);
    return pv_kernel.virt_to_phys(pv_kernel.phys_to_virt(top)) == top &&
           entry && pv_entry_to_phys(entry) == top;
}

static int look_at_page(void)
{
    volatile unsigned long *page;
    unsigned long pa;
    int good;

    if (!pv_kernel.page_alloc)
        return NOT_HERE;
    page = pv_kernel.page_alloc();
    if (!page)
        return 0;
    pa = pv_kernel.virt_to_phys((void *)page);
    page[0] = ~pa;
    page[PAGE_SIZE / 8 - 1] = pa;
    good = !(pa & (PAGE_SIZE - 1)) &&
           (!pv_boot_info.memory_top || pa < pv_boot_info.memory_top) &&
           pv_kernel.phys_to_virt(pa) == page && page[0] == ~pa &&
           page[PAGE_SIZE / 8 - 1] == pa;
    pv_kernel.page_free((void *)page);
    return good;
}

/* Each frame, or some of many, to the machine's number and back. */
static int look_at_frames(void)
{
    int found = NOT_HERE;

    for (unsigned i = 0; i < pv_boot_info.nr_regions; i++) {
        const struct pv_region *r = &pv_boot_info.regions[i];
        unsigned long first = r->start >> PAGE_SHIFT;
        unsigned long pages = r->size >> PAGE_SHIFT;

        for (unsigned long n = 0; r->usable && n < pages;
             n += pages / 4096 + 1) {
            pv_mfn mfn = pv_machine_frame((pv_pfn){ first + n });

            if (mfn.number == PV_NO_FRAME)
                continue; /* the balloon has it */
            if (pv_physical_frame(mfn).number != first + n)
                return 0;
            found = 1;
        }
    }
    return found;
}

static void arrived(void *count)
{
    ++*(unsigned *)count;
}

static int look_at_events(void)
{
    unsigned count = 0;
    int port, good;

    if (pv_boot_info.world == PV_WORLD_NATIVE)
        return NOT_HERE;
    port = pv_event_bind_ipi(pv_cpu_id(), arrived, &count);
    if (port <= 0)
        return 0;
    pv_event_send((unsigned)port);
    good = pv_event_is_pending((unsigned)port) && !count;
    if (flags_before & FLAG_IF) {
        pv_irq_restore(flags_before);
        good &= count == 1;
        pv_irq_disable();
    } else {
        pv_event_clear((unsigned)port);
    }
    return !pv_event_close((unsigned)port) && good;
}

static const struct {
    int (*look)(void);
    const char *what;
} looks[] = {
    { look_at_cpu, "there is a CPU that says what it is" },
    { look_at_flag, "interrupts are held back and let in as they were" },
    { look_at_iret, "PV_IRET comes back with every register" },
    { look_at_time, "time goes on, and never back" },
    { look_at_rate, "at a rate that holds" },
    { look_at_addresses, "addresses come back from virt_to_phys and entries" },
    { look_at_page, "page_alloc gives a page of the direct map" },
    { look_at_frames, "frames come back from the p2m list and the M2P table" },
    { pv_look_at_user_table, "user mode's top-level table is in step" },
    { look_at_events, "an event that is sent arrives" },
    { pv_look_at_grants, "a page that is granted can be mapped" },
};

#define LOOKS (sizeof(looks) / sizeof(looks[0]))

unsigned pv_selftest(void)
{
    unsigned failures = 0;

    flags_before = pv_irq_save();
    add("KTAP version 1");
    end_line();
    add("1..");
    add_number(LOOKS);
    end_line();
    for (unsigned i = 0; i < LOOKS; i++) {
        int found = looks[i].look();

        failures += !found;
        add(found ? "ok " : "not ok ");
        add_number(i + 1);
        add(" - pvops: ");
        add(looks[i].what);
        if (found == NOT_HERE)
            add(" # SKIP there is none here");
        end_line();
    }
    pv_irq_restore(flags_before);
    return failures;
}
