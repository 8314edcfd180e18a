// SPDX-License-Identifier: MIT
/*
 * A kernel that exists to use every operation of the library, in every world,
 * and to say in TAP whether it did what ops.def says. Tests are functions
 * named in tests.def; cover.c counts which operations were really called.
 */
#ifndef GUEST_H
#define GUEST_H

#include <pvops-drivers.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNBASE 0xffffffff80000000
#define PAGE_SIZE 4096
#define DIRECT_LIMIT (64ul << 20)

#define SEL_KCODE 0x08
#define SEL_KDATA 0x10
#define SEL_UDATA 0x1b
#define SEL_UCODE 0x23
#define SEL_TSS 0x28
#define SEL_LDT 0x38
#define SEL_SPARE 0x48

#define PTE_P 1ul
#define PTE_W 2ul
#define PTE_U 4ul
#define PTE_LARGE 0x80ul
#define PTE_NX (1ul << 63)
#define PTE_ADDR 0x000ffffffffff000ul

#define VEC_TIMER 0x20
#define VEC_SYSCALL 0x80
#define VEC_IPI 0x60
#define VEC_CPU_TIMER 0x61

struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

/* main.c */
extern const struct pv_boot_info *boot_info;
extern const char *test_name;
void check(bool good, const char *what);
void check_equal(uint64_t expected, uint64_t found, const char *what);
void note(const char *what, uint64_t value);

/* cover.c: from here on every call of an operation is counted. */
void cover_begin(void);
void cover_report(void);

/* memory.c: pages of zeros; the kernel's own tables; entries by address. */
void memory_init(void);
extern bool all_was_mapped; /* before the kernel had tables of its own */
void *page_alloc(void);
void page_free(void *page);
uint64_t page_balance(void);
void *direct(unsigned long pa);
unsigned long physical(const void *va);
extern uint64_t *kernel_top;
uint64_t *new_space(void);
void map(uint64_t *top, uint64_t va, uint64_t pa, uint64_t flags);
uint64_t *entry_of(uint64_t *top, uint64_t va, int level);

void *map_device(unsigned long pa, unsigned long size);

/* t_suspend.c: instead of all tests. */
void suspend_main(bool restore);

/* t_store.c: this guest's number; 0 where there is no store. */
unsigned own_domain(void);
/* Was it so, at last, before SECONDS were over? Watches run meanwhile. */
#define RUN_WATCHES_UNTIL(what, seconds)                                      \
    ({                                                                        \
        unsigned long end = pv_time_ns() + (seconds) * 1000000000ul;          \
        while (!(what) && pv_time_ns() < end)                                 \
            pv_store_run_watches();                                           \
        !!(what);                                                             \
    })

/* trap.c: descriptors, and faults that are expected. */
void trap_init(void);
extern uint64_t gdt[], *tss_rsp0;
extern volatile unsigned long ticks;
extern volatile unsigned ipis[2], cpu_ticks[2]; /* by CPU */
/* The vector of the fault that `code` causes, or -1. */
int fault_of(void (*code)(void));
extern struct trap_frame last_fault;
extern uint64_t (*system_call)(struct trap_frame *frame);

/* asm.S */
extern const uint64_t trap_stubs[];
extern const char user_int80[], user_syscall[], user_read[], user_end[];
void run_user(uint64_t rip, uint64_t rsp, uint64_t argument);
void leave_user(void) __attribute__((noreturn));
void syscall_entry(void);
uint64_t use_asm_operations(uint64_t cr3);

void *memset(void *to, int byte, size_t count);
void *memcpy(void *to, const void *from, size_t count);

#define TEST(name) void test_##name(void);
#include "tests.def"

#endif
