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
        .code32
        cli                     /* refuse: it runs in 16 or 32 bits */
        ret
        .code16
        hlt                     /* refuse: it runs in 16 or 32 bits */
