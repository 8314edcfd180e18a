// SPDX-License-Identifier: MIT
// Must refuse: string instructions whose registers are not all accounted for.
#include "types.h"

void strings(u16 port, u8 *at, u64 count, u16 few, u32 low)
{
    /* refuse: it changes a register, and no output says so */
    asm volatile("rep insb" :: "D"(at), "c"(count), "d"(port) : "memory");
    /* refuse: it changes a register, and no output says so */
    asm volatile("rep outsb" : "+S"(at) : "c"(count), "d"(port));
    /* refuse: its address and count are not operands */
    asm volatile("rep outsw" : "+c"(count) : "d"(port));
    /* refuse: its form is not understood */
    asm volatile("insl" : "+D"(at) : "d"(port) : "memory");
    /* refuse: its port is not proven to be in DX */
    asm volatile("rep insl" : "+D"(at), "+c"(count) :: "memory");
    /* refuse: its address or count is not as wide as the register */
    asm volatile("rep insl" : "+D"(at), "+c"(few) : "d"(port) : "memory");
    /* refuse: its address or count is not as wide as the register */
    asm volatile("rep insl" : "+D"(low), "+c"(count) : "d"(port) : "memory");
    /* refuse: its operands' types are not known here */
    asm volatile("rep insl" : "+D"(not_declared), "+c"(count) : "d"(port));
    /* refuse: an output's place has side effects */
    asm volatile("rep insb" : "=D"(*(u8 **)at++), "+c"(count)
                 : "0"(at), "d"(port));
    /* refuse: an operand has no role that is understood */
    asm volatile("rep insb" : "+D"(at), "+c"(count) : "d"(port), "a"(low));
    /* refuse: the statement does other things as well */
    asm volatile("cli; rep insb" : "+D"(at), "+c"(count) : "d"(port));
    /* refuse: what it pushes is not popped by the next */
    asm volatile("pushfq; cli; rep insb" : "+D"(at), "+c"(count) : "d"(port));
    /* refuse: its form is not understood */
    asm volatile("insb; rep" : "+D"(at), "+c"(count) : "d"(port));
    /* refuse: it has a lock prefix */
    asm volatile("lock cli");
}
