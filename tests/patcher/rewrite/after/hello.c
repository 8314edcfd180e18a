// SPDX-License-Identifier: MIT
void hello(void) { asm("int $0x80; hlt"); }
