// SPDX-License-Identifier: MIT
/* Operations for assembly text, and user mode by both kinds of call. */
#include "guest.h"

#define USER_TEXT 0x400000ul
#define USER_STACK 0x500000ul

extern uint64_t asm_cr2;
static uint64_t calls, syscalls, last_call, argument;
static int user_fault;

void syscall_count(uint64_t number);

void test_assembly(void)
{
    unsigned long before = ticks, changed = 0;

    /* Any interrupt ends a halt, the console's too: halt until it was ours. */
    for (int tries = 0; ticks == before && tries < 20; tries++) {
        pv_write_cr2(0x7000);
        changed |= (unsigned long)use_asm_operations(pv_read_cr3());
    }
    check_equal(0, changed, "registers survive, and lret comes back");
    check_equal(0x7000, asm_cr2, "cr2 is read");
    check(ticks > before, "hlt waited for the timer");
    check(pv_read_flags() & 0x200, "sti let interrupts in");
}

void syscall_count(uint64_t number)
{
    syscalls += number == 100;
}

/* What stands at a call site, as bytes. */
void test_sites(void)
{
    const struct pv_site *site = __start_pv_sites;
    const uint8_t *at = (const uint8_t *)&site->where + site->where;
    bool xen = boot_info->world == PV_WORLD_XEN_PV;

    if (test_name[5] != ',')
        check(at[0] == 0xff && at[1] == 0x15, "an indirect call");
    else if (xen)
        check(at[0] == 0x3e && at[2] == 0xe8, "a direct call");
    else
        check(at[0] == 0x3e && at[2] != 0xe8, "the bare instruction");
}

void test_selftest(void)
{
    check_equal(0, pv_selftest(), "the library's own look finds nothing");
}

/* 1 comes back to user mode; 2 and 3 end the run. */
static uint64_t count_call(struct trap_frame *frame)
{
    calls++;
    last_call = frame->rax;
    argument = frame->rdi;
    if (frame->rax == 1)
        return 77;
    leave_user();
}

static uint64_t *make_user(void *stack)
{
    uint64_t *top = new_space();
    void *text = page_alloc();

    memcpy(text, user_int80, user_end - user_int80);
    map(top, USER_TEXT, physical(text), PTE_U);
    map(top, USER_STACK, physical(stack), PTE_U | PTE_W | PTE_NX);
    return top;
}

static uint64_t user_address(const char *code)
{
    return USER_TEXT + (code - user_int80);
}

static void run_read(void)
{
    run_user(user_address(user_read), USER_STACK + PAGE_SIZE,
             (uint64_t)test_assembly);
}

void test_user(void)
{
    uint64_t *stack = page_alloc(), *top = make_user(stack);

    calls = syscalls = 0;
    system_call = count_call;
    pv_write_cr3(physical(top));
    run_user(user_address(user_int80), USER_STACK + PAGE_SIZE, 42);
    pv_irq_disable();
    check_equal(2, calls, "int 0x80 arrives, returns, arrives again");
    check_equal(2, last_call, "with rax");
    check_equal(42, argument, "and rdi");

    pv_write_msr(0xc0000081, 0x0013000800000000); /* STAR */
    pv_write_msr(0xc0000082, (uint64_t)syscall_entry);
    pv_write_msr(0xc0000084, 0x600); /* hold interrupts back */
    run_user(user_address(user_syscall), USER_STACK + PAGE_SIZE, 43);
    pv_irq_disable();
    check_equal(1, syscalls, "syscall arrives");
    check_equal(3, last_call, "and sysret returns to user mode");
    check_equal(43, argument, "with its registers");

    user_fault = fault_of(run_read);
    check_equal(14, user_fault, "user mode cannot read the kernel");
    check_equal(3, last_fault.cs & 3, "the frame says user");
    check_equal(4, last_fault.error & 6, "error code: user, read");
    pv_write_cr3(physical(kernel_top));
    pv_table_release(top);
}
