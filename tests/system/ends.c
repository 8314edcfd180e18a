// SPDX-License-Identifier: MIT
// A guest that ends in the way that the last word of its command line names,
// and before that prints what stands there behind a '%', with each ';' as an
// end of line. It has no console driver, no page tables of its own and no library, so that nothing but the
// runner and the hypervisor is under test.
#include <stdint.h>

#include <xen/xen.h>
#include <xen/callback.h>
#include <xen/sched.h>

static long hypercall(long number, long a, long b, long c)
{
    long result;

    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c)
                 : "rcx", "r11", "memory");
    return result;
}

static void print(const char *s)
{
    const char *end = s;

    while (*end)
        end++;
    hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, end - s, (long)s);
}

static void print_script(const char *line)
{
    char out[2] = { 0 };

    while (*line && *line != '%')
        line++;
    while (*line && *++line) {
        out[0] = *line == ';' ? '\n' : *line;
        print(out);
    }
}

static void shut_down(unsigned int reason)
{
    struct sched_shutdown shutdown = { .reason = reason };

    hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (long)&shutdown, 0);
}

static void handler(void)
{
    print("ends: the handler ran, which it cannot\n");
}

/* An exception whose frame has nowhere to go: the stack is not mapped. */
static void fault_without_stack(void)
{
    struct trap_info traps[2] = { {
        .vector = 6, .cs = FLAT_KERNEL_CS, .address = (unsigned long)handler,
    } };

    hypercall(__HYPERVISOR_set_trap_table, (long)traps, 0, 0);
    asm volatile("mov $0x7f0000000000, %rsp\n\tud2");
}

static void loop(void)
{
    for (;;)
        asm volatile("pause");
}

/* Is `word` the last word of the command line? */
static int asked(const char *line, const char *word)
{
    const char *last = line;

    for (; *line; line++)
        if (*line == ' ')
            last = line + 1;
    while (*last && *last == *word)
        last++, word++;
    return *last == *word;
}

void main(const struct start_info *start);
void main(const struct start_info *start)
{
    const char *line = (const char *)start->cmd_line;

    print("ends: begin\n");
    print_script(line);
    if (asked(line, "poweroff"))
        shut_down(SHUTDOWN_poweroff);
    if (asked(line, "reboot"))
        shut_down(SHUTDOWN_reboot);
    if (asked(line, "suspend"))
        shut_down(SHUTDOWN_suspend);
    if (asked(line, "crash"))
        shut_down(SHUTDOWN_crash);
    if (asked(line, "watchdog"))
        shut_down(SHUTDOWN_watchdog);
    if (asked(line, "no-handler"))
        asm volatile("ud2");
    if (asked(line, "no-stack"))
        fault_without_stack();
    if (asked(line, "loop"))
        loop();
    print("ends: the command line names no end\n");
    shut_down(SHUTDOWN_crash);
}
