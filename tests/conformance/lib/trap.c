// SPDX-License-Identifier: MIT
/*
 * Exceptions and callbacks: what the hypervisor pushed is taken apart, then a
 * hook, a waiting traps() or nobody gets it. A trap that nobody expects ends
 * the test as failed, with all that is known about it.
 */
#include "conform.h"

extern const unsigned long entry_table[ENTRY_COUNT];

static struct caught *armed;
static bool taken;
static struct context armed_at;
static trap_hook hooks[ENTRY_COUNT];

/* Vectors with an error code on the stack. */
bool entry_has_error(unsigned int entry)
{
    return entry == 8 || (entry >= 10 && entry <= 14) || entry == 17 ||
           entry == 21;
}

/* Words between the pushed r11 and rip. */
static unsigned int words_before_rip(unsigned int entry)
{
    return entry == ENTRY_FAILSAFE ? 4 : entry_has_error(entry);
}

static uint64_t *pushed(struct trap_regs *regs)
{
    return (uint64_t *)(regs + 1);
}

uint64_t *frame_word(struct trap_regs *regs, enum frame_word which)
{
    if (which == FRAME_ERROR)
        return &pushed(regs)[2];
    return &pushed(regs)[2 + words_before_rip(regs->entry) + which - FRAME_RIP];
}

static void take_apart(struct trap_regs *regs, struct caught *c)
{
    const uint64_t *word = pushed(regs);

    c->regs = *regs;
    c->frame_at = (uint64_t)pushed(regs);
    c->entry = regs->entry;
    c->rcx = *word++;
    c->r11 = *word++;
    for (int i = 0; i < 4; i++)
        c->selectors[i] = regs->entry == ENTRY_FAILSAFE ? *word++ : 0;
    c->error = entry_has_error(regs->entry) ? *word++ : 0;
    c->rip = *word++;
    c->cs_word = *word++;
    c->rflags = *word++;
    c->rsp = *word++;
    c->ss = *word++;
    c->cs = c->cs_word;
    c->saved_mask = c->cs_word >> 32;
    c->cr2 = vcpu->arch.cr2;
    c->upcall_mask = vcpu->evtchn_upcall_mask;
}

/* The frame of the iret hypercall in the words that end with the old frame. */
static struct iret_context *way_back(struct trap_regs *regs)
{
    uint64_t rax = regs->rax, rcx = pushed(regs)[0], r11 = pushed(regs)[1];
    struct iret_context *frame =
        (void *)(frame_word(regs, FRAME_RIP) -
                 offsetof(struct iret_context, rip) / sizeof(uint64_t));

    frame->rax = rax;
    frame->r11 = r11;
    frame->rcx = rcx;
    frame->flags = 0;
    return frame;
}

struct iret_context *trap_entry(struct trap_regs *regs);
struct iret_context *trap_entry(struct trap_regs *regs)
{
    struct caught caught, *into = armed;

    take_apart(regs, &caught);
    if (hooks[regs->entry] && hooks[regs->entry](regs, &caught))
        return way_back(regs);
    if (into) {
        armed = NULL;
        taken = true;
        *into = caught;
        context_resume(&armed_at);
    }
    check(false, "no trap that nobody expects");
    print("# entry %u error %lx cr2 %lx rip %lx cs %lx rflags %lx rsp %lx\n",
          caught.entry, caught.error, caught.cr2, caught.rip, caught.cs_word,
          caught.rflags, caught.rsp);
    finish();
}

struct context *trap_arm(struct caught *into)
{
    armed = into;
    taken = false;
    fill(into, 0, sizeof(*into));
    return &armed_at;
}

void trap_disarm(void)
{
    armed = NULL;
}

bool trap_taken(void)
{
    return taken;
}

void trap_set_hook(unsigned int entry, trap_hook hook)
{
    hooks[entry] = hook;
}

unsigned long entry_address(unsigned int entry)
{
    return entry_table[entry];
}

/* Breakpoint, overflow and the two software vectors are open to user mode. */
struct trap_info trap_table[35];

void trap_init(void);
void trap_init(void)
{
    static const uint16_t callbacks[][2] = {
        {CALLBACKTYPE_event, ENTRY_EVENT},
        {CALLBACKTYPE_failsafe, ENTRY_FAILSAFE},
        {CALLBACKTYPE_syscall, ENTRY_SYSCALL},
    };
    struct trap_info *t = trap_table;

    for (unsigned int vector = 0; vector < 32; vector++)
        if (vector != 2) /* NMIs come by callback */
            *t++ =
                (struct trap_info){vector, vector == 3 || vector == 4 ? 3 : 0,
                                   FLAT_KERNEL_CS, entry_address(vector)};
    *t++ =
        (struct trap_info){0x80, 3, FLAT_KERNEL_CS, entry_address(ENTRY_INT80)};
    *t++ =
        (struct trap_info){0x81, 0, FLAT_KERNEL_CS, entry_address(ENTRY_INT81)};
    if (hypercall_set_trap_table(trap_table))
        error("set_trap_table was refused");
    for (unsigned int i = 0; i < sizeof(callbacks) / sizeof(*callbacks); i++) {
        struct callback_register c = {callbacks[i][0], 0,
                                      entry_address(callbacks[i][1])};

        if (hypercall_callback_op(CALLBACKOP_register, &c))
            error("callback %u was refused", c.type);
    }
}
