// SPDX-License-Identifier: MIT
/* Calling and answering by events: see mates.h. */
#include "mates.h"

#include <xen/callback.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

const volatile uint32_t *who_spins;

/* What a vCPU is called by (0: it is not) and what it answers with. */
static struct {
    evtchn_port_t by, answer;
} called[MOST_VCPUS];

/* The calls of vCPU 0; answers are bits of the first word of ports. */
static evtchn_port_t call[MOST_VCPUS];
static unsigned int calls;
static uint64_t answers[MOST_VCPUS], all_answers;
static volatile uint64_t answered;

static char stacks[MOST_VCPUS][8192] __attribute__((aligned(4096)));
static struct vcpu_guest_context context;

extern char mate_entry[], callback_events_0[], callback_events_1[],
    callback_events_2[], callback_events_3[];
static const char *const callbacks[MOST_VCPUS] = {
    callback_events_0, callback_events_1, callback_events_2, callback_events_3};

/* --- events arrive --- */

void take_events(unsigned int n) __attribute__((used));
void take_events(unsigned int n)
{
    struct vcpu_info *info = &shared->vcpu_info[n];

    info->evtchn_upcall_pending = 0;
    __atomic_exchange_n(&info->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
    if (!called[n].by)
        answered |= __atomic_fetch_and(&shared->evtchn_pending[0],
                                       ~all_answers, __ATOMIC_SEQ_CST) &
                    all_answers;
    else if (xen_test_and_clear_bit(called[n].by, shared->evtchn_pending))
        xen_port_send(called[n].answer);
}

static bool spins(unsigned int n)
{
    return *who_spins >> n & 1;
}

/* Looked at with upcalls closed: a call that comes then ends the block. */
static void sleep_until_called(unsigned int n)
{
    xen_events_disable(&shared->vcpu_info[n]);
    if (!spins(n))
        hypercall_sched_op(SCHEDOP_block, NULL);
}

static void wait_to_be_called(unsigned int n)
{
    xen_events_enable(&shared->vcpu_info[n]);
    while (spins(n))
        __builtin_ia32_pause();
    sleep_until_called(n);
}

void mate_main(unsigned int n) __attribute__((used, noreturn));
void mate_main(unsigned int n)
{
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, (int)n, NULL);
    for (;;)
        wait_to_be_called(n);
}

void mate_wait(const volatile uint32_t *over)
{
    while (!*over)
        wait_to_be_called(0);
}

/* --- beginning --- */

void mate_answers(unsigned int n, evtchn_port_t by, evtchn_port_t answer)
{
    need("unmasking a port", xen_port_unmask(by));
    called[n].by = by;
    called[n].answer = answer;
}

void mate_start(unsigned int n)
{
    uint64_t top = (uint64_t)stacks[n] + sizeof(stacks[n]);

    context = (struct vcpu_guest_context){.flags = VGCF_in_kernel};
    context.user_regs.rip = (uint64_t)mate_entry;
    context.user_regs.rsp = top;
    context.user_regs.rdi = n;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rflags = 0x202;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = top;
    context.event_callback_eip = (uint64_t)callbacks[n];
    context.failsafe_callback_eip = (uint64_t)callback_failsafe;
    context.ctrlreg[3] = xen_pfn_to_cr3(mfn_of((void *)start->pt_base));
    need("initialise", hypercall_vcpu_op(VCPUOP_initialise, (int)n, &context));
    need("up", hypercall_vcpu_op(VCPUOP_up, (int)n, NULL));
}

void mates_begin(void)
{
    struct callback_register events = {
        CALLBACKTYPE_event, 0, (unsigned long)callbacks[0]};

    need("callback_op", hypercall_callback_op(CALLBACKOP_register, &events));
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
}

/* --- calling --- */

evtchn_port_t ipi_of(unsigned int vcpu)
{
    struct evtchn_bind_ipi bind = {vcpu, 0};

    need("bind_ipi", hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind));
    return bind.port;
}

void mates_call_by(evtchn_port_t port, evtchn_port_t answer)
{
    if (answer >= XEN_BITS_PER_WORD)
        give_up("a port for answers", answer);
    need("unmasking a port", xen_port_unmask(answer));
    call[calls] = port;
    answers[calls] = 1ul << answer;
    all_answers |= answers[calls++];
}

void mates_send(void)
{
    answered = 0;
    for (unsigned int i = 0; i < calls; i++)
        xen_port_send(call[i]);
}

static void spin_until(uint64_t expected)
{
    xen_events_enable(&shared->vcpu_info[0]);
    while ((answered & expected) != expected)
        __builtin_ia32_pause();
}

long mates_call_spinning(void)
{
    mates_send();
    spin_until(all_answers);
    return 0;
}

/*
 * Who has just answered may still be on its way back from the handler, or to
 * sleep, and then another call costs less, by chance. Each of these turns gives
 * every CPU its time.
 */
long mates_settle(void)
{
    for (int turns = 0; turns < 32; turns++)
        __builtin_ia32_pause();
    return 0;
}

long mates_call_settled(void)
{
    mates_settle();
    return mates_call_spinning();
}

long mates_call_asleep(void)
{
    struct vcpu_info *info = &shared->vcpu_info[0];

    mates_send();
    for (;;) {
        xen_events_disable(info);
        if (answered == all_answers)
            return 0;
        hypercall_sched_op(SCHEDOP_block, NULL);
    }
}

uint64_t mates_timed_call(void)
{
    uint64_t ticks;

    mates_settle(); /* whoever answered has to be interrupted again */
    answered = 0;
    ticks = xen_rdtsc();
    xen_port_send(call[0]);
    ticks = xen_rdtsc() - ticks;
    spin_until(answers[0]);
    return ticks;
}

void nap(void)
{
    struct sched_poll poll = {
        .timeout = xen_system_time(&shared->vcpu_info[0].time) + 1000000};

    hypercall_sched_op(SCHEDOP_poll, &poll);
}
