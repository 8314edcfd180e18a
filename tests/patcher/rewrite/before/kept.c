// SPDX-License-Identifier: MIT
void kept(void) { asm("cli"); }
