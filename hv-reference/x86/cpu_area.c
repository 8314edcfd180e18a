// SPDX-License-Identifier: MIT
/*
 * Makes a CPU's own pages (cpu_area.h), among them the stub where SYSCALL
 * lands: there is no register to spare then, no stack, and neither FS nor GS
 * is the hypervisor's, so the stub's addresses are written into its code.
 */
#include "core/cpu.h"
#include "core/memory/frame.h"
#include "core/hw.h"
#include "core/lib.h"
#include "x86/cpu_area.h"
#include "x86/entry.h"
#include "x86/paging.h"

static mfn_t gdt_frame[MAX_CPUS];

struct cpu *cpu_of(unsigned int cpu)
{
    return (struct cpu *)(CPU_AREA(cpu) + CPU_AREA_STACK + CPU_STACK_SIZE) - 1;
}

mfn_t cpu_gdt_frame(unsigned int cpu)
{
    return gdt_frame[cpu];
}

static mfn_t add_pages(uint64_t va, unsigned int n, uint64_t flags)
{
    mfn_t mfn = boot_frames(n);

    map_range(va, mfn_to_maddr(mfn).a, n * PAGE_SIZE, flags);
    return mfn;
}

/* The 4-byte displacement at CODE that makes its instruction reach TARGET. */
static uint8_t *put_displacement(uint8_t *code, uint64_t code_va,
                                 uint64_t target)
{
    int32_t displacement = (int32_t)(target - (code_va + 4));

    memcpy(code, &displacement, 4);
    return code + 4;
}

/*
 *     mov  %rsp, cpu->scratch[0](%rip)
 *     movabs $cpu, %rsp
 *     jmp  TARGET
 */
static void write_stub(uint8_t *page, unsigned int offset, unsigned int cpu,
                       const void *target)
{
    uint64_t page_va = CPU_AREA(cpu) + CPU_AREA_STUB;
    uint64_t stack = (uint64_t)cpu_of(cpu);
    uint8_t *p = page + offset;

#define HERE (page_va + (uint64_t)(p - page))
    *p++ = 0x48, *p++ = 0x89, *p++ = 0x25;
    p = put_displacement(p, HERE, (uint64_t)&cpu_of(cpu)->scratch[0]);
    *p++ = 0x48, *p++ = 0xbc;
    memcpy(p, &stack, 8);
    p += 8;
    *p++ = 0xe9;
    put_displacement(p, HERE, (uint64_t)target);
#undef HERE
}

void cpu_area_init(unsigned int cpu)
{
    uint64_t va = CPU_AREA(cpu);
    uint8_t *stub;

    if (cpu >= MAX_CPUS)
        panic("CPU %u is more than this build handles", cpu);
    stub = map_frame(add_pages(va + CPU_AREA_STUB, 1, MAP_TEXT));
    gdt_frame[cpu] = add_pages(va + CPU_AREA_GDT, 1, MAP_DATA);
    add_pages(va + CPU_AREA_TSS, 1, MAP_DATA);
    for (unsigned int ist = 1; ist <= IST_LAST; ist++)
        add_pages(va + CPU_AREA_IST(ist), 1, MAP_DATA);
    add_pages(va + CPU_AREA_STACK, CPU_STACK_SIZE / PAGE_SIZE, MAP_DATA);

    write_stub(stub, STUB_SYSCALL64, cpu, entry_syscall);
    write_stub(stub, STUB_SYSCALL32, cpu, entry_syscall32);
    cpu_of(cpu)->id = cpu;
    cpu_of(cpu)->timer = ~0ul;
}
