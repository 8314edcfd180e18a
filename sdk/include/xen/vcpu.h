/* SPDX-License-Identifier: MIT */
/*
 * vcpu_op(cmd, vcpu, arg): starting and stopping vCPUs, where they lie in
 * memory, their timers and what they have spent their time on. Timers work on
 * the calling vCPU alone; -EINVAL if vcpu is another one.
 */
#ifndef __XEN_PUBLIC_VCPU_H__
#define __XEN_PUBLIC_VCPU_H__

#include "xen.h"

#define VCPUOP_initialise                     0 /* vcpu_guest_context */
#define VCPUOP_up                             1 /* an initialised vCPU runs */
#define VCPUOP_down                           2 /* stops until VCPUOP_up */
#define VCPUOP_is_up                          3 /* 0, 1; -ENOENT: no such */
#define VCPUOP_get_runstate_info              4 /* vcpu_runstate_info */
#define VCPUOP_register_runstate_memory_area  5
#define VCPUOP_set_periodic_timer             6
#define VCPUOP_stop_periodic_timer            7
#define VCPUOP_set_singleshot_timer           8
#define VCPUOP_stop_singleshot_timer          9
#define VCPUOP_register_vcpu_info             10
#define VCPUOP_send_nmi                       11
#define VCPUOP_get_physid                     12
#define VCPUOP_register_vcpu_time_memory_area 13

/* vcpu_runstate_info.state, and the index into time[] */
#define RUNSTATE_running  0
#define RUNSTATE_runnable 1 /* would run, but others do */
#define RUNSTATE_blocked  2 /* waits for an event */
#define RUNSTATE_offline  3 /* down, or paused from outside */

/* Set in state_entry_time while the hypervisor writes the area, for guests that
 * turned VMASST_TYPE_runstate_update_flag on. */
#define XEN_RUNSTATE_UPDATE (xen_mk_ullong(1) << 63)

/* vcpu_set_singleshot_timer.flags: the guest would like -ETIME for a time that
 * is past. A hypervisor may ignore it, and Xen does: the timer fires at once.
 */
#define _VCPU_SSHOTTMR_future 0
#define VCPU_SSHOTTMR_future  (xen_mk_uint(1) << _VCPU_SSHOTTMR_future)

#ifndef __ASSEMBLY__

/* Times in ns; time[] has the totals since the vCPU came to be, without what
 * has passed since state_entry_time. */
struct vcpu_runstate_info {
    int state;                 /* RUNSTATE_... */
    uint64_t state_entry_time; /* system time */
    uint64_t time[4];
};
typedef struct vcpu_runstate_info vcpu_runstate_info_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_runstate_info_t);

/* A virtual address that the hypervisor writes at each change of state; it must
 * stay mapped whatever the guest runs. */
struct vcpu_register_runstate_memory_area {
    union {
        XEN_GUEST_HANDLE(vcpu_runstate_info_t) h;
        struct vcpu_runstate_info *v;
        uint64_t p;
    } addr;
};
typedef struct vcpu_register_runstate_memory_area
    vcpu_register_runstate_memory_area_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_register_runstate_memory_area_t);

/* VIRQ_TIMER at this period while the vCPU runs; from 1 ms. */
struct vcpu_set_periodic_timer {
    uint64_t period_ns;
};
typedef struct vcpu_set_periodic_timer vcpu_set_periodic_timer_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_set_periodic_timer_t);

/* VIRQ_TIMER once; a new call replaces the old time. */
struct vcpu_set_singleshot_timer {
    uint64_t timeout_abs_ns; /* system time */
    uint32_t flags;          /* VCPU_SSHOTTMR_... */
};
typedef struct vcpu_set_singleshot_timer vcpu_set_singleshot_timer_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_set_singleshot_timer_t);

/* Moves the vCPU's vcpu_info, once, into a page of the guest's. The structure
 * must not cross the page's end. Events are marked as possibly pending. */
struct vcpu_register_vcpu_info {
    uint64_t mfn;
    uint32_t offset; /* in the page */
    uint32_t rsvd;
};
typedef struct vcpu_register_vcpu_info vcpu_register_vcpu_info_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_register_vcpu_info_t);

/* Of a vCPU that is pinned to one processor; -EINVAL for others. */
struct vcpu_get_physid {
    uint64_t phys_id; /* OUT */
};
typedef struct vcpu_get_physid vcpu_get_physid_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_get_physid_t);
#define xen_vcpu_physid_to_x86_apicid(physid) ((uint32_t)(physid))
#define xen_vcpu_physid_to_x86_acpiid(physid) ((uint32_t)((physid) >> 32))

/* A second copy of vcpu_info.time, at a virtual address, which user mode can
 * be allowed to read. */
DEFINE_XEN_GUEST_HANDLE(vcpu_time_info_t);
struct vcpu_register_time_memory_area {
    union {
        XEN_GUEST_HANDLE(vcpu_time_info_t) h;
        struct vcpu_time_info *v;
        uint64_t p;
    } addr;
};
typedef struct vcpu_register_time_memory_area vcpu_register_time_memory_area_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_register_time_memory_area_t);

#endif /* !__ASSEMBLY__ */

#endif
