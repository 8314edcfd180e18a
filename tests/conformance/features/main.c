// SPDX-License-Identifier: MIT
/*
 * XENVER_get_features: what a 64-bit PV guest may rely on, and must not.
 *
 * conform: reference dom0 domU
 * requires: FEAT-1 FEAT-2 FEAT-3 FEAT-4 FEAT-5
 */
#include "conform.h"

void test(void)
{
    struct xen_feature_info f = {0, 0};
    uint32_t map;

    works(hypercall_xen_version(XENVER_get_features, &f), "submap 0");
    map = f.submap;
    print("# submap 0: %08x\n", map);
    check_equal(map & 0xf, 0,
                "tables are not writable, frames not translated, ring not 0");
    check_equal(map >> XENFEAT_mmu_pt_update_preserve_ad & 1, 1,
                "mmu_pt_update_preserve_ad");
    check_equal(map >> XENFEAT_highmem_assist & 1, 1, "highmem_assist");
    check_equal(map >> XENFEAT_gnttab_map_avail_bits & 1, 1,
                "gnttab_map_avail_bits");
    check_equal(map >> XENFEAT_hvm_callback_vector & 7, 0,
                "nothing that is for HVM guests");
    check_equal(map >> XENFEAT_dom0 & 1, is_dom0(), "dom0 tells what we are");
    check_equal((map >> XENFEAT_direct_mapped & 1) +
                    (map >> XENFEAT_not_direct_mapped & 1),
                1, "either direct_mapped or not_direct_mapped");
    f = (struct xen_feature_info){1, 0xdead};
    refused(hypercall_xen_version(XENVER_get_features, &f), XEN_EINVAL,
            "a submap behind the last one");
    check_equal(f.submap, 0xdead, "and nothing is written");
    refused(hypercall_xen_version(XENVER_get_features, (void *)1), XEN_EFAULT,
            "a structure that is not mapped");
}
