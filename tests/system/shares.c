// SPDX-License-Identifier: MIT
// A guest that wants all the CPU time it can get. The words of its command
// line: "spin SECONDS" computes so long, says how much of all that time it had
// the CPU (as it reads from its runstate), and powers off; "spin" computes for
// ever, and says so each second; "flood" writes lines to the console for
// ever, by call and by its ring.
#include <stdint.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/io/console.h>
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

/* How the time since then was shared out. */
static void tell(struct times since)
{
    struct times t = now();
    char line[64], *at = line;

    for (const char *s = "shares: ran "; *s;)
        *at++ = *s++;
    at = put_number(at, (t.ran - since.ran) / 1000000);
    for (const char *s = " of "; *s;)
        *at++ = *s++;
    at = put_number(at, (t.all - since.all) / 1000000);
    *at++ = '\n';
    print(line, at - line);
}

/* For ever if SECONDS is 0. */
static void spin(uint64_t seconds)
{
    struct times begin = now();
    uint64_t told = begin.all, time;

    do {
        for (int i = 0; i < 100000; i++)
            asm volatile("");
        time = now().all;
        if (!seconds && time - told > 1000000000) {
            told = time;
            tell(begin);
        }
    } while (!seconds || time - begin.all < seconds * 1000000000);
    tell(begin);
}

#define LINE "a line that nobody wants to read\n"

/* Into the console's ring, without a look at what there is in it. */
static void flood_ring(const struct start_info *start)
{
    static const char line[] = LINE;
    const uint64_t *m2p = (void *)HYPERVISOR_VIRT_START;
    struct xencons_interface *ring =
        (void *)(m2p[start->console.domU.mfn] << 12);
    struct evtchn_send send = { .port = start->console.domU.evtchn };
    uint32_t prod = ring->out_prod;

    for (unsigned int i = 0; i < sizeof(line) - 1; i++, prod++)
        ring->out[MASK_XENCONS_IDX(prod, ring->out)] = line[i];
    if (prod - *(volatile uint32_t *)&ring->out_cons <= sizeof(ring->out))
        __atomic_store_n(&ring->out_prod, prod, __ATOMIC_RELEASE);
    hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, (long)&send, 0);
}

static void flood(const struct start_info *start)
{
    for (;;) {
        print(LINE, sizeof(LINE) - 1);
        flood_ring(start);
    }
}

void main(const struct start_info *start);
void main(const struct start_info *start)
{
    const char *line = (const char *)start->cmd_line;
    struct sched_shutdown shutdown = { .reason = SHUTDOWN_poweroff };
    uint64_t seconds = 0;

    if (line[0] == 'f')
        flood(start);
    for (; *line; line++)
        if (*line >= '0' && *line <= '9')
            seconds = seconds * 10 + *line - '0';
    spin(seconds);
    hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (long)&shutdown, 0);
}
