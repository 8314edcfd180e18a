// SPDX-License-Identifier: MIT
/*
 * The failsafe callback: a selector that can no longer be loaded when a vCPU
 * gets its processor back. Between, its descriptor has become absent, while
 * another vCPU ran.
 *
 * conform: reference dom0 domU
 * requires: CB-5 CB-6 CB-7 CB-8
 * vcpus: 2
 */
#include "conform.h"

#define DATA3  0x00cff3000000ffff /* flat data, DPL 3 */
#define ABSENT 0x00cf73000000ffff /* the same, not present */
#define FIRST  1                  /* descriptors for ds, es, fs, gs */

static const char *const names[] = {"ds", "es", "fs", "gs"};
static uint64_t *gdt;
static volatile uint64_t turns;
static volatile bool enough;

static void second(void)
{
    while (!enough) {
        turns = turns + 1;
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

/* The other vCPU has run, so this one was taken off its processor. */
static void let_second_run(void)
{
    uint64_t then = turns, end = now() + 5000000000;

    while (turns < then + 2 && now() < end)
        hypercall_sched_op(SCHEDOP_yield, NULL);
    if (turns < then + 2)
        error("the second vCPU does not run");
}

static void set_descriptor(unsigned int index, uint64_t descriptor)
{
    if (hypercall_update_descriptor(
            ((uint64_t)page_mfn(gdt) << 12) + 8 * index, descriptor))
        error("a descriptor was refused");
}

static void make_absent(unsigned int index)
{
    set_descriptor(index, ABSENT);
}

static void load(unsigned int which, uint16_t selector)
{
    switch (which) {
    case 0:
        __asm__ volatile("mov %0, %%ds" ::"r"(selector));
        break;
    case 1:
        __asm__ volatile("mov %0, %%es" ::"r"(selector));
        break;
    case 2:
        __asm__ volatile("mov %0, %%fs" ::"r"(selector));
        break;
    default:
        __asm__ volatile("mov %0, %%gs" ::"r"(selector));
    }
}

static uint16_t loaded(unsigned int which)
{
    uint16_t s[4];

    __asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
                     : "=r"(s[0]), "=r"(s[1]), "=r"(s[2]), "=r"(s[3]));
    return s[which];
}

static void callback(uint16_t flags)
{
    struct callback_register c = {CALLBACKTYPE_failsafe, flags,
                                  entry_address(ENTRY_FAILSAFE)};

    works(hypercall_callback_op(CALLBACKOP_register, &c),
          "the callback with flags %u", flags);
}

/* The selectors of a frame: only WHICH is not null. */
static void selectors(const struct caught *c, unsigned int which)
{
    for (unsigned int i = 0; i < 4; i++)
        check_equal(c->selectors[i], i == which ? (FIRST + which) * 8 | 3 : 0,
                    "the frame's %s", names[i]);
}

static void in_kernel(unsigned int which)
{
    struct caught c;

    set_descriptor(FIRST + which, DATA3);
    load(which, (FIRST + which) * 8 | 3);
    let_second_run();
    check_equal(loaded(which), (FIRST + which) * 8 | 3,
                "%s is kept while its descriptor is good", names[which]);
    /* It can be due at once: this vCPU may lose its processor anywhere. */
    check(traps(&c, make_absent(FIRST + which); let_second_run()),
          "%s cannot be loaded any more", names[which]);
    check_equal(c.entry, ENTRY_FAILSAFE, "the failsafe callback is entered");
    selectors(&c, which);
    check_equal(c.cs, FLAT_KERNEL_CS & ~3, "cs has RPL 0");
    check_equal(c.ss, FLAT_KERNEL_SS, "ss");
    check_equal(c.saved_mask, 1, "the saved mask");
    check_equal(c.rflags & 0x200, 0, "IF");
    check_equal(c.frame_at, (c.rsp & ~15UL) - 11 * 8, "the frame");
    check_equal(loaded(which), 0, "%s is null now", names[which]);
    check_equal(c.regs.cs, FLAT_KERNEL_CS, "the handler's cs");
}

/* Until it is taken off its processor, or for half a second or so; rcx and r11
 * stay as they are. The end is in rdi. */
__asm__(".text; user_spin: rdtsc; shl $32, %rdx; or %rdx, %rax;"
        "cmp %rdi, %rax; jb user_spin; ud2");
extern char user_spin[];

static bool spin_in_user_mode(struct caught *c)
{
    struct iret_context frame = {
        .rcx = 0x1111,
        .r11 = 0x2222,
        .rip = (uint64_t)user_spin,
        .cs = FLAT_USER_CS,
        .rflags = 0x202,
        .rsp = (uint64_t)user_stack_top - 8,
        .ss = FLAT_USER_SS,
    };
    bool trapped =
        traps(c, iret_to(&frame, __builtin_ia32_rdtsc() + 1000000000, 0));

    xen_events_disable(vcpu); /* user mode had events open */
    return trapped;
}

/* A handler that goes back by iret, as any; it says where it came from. */
static bool came_in_kernel;

static bool go_on(struct trap_regs *regs, struct caught *caught)
{
    (void)regs;
    came_in_kernel = !(caught->cs & 3);
    return came_in_kernel;
}

/* A bad ds, and user mode: again, if the kernel was taken off before that. */
static void reach_user_mode(struct caught *c)
{
    unsigned int tries = 0;

    trap_set_hook(ENTRY_FAILSAFE, go_on);
    do {
        came_in_kernel = false;
        set_descriptor(FIRST, DATA3);
        load(0, FIRST * 8 | 3);
        make_absent(FIRST);
        if (!spin_in_user_mode(c))
            error("user mode did not trap");
    } while (came_in_kernel && ++tries < 20);
    trap_set_hook(ENTRY_FAILSAFE, NULL);
}

static void in_user_mode(uint16_t flags)
{
    struct caught c;

    callback(flags);
    reach_user_mode(&c);
    check_equal(c.entry, ENTRY_FAILSAFE,
                "user mode, with a bad ds: the failsafe callback is entered");
    selectors(&c, 0);
    check_equal(c.cs, FLAT_USER_CS, "cs has RPL 3");
    check_equal(c.ss, FLAT_USER_SS, "ss");
    check_equal(c.saved_mask, 0, "the saved mask");
    check_equal(c.upcall_mask, flags ? 1 : 0, "the mask by the flags");
    check_equal(c.rsp, (uint64_t)user_stack_top - 8, "rsp is user mode's");
    check_equal(c.rcx, 0x1111, "rcx");
    check_equal(c.r11, 0x2222, "r11");
    check_equal(c.frame_at, (uint64_t)kernel_stack_top - 11 * 8,
                "the frame is at the kernel stack's top");
}

void test(void)
{
    xen_pfn_t frame;

    gdt = page_new();
    frame = page_mfn(gdt);
    page_read_only(gdt);
    if (hypercall_set_gdt(&frame, 512))
        error("the GDT was refused");
    user_init();
    for (unsigned int i = 0; i < 4; i++)
        load(i, 0);
    second_start(second);
    for (unsigned int i = 0; i < 4; i++)
        in_kernel(i);
    in_user_mode(0);
    in_user_mode(CALLBACKF_mask_events);
    trap_set_hook(ENTRY_FAILSAFE, go_on);
    set_descriptor(FIRST, DATA3);
    load(0, FIRST * 8 | 3);
    make_absent(FIRST);
    let_second_run();
    check_equal(loaded(0), 0, "a handler that returns goes on with null");
    enough = true;
}
