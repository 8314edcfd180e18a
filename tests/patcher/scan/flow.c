// SPDX-License-Identifier: MIT
// What lgdt's operand leads to, and what it must not lead to: a wrapper's head
// is no call of it, and a cast's type is no variable.
struct slot;
typedef unsigned long word;

void load_table(struct slot *p, int size)
{
    volatile unsigned short pd[5];

    pd[0] = size - 1;
    pd[1] = (word)p;
    asm volatile("lgdt (%0)" :: "r"(pd)); // want: lgdt
}

void begin(void)
{
    static unsigned long made[8];

    made[1] = 0x00af9a000000ffff; // want: gdt_store
    load_table((struct slot *)made, sizeof(made));
}

void other(unsigned long *p, word *q)
{
    p[0] = 1;
    q[0] = 2;
}
