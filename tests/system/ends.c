// SPDX-License-Identifier: MIT
// A guest that ends in the way that the last word of its command line names,
// and before that prints what stands there behind a '%', with each ';' as an
// end of line. Its first word may be "about": it says what it was given;
// or "late": it lives for some seconds first. It has no console driver, no page
// tables of its own and no library, so that nothing but the runner and the
// hypervisor is under test.
#include <stdint.h>

#include <xen/xen.h>
#include <xen/callback.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

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

static void print_number(const char *before, unsigned long value)
{
    char text[24], *at = text + sizeof(text);

    *--at = 0;
    do
        *--at = '0' + value % 10;
    while (value /= 10);
    print(before);
    print(at);
}

/* The ramdisk's bytes are printed as they are; it ends in a line's end. */
static void tell_about(const struct start_info *start)
{
    long vcpus = 0;

    while (hypercall(__HYPERVISOR_vcpu_op, VCPUOP_is_up, vcpus, 0) >= 0)
        vcpus++;
    print_number("ends: pages ", start->nr_pages);
    print_number(", vcpus ", vcpus);
    print_number(", ramdisk ", start->mod_len);
    print("\n");
    hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, start->mod_len,
              start->mod_start);
    print("ends: command line ");
    print((const char *)start->cmd_line);
    print("\n");
}

/* What is started again has to live for two seconds. */
static void live_on(void)
{
    struct vcpu_runstate_info now;
    struct sched_poll poll = { .nr_ports = 0 };

    hypercall(__HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, (long)&now);
    poll.timeout = now.state_entry_time + 2500000000;
    hypercall(__HYPERVISOR_sched_op, SCHEDOP_poll, (long)&poll, 0);
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

/* Is `word` the first word of the command line? */
static int begins(const char *line, const char *word)
{
    while (*word && *line == *word)
        line++, word++;
    return !*word;
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
    if (begins(line, "about"))
        tell_about(start);
    if (begins(line, "late"))
        live_on();
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
