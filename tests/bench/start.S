/* SPDX-License-Identifier: MIT */
/*
 * Entry, the measuring loop, user mode, and the handlers that stand at the
 * other end of an exception, a system call and an event.
 *
 * Every instruction of the handlers is in a figure, so they do only what any
 * kernel must: take rcx and r11 off the stack, do their one thing, and ask for
 * iret. A frame as the hypervisor leaves it, lowest address first:
 *
 *      rcx  r11  [error code]  rip  cs | saved mask << 32  rflags  rsp  ss
 */
#include <pvsdk/iret.h>
#include <pvsdk/note.h>

XEN_NOTE_TEXT(XEN_ELFNOTE_GUEST_OS, "bench")
XEN_NOTE_TEXT(XEN_ELFNOTE_LOADER, "generic")
XEN_NOTE_TEXT(XEN_ELFNOTE_XEN_VERSION, "xen-3.0")
XEN_NOTE_WORD(XEN_ELFNOTE_VIRT_BASE, 0)
XEN_NOTE_WORD(XEN_ELFNOTE_ENTRY, _start)
XEN_NOTE_WORD(XEN_ELFNOTE_HYPERCALL_PAGE, hypercall_page)

    .text
    .globl  _start
_start:
    rdtsc                   /* before anything else: figure "boot" */
    shl     $32, %rdx
    or      %rax, %rdx
    mov     %rsi, %rdi
    mov     %rdx, %rsi
    cld
    lea     main_stack_top(%rip), %rsp
    call    bench_main
    ud2

    /* uint64_t run_loop(operation_t op, unsigned int count) */
    .globl  run_loop
run_loop:
    push    %rbx
    push    %rbp
    push    %r12
    mov     %rdi, %rbp
    mov     %esi, %ebx
    rdtsc
    shl     $32, %rdx
    or      %rdx, %rax
    mov     %rax, %r12
1:  call    *%rbp
    dec     %ebx
    jnz     1b
    rdtsc
    shl     $32, %rdx
    or      %rdx, %rax
    sub     %r12, %rax
    pop     %r12
    pop     %rbp
    pop     %rbx
    ret

    .globl  op_nothing
op_nothing:
    ret

    /*
     * User mode: the kernel's registers are left in kernel_rsp's stack, a frame
     * made that iret takes to user mode, and run_loop called there. Then int3,
     * whose handler (in kernel mode again) takes the kernel's registers back.
     */
    .globl  run_loop_in_user_mode
run_loop_in_user_mode:
    push    %rbx
    push    %rbp
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    mov     %rsp, kernel_rsp(%rip)
    pushq   $FLAT_USER_SS
    lea     user_stack_top(%rip), %rax
    push    %rax
    pushq   $2              /* upcalls stay masked */
    pushq   $FLAT_USER_CS
    lea     in_user_mode(%rip), %rax
    push    %rax
    XEN_IRET_PAGE hypercall_page
in_user_mode:
    call    run_loop
    int3

    .globl  trap_leave_user
trap_leave_user:
    mov     kernel_rsp(%rip), %rsp
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbp
    pop     %rbx
    ret

    /* A load from nowhere, and the handler that goes on behind it. */
    .globl  op_read_missing
op_read_missing:
    mov     $MISSING, %ecx
    mov     (%rcx), %al
    ret
    .set    MISSING_LENGTH, 2
    .globl  MISSING
    .set    MISSING, 0x7ffff000

    .globl  trap_page_fault
trap_page_fault:
    pop     %rcx
    pop     %r11
    add     $8, %rsp        /* the error code */
    addq    $MISSING_LENGTH, (%rsp)
    XEN_IRET_PAGE hypercall_page

    .globl  op_user_syscall
op_user_syscall:
    syscall
    ret

    .globl  callback_syscall
callback_syscall:
    pop     %rcx
    pop     %r11
    XEN_IRET_PAGE hypercall_page, VGCF_in_syscall

    .globl  op_iret
op_iret:
    mov     %rsp, %rax
    pushq   $FLAT_KERNEL_SS
    push    %rax
    pushq   $2              /* upcalls stay masked */
    pushq   $FLAT_KERNEL_CS & ~3    /* RPL 3 would be user mode */
    pushq   $1f
    XEN_IRET_PAGE hypercall_page
1:  ret

    /* Takes the one event that there can be. */
    .globl  callback_event
callback_event:
    pop     %rcx
    pop     %r11
    movb    $0, shared_page + VCPU_PENDING(%rip)
    movq    $0, shared_page + VCPU_PENDING_SEL(%rip)
    movq    $0, shared_page + EVTCHN_PENDING(%rip)
    XEN_IRET_PAGE hypercall_page
    .set    VCPU_PENDING, 0
    .set    VCPU_PENDING_SEL, 8
    .set    EVTCHN_PENDING, 32 * 64

    .globl  callback_failsafe
callback_failsafe:
    ud2

    /* "ud2, xen" before cpuid: the hypervisor's answer, not the processor's. */
    .macro  FORCED_CPUID leaf
    push    %rbx
    mov     $\leaf, %eax
    xor     %ecx, %ecx
    .byte   0x0f, 0x0b, 0x78, 0x65, 0x6e
    cpuid
    pop     %rbx
    ret
    .endm
    .globl  op_cpuid_0, op_cpuid_1
op_cpuid_0:
    FORCED_CPUID 0
op_cpuid_1:
    FORCED_CPUID 1

    .set    FS_BASE, 0xc0000100
    .globl  op_rdmsr, op_wrmsr, op_read_cr0, op_outb
op_rdmsr:
    mov     $FS_BASE, %ecx
    rdmsr
    ret
op_wrmsr:
    mov     $FS_BASE, %ecx
    xor     %eax, %eax
    xor     %edx, %edx
    wrmsr
    ret
op_read_cr0:
    mov     %cr0, %rax
    ret
op_outb:
    out     %al, $0x80
    ret

    .balign 4096
    .globl  hypercall_page
hypercall_page:
    .fill   4096, 1, 0xcc

    .bss
kernel_rsp:
    .skip   8
    .balign 4096
    .skip   8192
main_stack_top:
    .skip   4096
    .globl  kernel_stack_top
kernel_stack_top:
    .skip   4096
user_stack_top:

    .section .note.GNU-stack, "", @progbits
