/* SPDX-License-Identifier: MIT
 * Must refuse: flags that live, other registers, other modes, macros. */
        .text
flags_live:
        cmpq    $1, %rdi
        cli                     /* refuse: the flags are not proven dead */
        je      1f
        ret
1:      testq   %rsi, %rsi
        sti                     /* refuse: the flags are not proven dead */
        setz    %al
        ret
unknown:
        cli                     /* refuse: the flags are not proven dead */
        jmp     *%rax
directive:
        cli                     /* refuse: the flags are not proven dead */
        .byte   0x74, 0x00
other_register:
        movq    %cr2, %rbx      /* refuse: the macro reads it into RAX alone */
        movq    %rbx, %cr3      /* refuse: the macro takes it in RAX alone */
        ret
        .macro quiet
        cli                     /* refuse: it stands in a macro */
        .endm
use:
        quiet                   /* refuse: quiet is not rewritten */
        ret
no_macro:
        lgdt    table(%rip)     /* refuse: the library has no macro for it */
        movq    %gs:0, %rax     /* refuse: the patcher does not change how */
        iretl                   /* refuse: it is not the 64-bit form */
same_line:
        cli; je 1f              /* refuse: the flags are not proven dead */
1:      pushq   %rax
        sti                     /* refuse: the flags are not proven dead */
        /* what does not
           test the flags */
        je      1f
        cli                     /* refuse: the flags are not proven dead */
#ifdef SOMETIMES
        testq   %rax, %rax
#endif
1:      setz    %al
        ret
compared:
        testq   %rdi, %rdi
        sti                     /* refuse: the flags are not proven dead */
        ret
other_flags:
        pushq   %rax
        cli                     /* refuse: the flags are not proven dead */
        push_all
        call    trap
system_call:
        cli                     /* refuse: the stack is not proven */
        movq    %rsp, %gs:8
        movq    %gs:16, %rsp
        movq    %cr2, %rax      /* refuse: the stack is not proven */
        movq    %rax, %cr3      /* refuse: the stack is not proven */
        subq    %rbx, %rbx
        jmp     *%rbx
system_call_end:
        popq    %rcx
        popq    %rsp
        cli                     /* refuse: the stack is not proven */
        swapgs                  /* refuse: the stack is not proven */
        subq    %rax, %rax
        jmp     *%rax
red_zone:
        pushq   %rbx
        movq    %rdi, -8(%rsp)
        cli                     /* refuse: the stack is not proven */
        movq    -8(%rsp), %rax
        call    8(%rsp)
no_stack_yet:
        cli                     /* refuse: the stack is not proven */
1:      hlt                     /* refuse: the stack is not proven */
        jmp     1b
other_way_in:
        pushq   %rax
        jmp     1f
        popq    %rax
1:      cli                     /* refuse: the stack is not proven */
        jmp     1b
switched:
        pushq   %rax
        switch_stack
        cli                     /* refuse: the stack is not proven */
        subq    %rax, %rax
        jmp     *%rax
wait:
        pushq   %rax
        sti                     /* refuse: no interrupt may come between */
        hlt                     /* refuse: no interrupt may come between */
        ret
        .code32
        cli                     /* refuse: it runs in 16 or 32 bits */
        ret
        .code16
        hlt                     /* refuse: it runs in 16 or 32 bits */
