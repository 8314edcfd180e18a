// SPDX-License-Identifier: MIT
// Registers of the processor, its I/O ports, and what assists the guest asks.
#include "random.h"

#include <xen/physdev.h>

extern char kernel_stack_top[];
void trap_init(void);

void machine_reset(void)
{
    static const unsigned char assists[] = {0, 1, 2, 3, 4, 5, 32};
    struct physdev_set_iopl iopl = {0};
    struct physdev_set_iobitmap bitmap = {.nr_ports = 0};
    struct callback_unregister nmi = {CALLBACKTYPE_nmi, 0};

    for (unsigned int i = 0; i < sizeof(assists); i++)
        hypercall_vm_assist(VMASST_CMD_disable, assists[i]);
    instructions_reset();
    hypercall_set_debugreg(7, 0);
    for (int i = 0; i < 4; i++)
        hypercall_set_debugreg(i, 0);
    hypercall_set_debugreg(6, 0);
    hypercall_fpu_taskswitch(0);
    for (int i = 0; i < 3; i++)
        hypercall_set_segment_base(i, 0);
    hypercall_set_segment_base(SEGBASE_GS_USER_SEL, 0);
    hypercall_stack_switch(FLAT_KERNEL_SS, (unsigned long)kernel_stack_top);
    hypercall_physdev_op(PHYSDEVOP_set_iopl, &iopl);
    hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &bitmap);
    hypercall_callback_op(CALLBACKOP_unregister, &nmi);
    hypercall_set_trap_table(NULL);
    trap_init();
    hypercall_set_gdt(NULL, 0);
    if (mmuext_one(MMUEXT_SET_LDT, 0, 0) ||
        mmuext_one(MMUEXT_NEW_BASEPTR, page_mfn((void *)start->pt_base), 0) ||
        mmuext_one(MMUEXT_NEW_USER_BASEPTR, 0, 0))
        error("the tables of the start cannot be had again");
    hypercall_set_timer_op(0);
    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    hypercall_vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL);
}

/* Breakpoints lie where nothing of this kernel's is. */
static uint64_t draw_breakpoint(void)
{
    static const uint64_t places[] = {0,
                                      0x1000,
                                      0x00007fffffffffff,
                                      0x0000800000000000,
                                      0x00007ffffffffff8,
                                      0xffff7fffffffffff,
                                      0xffff800000000000,
                                      0xffff830000001000,
                                      0xffff87ffffffffff,
                                      0xffff880000000000,
                                      0xfffffffffffffff8,
                                      ~0UL};

    return PICK(places);
}

void random_debugreg(void)
{
    static const uint64_t odd[] = {0x100, 0x2000,    0x800, 0xffff0ff0,
                                   ~0UL,  1UL << 32, 0x400};
    int reg = one_in(12) ? (one_in(2) ? -1 : 8 + (int)draw(9)) : (int)draw(8);
    uint64_t value = draw_breakpoint();

    if (one_in(2)) {
        long rc;

        say("get_debugreg %d", reg);
        rc = hypercall_get_debugreg(reg);
        answer("get_debugreg", rc);
        return;
    }
    if (reg >= 4)
        value = one_in(2)   ? PICK(odd)
                : one_in(2) ? 0x400
                            : 1UL << draw(32) | draw(256);
    say("set_debugreg %d = %lx", reg, value);
    answer("set_debugreg", hypercall_set_debugreg(reg, value));
}

void random_segment_base(void)
{
    static const char *const names[] = {
        "set_segment_base FS", "set_segment_base GS_USER",
        "set_segment_base GS_KERNEL", "set_segment_base GS_USER_SEL",
        "set_segment_base 4"};
    static const uint64_t odd[] = {0x8000000000000000,
                                   0x0000800000000000,
                                   0xffff7fffffffffff,
                                   0xffff830000001000,
                                   0xe02b,
                                   0xe033,
                                   8,
                                   0xffff,
                                   0x10007};
    unsigned int which = draw(5);
    uint64_t base = one_in(2) ? PICK(odd) : (uint64_t)draw(1000000);

    say("set_segment_base %u = %lx", which, base);
    answer(names[which], hypercall_set_segment_base(which, base));
}

void random_stack_switch(void)
{
    static const unsigned long selectors[] = {
        FLAT_KERNEL_SS, 0, 3, 0xe028, 8, 0xffff, 0xe033, 0x10000};
    unsigned long ss = PICK(selectors), sp = draw_breakpoint();

    say("stack_switch %lx %lx", ss, sp);
    answer("stack_switch", hypercall_stack_switch(ss, sp));
}

void random_fpu_taskswitch(void)
{
    int set = draw(3);

    say("fpu_taskswitch %d", set);
    answer("fpu_taskswitch", hypercall_fpu_taskswitch(set));
}

