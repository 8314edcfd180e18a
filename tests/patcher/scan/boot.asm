; SPDX-License-Identifier: MIT
; NASM: scanned, never rewritten.
%macro quiet 0
        cli                             ; want: cli
%endmacro
%macro gate 2
gate%1: cli                             ; want: cli
%%own:  mov %2, eax
%endmacro
bits 16                                 ; want: real_mode
start:  cli                             ; want: cli
        lgdt [table]                    ; want: lgdt
        mov eax, cr0                    ; want: mov_from_cr0
        mov cr0, eax                    ; want: mov_to_cr0
        jmp 8:next                      ; want: far_jump
bits 32
next:   mov ds, ax                      ; want: mov_to_seg
        out 0x20, al                    ; want: out
        quiet                           ; want: cli
        mov eax, [cr0_copy]             ; sti
        int 0x80                        ; want: int_n
        o64 iret                        ; want: iret
        iretq                           ; want: iret
cr0_copy: dd 0
        gate 3, cr3                     ; want: cli mov_to_cr3
        times 4 hlt                     ; want: hlt
