// SPDX-License-Identifier: MIT
// Uses of macros.h: one finding for each instruction that a use makes.
#include "macros.h"

PORT(out, b)                                             /* want: out */

unsigned long uses(unsigned long *table)
{
    unsigned long flags;

    CLI();                                               /* want: cli */
    SAVE(flags);                                         /* want: pushf cli */
    TABLE("lgdt", *table);                               /* want: lgdt */
    TABLE("lidt",                                        /* want: lidt */
          *table);
    load_seg(es, flags);                                 /* want: mov_to_seg */
    asm volatile(OP_STRING);                             /* want: wbinvd */
    asm volatile(STRING(invd));                          /* want: invd */
    WAIT();                                              /* want: hlt */
    return READ_CR(2) | READ_CR(4);                      /* want: mov_from_cr2 mov_from_cr4 */
}
