/* SPDX-License-Identifier: MIT */
/*
 * The handlers of <xen/hypercalls.def>: do_NAME(), six raw arguments each.
 * A handler copies its arguments in once, checks everything, then commits; it
 * returns the hypercall's result, negative errnos after refuse().
 */
#ifndef HV_HYPERCALL_H
#define HV_HYPERCALL_H

#include "core/errno.h"

#include "core/types.h"

typedef long hypercall_fn(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                          uint64_t a5, uint64_t a6);

/* A handler's head: unused arguments stay unnamed in no way that warns. */
#define HYPERCALL(name)                                                        \
    hypercall_fn do_##name;                                                    \
    long do_##name(__attribute__((unused)) uint64_t a1,                        \
                   __attribute__((unused)) uint64_t a2,                        \
                   __attribute__((unused)) uint64_t a3,                        \
                   __attribute__((unused)) uint64_t a4,                        \
                   __attribute__((unused)) uint64_t a5,                        \
                   __attribute__((unused)) uint64_t a6)

/* Call handler NR: its result, or -ENOSYS; an error is explained. */
long hypercall_dispatch(uint64_t nr, const uint64_t args[6]);

/* From the syscall entry: number and arguments are in the guest's registers. */
struct guest_regs;
void hypercall_entry(struct guest_regs *regs);

/*
 * Long work asks now and then whether it should stop for something else, and
 * if so goes back to the guest with the same hypercall and other arguments.
 */
bool preempt_pending(void);
long continue_hypercall(unsigned int nr, unsigned int nargs, ...);

#endif
