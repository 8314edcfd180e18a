# SPDX-License-Identifier: MIT
"""The mistakes that people make in a port, each as an edit of the ported wren
and the sentence that names it. test-mistakes plants them one at a time.

    (what, file, text that stands there, text of the mistake, pattern)

`file` is relative to the patched sources.

Mistakes that cannot be planted, because the library does that part: RCX and
R11 left on the stack of an entry, a user base pointer that is stale, headers
of an old interface version (undefined, it is the newest).
"""

STORE = "pv_pte_store_l1(entry, pa | flags | PTE_P);"
LOAD = "    vm_load(kernel_pml4);\n"
ALIAS = """    vm_map(kernel_pml4, 0xffffffffc0200000ul, virt_to_phys(%s), PTE_W);
    vm_load(kernel_pml4);
"""

MISTAKES = [
    ("a writable mapping of an L1", "vm.c", LOAD,
     ALIAS % "find_entry(kernel_pml4, KERNBASE, 0)",
     r"pvops: the page-table .* page .* is mapped writable at"),
    ("a writable mapping of an L4", "vm.c", LOAD, ALIAS % "kernel_pml4",
     r"pvops: the page-table .* page .* is mapped writable at"),
    ("a value that is no entry in a table", "vm.c", LOAD,
     "    ((uint64_t *)kernel_pml4)[100] = (uint64_t)kernel_pml4 | 1;\n" + LOAD,
     r"pvops: entry 100 of the level 4 table .* is it an entry\?"),
    ("no user base pointer", "vm.c", "(flags & PTE_U)", "(flags & 0)",
     r"pvops: cannot go on: a return to user mode, and no entry of the loaded"),
    ("a pseudo-physical frame in an entry", "vm.c",
     "pv_pte_store_l2(l2, new_table() | (flags & PTE_U));",
     "*l2 = new_table() | (flags & PTE_U);",
     r"pvops: .*pseudo-physical frame, not a machine frame"),
    ("native iretq", "trap.S", "PV_IRET", "iretq",
     r"pvops: a native iretq at"),
    ("a direct store to an entry", "vm.c", "pv_pte_store_l1(entry, 0);",
     "*(volatile pte_t *)entry = 0;",
     r"pvops: a store at .* page-table|\(hv\) .* [1-9]\d* page-table writes"),
    ("a guard page by the U bit", "process.c",
     "    process->heap_end = end;\n",
     "    vm_clear_user(process->pml4, start);\n    process->heap_end = end;\n",
     r"pvops: U is cleared in the entry .* guard page must be not present"),
    ("native user selectors, and no GDT", "cpu.c", "pv_load_gdt(&pointer);",
     "",
     r"pvops: ltr of selector 0x28: no GDT was loaded"),
    ("a table's page freed while it is live", "vm.c",
     "    pv_table_release(pml4);\n", "",
     r"pvops: a store at .* release a top-level table before"),
    ("pages freed before the tables are released", "vm.c",
     "    pv_table_release(pml4);\n",
     "    for (int i = 0; i < 256; i++)\n"
     "        if (pv_pte_test(&pml4[i], PTE_P))\n"
     "            free_l3(phys_to_virt(PTE_ADDR(pv_pte_load(&pml4[i]))));\n"
     "    pv_table_release(pml4);\n    return;\n",
     r"pvops: a store at .* release a top-level table before"),
    ("native cli", "cpu.h", "pv_irq_disable();",
     'asm volatile("cli" : : : "memory");', r"pvops: a native cli at"),
    ("native hlt", "cpu.h", "pv_safe_halt();",
     'pv_irq_enable(); asm volatile("hlt");', r"pvops: a native hlt at"),
    ("native mov from cr2", "cpu.h", "value = pv_read_cr2();",
     'asm volatile("mov %%cr2, %0" : "=r"(value));',
     r"pvops: a native mov from a control|\(hv\) .* [1-9]\d* instructions em"),
    ("native wrmsr", "main.c", "    timer_init();\n",
     '    timer_init();\n    asm volatile("wrmsr" : : "c"(0xc0000101), '
     '"a"(0), "d"(0));\n',
     r"pvops: a native wrmsr|\(hv\) .* [1-9]\d* instructions emulated"),
    ("native lgdt", "cpu.c", "pv_load_gdt(&pointer);",
     'asm volatile("lgdt %0" : : "m"(pointer));',
     r"pvops: a native lgdt|\(hv\) .* [1-9]\d* instructions emulated"),
    ("native port output", "timer.c", "    ticks++;\n",
     '    ticks++;\n    asm volatile("outb %b0, $0x80" : : "a"(0));\n',
     r"pvops: a native out at|\(hv\) .* [1-9]\d* instructions emulated"),
    ("no stack for entries from user mode", "cpu.c",
     "pv_kernel_stack(&tss.rsp0, top);", "tss.rsp0 = top;",
     r"pvops: cannot go on: a return to user mode, and no kernel stack"),
    ("a note's name with the wrong size", "pvops-xen.h",
     ".long 4, 9f - 8f, \\type", ".long 3, 9f - 8f, \\type",
     r"parapet run: .*note|\(hv\) .*note"),
    ("no VIRT_BASE", "pvops-xen.h",
     "PVOPS_NOTE_WORD 3, \\virt_base", "# PVOPS_NOTE_WORD 3, \\virt_base",
     r"parapet run: .*(VIRT_BASE|virtual|address)|\(hv\) .*(VIRT_BASE|virt)"),
    ("a 2 MB page", "vm.c", LOAD,
     "    pv_pte_store_l2((uint64_t *)phys_to_virt(PTE_ADDR(pv_pte_load("
     "phys_to_virt(PTE_ADDR(pv_pte_load(&kernel_pml4[511])) + 510 * 8)))) + "
     "300, 0x200000 | 0x83);\n" + LOAD,
     r"pvops: entry 300 of the level 2 table .* large page"),
    ("a system call's gate with DPL 0", "cpu.c", "0xee : 0x8e", "0x8e : 0x8e",
     r"pvops: int 0x80 in user mode .* DPL is not 3"),
    ("the kernel in user mode's table", "port/glue.c",
     "    .virt_base = KERNBASE,\n",
     "    .virt_base = KERNBASE,\n    .user_slots = 512,\n",
     r"pvops: user_slots is 512: .*user mode would have the kernel"),
    ("interrupts let in without a look at what is pending", "main.c",
     "    platform_begin();\n",
     """    for (int i = 0; i < 3; i++) {
        extern char pv_shared_page[] __attribute__((visibility("hidden")));

        irq_disable();
        for (uint64_t end = pv_time_ns() + 30000000; pv_time_ns() < end;)
            ;
        *(volatile char *)&pv_shared_page[1] = 0;
        inb(0x21);
    }
    platform_begin();
""",
     r"pvops: interrupts were let in without a look at what was pending"),
    ("no timer before waiting", "main.c", "    timer_init();\n",
     "", r"pvops: hlt with no timer armed"),
]
