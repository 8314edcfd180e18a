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
1:      hlt
        jmp     1b
switch_to:
        movq    %rdi, %rax
        movq    %rax, %cr3
        movq    %cr2, %rax
        ret
system_call_return:
        sysretq
reload: lretq
