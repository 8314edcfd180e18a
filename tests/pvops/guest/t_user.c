// SPDX-License-Identifier: MIT
/* Operations for assembly text, and user mode by both kinds of call. */
#include "guest.h"

#define USER_TEXT 0x400000ul
#define USER_STACK 0x500000ul
#define USER_GUARD 0x501000ul

extern uint64_t asm_cr2;
static uint64_t calls, syscalls, last_call, argument;
static int user_fault;
static uint64_t user_address_read;
static volatile uint64_t *touched_by_syscall;

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
    if (touched_by_syscall)
        *touched_by_syscall += 1;
}

/* Whether the record's instruction is at the site's end, behind prefixes that
 * fill it; an operand relative to the instruction names the same address. */
static bool is_bare(const struct pv_site *site)
{
    const uint8_t *at = (const uint8_t *)&site->where + site->where;
    unsigned spare = site->length - site->bare_length, same = 0;
    int here, there;

    while (spare--)
        if (*at++ != 0x3e)
            return false;
    while (same < site->bare_length && at[same] == site->bare[same])
        same++;
    if (same == site->bare_length)
        return true;
    memcpy(&here, at + 3, sizeof(here));
    memcpy(&there, site->bare + 3, sizeof(there));
    return same >= 3 && (at[2] & 0xc7) == 5 &&
           at + here == site->bare + there;
}

/* What stands at every call site, as bytes. */
void test_sites(void)
{
    bool patched = test_name[5] == ',';
    unsigned calls_made = 0, direct = 0, bare = 0, apart = 0, sites = 0;

    for (const struct pv_site *site = __start_pv_sites;
         site < __stop_pv_sites; site++, sites++) {
        const uint8_t *at = (const uint8_t *)&site->where + site->where;
        const uint8_t *call = (const uint8_t *)&site->call + site->call;

        apart += at != call && *at == 0xe9;
        calls_made += call[0] == 0xff && call[1] == 0x15;
        direct += call[0] == 0x3e && call[2] == 0xe8;
        bare += is_bare(site);
    }
    check(sites > 30, "sites are recorded");
    if (!patched) {
        check_equal(sites, calls_made, "each has an indirect call");
        check(apart > 3, "some of them apart from the site");
    } else if (boot_info->world == PV_WORLD_XEN_PV) {
        check_equal(sites, direct, "each has a direct call");
        check(apart > 3, "some of them apart from the site");
    } else {
        check(!apart && bare > 3, "the bare instruction");
        check_equal(sites, bare + direct, "or, of Xen's devices, a call");
        check(boot_info->world == PV_WORLD_XEN_PVH || bare == sites,
              "on the machine each is the bare instruction");
    }
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
             user_address_read);
}

/* User mode reads there: the fault it gets, or 6 when it has read. */
static int fault_of_user_read(uint64_t va)
{
    user_address_read = va;
    user_fault = fault_of(run_read);
    return user_fault;
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

    check_equal(14, fault_of_user_read((uint64_t)test_assembly),
                "user mode cannot read the kernel");
    check_equal(3, last_fault.cs & 3, "the frame says user");
    check_equal(4, last_fault.error & 6, "error code: user, read");
    pv_write_cr3(physical(kernel_top));
    pv_table_release(top);
}

/* Whether the entry is there in truth: as a Xen PV guest user mode could use
 * the page then. */
static bool is_closed(const uint64_t *entry)
{
    return boot_info->world != PV_WORLD_XEN_PV ||
           !(*(const volatile uint64_t *)entry & PTE_P);
}

static void user_may_not(const uint64_t *entry, const char *what)
{
    check(fault_of_user_read(USER_GUARD) == 14 &&
              (last_fault.error & 7) == 5 && pv_read_cr2() == USER_GUARD,
          what);
    check(is_closed(entry), "nor could it");
}

/* A page in user mode's part without U: the kernel's alone, in every world. */
void test_guard(void)
{
    uint64_t *stack = page_alloc(), *top = make_user(stack);
    uint64_t *page = page_alloc(), *entry;
    volatile uint64_t *guard = (uint64_t *)USER_GUARD;

    page[0] = 5;
    map(top, USER_GUARD, physical(page), PTE_U | PTE_W | PTE_NX);
    entry = entry_of(top, USER_GUARD, 1);
    pv_pte_store_l1(entry, pv_pte_load(entry) & ~PTE_U);
    pv_write_cr3(physical(top));
    user_may_not(entry, "user mode may not read a guard page");
    check_equal(physical(page) | PTE_P | PTE_W | PTE_NX,
                pv_pte_load(entry) & ~0x60ul, "its entry reads as written");
    check_equal(physical(page), pv_entry_to_phys(*entry) & PTE_ADDR,
                "and names the page");
    check_equal(5, guard[0], "the kernel may read it");
    guard[0] = 6;
    check_equal(6, page[0], "and write to it");
    check_equal(physical(page) | PTE_P | PTE_W | PTE_NX,
                pv_pte_load(entry) & ~0x60ul, "the entry reads as before");
    user_may_not(entry, "user mode still may not");

    pv_pte_store_l1(entry, pv_pte_load(entry) | PTE_U);
    pv_invlpg((void *)USER_GUARD);
    check(fault_of_user_read(USER_GUARD) == 6 && last_fault.rax == 6,
          "with U it may");
    pv_pte_store_l1(entry, pv_pte_load(entry) & ~PTE_U);
    pv_invlpg((void *)USER_GUARD);
    user_may_not(entry, "and without U, in a live table, it may not");

    touched_by_syscall = guard;
    run_user(user_address(user_syscall), USER_STACK + PAGE_SIZE, 0);
    pv_irq_disable();
    touched_by_syscall = NULL;
    check_equal(7, page[0], "the kernel may in a system call");
    user_may_not(entry, "and user mode not after sysret");

    check_equal(7, guard[0], "the kernel may once more");
    pv_write_cr3(physical(kernel_top));
    pv_table_release(top);
    check(is_closed(entry), "it is closed when its tables are released");
    check_equal(physical(page), pv_pte_load(entry) & PTE_ADDR,
                "and the page is found by its entry");
    page_free(page);
}

void test_selftest(void)
{
    uint64_t *stack = page_alloc(), *top = make_user(stack);

    pv_write_cr3(physical(top));
    pv_irq_enable();
    check_equal(0, pv_selftest(), "the library's own look finds nothing");
    check(pv_read_flags() & 0x200, "and interrupts are let in as before");
    pv_irq_disable();
    check_equal(0, pv_selftest(), "nor with interrupts held back");
    pv_write_cr3(physical(kernel_top));
    pv_table_release(top);
}
