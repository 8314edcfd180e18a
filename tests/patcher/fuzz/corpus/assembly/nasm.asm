; odd
%macro g 2
i%1: cli
%%l: mov %2,eax
%endmacro
bits 16
g 1,cr0
times 2 hlt
jmp 8:x
