// SPDX-License-Identifier: MIT
/*
 * From the firmware's root pointer (RSDP) by way of the RSDT or XSDT to the
 * MADT, which lists the local APICs.
 *
 * Rule: firmware is not trusted. Every table is read only inside memory that
 * is there, inside its own length, and after its sum was found right; one that
 * is wrong costs the machine its other CPUs, never more.
 */
#include "x86/acpi.h"

#include "core/lib.h"

#define EBDA_SEGMENT_AT 0x40e /* in the BIOS data area: its segment */
#define EBDA_BYTES      0x400
#define BIOS_START      0xe0000
#define BIOS_END        0x100000
#define RSDP_STEP       16

#define RSDP_V1_BYTES 20
#define LONGEST_TABLE (1ul << 20)
#define MOST_TABLES   256

struct rsdp {
    char signature[8]; /* "RSD PTR " */
    uint8_t sum;
    char oem[6];
    uint8_t revision; /* 0: without what follows rsdt */
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_sum, reserved[3];
} __attribute__((packed));

struct table {
    char signature[4];
    uint32_t length; /* with this header */
    uint8_t revision, sum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
} __attribute__((packed));
_Static_assert(sizeof(struct table) == 36, "ACPI's table header");

#define MADT_ENTRIES_AT (sizeof(struct table) + 8)
#define MADT_APIC       0
#define MADT_X2APIC     9
#define MADT_ENABLED    1u

static bool sum_is_zero(const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    uint8_t sum = 0;

    while (n--)
        sum = (uint8_t)(sum + *at++);
    return sum == 0;
}

static uint32_t read32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

/* --- the root pointer --- */

static bool is_rsdp(const struct rsdp *r)
{
    return memcmp(r->signature, "RSD PTR ", 8) == 0 &&
           sum_is_zero(r, RSDP_V1_BYTES);
}

/* In [START, END), on a boundary of 16; NULL: it is not there. */
static const struct rsdp *search(acpi_memory_fn *memory, uint64_t start,
                                 uint64_t end)
{
    for (uint64_t at = start; at + sizeof(struct rsdp) <= end;
         at += RSDP_STEP) {
        const struct rsdp *r = memory(at, sizeof(*r));

        if (r && is_rsdp(r))
            return r;
    }
    return NULL;
}

static const struct rsdp *find_rsdp(acpi_memory_fn *memory)
{
    const uint16_t *segment = memory(EBDA_SEGMENT_AT, sizeof(*segment));
    const struct rsdp *r = NULL;
    uint64_t ebda = segment ? (uint64_t)*segment << 4 : 0;

    if (ebda)
        r = search(memory, ebda, ebda + EBDA_BYTES);
    return r ? r : search(memory, BIOS_START, BIOS_END);
}

/* --- tables --- */

/* The whole table at PA, if it is one and its sum is right. */
static const struct table *table_at(acpi_memory_fn *memory, uint64_t pa)
{
    const struct table *t = memory(pa, sizeof(*t));

    if (!t || t->length < sizeof(*t) || t->length > LONGEST_TABLE)
        return NULL;
    t = memory(pa, t->length);
    return t && sum_is_zero(t, t->length) ? t : NULL;
}

static const struct table *root_table(acpi_memory_fn *memory,
                                      const struct rsdp *r, size_t *width)
{
    const struct table *root = NULL;

    *width = 8;
    if (r->revision >= 2 && r->length >= sizeof(*r) &&
        r->length <= BIOS_END - BIOS_START && r->xsdt &&
        sum_is_zero(r, sizeof(*r)))
        root = table_at(memory, r->xsdt);
    if (root && memcmp(root->signature, "XSDT", 4) == 0)
        return root;
    *width = 4;
    root = table_at(memory, r->rsdt);
    return root && memcmp(root->signature, "RSDT", 4) == 0 ? root : NULL;
}

/* The MADT among ROOT's tables; *WHY says what is wrong if there is none. */
static const struct table *find_madt(acpi_memory_fn *memory,
                                     const struct table *root, size_t width,
                                     const char **why)
{
    const uint8_t *at = (const uint8_t *)(root + 1);
    size_t n = min_of((root->length - sizeof(*root)) / width,
                      (size_t)MOST_TABLES);

    *why = "there is no MADT";
    for (; n; n--, at += width) {
        uint64_t pa = 0;
        const char *signature;

        memcpy(&pa, at, width);
        signature = memory(pa, 4);
        if (!signature || memcmp(signature, "APIC", 4) != 0)
            continue;
        *why = "the MADT's length or sum is wrong";
        return table_at(memory, pa);
    }
    return NULL;
}

/* --- the MADT --- */

/* The id of the CPU that ENTRY describes, if it can be used. */
static bool cpu_of_entry(const uint8_t *entry, size_t length, uint32_t *id)
{
    if (entry[0] == MADT_APIC && length >= 8) {
        *id = entry[3];
        return *id != 0xff && (read32(entry + 4) & MADT_ENABLED);
    }
    if (entry[0] == MADT_X2APIC && length >= 16) {
        *id = read32(entry + 4);
        return *id != 0xffffffff && (read32(entry + 8) & MADT_ENABLED);
    }
    return false;
}

static bool is_among(const uint32_t *ids, unsigned int n, uint32_t id)
{
    while (n--)
        if (ids[n] == id)
            return true;
    return false;
}

static const char *read_madt(const struct table *madt, uint32_t *ids,
                             unsigned int room, unsigned int *found)
{
    const uint8_t *at = (const uint8_t *)madt + MADT_ENTRIES_AT;
    const uint8_t *end = (const uint8_t *)madt + madt->length;
    unsigned int n = 0;
    uint32_t id;

    if (madt->length < MADT_ENTRIES_AT)
        return "the MADT is too short";
    for (size_t length; at < end; at += length) {
        length = end - at >= 2 ? at[1] : 0;
        if (length < 2 || length > (size_t)(end - at))
            return "an entry of the MADT runs over its end";
        if (!cpu_of_entry(at, length, &id) ||
            is_among(ids, min_of(n, room), id))
            continue;
        if (n < room)
            ids[n] = id;
        n++;
    }
    *found = n;
    return n ? NULL : "the MADT has no CPU";
}

const char *acpi_find_cpus(acpi_memory_fn *memory, uint32_t *ids,
                           unsigned int room, unsigned int *found)
{
    const struct rsdp *rsdp = find_rsdp(memory);
    const struct table *root, *madt;
    const char *why;
    size_t width;

    *found = 0;
    if (!rsdp)
        return "there is no ACPI root pointer";
    root = root_table(memory, rsdp, &width);
    if (!root)
        return "the ACPI root table is missing or damaged";
    madt = find_madt(memory, root, width, &why);
    return madt ? read_madt(madt, ids, room, found) : why;
}
