/* SPDX-License-Identifier: MIT */
/*
 * The iret hypercall, for assembly files. It takes its arguments from the
 * stack, which must look like this (lowest address last pushed):
 *
 *        ss  rsp  rflags  cs  rip  flags  rcx  r11  rax   <- rsp
 *
 * XEN_IRET flags   expects what an exception without error code leaves once rcx
 *     and r11 are popped and all registers are restored: rip cs rflags rsp ss
 *     on the stack. It pushes the rest. flags is 0, or VGCF_in_syscall for a
 *     return to user mode that need not restore rcx and r11.
 * XEN_IRET_PAGE page, flags   does so by way of the hypercall page, whose iret
 *     stub pushes rcx, r11 and rax itself.
 */
#ifndef PVSDK_IRET_H
#define PVSDK_IRET_H

#include <xen/xen.h>

#ifdef __ASSEMBLY__
/* clang-format off */

.macro XEN_IRET flags=0
    pushq   $\flags
    push    %rcx
    push    %r11
    push    %rax
    mov     $__HYPERVISOR_iret, %eax
    syscall
.endm

.macro XEN_IRET_PAGE page, flags=0
    pushq   $\flags
    jmp     \page + 32 * __HYPERVISOR_iret
.endm

#endif

#endif
