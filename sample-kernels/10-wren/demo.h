// SPDX-License-Identifier: MIT
#ifndef WREN_DEMO_H
#define WREN_DEMO_H

/* Everything that this kernel can do, once; the same text every time. */
void demo(void);

#endif
