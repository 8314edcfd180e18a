/* SPDX-License-Identifier: MIT */
#include "layout.h"
#include <pvops.h>

        .text
entry:  PV_SWAPGS
        pushq   %rax
        PV_CLI
        movq    %rsp, %rdi
        call    trap
        PV_STI                     /* a call follows */
        call    after
        popq    %rax; PV_SWAPGS; PV_IRET
idle:
        .globl  idle_end
        call    schedule
1:      PV_CLI                     /* the stack of the call */
        PV_HLT
        jmp     1b
switch_to:
        movq    %rdi, %rax
        PV_WRITE_CR3
        PV_READ_CR2
        ret
enable: PV_STI; ret
system_call_return:
        PV_SYSRET
reload: PV_LRET
system_call:
        swapgs                  /* on the user's stack */
        movq    %rsp, %gs:8
        movq    %gs:16, %rsp
        pushq   %rcx
        call    system_call_c
        popq    %rcx
        popq    %rsp
        swapgs; PV_SYSRET
