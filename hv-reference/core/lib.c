// SPDX-License-Identifier: MIT
/*
 * memcpy and its kin, eight bytes at a time: page copies and table clearing
 * are most of their work. Built into the hypervisor only.
 */
#include "core/lib.h"

#include <stdint.h>

/* Unaligned eight bytes that may alias anything. */
typedef uint64_t __attribute__((aligned(1), may_alias)) word_t;

void *memcpy(void *to, const void *from, size_t n)
{
    char *t = to;
    const char *f = from;

    for (; n >= 8; n -= 8, t += 8, f += 8)
        *(word_t *)t = *(const word_t *)f;
    for (; n; n--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    char *t = to;
    const char *f = from;

    if (t <= f || t >= f + n)
        return memcpy(to, from, n);
    for (; n & 7; n--)
        t[n - 1] = f[n - 1];
    for (; n; n -= 8)
        *(word_t *)(t + n - 8) = *(const word_t *)(f + n - 8);
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    uint64_t word = (uint8_t)byte * 0x0101010101010101UL;
    char *t = to;

    for (; n >= 8; n -= 8, t += 8)
        *(word_t *)t = word;
    for (; n; n--)
        *t++ = (char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (; n; n--, x++, y++) {
        if (*x != *y)
            return *x - *y;
    }
    return 0;
}

size_t strlen(const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    return n;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, ~(size_t)0);
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n; n--, a++, b++) {
        if (*a != *b || !*a)
            return (unsigned char)*a - (unsigned char)*b;
    }
    return 0;
}
