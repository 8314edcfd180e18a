// SPDX-License-Identifier: MIT
/*
 * The further forms of mapping and unmapping grants: by a page-table entry, for
 * devices, with bits for the guest, replacing; several in one call; and a copy
 * to what is mapped for reading.
 *
 * conform: reference domU
 * requires: GNT-17 GNT-18 GNT-19 GNT-24
 */
#include "conform.h"
#include <xen/grant_table.h>

#define REF   20
#define MARKS (GTF_reading | GTF_writing)

static volatile struct grant_entry_v1 *table;
static char *page, *window, *spare;

static void set_up(void)
{
    struct gnttab_set_version v = {1};

    hypercall_grant_table_op(GNTTABOP_set_version, &v, 1);
    table = page_new();
    grant_table_show((void *)table);
    page = page_new();
    window = page_new();
    spare = page_new();
    if (hypercall_update_va_mapping((unsigned long)window, 0, UVMF_INVLPG))
        error("the window cannot be unmapped");
    table[REF].domid = own_domid();
    table[REF].frame = (uint32_t)page_mfn(page);
    xen_wmb();
    table[REF].flags = GTF_permit_access;
}

static struct gnttab_map_grant_ref map(uint64_t at, uint32_t flags)
{
    struct gnttab_map_grant_ref m = {
        .host_addr = at, .flags = flags, .ref = REF, .dom = own_domid()};

    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &m, 1), "mapping");
    return m;
}

static int16_t unmap(uint64_t at, uint64_t bus, grant_handle_t handle)
{
    struct gnttab_unmap_grant_ref u = {at, bus, handle, 77};

    works(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &u, 1),
          "unmapping");
    return u.status;
}

static void by_entry(void)
{
    uint64_t entry = pte_machine(window, 1);
    struct gnttab_map_grant_ref m =
        map(entry, GNTMAP_host_map | GNTMAP_contains_pte);

    check_equal(m.status, GNTST_okay, "by a page-table entry");
    window[0] = 42;
    check_equal(page[0], 42, "it is mapped there");
    check_equal(unmap((uint64_t)window, 0, m.handle), GNTST_general_error,
                "it is not unmapped by an address");
    check_equal(unmap(entry, 0, m.handle), GNTST_okay, "but by the entry");
    check_equal(*pte_of(window, 1), 0, "which is empty then");
    m = map((uint64_t)page_mfn(page) << 12,
            GNTMAP_host_map | GNTMAP_contains_pte);
    check_equal(m.status, GNTST_general_error, "no table has its entry");
    m = map((uint64_t)window, GNTMAP_host_map | 0x5u << 16);
    check_equal(m.status, GNTST_okay, "with bits for the guest");
    check_equal(*pte_of(window, 1) >> 9 & 7, 5, "which the entry has");
    check_equal(unmap((uint64_t)window, 0, m.handle), GNTST_okay, "unmapped");
}

static void for_devices(void)
{
    uint64_t bus = (uint64_t)page_mfn(page) << 12;
    struct gnttab_map_grant_ref m = map(0, GNTMAP_device_map);

    check_equal(m.status, GNTST_okay, "for a device alone");
    check_equal(m.dev_bus_addr, bus, "its address is told");
    check_equal(table[REF].flags & MARKS, MARKS, "it is marked");
    check_equal(unmap(0, bus + 4096, m.handle), GNTST_bad_dev_addr,
                "another address is not it");
    check_equal(unmap(0, bus, m.handle), GNTST_okay, "it is unmapped");
    check_equal(table[REF].flags & MARKS, 0, "the marks are gone");
    m = map((uint64_t)window, GNTMAP_host_map | GNTMAP_device_map);
    check_equal(m.status, GNTST_okay, "for both");
    check_equal(unmap((uint64_t)window, 0, m.handle), GNTST_okay,
                "the mapping goes");
    check_equal(table[REF].flags & MARKS, MARKS, "the device's stays");
    check_equal(unmap(0, bus, m.handle), GNTST_okay, "and goes");
    check_equal(table[REF].flags & MARKS, 0, "now the marks are gone");
    check_equal(map((uint64_t)window, 0).status, GNTST_bad_gntref,
                "for neither: refused");
    check_equal(map(HYPERVISOR_VIRT_START, GNTMAP_host_map).status,
                GNTST_general_error, "in the hypervisor's memory: refused");
}

