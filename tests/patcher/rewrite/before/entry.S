/* SPDX-License-Identifier: MIT */
#include "layout.h"

        .text
entry:  swapgs
        pushq   %rax
        cli
        movq    %rsp, %rdi
        call    trap
        sti                     /* a call follows */
        call    after
        popq    %rax; swapgs; iretq
idle:
        .globl  idle_end
        call    schedule
1:      cli                     /* the stack of the call */
        hlt
        jmp     1b
switch_to:
        movq    %rdi, %rax
        movq    %rax, %cr3
        movq    %cr2, %rax
        ret
enable: sti; ret
system_call_return:
        sysretq
reload: lretq
system_call:
        swapgs                  /* on the user's stack */
        movq    %rsp, %gs:8
        movq    %gs:16, %rsp
        pushq   %rcx
        call    system_call_c
        popq    %rcx
        popq    %rsp
        swapgs; sysretq
