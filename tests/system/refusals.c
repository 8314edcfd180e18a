// SPDX-License-Identifier: MIT
// A guest that is refused things: one of each kind, then the same five
// thousand times. What is looked at is the hypervisor's log.
#include <pvsdk/hypercall.h>
#include <xen/sched.h>

#define FLOOD 5000

int main(const struct start_info *start);

int main(const struct start_info *start)
{
    struct sched_shutdown end = { .reason = SHUTDOWN_poweroff };
    unsigned long tables = start->pt_base;

    /* Some number as a frame, mapped where its page tables begin. */
    hypercall_update_va_mapping(tables, 0x12345007, 0);
    hypercall_set_gdt((const xen_pfn_t *)0xffff820000000000, 3);
    hypercall_event_channel_op(77, (void *)tables);
    for (int i = 0; i < FLOOD; i++)
        hypercall_set_segment_base(SEGBASE_FS, 0x8000000000000000);
    return (int)hypercall_sched_op(SCHEDOP_shutdown, &end);
}
