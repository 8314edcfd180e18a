// SPDX-License-Identifier: MIT
/*
 * xen_version: what the hypervisor says about itself, and vm_assist: what a
 * guest wants done for it.
 */
#include <xen/features.h>
#include <xen/version.h>
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/lib.h"
#include "core/vcpu.h"
#include "explain/log.h"

/* The version of Xen whose interface this is. */
#define XEN_MAJOR 4
#define XEN_MINOR 17

#define FEATURES                                                               \
    (1u << XENFEAT_pae_pgdir_above_4gb |                                       \
     1u << XENFEAT_mmu_pt_update_preserve_ad |                                 \
     1u << XENFEAT_highmem_assist | 1u << XENFEAT_gnttab_map_avail_bits |      \
     1u << XENFEAT_memory_op_vnode_supported | 1u << XENFEAT_direct_mapped)

#define ASSISTS                                                                \
    (1UL << VMASST_TYPE_4gb_segments |                                         \
     1UL << VMASST_TYPE_4gb_segments_notify |                                  \
     1UL << VMASST_TYPE_writable_pagetables |                                  \
     1UL << VMASST_TYPE_pae_extended_cr3 |                                     \
     1UL << VMASST_TYPE_architectural_iopl |                                   \
     1UL << VMASST_TYPE_runstate_update_flag | 1UL << VMASST_TYPE_m2p_strict)

static long give(gva_t arg, const void *from, size_t bytes)
{
    if (copy_to_guest(arg, from, bytes))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    return 0;
}

/* A text into a field of SIZE bytes, the rest zero. */
static long give_text(gva_t arg, const char *text, size_t size)
{
    char field[XEN_CAPABILITIES_INFO_LEN] = {0};

    hv_snprintf(field, sizeof(field), "%s", text);
    return give(arg, field, size);
}

static long compile_info(gva_t arg)
{
    struct xen_compile_info info = {0};

    hv_snprintf(info.compiler, sizeof(info.compiler), "%s", __VERSION__);
    hv_snprintf(info.compile_by, sizeof(info.compile_by), "parapet");
    return give(arg, &info, sizeof(info));
}

static long get_features(const struct domain *d, gva_t arg)
{
    struct xen_feature_info info;

    if (get_guest(info, arg))
        return refuse(RULE_BAD_POINTER, -EFAULT, arg.a, 0);
    if (info.submap_idx)
        return refuse(RULE_BAD_ARGUMENT, -EINVAL, info.submap_idx, 0);
    info.submap = FEATURES;
    if (!(d->vm_assist >> VMASST_TYPE_pae_extended_cr3 & 1))
        info.submap &= ~(1u << XENFEAT_pae_pgdir_above_4gb);
    return give(arg, &info, sizeof(info));
}

HYPERCALL(xen_version)
{
    gva_t arg = GVA(a2);
    xen_platform_parameters_t platform = {.virt_start = HV_VIRT_START};
    static const uint8_t handle[16];

    switch ((int)a1) {
    case XENVER_version:
        return XEN_MAJOR << 16 | XEN_MINOR;
    case XENVER_extraversion:
        return give_text(arg, "-parapet", XEN_EXTRAVERSION_LEN);
    case XENVER_compile_info:
        return compile_info(arg);
    case XENVER_capabilities:
        return give_text(arg, "xen-3.0-x86_64 ", XEN_CAPABILITIES_INFO_LEN);
    case XENVER_changeset:
        return give_text(arg, "unavailable", XEN_CHANGESET_INFO_LEN);
    case XENVER_platform_parameters:
        return give(arg, &platform, sizeof(platform));
    case XENVER_get_features:
        return get_features(current->domain, arg);
    case XENVER_pagesize:
        return a2 ? refuse(RULE_BAD_ARGUMENT, -EINVAL, a2, 0) : (long)PAGE_SIZE;
    case XENVER_guest_handle:
        return give(arg, handle, sizeof(handle));
    case XENVER_commandline:
        return give_text(arg, "<denied>", sizeof("<denied>"));
    case XENVER_build_id:
        return refuse(RULE_NOT_PRIVILEGED, -EPERM, a1, 0);
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
}

HYPERCALL(vm_assist)
{
    struct domain *d = current->domain;

    if (a2 >= 64 || !(ASSISTS >> a2 & 1))
        return refuse(RULE_NO_SUCH_ASSIST, -EINVAL, a2, 0);
    switch ((unsigned int)a1) {
    case VMASST_CMD_enable:
        __atomic_fetch_or(&d->vm_assist, 1UL << a2, __ATOMIC_RELAXED);
        return 0;
    case VMASST_CMD_disable:
        __atomic_fetch_and(&d->vm_assist, ~(1UL << a2), __ATOMIC_RELAXED);
        return 0;
    }
    return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
}
