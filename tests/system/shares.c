// SPDX-License-Identifier: MIT
// A guest that wants all the CPU time it can get. The words of its command
// line: "spin SECONDS" computes so long, reads from its runstate how much of
// that time it had the CPU, says so and powers off; "flood" writes lines to the
// console for ever.
#include <stdint.h>

#include <xen/xen.h>
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

static void print(const char *s, unsigned int bytes)
{
    hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, bytes, (long)s);
}

static char *put_number(char *to, uint64_t value)
{
    char digits[20];
    int n = 0;

    do
        digits[n++] = '0' + value % 10;
    while (value /= 10);
    while (n)
        *to++ = digits[--n];
    return to;
}

// All time until now, and how much of it the CPU was there.
struct times {
    uint64_t all, ran;
};

static struct times now(void)
{
    struct vcpu_runstate_info state;
    struct times t;

    hypercall(__HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, (long)&state);
    t.ran = state.time[RUNSTATE_running];
    t.all = t.ran + state.time[RUNSTATE_runnable] +
            state.time[RUNSTATE_blocked] + state.time[RUNSTATE_offline];
    return t;
}

static void spin(uint64_t seconds)
{
    struct times begin = now(), end;
    char line[64], *at = line;

    do {
        for (int i = 0; i < 100000; i++)
            asm volatile("");
        end = now();
    } while (end.all - begin.all < seconds * 1000000000);
    for (const char *s = "shares: ran "; *s;)
        *at++ = *s++;
    at = put_number(at, (end.ran - begin.ran) / 1000000);
    for (const char *s = " of "; *s;)
        *at++ = *s++;
    at = put_number(at, (end.all - begin.all) / 1000000);
    *at++ = '\n';
    print(line, at - line);
}

static void flood(void)
{
    static const char line[] = "a line that nobody wants to read\n";

    for (;;)
        print(line, sizeof(line) - 1);
}

void main(const struct start_info *start);
void main(const struct start_info *start)
{
    const char *line = (const char *)start->cmd_line;
    struct sched_shutdown shutdown = { .reason = SHUTDOWN_poweroff };
    uint64_t seconds = 0;

    if (line[0] == 'f')
        flood();
    for (; *line; line++)
        if (*line >= '0' && *line <= '9')
            seconds = seconds * 10 + *line - '0';
    spin(seconds);
    hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (long)&shutdown, 0);
}
