// SPDX-License-Identifier: MIT
/*
 * How a call is made: by the instruction and by the hypercall page, what it
 * keeps, and what an unknown number gives.
 *
 * conform: reference dom0 domU
 * requires: CALL-1 CALL-2 CALL-3 CALL-4 CALL-5
 */
#include "conform.h"

extern char hypercall_page[];

struct kept {
    uint64_t rbx, rbp, r12, r13, r14, r15, rsp_before, rsp_after, rflags;
    long result;
};

/* xen_version(version) with patterns in the registers that must be kept. */
static void call_by_instruction(struct kept *k)
{
    __asm__ volatile(
        "push %%rbx; push %%rbp; push %%r12; push %%r13; push %%r14; push "
        "%%r15;"
        "push %0; mov %%rsp, 48(%0);"
        "mov $1, %%rbx; mov $2, %%rbp; mov $3, %%r12; mov $4, %%r13;"
        "mov $5, %%r14; mov $6, %%r15; xor %%edi, %%edi; xor %%esi, %%esi;"
        "mov $17, %%eax; stc; syscall; mov %%rsp, %%rcx; mov (%%rsp), %%rdx;"
        "mov %%rbx, (%%rdx); mov %%rbp, 8(%%rdx); mov %%r12, 16(%%rdx);"
        "mov %%r13, 24(%%rdx); mov %%r14, 32(%%rdx); mov %%r15, 40(%%rdx);"
        "mov %%rcx, 56(%%rdx); mov %%rax, 72(%%rdx);"
        "pushfq; pop 64(%%rdx); add $8, %%rsp;"
        "pop %%r15; pop %%r14; pop %%r13; pop %%r12; pop %%rbp; pop %%rbx"
        : "+a"(k)::"rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11",
          "memory", "cc");
}

static long call_by_page(unsigned int number, unsigned long a1,
                         unsigned long a2, uint64_t *rcx, uint64_t *r11)
{
    long result;

    __asm__ volatile("mov $0x77, %%ecx; mov $0x88, %%r11d; call *%5;"
                     "mov %%rcx, %0; mov %%r11, %1"
                     : "=&r"(*rcx), "=&r"(*r11), "=a"(result), "+D"(a1),
                       "+S"(a2)
                     : "a"(hypercall_page + 32 * number)
                     : "rcx", "r11", "rdx", "r8", "r9", "r10", "memory", "cc");
    return result;
}

static long by_number(unsigned long number)
{
    return xen_hypercall2(number, 0, 0);
}

void test(void)
{
    static const unsigned char start_of_stub[] = {0x51, 0x41, 0x53, 0xb8};
    struct kept k;
    uint64_t rcx, r11;
    long version = hypercall_xen_version(XENVER_version, NULL);

    call_by_instruction(&k);
    check_equal(k.result, version, "syscall in the kernel is a hypercall");
    check(k.rbx == 1 && k.rbp == 2 && k.r12 == 3 && k.r13 == 4 && k.r14 == 5 &&
              k.r15 == 6,
          "rbx, rbp and r12 to r15 are kept");
    check_equal(k.rsp_after, k.rsp_before, "rsp is kept");
    check_equal(k.rflags & 1, 1, "flags are kept");

    check_equal(call_by_page(__HYPERVISOR_xen_version, 0, 0, &rcx, &r11),
                version, "a call through the page gives the same");
    check_equal(rcx, 0x77, "and keeps rcx");
    check_equal(r11, 0x88, "and r11");
    check(same_bytes(hypercall_page + 32 * 29, start_of_stub, 4),
          "a stub saves both, and loads eax");
    check_equal(*(uint32_t *)(hypercall_page + 32 * 29 + 4), 29,
                "with its number");

    refused(by_number(11), XEN_ENOSYS, "a number without a call");
    refused(by_number(47), XEN_ENOSYS, "another one");
    refused(by_number(56), XEN_ENOSYS, "a number behind the last one");
    refused(by_number(64), XEN_ENOSYS, "64");
    refused(by_number(0x7fffffff), XEN_ENOSYS, "a large number");
    refused(by_number(-1UL), XEN_ENOSYS, "-1");
    refused(by_number(0x100000011), XEN_ENOSYS,
            "the number is all of rax: its upper half counts");
}
