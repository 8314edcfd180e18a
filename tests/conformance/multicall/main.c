// SPDX-License-Identifier: MIT
/*
 * multicall: each call's result in its entry, all of them made whatever earlier
 * ones gave.
 *
 * conform: reference dom0 domU
 * requires: MULTI-1 MULTI-2 MULTI-3 MULTI-4
 */
#include "conform.h"

static struct multicall_entry version(void)
{
    return (struct multicall_entry){
        .op = __HYPERVISOR_xen_version,
        .result = 0xdead,
        .args = {XENVER_version},
    };
}

void test(void)
{
    struct multicall_entry calls[4];
    char *page = page_new();
    long expected = hypercall_xen_version(XENVER_version, NULL);
    struct multicall_entry *read_only = page_new();

    calls[0] = version();
    works(hypercall_multicall(calls, 1), "one call");
    check_equal(calls[0].result, expected, "its result");
    check_equal(calls[0].op, __HYPERVISOR_xen_version, "its number stays");

    calls[0] = version();
    calls[1] = (struct multicall_entry){.op = 47, .result = 1};
    calls[2] = (struct multicall_entry){
        .op = __HYPERVISOR_update_va_mapping,
        .result = 1,
        .args = {(unsigned long)page, xen_make_pte(page_mfn(page), 1),
                 UVMF_INVLPG},
    };
    calls[3] = version();
    works(hypercall_multicall(calls, 4), "four calls, the second unknown");
    check_equal(calls[0].result, expected, "the first");
    check_equal(calls[1].result, -XEN_ENOSYS, "the second");
    check_equal(calls[2].result, 0, "the third is made all the same");
    check_equal(*pte_of(page, 1) & PTE_WRITE, 0, "it had its effect");
    check_equal(calls[3].result, expected, "the fourth");

    calls[0] = (struct multicall_entry){.op = __HYPERVISOR_multicall,
                                        .args = {(unsigned long)calls, 1}};
    works(hypercall_multicall(calls, 1), "a multicall in a multicall");
    check_equal(calls[0].result, -XEN_EINVAL, "is refused in its entry");
    works(hypercall_multicall(calls, 0), "no call");
    refused(hypercall_multicall((void *)1, 1), XEN_EFAULT,
            "calls that are not mapped");
    refused(hypercall_multicall((void *)HYPERVISOR_VIRT_START, 1), XEN_EFAULT,
            "calls in the hypervisor's memory");
    read_only[0] = version();
    page_read_only(read_only);
    refused(hypercall_multicall(read_only, 1), XEN_EFAULT,
            "entries that cannot be written");
}
