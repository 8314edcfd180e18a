// SPDX-License-Identifier: MIT
// asm statements in every form that kernels write them in. Each line says
// which findings it must have ("want:"), one name for each, and no others.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

void plain(void)
{
    asm("cli");                          /* want: cli */
    asm volatile("sti" ::: "memory");    /* want: sti */
    __asm__ __volatile__("hlt");         /* want: hlt */
    __asm volatile ("wbinvd");           /* want: wbinvd */
    asm volatile("sti; hlt");            /* want: sti hlt */
    asm volatile("sti\n\thlt\n");        /* want: sti hlt */
    asm volatile("sti\n"                 /* want: sti */
                 "hlt");                 /* want: hlt */
    asm volatile("CLI");                 /* want: cli */
    asm inline volatile("clts");         /* want: clts */
    asm volatile("1: lock; invd; jmp 1b"); /* want: invd */
    asm volatile("# cli in a comment\n\tnop");
    asm volatile(".byte 0x0f, 0x01, 0xc8"); /* want: monitor */
    asm volatile(".byte 0x90; .byte 0x0f,0x01,0xd0");
    asm volatile("nop; nop # sti\n cli"); /* want: cli */
}

u64 operands(u64 in, u16 port, u8 *buffer, u64 count)
{
    u64 out, flags;
    u32 low, high;

    asm volatile("mov %%cr0, %0" : "=r"(out));           /* want: mov_from_cr0 */
    asm volatile("mov %0, %%cr0" :: "r"(in));            /* want: mov_to_cr0 */
    asm volatile("movq %%cr2, %[x]" : [x] "=r"(out));    /* want: mov_from_cr2 */
    asm volatile("mov %q0, %%cr3" :: "r"(in));           /* want: mov_to_cr3 */
    asm volatile("mov %%cr4,%0" : "=r"(out));            /* want: mov_from_cr4 */
    asm volatile("mov %0,%%cr8" :: "r"(in));             /* want: mov_to_cr8 */
    asm volatile("mov %%dr7,%0" : "=r"(out));            /* want: mov_from_dr */
    asm volatile("mov %0,%%db0" :: "r"(in));             /* want: mov_to_dr */
    asm volatile("pushfq; popq %0" : "=r"(flags));       /* want: pushf */
    asm volatile("push %0; popf" :: "r"(flags));         /* want: popf */
    asm volatile("in %w1, %b0" : "=a"(low) : "Nd"(port)); /* want: in */
    asm volatile("outl %0, $0xcf8 - 1" :: "a"(low));     /* want: out */
    asm volatile("outb %al, %dx");                       /* want: out */
    asm volatile("rep insw" : "+D"(buffer), "+c"(count) : "d"(port)); /* want: ins */
    asm volatile("cld; rep; outsl" : "+S"(buffer) : "d"(port)); /* want: outs */
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0x10)); /* want: rdmsr */
    asm volatile("wrmsr" :: "c"(1), "a"(low), "d"(high)); /* want: wrmsr */
    asm volatile("rdtsc" : "=A"(out));                   /* want: rdtsc */
    asm volatile("invlpg (%0)" :: "r"(buffer) : "memory"); /* want: invlpg */
    asm volatile("lgdt %0; ltr %w1" :: "m"(out), "r"(port)); /* want: lgdt ltr */
    asm volatile("lidt (%0)" :: "r"(&out));              /* want: lidt */
    asm volatile("sgdtq %0" : "=m"(out));                /* want: sgdt */
    asm volatile("str %0" : "=r"(port));                 /* want: str */
    asm volatile("mov %%ds, %0" : "=r"(port));           /* want: mov_from_seg */
    asm volatile("mov %0, %%gs" :: "r"(port));           /* want: mov_to_seg */
    asm volatile("push %%fs; pop %%es");                 /* want: push_seg pop_seg */
    asm volatile("lretq");                               /* want: far_return */
    asm volatile("ljmp $8, $1f; 1:");                    /* want: far_jump */
    asm volatile("int $0x80" :: "a"(1));                 /* want: int_n */
    asm volatile("int3; int $3");
    asm volatile("mov %%gs:0, %0" : "=r"(out));          /* want: percpu_segment */
    asm volatile("lar %1, %0" : "=r"(out) : "r"(port));  /* want: lar */
    asm volatile("mov %c1, %0; hlt" : "=r"(out) : "i"(5));  /* want: hlt */
    asm volatile("int %c0" :: "i"(0x80));                /* want: int_n */
    asm volatile("\tmovq\t%%rax,\t%%cr3\n");             /* want: mov_to_cr3 */
    asm volatile("mov %%" "cr2" ", %0" : "=r"(out));     /* want: mov_from_cr2 */
    asm volatile("out{b %b0, %w1| %w1, %b0}" :: "a"(low), "Nd"(port)); /* want: out */
    return out;
}

void dialects(u64 x, u16 port)
{
    asm volatile("mov {%0, %%cr3|cr3, %0}" :: "r"(x));   /* want: mov_to_cr3 */
    asm volatile(".intel_syntax noprefix\n"
                 "mov cr3, rax\n"                        /* want: mov_to_cr3 */
                 "mov rax, cr2\n"                        /* want: mov_from_cr2 */
                 "out dx, al\n"                          /* want: out */
                 ".att_syntax");
    (void)port;
}

int gotos(u64 x)
{
    asm goto("cli; jmp %l[away]" :::: away);             /* want: cli */
    asm volatile goto("sti\n\tjmp %l0" :::: away);       /* want: sti */
    return (int)x;
away:
    if (x)
        asm("sti");                                      /* want: sti */
    else
        asm("cli");                                      /* want: cli */
    return 0;
}

#if 0
void taken_out(void)
{
    asm("cli");                                          /* want: cli(dead) */
}
#endif

#ifdef NOT_KNOWN
void maybe(void) { asm("wrmsr"); }                       /* want: wrmsr */
#else
void maybe(void) { asm("rdmsr"); }                       /* want: rdmsr */
#endif

asm(".globl stub\nstub: iretq");                         /* want: iret */
asm("swapgs\n\tsysretq");                                /* want: swapgs sysret */

static const char *long_literal = "an unterminated one
void after(void) { asm("sti"); }                         /* want: sti */

#define OUT_FLAG(c) "=@cc" #c
#define MORE(x) , "m"(x)
int constraints(int *p)
{
    int zero;

    asm volatile("1: cli" : OUT_FLAG(z) (zero), "+m" (*p) : "a"(1)); /* want: cli */
    asm volatile("2: .byte 0x0f, 0x01, 0xcf; sti" : : "a"(1) MORE(*p)); /* want: encls sti */
    return zero;
}
