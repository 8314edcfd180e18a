// SPDX-License-Identifier: MIT
/*
 * What becomes of descriptors: selectors looked at and loaded, which brings
 * LDT pages in lazily; and returns by the iret hypercall. (Software interrupts
 * are not among it: QEMU 7.2 takes the one for another, docs/abi/errata.md.)
 */
#include "random.h"

#include <pvsdk/iret.h>

/* --- selectors --- */

static unsigned int draw_selector(void)
{
    static const unsigned short odd[] = {0,      3,      0xe008, 0xe010, 0xe02b,
                                         0xe033, 0xe023, 0xe02f, 0xe03b, 0xe040,
                                         0xe048, 0xfffb, 0xdfff, 0x0007};

    if (one_in(5))
        return PICK(odd);
    /* Descriptors lie at the beginning of pages, or anywhere. */
    return (one_in(3) ? draw(512) : draw(16)) << 3 | (one_in(2) ? 4 : 0) |
           (one_in(6) ? draw(3) : 3);
}

static void load(unsigned int selector)
{
    static unsigned int now;
    struct caught c;
    bool gs = draw(2);

    say("load %s %x", gs ? "gs" : "fs", selector);
    now = 0xffff;
    if (gs ? traps(&c, __asm__ volatile("mov %w1, %%gs; mov %%gs, %0"
                                        : "=r"(now)
                                        : "r"(selector)))
           : traps(&c, __asm__ volatile("mov %w1, %%fs; mov %%fs, %0"
                                        : "=r"(now)
                                        : "r"(selector))))
        say(" vector %u error %lx cr2 %lx", c.entry, c.error,
            c.entry == 14 ? c.cr2 : 0);
    __asm__ volatile("mov %w0, %%fs; mov %w0, %%gs" ::"r"(0));
    answer("selectors", now == selector ? 0 : -XEN_EINVAL);
}

static void look(unsigned int selector)
{
    static uint64_t value, zero;
    struct caught c;
    unsigned int how = draw(4);

    say("%s %x",
        how == 0   ? "lar"
        : how == 1 ? "lsl"
        : how == 2 ? "verr"
                   : "verw",
        selector);
    value = 0;
    if (traps(&c, if (how == 0) __asm__ volatile("lar %w2, %k0; setz %b1"
                                                 : "+r"(value), "=q"(zero)
                                                 : "r"(selector)
                                                 : "cc");
              else if (how == 1) __asm__ volatile("lsl %w2, %k0; setz %b1"
                                                  : "+r"(value), "=q"(zero)
                                                  : "r"(selector)
                                                  : "cc");
              else if (how == 2) __asm__ volatile("verr %w1; setz %b0"
                                                  : "=q"(zero)
                                                  : "r"(selector)
                                                  : "cc");
              else __asm__ volatile("verw %w1; setz %b0"
                                    : "=q"(zero)
                                    : "r"(selector)
                                    : "cc"))) {
        say(" vector %u error %lx cr2 %lx", c.entry, c.error,
            c.entry == 14 ? c.cr2 : 0);
        zero = 0;
    } else {
        say(" %lx", value);
    }
    answer("selectors", zero & 1 ? 0 : -XEN_EINVAL);
}

/* Often just after a page of descriptors has become the LDT. */
void random_selector(void)
{
    unsigned int page = draw_page(DESCRIPTORS);

    if (one_in(3)) {
        say("ldt p%u %ld ", page,
            mmuext_one(MMUEXT_SET_LDT, (unsigned long)page_at[page], 512));
    }
    if (one_in(3))
        load(draw_selector());
    else
        look(draw_selector());
}

/* --- iret --- */

static struct context back_at;
static uint64_t found_flags;

static void landing(void)
{
    __asm__ volatile("pushfq; pop %0; pushq $2; popfq" : "=r"(found_flags));
    context_resume(&back_at);
}

void random_iret(void)
{
    /* A privilege level of 3 would mean user mode. */
    static const unsigned short codes[] = {0xe030, 0xe030, 0xe030, 0xe030,
                                           0xe028, 0,      0xe008, 0x0008},
                                stacks[] = {FLAT_KERNEL_SS, FLAT_KERNEL_SS,
                                            FLAT_KERNEL_SS, 0,
                                            0xe028,         0xe033,
                                            0xe010,         0x0013};
    static struct iret_context frame;
    static struct caught c;
    static bool trap;

    frame = (struct iret_context){
        .flags = one_in(3) ? VGCF_in_syscall : 0,
        .rip = (unsigned long)landing,
        .cs = PICK(codes),
        /* Events stay masked. */
        .rflags = (one_in(2) ? draw_word() & 0x3f7fd7 : 0) & ~0x200UL,
        .rsp = (unsigned long)kernel_stack_top - 8,
        .ss = PICK(stacks)};
    if (one_in(12))
        frame.rip = 0x8000000000000000;
    say("iret flags %lx cs %lx rflags %lx ss %lx", frame.flags, frame.cs,
        frame.rflags, frame.ss);
    found_flags = 0;
    trap = traps(&c, if (!context_save(&back_at)) iret_to(&frame, 0, 0));
    __asm__ volatile("pushq $2; popfq" ::: "memory", "cc");
    say(" mask %u", vcpu->evtchn_upcall_mask);
    vcpu->evtchn_upcall_mask = 1;
    if (trap)
        say(" entry %u", c.entry);
    else
        say(" rflags %lx", found_flags);
    answer("iret", trap ? -XEN_EFAULT : 0);
}
