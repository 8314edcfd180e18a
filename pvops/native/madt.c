// SPDX-License-Identifier: MIT
/*
 * Which CPUs there are, from the firmware's tables. The rule: a table that is
 * damaged or missing is no table, and then there is one CPU.
 */
#include "apic.h"

#define HEADER 36 /* bytes of a table before its own part */

struct header {
    char signature[4];
    uint32_t length;
    char rest[HEADER - 8];
};

static bool adds_up(const char *bytes, unsigned long count)
{
    unsigned char sum = 0;

    while (count--)
        sum = (unsigned char)(sum + (unsigned char)*bytes++);
    return !sum;
}

static bool begins(const char *bytes, const char *with)
{
    while (*with)
        if (*bytes++ != *with++)
            return false;
    return true;
}

static uint64_t number(const char *at, unsigned bytes)
{
    uint64_t value = 0;

    pv_memcpy(&value, at, bytes);
    return value;
}

static const char *map(unsigned long pa, unsigned long size)
{
    return pv_kernel.map_device(pa, size);
}

static const char *map_table(unsigned long pa, const char *signature)
{
    const struct header *header = (const struct header *)map(pa, HEADER);
    const char *table;

    if (!header || header->length < HEADER || header->length > 1 << 20 ||
        (signature && !begins(header->signature, signature)))
        return NULL;
    table = map(pa, header->length);
    return table && adds_up(table, header->length) ? table : NULL;
}

/* The root: as the loader said, or in the BIOS's memory. */
static const char *find_root(void)
{
    unsigned long said = pv_boot_rsdp();
    const char *bios;

    if (said)
        return map(said, HEADER);
    bios = map(0xe0000, 0x20000);
    for (unsigned long at = 0; bios && at < 0x20000; at += 16)
        if (begins(bios + at, "RSD PTR ") && adds_up(bios + at, 20))
            return bios + at;
    return NULL;
}

static const char *find_madt(void)
{
    const char *root = find_root(), *list;
    unsigned long length;
    bool wide;

    if (!root || !begins(root, "RSD PTR "))
        return NULL;
    wide = root[15] >= 2 && number(root + 24, 8);
    list = wide ? map_table(number(root + 24, 8), "XSDT")
                : map_table(number(root + 16, 4), "RSDT");
    if (!list)
        return NULL;
    length = number(list + 4, 4);
    for (unsigned long at = HEADER; at + (wide ? 8 : 4) <= length;
         at += wide ? 8 : 4) {
        const char *table =
            map_table(number(list + at, wide ? 8 : 4), "APIC");

        if (table)
            return table;
    }
    return NULL;
}

unsigned pv_native_find_cpus(unsigned char *ids, unsigned room)
{
    const char *madt = pv_kernel.map_device ? find_madt() : NULL;
    unsigned long length = madt ? number(madt + 4, 4) : 0;
    unsigned count = 1;

    ids[0] = pv_apic_id();
    /* A processor: 0, 8, its number, APIC id, flags; flag 1: it can run. */
    for (unsigned long at = HEADER + 8; at + 2 <= length;) {
        unsigned size = (unsigned char)madt[at + 1];

        if (size < 2 || at + size > length)
            break;
        if (madt[at] == 0 && size >= 8 && madt[at + 4] & 1 &&
            (unsigned char)madt[at + 3] != ids[0] && count < room)
            ids[count++] = (unsigned char)madt[at + 3];
        at += size;
    }
    return count;
}
