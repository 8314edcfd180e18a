// SPDX-License-Identifier: MIT
/*
 * The PC's real-time clock: read twice until both readings agree, because it
 * may change in between.
 */
#include "core/lib.h"
#include "x86/asm.h"
#include "x86/cmos.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71

#define CMOS_STATUS_A 0x0a
#define UPDATING      0x80
#define CMOS_STATUS_B 0x0b
#define BINARY        0x04
#define HOURS_24      0x02
#define PM            0x80

/* Seconds, minutes, hours, day, month, year. */
static const uint8_t registers[6] = {0, 2, 4, 7, 8, 9};

static uint8_t cmos_read(uint8_t reg)
{
    outb(CMOS_INDEX, reg);
    return inb(CMOS_DATA);
}

/* An update takes 2 ms; where there is no clock the bit never falls. */
static void read_fields(uint8_t field[6])
{
    for (int i = 0; i < 10000 && cmos_read(CMOS_STATUS_A) & UPDATING; i++)
        ;
    for (int i = 0; i < 6; i++)
        field[i] = cmos_read(registers[i]);
}

static unsigned int decode(uint8_t value, uint8_t status)
{
    return status & BINARY ? value : (value >> 4) * 10u + (value & 15);
}

/* Days from 1970 to a date of 2000 to 2099. */
static uint64_t days(unsigned int year, unsigned int month, unsigned int day)
{
    static const uint16_t before[12] = {0,   31,  59,  90,  120, 151,
                                        181, 212, 243, 273, 304, 334};
    unsigned int leap_days = (year + 3) / 4 + (year % 4 == 0 && month > 2);

    return 10957 + year * 365 + leap_days + before[month - 1] + day - 1;
}

uint64_t cmos_seconds(void)
{
    uint8_t a[6], b[6], status = cmos_read(CMOS_STATUS_B);
    unsigned int hour, month;

    do {
        read_fields(a);
        read_fields(b);
    } while (memcmp(a, b, sizeof(a)) != 0);

    hour = decode(a[2] & ~PM, status);
    if (!(status & HOURS_24))
        hour = hour % 12 + (a[2] & PM ? 12 : 0);
    month = decode(a[4], status);
    if (month < 1 || month > 12)
        month = 1; /* the clock has lost its battery */
    return ((days(decode(a[5], status), month, decode(a[3], status)) * 24 +
             hour) * 60 + decode(a[1], status)) * 60 + decode(a[0], status);
}
