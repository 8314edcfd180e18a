// SPDX-License-Identifier: MIT
/*
 * The firmware's list of CPUs: read where it is right, refused with a sentence
 * where a table is missing, cut, or changed in any byte, and never read beyond
 * the memory that is there.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "x86/acpi.h"

/* Low memory as firmware leaves it; the tables lie in one block above. */
#define LOW_BYTES  0x100000
#define RSDP_AT    0xf5a40
#define EBDA_AT    0x9fc00
#define TABLES_AT  0x7fe1000
#define XSDT_AT    (TABLES_AT + 0x000)
#define RSDT_AT    (TABLES_AT + 0x100)
#define OTHER_AT   (TABLES_AT + 0x200)
#define MADT_AT    (TABLES_AT + 0x300)
#define TABLES_END (TABLES_AT + 0x400)
#define MADT_BYTES (44 + 12 + 5 * 8 + 16)
#define MOST_IDS   16

static uint8_t *low, *tables;
static uint32_t ids[MOST_IDS];
static unsigned int found;

static const void *memory(uint64_t pa, size_t bytes)
{
    if (pa + bytes <= LOW_BYTES)
        return low + pa;
    if (pa >= TABLES_AT && pa + bytes <= TABLES_END)
        return tables + (pa - TABLES_AT);
    return NULL;
}

static uint8_t *at(uint64_t pa)
{
    return (uint8_t *)(uintptr_t)memory(pa, 1);
}

static void put(uint64_t pa, uint64_t value, size_t bytes)
{
    memcpy(at(pa), &value, bytes);
}

/* Make the sum over [pa, pa + bytes) zero by the byte at SUM_AT. */
static void seal(uint64_t pa, size_t bytes, uint64_t sum_at)
{
    uint8_t sum = 0;
    size_t i;

    *at(sum_at) = 0;
    for (i = 0; i < bytes; i++)
        sum = (uint8_t)(sum + at(pa)[i]);
    *at(sum_at) = (uint8_t)-sum;
}

static void put_header(uint64_t pa, const char *signature, uint32_t bytes)
{
    memcpy(at(pa), signature, 4);
    put(pa + 4, bytes, 4);
}

static void put_madt(void)
{
    /* an I/O APIC; CPUs 0, 2, 1 (switched off), 2 again, 255; x2APIC 0x123 */
    static const uint8_t entries[] = {
        1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0,
        0, 8, 0, 0, 1, 0, 0, 0,
        0, 8, 1, 2, 1, 0, 0, 0,
        0, 8, 2, 1, 0, 0, 0, 0,
        0, 8, 3, 2, 1, 0, 0, 0,
        0, 8, 4, 0xff, 1, 0, 0, 0,
        9, 16, 0, 0, 0x23, 1, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0,
    };

    put_header(MADT_AT, "APIC", MADT_BYTES);
    memcpy(at(MADT_AT + 44), entries, sizeof(entries));
    seal(MADT_AT, MADT_BYTES, MADT_AT + 9);
}

static void put_rsdp(uint64_t pa)
{
    memcpy(at(pa), "RSD PTR ", 8);
    put(pa + 15, 2, 1);
    put(pa + 16, RSDT_AT, 4);
    put(pa + 20, 36, 4);
    put(pa + 24, XSDT_AT, 8);
    seal(pa, 20, pa + 8);
    seal(pa, 36, pa + 32);
}

static void put_roots(void)
{
    put_header(XSDT_AT, "XSDT", 36 + 2 * 8);
    put(XSDT_AT + 36, OTHER_AT, 8);
    put(XSDT_AT + 44, MADT_AT, 8);
    seal(XSDT_AT, 36 + 2 * 8, XSDT_AT + 9);
    put_header(RSDT_AT, "RSDT", 36 + 2 * 4);
    put(RSDT_AT + 36, OTHER_AT, 4);
    put(RSDT_AT + 40, MADT_AT, 4);
    seal(RSDT_AT, 36 + 2 * 4, RSDT_AT + 9);
    put_header(OTHER_AT, "FACP", 36);
    seal(OTHER_AT, 36, OTHER_AT + 9);
}

static void start(void)
{
    low = calloc(1, LOW_BYTES);
    tables = calloc(1, TABLES_END - TABLES_AT);
    put(0x40e, EBDA_AT >> 4, 2);
    put_rsdp(RSDP_AT);
    put_roots();
    put_madt();
    memset(ids, 0xa5, sizeof(ids));
}

static void stop(void)
{
    free(low);
    free(tables);
}

static const char *find(void)
{
    return acpi_find_cpus(memory, ids, MOST_IDS, &found);
}

static void expect_all(void)
{
    const char *why = find();

    ck_assert_msg(!why, "%s", why);
    ck_assert_uint_eq(found, 3);
    ck_assert_uint_eq(ids[0], 0);
    ck_assert_uint_eq(ids[1], 2);
    ck_assert_uint_eq(ids[2], 0x123);
    ck_assert_uint_eq(ids[3], 0xa5a5a5a5);
}

START_TEST(cpus_that_can_be_used_are_found)
{
    expect_all();
}
END_TEST