void random_vm_assist(void)
{
    static const unsigned int odd[] = {6, 31, 33, 63, 64, ~0u, 32};
    unsigned int cmd = one_in(12) ? 2 + draw(5) : draw(2);
    unsigned int type = one_in(4) ? PICK(odd) : draw(6);

    say("vm_assist %u %u", cmd, type);
    answer(cmd == 0   ? "vm_assist enable"
           : cmd == 1 ? "vm_assist disable"
                      : "vm_assist 2",
           hypercall_vm_assist(cmd, type));
}

/* --- physdev_op --- */

static const struct {
    unsigned int cmd;
    const char *name;
} physdev[] = {
    {PHYSDEVOP_set_iopl, "physdev_op set_iopl"},
    {PHYSDEVOP_set_iopl, "physdev_op set_iopl"},
    {PHYSDEVOP_set_iobitmap, "physdev_op set_iobitmap"},
    {PHYSDEVOP_set_iobitmap, "physdev_op set_iobitmap"},
    {0, "physdev_op 0"},
    {PHYSDEVOP_IRQ_UNMASK_NOTIFY, "physdev_op IRQ_UNMASK_NOTIFY"},
    {PHYSDEVOP_irq_status_query, "physdev_op irq_status_query"},
    {PHYSDEVOP_apic_read, "physdev_op apic_read"},
    {PHYSDEVOP_apic_write, "physdev_op apic_write"},
    {PHYSDEVOP_alloc_irq_vector, "physdev_op alloc_irq_vector"},
    {PHYSDEVOP_free_irq_vector, "physdev_op free_irq_vector"},
    {PHYSDEVOP_eoi, "physdev_op eoi"},
    {PHYSDEVOP_map_pirq, "physdev_op map_pirq"},
    {PHYSDEVOP_unmap_pirq, "physdev_op unmap_pirq"},
    {PHYSDEVOP_manage_pci_add, "physdev_op manage_pci_add"},
    {PHYSDEVOP_manage_pci_remove, "physdev_op manage_pci_remove"},
    {PHYSDEVOP_restore_msi, "physdev_op restore_msi"},
    {PHYSDEVOP_manage_pci_add_ext, "physdev_op manage_pci_add_ext"},
    {PHYSDEVOP_setup_gsi, "physdev_op setup_gsi"},
    {PHYSDEVOP_get_free_pirq, "physdev_op get_free_pirq"},
    {PHYSDEVOP_pci_mmcfg_reserved, "physdev_op pci_mmcfg_reserved"},
    {PHYSDEVOP_pci_device_add, "physdev_op pci_device_add"},
    {PHYSDEVOP_pci_device_remove, "physdev_op pci_device_remove"},
    {PHYSDEVOP_restore_msi_ext, "physdev_op restore_msi_ext"},
    {PHYSDEVOP_dbgp_op, "physdev_op dbgp_op"},
    {PHYSDEVOP_prepare_msix, "physdev_op prepare_msix"},
    {PHYSDEVOP_release_msix, "physdev_op release_msix"},
    {40, "physdev_op 40"},
};

void random_physdev_op(void)
{
    static uint64_t arg[16];
    static uint64_t bitmap[1024];
    unsigned int i = draw(sizeof(physdev) / sizeof(*physdev));
    const char *at, *map = "";
    void *where;

    fill(arg, 0, sizeof(arg));
    if (physdev[i].cmd == PHYSDEVOP_get_free_pirq && !one_in(8))
        i = 0; /* `free-pirq` differs */
    arg[0] = draw(6);
    if (physdev[i].cmd == PHYSDEVOP_map_pirq ||
        physdev[i].cmd == PHYSDEVOP_unmap_pirq) {
        arg[0] = draw_domain(&map) | (uint64_t)draw(6) << 32;
        arg[4] = one_in(2); /* map's table of vectors */
    }
    if (physdev[i].cmd == PHYSDEVOP_set_iobitmap) {
        arg[0] = (unsigned long)draw_pointer(bitmap, &map);
        arg[1] = one_in(3) ? 65536 + draw(2) : draw(65537);
    }
    if (physdev[i].cmd == PHYSDEVOP_restore_msi ||
        physdev[i].cmd == PHYSDEVOP_restore_msi_ext)
        arg[0] |= 0xff; /* no machine has a device there */
    where = draw_pointer(arg, &at);
    say("%s %lx %lx %s %s", physdev[i].name,
        physdev[i].cmd == PHYSDEVOP_set_iobitmap ? 0
        : arg[0] >> 32                           ? arg[0] >> 32
                                                 : arg[0],
        arg[1], map, at);
    answer(physdev[i].name, hypercall_physdev_op(physdev[i].cmd, where));
}
