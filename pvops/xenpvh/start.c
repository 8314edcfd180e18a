// SPDX-License-Identifier: MIT
/*
 * A PVH loader is QEMU's or Xen's: CPUID says which. Under Xen the machine has
 * a CPU with page tables and interrupts of its own, and no devices; what they
 * do is done over the same shared page, events and rings as in a PV guest.
 *
 * The rule: nothing here runs on a bare machine but one CPUID.
 */
#include "xenpvh.h"

#include <xen/memory.h>

#define CPUID_FEATURES 1
#define HAS_HYPERVISOR (1u << 31) /* in ecx */
#define CPUID_HYPERVISOR 0x40000000u
#define CPUID_HYPERVISOR_END 0x40010000u

/* Xen's first leaf, "XenVMMXenVMM" in ebx, ecx, edx; 0: this is not Xen. */
static unsigned xen_leaf(void)
{
    if (!(pv_native_cpuid(CPUID_FEATURES, 0).ecx & HAS_HYPERVISOR))
        return 0;
    for (unsigned leaf = CPUID_HYPERVISOR; leaf < CPUID_HYPERVISOR_END;
         leaf += 0x100) {
        struct pv_cpuid id = pv_native_cpuid(leaf, 0);

        if (id.eax < leaf) /* nobody's: each says its last leaf there */
            return 0;
        if (id.ebx == 0x566e6558 && id.ecx == 0x65584d4d &&
            id.edx == 0x4d4d566e)
            return leaf;
    }
    return 0;
}

/* Xen writes its stubs into the page, wherever it is in the kernel's map. */
static void make_hypercall_page(unsigned leaf)
{
    pv_native_write_msr(pv_native_cpuid(leaf + 2, 0).ebx,
                        pv_kernel.virt_to_phys(pv_hypercall_page));
}

static void place_shared_page(void)
{
    unsigned long pa = pv_kernel.virt_to_phys(pv_shared_page);
    struct xen_add_to_physmap place = {
        .domid = DOMID_SELF,
        .space = XENMAPSPACE_shared_info,
        .gpfn = pa >> PAGE_SHIFT,
    };

    if (!pv_xen_ok(hypercall_memory_op(XENMEM_add_to_physmap, &place),
                   "memory_op add_to_physmap of the shared page", pa, 0,
                   "virt_to_phys is wrong for the image"))
        pv_fatal("there is no shared information page");
    pv_xen_shared = (struct shared_info *)pv_shared_page;
}

static unsigned long get_param(uint32_t index)
{
    struct hvm_param param = { .domid = DOMID_SELF, .index = index };

    pv_xen_ok(hypercall_hvm_op(HVMOP_GET_PARAM, &param), "hvm_op get_param",
              index, 0, "the toolstack did not set it");
    return param.value;
}

/* What a PV loader says in start_info, the drivers find there. */
static void describe_rings(void)
{
    static struct start_info info;

    info.store_mfn = get_param(HVM_PARAM_STORE_PFN);
    info.store_evtchn = (uint32_t)get_param(HVM_PARAM_STORE_EVTCHN);
    info.console.domU.mfn = get_param(HVM_PARAM_CONSOLE_PFN);
    info.console.domU.evtchn = (uint32_t)get_param(HVM_PARAM_CONSOLE_EVTCHN);
    pv_xen_start = &info;
}

/* Held back by the interrupt flag until the kernel has loaded its IDT. */
static void ask_for_upcalls(void)
{
    struct hvm_param param = {
        .domid = DOMID_SELF,
        .index = HVM_PARAM_CALLBACK_IRQ,
        .value = CALLBACK_BY_VECTOR | UPCALL_VECTOR,
    };

    this_vcpu()->evtchn_upcall_mask = 0; /* the flag is the CPU's */
    if (!pv_xen_ok(hypercall_hvm_op(HVMOP_SET_PARAM, &param),
                   "hvm_op set_param CALLBACK_IRQ", param.value, 0,
                   "this Xen delivers no events by vector"))
        pv_fatal("events cannot be delivered");
}

bool pv_start_on_xen_pvh(void)
{
    unsigned leaf = xen_leaf();

    if (!leaf)
        return false;
    pv_choose_xen_pvh();
    make_hypercall_page(leaf);
    place_shared_page();
    pv_window_init();
    describe_rings();
    pv_event_init();
    pv_console_init();
    pv_clock_init();
    ask_for_upcalls();
    return true;
}