START_TEST(the_root_pointer_may_be_in_the_ebda)
{
    memset(at(RSDP_AT), 0, 36);
    put_rsdp(EBDA_AT + 0x40);
    expect_all();
    memset(at(EBDA_AT + 0x40), 0, 36);
    put_rsdp(EBDA_AT + 0x48); /* not on a boundary */
    ck_assert_str_eq(find(), "there is no ACPI root pointer");
    put(0x40e, 0xffff, 2); /* beyond what is there */
    ck_assert_ptr_nonnull(find());
}
END_TEST

START_TEST(an_old_root_pointer_leads_to_the_rsdt)
{
    put(RSDP_AT + 15, 0, 1);
    seal(RSDP_AT, 20, RSDP_AT + 8);
    memset(at(XSDT_AT), 0, 36);
    expect_all();
}
END_TEST

START_TEST(a_damaged_xsdt_leaves_the_rsdt)
{
    ++*at(XSDT_AT + 20);
    expect_all();
    ++*at(RSDT_AT + 20);
    ck_assert_str_eq(find(), "the ACPI root table is missing or damaged");
}
END_TEST

START_TEST(more_cpus_than_room_are_counted)
{
    ck_assert_ptr_null(acpi_find_cpus(memory, ids, 2, &found));
    ck_assert_uint_eq(found, 3);
    ck_assert_uint_eq(ids[1], 2);
    ck_assert_uint_eq(ids[2], 0xa5a5a5a5);
}
END_TEST

/* Any changed byte of the MADT makes its sum wrong. */
START_TEST(every_changed_byte_is_noticed)
{
    unsigned int i;

    for (i = 0; i < MADT_BYTES; i++) {
        ++*at(MADT_AT + i);
        ck_assert_msg(find() != NULL, "byte %u", i);
        ck_assert_uint_eq(found, 0);
        --*at(MADT_AT + i);
    }
    expect_all();
}
END_TEST

/* A right sum over a wrong table. */
START_TEST(lengths_are_not_believed)
{
    static const uint32_t lengths[] = {0, 1, 35, 36, 43, 44, 45, 57,
                                       MADT_BYTES - 1, MADT_BYTES + 1,
                                       0x101, 0xffffff, 0xffffffff};
    unsigned int i;

    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        put(MADT_AT + 4, lengths[i], 4);
        if (lengths[i] >= 36 && lengths[i] <= 0x100)
            seal(MADT_AT, lengths[i], MADT_AT + 9);
        ck_assert_msg(find() != NULL, "length %u", lengths[i]);
    }
    put_madt();
    put(MADT_AT + 44 + 1, 0, 1); /* an entry that never ends */
    seal(MADT_AT, MADT_BYTES, MADT_AT + 9);
    ck_assert_str_eq(find(), "an entry of the MADT runs over its end");
    put(MADT_AT + 44 + 1, 255, 1);
    seal(MADT_AT, MADT_BYTES, MADT_AT + 9);
    ck_assert_str_eq(find(), "an entry of the MADT runs over its end");
}
END_TEST

START_TEST(tables_that_are_not_there)
{
    put(XSDT_AT + 44, 0xfffffffffffffff0, 8);
    seal(XSDT_AT, 36 + 2 * 8, XSDT_AT + 9);
    ck_assert_str_eq(find(), "there is no MADT");
    put(RSDP_AT + 24, 0xffffffffffffff00, 8); /* neither root is there */
    put(RSDP_AT + 16, 0xdead0000, 4);
    seal(RSDP_AT, 20, RSDP_AT + 8);
    seal(RSDP_AT, 36, RSDP_AT + 32);
    ck_assert_str_eq(find(), "the ACPI root table is missing or damaged");
    memset(at(RSDP_AT), 0, 36);
    ck_assert_str_eq(find(), "there is no ACPI root pointer");
}
END_TEST

/* Wild tables with right sums: anything but a crash (sanitizers watch). */
START_TEST(wild_tables)
{
    struct unit_random random = {(uint64_t)_i};
    unsigned int i;

    for (i = 0; i < 2000; i++) {
        uint64_t pa = (i & 1) ? MADT_AT : XSDT_AT;
        uint64_t bytes = (i & 1) ? MADT_BYTES : 52;

        put_roots();
        put_madt();
        put(pa + 36 + unit_random(&random) % (bytes - 36),
            unit_random(&random), 1);
        put(pa + 36 + unit_random(&random) % (bytes - 36),
            unit_random(&random), 1);
        seal(pa, bytes, pa + 9);
        find();
        ck_assert_uint_le(found, 7);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("acpi");
    TCase *tests = tcase_create("acpi");

    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, cpus_that_can_be_used_are_found);
    tcase_add_test(tests, the_root_pointer_may_be_in_the_ebda);
    tcase_add_test(tests, an_old_root_pointer_leads_to_the_rsdt);
    tcase_add_test(tests, a_damaged_xsdt_leaves_the_rsdt);
    tcase_add_test(tests, more_cpus_than_room_are_counted);
    tcase_add_test(tests, every_changed_byte_is_noticed);
    tcase_add_test(tests, lengths_are_not_believed);
    tcase_add_test(tests, tables_that_are_not_there);
    tcase_add_loop_test(tests, wild_tables, 1, 9);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