static int16_t replace(uint64_t at, uint64_t new, grant_handle_t handle)
{
    struct gnttab_unmap_and_replace r = {at, new, handle, 77};

    works(hypercall_grant_table_op(GNTTABOP_unmap_and_replace, &r, 1),
          "replacing");
    return r.status;
}

static void replacing(void)
{
    struct gnttab_map_grant_ref m = map((uint64_t)window, GNTMAP_host_map);

    spare[0] = 43;
    check_equal(replace((uint64_t)window, HYPERVISOR_VIRT_START, m.handle),
                GNTST_general_error, "by an entry of the hypervisor's");
    check_equal(window[0], 42, "it is mapped still");
    check_equal(replace((uint64_t)window, (uint64_t)spare, m.handle),
                GNTST_okay, "by a page");
    check_equal(window[0], 43, "which is there instead");
    check_equal(*pte_of(spare, 1), 0, "and not where it was");
    check_equal(table[REF].flags & MARKS, 0, "the marks are gone");
    check_equal(replace((uint64_t)window, (uint64_t)spare, m.handle),
                GNTST_bad_handle, "twice");
    works(hypercall_update_va_mapping((unsigned long)window, 0, UVMF_INVLPG),
          "the window is empty again");
    page_writable(spare);
}

static void several(void)
{
    static struct gnttab_map_grant_ref m[40];
    static struct gnttab_unmap_grant_ref u[40];
    uint64_t bus = (uint64_t)page_mfn(page) << 12;
    unsigned int good = 0;

    for (unsigned int i = 0; i < 40; i++)
        m[i] = (struct gnttab_map_grant_ref){
            .flags = GNTMAP_device_map, .ref = i == 20 ? REF + 1 : REF,
            .dom = own_domid()};
    works(hypercall_grant_table_op(GNTTABOP_map_grant_ref, m, 40),
          "40 in one call, one of them wrong");
    for (unsigned int i = 0; i < 40; i++) {
        good += m[i].status == GNTST_okay;
        u[i] = (struct gnttab_unmap_grant_ref){0, bus, m[i].handle, 77};
    }
    check_equal(good, 39, "the others are mapped");
    check_equal(m[20].status, GNTST_general_error, "that one is not");
    u[20].handle = 12345678;
    works(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, u, 40),
          "and unmapped");
    for (unsigned int i = 0; i < 40; i++)
        good -= u[i].status == GNTST_okay;
    check_equal(good, 0, "each");
    check_equal(u[20].status, GNTST_bad_handle, "but that one");
    check_equal(table[REF].flags & MARKS, 0, "no mark is left");
}

static int16_t copy_to_it(void)
{
    struct gnttab_copy c = {.source.u.gmfn = page_mfn(spare),
                            .source.domid = DOMID_SELF,
                            .dest.u.ref = REF,
                            .dest.domid = own_domid(),
                            .len = 8,
                            .flags = GNTCOPY_dest_gref,
                            .status = 77};

    works(hypercall_grant_table_op(GNTTABOP_copy, &c, 1), "copying");
    return c.status;
}

/* Where nobody writes yet, the entry is looked at once more. */
static void copy_to_what_is_read(void)
{
    struct gnttab_map_grant_ref m =
        map((uint64_t)window, GNTMAP_host_map | GNTMAP_readonly);

    spare[0] = 44;
    check_equal(m.status, GNTST_okay, "for reading");
    table[REF].frame = ~0u;
    check_equal(copy_to_it(), GNTST_bad_page,
                "a copy to it, when the entry names no frame");
    table[REF].frame = (uint32_t)page_mfn((void *)pte_of(window, 1));
    check_equal(copy_to_it(), GNTST_general_error, "or a page table");
    check_equal(window[0], 42, "has not been made");
    check_equal(table[REF].flags & MARKS, GTF_reading, "nor left a mark");
    table[REF].frame = (uint32_t)page_mfn(page);
    check_equal(copy_to_it(), GNTST_okay, "it is, when the frame is the same");
    check_equal(window[0], 44, "and seen");
    check_equal(unmap((uint64_t)window, 0, m.handle), GNTST_okay, "unmapped");
}

void test(void)
{
    set_up();
    by_entry();
    for_devices();
    replacing();
    several();
    copy_to_what_is_read();
}
