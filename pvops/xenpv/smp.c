// SPDX-License-Identifier: MIT
/*
 * The other virtual CPUs: started with what the CPU that starts them has
 * loaded, stopped by themselves, interrupted by an event of each. An IPI is a
 * bit of the target's for its vector, set before the event is sent.
 */
#include "xenpv.h"

#include <xen/errno.h>
#include <xen/vcpu.h>

static struct cpu {
    void (*entry)(void *data);
    void *data, *stack;
    unsigned long top; /* physical address of the tables to load */
    unsigned port;     /* of its event; 0: it was never made ready */
    uint64_t ipis[4];  /* vectors that wait for it */
} cpus[PV_MAX_CPUS];

unsigned pv_xen_cpus_up = 1;

unsigned pv_xenpv_cpu_count(void)
{
    static unsigned count;

    while (count < PV_MAX_CPUS &&
           hypercall_vcpu_op(VCPUOP_is_up, count, NULL) >= 0)
        count++;
    return count;
}

unsigned pv_xenpv_cpu_id(void)
{
    return pv_xen_cpu();
}

/* An event's only purpose is the upcall, which looks at the vectors. */
static void woken(void *unused)
{
    (void)unused;
}

static bool make_ready(unsigned cpu)
{
    int port;

    if (cpus[cpu].port)
        return true;
    if (cpu && !pv_event_init_cpu(cpu))
        return false;
    port = pv_event_bind_ipi(cpu, woken, NULL);
    if (port < 0)
        return false;
    cpus[cpu].port = (unsigned)port;
    pv_spin_init_cpu(cpu);
    if (cpu)
        pv_clock_init_cpu(cpu);
    return true;
}

/* The ports are gone; they are made again when a CPU is started. */
void pv_smp_restored(void)
{
    for (unsigned cpu = 0; cpu < PV_MAX_CPUS; cpu++)
        cpus[cpu].port = 0;
    pv_spin_restored();
    pv_xen_cpus_up = 1;
}

/* What the new CPU begins with, in C. */
void pv_xen_cpu_main(void)
{
    struct cpu *cpu = &cpus[pv_xen_cpu()];

    cpu->entry(cpu->data);
    pv_xenpv_cpu_stop();
}

static int initialise(unsigned cpu)
{
    static struct vcpu_guest_context context;
    unsigned long top = (unsigned long)cpus[cpu].stack & ~15ul;
    int rc;

    context = (struct vcpu_guest_context){
        .flags = VGCF_in_kernel | VGCF_failsafe_disables_events |
                 VGCF_syscall_disables_events,
        .kernel_ss = FLAT_KERNEL_SS,
        .kernel_sp = top,
        .event_callback_eip = (unsigned long)pv_xen_upcall_entry,
        .failsafe_callback_eip = (unsigned long)pv_xen_failsafe_entry,
        .syscall_callback_eip = (unsigned long)pv_xen_syscall_entry,
    };
    context.user_regs.rip = (unsigned long)pv_xen_cpu_entry;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rsp = top;
    context.user_regs.rflags = 0x200; /* the upcall mask is what counts */
    context.ctrlreg[3] = xen_pfn_to_cr3(pv_pfn_to_mfn(pv_xen_l4));
    if (!pv_desc_for_cpu(cpu, &context))
        return -XEN_ENOMEM;
    rc = (int)hypercall_vcpu_op(VCPUOP_initialise, cpu, &context);
    if (rc)
        return rc;
    pv_xen_l4_of[cpu] = pv_xen_l4;
    pv_xen_user_missing_of[cpu] = USER_NO_TABLE | USER_NO_STACK;
    return 0;
}

static int start(unsigned cpu)
{
    int rc = initialise(cpu);

    pv_xen_cpus_up++; /* first of all: it may look at once */
    /* EEXIST: it ran before, and waits in pv_xenpv_cpu_stop(). */
    if (rc == 0 || rc == -XEN_EEXIST)
        rc = (int)hypercall_vcpu_op(VCPUOP_up, cpu, NULL);
    if (!pv_xen_ok(rc, "vcpu_op initialise, up", cpu, 0,
                   "the tables that are loaded or a descriptor")) {
        pv_xen_cpus_up--;
        return rc;
    }
    return 0;
}

int pv_xenpv_cpu_start(unsigned cpu, void (*entry)(void *data), void *stack,
                       void *data)
{
    unsigned long flags;
    int rc = 0;

    if (!cpu || cpu >= pv_xenpv_cpu_count())
        return -XEN_ENOENT;
    flags = pv_mmu_enter();
    if (hypercall_vcpu_op(VCPUOP_is_up, cpu, NULL) > 0)
        rc = -XEN_EBUSY;
    else if (!make_ready(0) || !make_ready(cpu))
        rc = -XEN_ENOMEM;
    if (!rc) {
        cpus[cpu].entry = entry;
        cpus[cpu].data = data;
        cpus[cpu].stack = stack;
        cpus[cpu].top = pv_xenpv_read_cr3();
        rc = start(cpu);
    }
    pv_mmu_leave(flags);
    return rc;
}

/* Comes back from the call when somebody starts this CPU once more. */
void pv_xenpv_cpu_stop(void)
{
    unsigned me = pv_xen_cpu();

    pv_xenpv_irq_disable();
    pv_clock_stop_cpu();
    pv_xen_no_segments();
    pv_xen_ok(hypercall_vcpu_op(VCPUOP_down, me, NULL), "vcpu_op down",
              me, 0, "nothing: it cannot fail");
    pv_xenpv_write_cr3(cpus[me].top);
    pv_xen_cpu_again(cpus[me].stack);
}

void pv_ipi_mark(unsigned cpu, unsigned vector)
{
    __atomic_fetch_or(&cpus[cpu].ipis[vector / 64], 1ul << vector % 64,
                      __ATOMIC_SEQ_CST);
}

int pv_xenpv_ipi_send(unsigned cpu, unsigned vector)
{
    if (cpu >= PV_MAX_CPUS || vector < 32 || vector > 255)
        return -XEN_EINVAL;
    if (!cpus[cpu].port && !(cpu == 0 && make_ready(0)))
        return -XEN_ENOENT;
    pv_ipi_mark(cpu, vector);
    pv_event_send(cpus[cpu].port);
    return 0;
}

void pv_xenpv_ipi_end(void)
{
    /* An event has no end that anybody waits for. */
}

void pv_wake_first_cpu(void)
{
    pv_event_send(cpus[0].port);
}

int pv_ipi_take(void)
{
    uint64_t *ipis = cpus[pv_xen_cpu()].ipis;

    for (int i = 3; i >= 0; i--) {
        uint64_t waiting = __atomic_load_n(&ipis[i], __ATOMIC_SEQ_CST);

        if (waiting) {
            int vector = 63 - __builtin_clzl(waiting);

            __atomic_fetch_and(&ipis[i], ~(1ul << vector), __ATOMIC_SEQ_CST);
            return vector + i * 64;
        }
    }
    return -1;
}
