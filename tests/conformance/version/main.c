// SPDX-License-Identifier: MIT
/*
 * xen_version says who the hypervisor is, and refuses what it does not know.
 *
 * conform: reference dom0 domU
 * requires: VER-1 VER-2 VER-3 VER-4
 */
#include "conform.h"

static bool ends_in(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!text[i])
            return true;
    return false;
}

static bool holds(const char *text, const char *word)
{
    for (; *text; text++) {
        size_t n = 0;

        while (word[n] && text[n] == word[n])
            n++;
        if (!word[n])
            return true;
    }
    return false;
}

void test(void)
{
    static xen_capabilities_info_t capabilities;
    static char unmapped[8];
    xen_extraversion_t extra;
    struct xen_platform_parameters place = {0};
    xen_domain_handle_t handle;
    long version = hypercall_xen_version(XENVER_version, NULL);

    (void)unmapped;
    check(version >> 16 >= 4, "the major version is 4 at least");
    check_equal(hypercall_xen_version(XENVER_version, (void *)1), version,
                "the version needs no argument");

    works(hypercall_xen_version(XENVER_extraversion, extra), "extraversion");
    check(ends_in(extra, sizeof(extra)), "its text ends");
    works(hypercall_xen_version(XENVER_capabilities, capabilities),
          "capabilities");
    check(ends_in(capabilities, sizeof(capabilities)), "their text ends");
    check(holds(capabilities, "xen-3.0-x86_64"),
          "64-bit PV guests are among them");
    works(hypercall_xen_version(XENVER_platform_parameters, &place),
          "platform_parameters");
    check_equal(place.virt_start, HYPERVISOR_VIRT_START,
                "the hypervisor begins at slot 256");
    check_equal(hypercall_xen_version(XENVER_pagesize, NULL), 4096,
                "the page size");
    works(hypercall_xen_version(XENVER_guest_handle, handle), "guest_handle");

    refused(hypercall_xen_version(99, NULL), XEN_ENOSYS,
            "an unknown sub-command is refused");
    refused(hypercall_xen_version(-1, NULL), XEN_ENOSYS,
            "a negative sub-command is refused");
    refused(hypercall_xen_version(XENVER_extraversion, (void *)1), XEN_EFAULT,
            "an address that is not mapped is refused");
    refused(hypercall_xen_version(XENVER_extraversion,
                                  (void *)HYPERVISOR_VIRT_START),
            XEN_EFAULT, "an address of the hypervisor's is refused");
}
