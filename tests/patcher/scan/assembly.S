/* SPDX-License-Identifier: MIT
 * gas with cpp and its own macros. */
#define DISABLE cli                     /* want: cli */
#define LEAVE   addq $8, %rsp; iretq    /* want: iret */

        .macro load_table insn, where=table
        \insn \where(%rip)
        .endm
        .macro quiet
        cli                             /* want: cli */
        .endm

        .code16                         # want: real_mode
start:  cli                             # want: cli
        lgdt    table                   # want: lgdt
        movl    %cr0, %eax              # want: mov_from_cr0
        orl     $1, %eax
        movl    %eax, %cr0              # want: mov_to_cr0
        ljmp    $8, $1f                 # want: far_jump
        .code32
1:      movw    %ax, %ds; movw %ax, %ss /* want: mov_to_seg mov_to_seg */
        in      $0x64, %al              # want: in
        outb    %al, $0x64              # want: out
        .code64
entry:  swapgs                          # want: swapgs
        rep insb                        # want: ins
        .byte   0x0f, 0x01, 0xf8        # want: swapgs
        .byte   1, 2
        rep/nop                         # cli
        DISABLE                         # want: cli
        quiet                           # want: cli
        load_table lidt                 # want: lidt
        load_table lgdt, other          # want: lgdt
        movq    %gs:0, %rax             # want: percpu_segment
        movq    %rax, %cr3              // want: mov_to_cr3
        pushfq                          /* want: pushf */
        call    in
        leaq    cli(%rip), %rax
        LEAVE                           # want: iret
        .macro  either old, new
        \old
        \new
        .endm
        either  "nop", "wbinvd"         # want: wbinvd
        either  "", ".byte 0x0f, 0x08"  # want: invd
        .intel_syntax noprefix
        mov     cr3, rax                # want: mov_to_cr3
        jmp     far ptr [rax]           # want: far_jump
        .att_syntax prefix
        sysretq                         # want: sysret
        .ascii  "cli; sti # not code"
#if 0
        hlt                             # want: hlt(dead)
#endif

# What repeats: a line with the value in it is another one for each value.
        .rept 3
        hlt                             # want: hlt
        .endr
        .irp reg, %rax, %rbx
        mov \reg, %cr3                  # want: mov_to_cr3
        nop
        .endr
        .irp what, cli, "sti"
        \what                           # want: cli sti
        .endr
        .irpc n, 067
        mov %dr\n, %rax                 # want: mov_from_dr
        .endr
        .macro in_turn
        .irp each, clts, wbinvd
        \each                           # want: clts wbinvd
        .endr
        .endm
        in_turn                         # want: clts wbinvd
