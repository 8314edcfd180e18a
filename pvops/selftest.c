// SPDX-License-Identifier: MIT
/*
 * A look at the library from inside a kernel that was just ported, as TAP on
 * the kernel's own console: is what it relies on there? The rule: nothing is
 * left changed, and nothing is needed but what pv_start_xen() or the native
 * boot leave. Interrupts are held back meanwhile.
 */
#include "internal.h"

static unsigned checks, failures;

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

static void check(bool good, const char *what)
{
    failures += !good;
    add(good ? "ok " : "not ok ");
    add_number(++checks);
    add(" - pvops: ");
    add(what);
    end_line();
}

static void check_flag(void)
{
    unsigned long flags = pv_irq_save();

    check(!(pv_read_flags() & 0x200), "interrupts can be held back");
    pv_irq_restore(flags);
    check(((pv_read_flags() ^ flags) & 0x200) == 0,
          "and the flag is put back as it was");
}

static void check_time(void)
{
    unsigned long before = pv_time_ns(), tsc = pv_rdtsc();

    /* A million readings without a step: the clock stands still. */
    for (int i = 0; i < 1000000 && pv_time_ns() == before; i++)
        ;
    check(pv_time_ns() > before, "time goes on");
    check(pv_rdtsc() > tsc, "so does the time stamp counter");
}

/* By the tables that are loaded: the hooks and the entries must agree. */
static void check_memory(void)
{
    unsigned long top = pv_read_cr3() & 0x000ffffffffff000ul;
    unsigned long entry;

    if (!pv_kernel.phys_to_virt || !pv_kernel.virt_to_phys) {
        add("# pvops: no hooks, so memory is not looked at");
        end_line();
        return;
    }
    check(pv_kernel.virt_to_phys(pv_kernel.phys_to_virt(top)) == top,
          "virt_to_phys undoes phys_to_virt");
    entry = pv_phys_to_entry(top);
    check(entry && pv_entry_to_phys(entry) == top,
          "a physical address comes back from an entry");
}

unsigned pv_selftest(void)
{
    unsigned long flags = pv_irq_save();

    checks = failures = 0;
    check(pv_cpuid(0, 0).eax >= 1, "there is a CPU that says what it is");
    check_flag();
    check_time();
    check_memory();
    add("1..");
    add_number(checks);
    end_line();
    pv_irq_restore(flags);
    return failures;
}
