#define R(x) mov x,%cr0
.code16
ljmp $8,$1f
.intel_syntax noprefix
out dx,al
.att_syntax
R(%eax)
.byte 0x0f,0x30
