/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader to C: 32-bit protected mode without paging, on to long
 * mode at the image's linked address, with the identity map that this needs
 * (slot 0), the first 4 GiB as direct map (slot 262) and the image (slot 261).
 * x86/map.c replaces all of it but the image's tables.
 *
 * In:  eax = multiboot 1 magic, ebx = physical address of its information.
 */
#include "core/layout.h"

#define PHYS(symbol) ((symbol) - IMAGE_START + IMAGE_LOAD_ADDR)

#define MB_MAGIC 0x1badb002
#define MB_FLAGS 0x00010003 /* modules on pages, memory map, address fields */

#define PTE_P   0x001
#define PTE_RW  0x002
#define PTE_PSE 0x080

#define CR0_SETUP   0x80050033 /* PG AM WP NE ET MP PE */
#define CR4_SETUP   0x00000620 /* OSXMMEXCPT OSFXSR PAE */
#define MSR_EFER    0xc0000080
#define EFER_LME_SCE 0x101

    .section .multiboot, "a"
    .balign 4
header:
    .long MB_MAGIC, MB_FLAGS, -(MB_MAGIC + MB_FLAGS)
    .long PHYS(header), PHYS(image_start), PHYS(image_load_end)
    .long PHYS(image_end), PHYS(boot_entry)

    .section .boot.text, "ax"
    .code32
    .globl boot_entry
boot_entry:
    cli
    cld
    mov %eax, %ebp
    mov %ebx, %esi
    mov $PHYS(boot_stack_end), %esp

    /* Long mode at all? */
    mov $0x80000000, %eax
    cpuid
    cmp $0x80000001, %eax
    jb no_long_mode
    mov $0x80000001, %eax
    cpuid
    bt $29, %edx
    jnc no_long_mode

    /* 4 GiB in 2 MiB pages. */
    mov $PHYS(boot_l2), %edi
    mov $(PTE_PSE | PTE_RW | PTE_P), %eax
    mov $2048, %ecx
1:  mov %eax, (%edi)
    add $8, %edi
    add $0x200000, %eax
    loop 1b

    mov $PHYS(boot_l3), %edi
    mov $(PHYS(boot_l2) + PTE_RW + PTE_P), %eax
    mov $4, %ecx
1:  mov %eax, (%edi)
    add $8, %edi
    add $PAGE_SIZE, %eax
    loop 1b

    /* The image, in 4 KiB pages. */
    mov $PHYS(image_l1), %edi
    mov $(IMAGE_LOAD_ADDR + PTE_RW + PTE_P), %eax
    mov $PHYS(image_end) - IMAGE_LOAD_ADDR, %ecx
    shr $PAGE_SHIFT, %ecx
1:  mov %eax, (%edi)
    add $8, %edi
    add $PAGE_SIZE, %eax
    loop 1b

    movl $(PHYS(image_l1) + PTE_RW + PTE_P), PHYS(image_l2)
    movl $(PHYS(image_l1) + PAGE_SIZE + PTE_RW + PTE_P), PHYS(image_l2) + 8
    movl $(PHYS(image_l2) + PTE_RW + PTE_P), \
        PHYS(image_l3) + 8 * ((IMAGE_START >> 30) & 511)
    movl $(PHYS(boot_l3) + PTE_RW + PTE_P), PHYS(boot_l4)
    movl $(PHYS(image_l3) + PTE_RW + PTE_P), PHYS(boot_l4) + 8 * SLOT_IMAGE
    movl $(PHYS(boot_l3) + PTE_RW + PTE_P), PHYS(boot_l4) + 8 * SLOT_DIRECTMAP

    mov $CR4_SETUP, %eax
    mov %eax, %cr4
    mov $PHYS(boot_l4), %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    rdmsr
    or $EFER_LME_SCE, %eax
    wrmsr
    mov $CR0_SETUP, %eax
    mov %eax, %cr0
    lgdt PHYS(boot_gdtr)
    ljmp $8, $PHYS(long_mode)

    /* Not even a console yet: say it on the screen and on COM1. */
no_long_mode:
    mov $PHYS(no_long_mode_text), %esi
    mov $0xb8000, %edi
1:  lodsb
    test %al, %al
    jz 2f
    mov $0x3f8, %dx
    out %al, %dx
    mov $0x4f, %ah
    stosw
    jmp 1b
2:  hlt
    jmp 2b

    .code64
long_mode:
    movabs $high, %rax
    jmp *%rax
high:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %eax, %fs
    mov %eax, %gs
    lea boot_stack_end(%rip), %rsp
    mov %ebp, %edi
    mov %esi, %esi
    xor %ebp, %ebp
    call boot_setup
    ud2

no_long_mode_text:
    .asciz "(hv) this processor has no 64-bit mode\r\n"
    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00209b0000000000 /* 64-bit code */
boot_gdtr:
    .word . - boot_gdt - 1
    .long PHYS(boot_gdt), 0

    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl boot_l4, image_l3, image_l2, image_l1
boot_l4:    .skip 4096
boot_l3:    .skip 4096
boot_l2:    .skip 4 * 4096
image_l3:   .skip 4096
image_l2:   .skip 4096
image_l1:   .skip 2 * 4096
    .skip 8192
boot_stack_end:

    .section .note.GNU-stack, "", @progbits
