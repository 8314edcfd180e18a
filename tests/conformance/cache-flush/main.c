// SPDX-License-Identifier: MIT
/*
 * GNTTABOP_cache_flush: a range within one page of one's own can be written
 * back; what it may not ask for is told before a frame is looked at.
 *
 * conform: reference domU
 * requires: GNT-25
 */
#include "conform.h"
#include <xen/grant_table.h>

static char *page;

static long flush(uint64_t machine, uint32_t offset, uint32_t length,
                  uint32_t op)
{
    struct gnttab_cache_flush c = {
        .offset = (uint16_t)offset, .length = (uint16_t)length, .op = op};

    c.a.dev_bus_addr = machine;
    return hypercall_grant_table_op(GNTTABOP_cache_flush, &c, 1);
}

void test(void)
{
    const uint32_t both = GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL;
    const uint64_t nowhere = 1UL << 51;
    uint64_t own;

    page = page_new();
    own = page_mfn(page) << 12;
    page[0] = 42;
    works(flush(own, 0, 4096, GNTTAB_CACHE_CLEAN), "a page is written back");
    works(flush(own, 4095, 1, both), "so is its last byte, which is read anew");
    check_equal(page[0], 42, "it holds what it held");
    works(flush(nowhere, 8, 0, GNTTAB_CACHE_CLEAN), "no bytes of any frame");
    works(flush(nowhere, 8, 8, 0), "and nothing done with some");
    refused(flush(own, 4096, 0, both), XEN_EINVAL, "from behind the page on");
    refused(flush(own, 8, 4089, both), XEN_EINVAL, "to behind it");
    refused(flush(own, 0, 4097, both), XEN_EINVAL, "more than a page");
    refused(flush(own, 0, 8, 4), XEN_EINVAL, "an operation that is none");
    refused(flush(own, 0, 8, both | GNTTAB_CACHE_SOURCE_GREF), XEN_EINVAL,
            "by a grant, which nobody has built");
    refused(flush(nowhere, 0, 8, GNTTAB_CACHE_CLEAN), XEN_EINVAL,
            "a frame that is not");
    refused(flush(own, 0, 8, GNTTAB_CACHE_INVAL), XEN_EOPNOTSUPP,
            "what was written cannot be dropped");
    refused(hypercall_grant_table_op(GNTTABOP_cache_flush, (void *)1, 1),
            XEN_EFAULT, "a request that cannot be read");
}
