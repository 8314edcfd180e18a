/* SPDX-License-Identifier: MIT */
/*
 * The bench kernel measures what each operation costs, in ticks of the TSC. In
 * QEMU with `-icount shift=0` a tick is an instruction, of guest and hypervisor
 * alike, so that figures repeat to the digit.
 *
 * An operation is a function without arguments. It is called in a loop; the
 * same loop around a bare `ret` is subtracted, and the least of seven
 * repetitions counts (others had a timer interrupt in them). What is left is
 * the hypervisor's part and the few instructions by which a kernel would have
 * asked for it. With several CPUs the clock counts what all of them execute
 * (the emulator runs them in turn): so a figure is what an operation costs
 * until it is complete, wherever that is done.
 *
 * The command line says what is measured in this run (main.c). Each result is a
 * line "bench KEY VALUE"; the keys are those of
 * tools/runner/bench/operations.def. An operation that is refused ends the run
 * with a line "bench failed: ...": what a refusal costs is no figure for the
 * table.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XEN_HYPERCALL_PAGE hypercall_page
#include <pvsdk/event.h>
#include <pvsdk/hypercall.h>
#include <pvsdk/pte.h>
#include <pvsdk/time.h>

enum operation {
#define OPERATION(key, unit, label) OP_##key,
#include "runner/bench/operations.def"
#undef OPERATION
};

typedef long (*operation_t)(void);

/* main.c */
extern const struct start_info *start;
extern struct shared_info *shared;
extern const xen_pfn_t *p2m;

/* report.c: results are said at the end, so that saying them is in none. */
void report(enum operation op, uint64_t value);
void say_results(void);
_Noreturn void shut_down(unsigned int reason);
_Noreturn void give_up(const char *what, long result);
/* give_up() unless the result of a call is 0. */
void need(const char *what, long result);

/* measure.c */
extern unsigned int repetitions;
void measure(enum operation op, operation_t run);
/* For what has to be prepared: what it takes above BASE, which does that. */
void measure_above(enum operation op, operation_t run, operation_t base);
/* For operations whose result is not 0. */
void measure_result(enum operation op, operation_t run, long expected);
/* For long operations: count of them a repetition. */
void measure_few(enum operation op, operation_t run, unsigned int count);
/* For what takes its own time, of which a part counts. */
void measure_ticks(enum operation op, uint64_t (*timed_run)(void));
/* As measure(), in user mode, where nothing can be asked of the hypervisor. */
void measure_in_user_mode(enum operation op, operation_t run);

/* memory.c: pages of the image and their entries */
xen_pfn_t mfn_of(const void *va);
xen_pte_t *entry_of(const void *va); /* in its L1, which is read-only */
uint64_t entry_machine(const void *va);
void make_read_only(const void *va);
long mmuext(unsigned int command, unsigned long argument);

/* grants.c: one page, granted to DOMAIN, to oneself or by DOMAIN */
void grants_to(domid_t domain);
void grants_to_self(void);
void grants_from(domid_t domain);
long grant_map_and_unmap(void);
long grant_copy(void);
void grant(unsigned int ref, domid_t to, const void *what);
bool grant_map_at(void *at, domid_t from, unsigned int ref); /* granted? */

/* start.S: measuring code, and operations that C cannot say */
uint64_t run_loop(operation_t op, unsigned int count);
long op_nothing(void);
long op_iret(void);
long op_read_missing(void); /* faults; the handler skips the load */
long op_user_syscall(void);
long op_cpuid_0(void);
long op_cpuid_1(void);
long op_rdmsr(void);
long op_wrmsr(void);
long op_read_cr0(void);
long op_outb(void);
extern char trap_page_fault[], trap_leave_user[], callback_event[],
    callback_syscall[], callback_failsafe[], kernel_stack_top[];
/* run_loop() in user mode, with its own stack. */
uint64_t run_loop_in_user_mode(operation_t op, unsigned int count);

/* The groups, one file each. */
void bench_hypercalls(void);
void bench_console(void);
void bench_tables(void);
void bench_pins(void);
void bench_events(void);
void bench_traps(void);
void bench_grants(void);
void bench_descriptors(void);
void bench_emulation(void);
void bench_several(bool on_one_cpu);
void bench_pair(bool on_one_cpu);
_Noreturn void bench_peer(void);

#endif
