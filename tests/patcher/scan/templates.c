// SPDX-License-Identifier: MIT
// However a template is put together, each instruction is found in it; a part
// that is no string here is said ("unread").
#define STR(x) #x
#define XSTR(x) STR(x)
#define WIDTH "b"
#define STOP cli
#define STOP_ALL STOP
#define LINE(x) asm volatile(#x)
#define TWO(a, b) asm volatile(STR(a) "\n\t" XSTR(b))
#define END "\n\t"
#define LOAD(n, v) asm volatile("mov %0, %%cr" #n :: "r"(v))

void pieces(unsigned short port, unsigned char byte, unsigned long word)
{
    asm volatile(/* want: cli */ "cl\
i");
    asm volatile("nop" /* and */ "\n\t" // then
                 "hlt");                           /* want: hlt */
    asm volatile("out" WIDTH " %0, %1" :: "a"(byte), "d"(port)); /* want: out */
    asm volatile("" "c" "l" /* i */ "i" "");       /* want: cli */
    asm volatile("push" "f" END "pop %0" : "=r"(word));  /* want: pushf */
    asm volatile("in\x76lpg (%0)" :: "r"(word));   /* want: invlpg */
    asm volatile("\163ti");                        /* want: sti */
    asm volatile("nop; \
                  hlt");                           /* want: hlt */
}

void made(unsigned long word)
{
    asm volatile(XSTR(STOP));                      /* want: cli */
    asm volatile(XSTR(STOP_ALL));                  /* want: cli */
    asm volatile(STR(lgdt (%0)) :: "r"(word));     /* want: lgdt */
    LINE(sti);                                     /* want: sti */
    TWO(clts, wbinvd);                             /* want: clts wbinvd */
    LOAD(3, word);                                 /* want: mov_to_cr3 */
}

void unknown(void)
{
    asm volatile(NOBODY_DEFINES_IT);               /* unread */
    asm volatile("hlt\n" NOR_THIS "nop");          /* want: hlt, unread */
    asm volatile(u8"nop");                         /* unread */
}
