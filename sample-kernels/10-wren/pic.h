// SPDX-License-Identifier: MIT
/* The two 8259 interrupt controllers. */
#ifndef WREN_PIC_H
#define WREN_PIC_H

void pic_init(void);
void pic_unmask(int line);
void pic_end_of_interrupt(int line);

#endif
