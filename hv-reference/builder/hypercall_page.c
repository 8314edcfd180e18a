// SPDX-License-Identifier: MIT
/*
 * The hypercall page. SYSCALL destroys rcx and r11, so each stub keeps them:
 *
 *     push %rcx; push %r11; mov $NR, %eax; syscall; pop %r11; pop %rcx; ret
 *
 * iret does not come back and hands over rax, r11 and rcx on the stack:
 *
 *     push %rcx; push %r11; push %rax; mov $23, %eax; syscall
 */
#include "builder/hypercall_page.h"

#include <xen/xen.h>

#include "core/lib.h"

#define STUB_SIZE 32

static void write_stub(uint8_t *to, uint32_t nr)
{
    static const uint8_t before[] = {0x51, 0x41, 0x53, 0xb8};
    static const uint8_t after[] = {0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3};

    memcpy(to, before, sizeof(before));
    memcpy(to + sizeof(before), &nr, sizeof(nr));
    memcpy(to + sizeof(before) + sizeof(nr), after, sizeof(after));
}

static void write_iret_stub(uint8_t *to)
{
    static const uint8_t before[] = {0x51, 0x41, 0x53, 0x50, 0xb8};
    static const uint8_t after[] = {0x0f, 0x05};
    uint32_t nr = __HYPERVISOR_iret;

    memcpy(to, before, sizeof(before));
    memcpy(to + sizeof(before), &nr, sizeof(nr));
    memcpy(to + sizeof(before) + sizeof(nr), after, sizeof(after));
}

void write_hypercall_page(uint8_t *page)
{
    uint32_t nr;

    memset(page, 0xcc, PAGE_SIZE); /* int3: a jump to nowhere is noticed */
    for (nr = 0; nr < PAGE_SIZE / STUB_SIZE; nr++) {
        if (nr == __HYPERVISOR_iret)
            write_iret_stub(page + nr * STUB_SIZE);
        else
            write_stub(page + nr * STUB_SIZE, nr);
    }
}
