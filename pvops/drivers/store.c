// SPDX-License-Identifier: MIT
/* The xenstore's requests as functions: paths, values, folders, transactions. */
#include "store.h"

/* Every answer to a request that has none of its own is shorter. */
#define SHORT 32

unsigned long pv_length(const char *text)
{
    unsigned long length = 0;

    while (text[length])
        length++;
    return length;
}

static struct store_part with_end(const char *text)
{
    return (struct store_part){ text, pv_length(text) + 1 };
}

/* A request of a path and nothing else. */
static long ask_path(uint32_t type, unsigned tx, const char *path, char *to,
                     unsigned long room)
{
    struct store_part part = with_end(path);

    return pv_store_ask(type, tx, &part, 1, to, room);
}

static int simple(uint32_t type, unsigned tx, const char *path)
{
    char answer[SHORT];
    long rc = ask_path(type, tx, path, answer, sizeof(answer));

    return rc < 0 ? (int)rc : 0;
}

long pv_store_read(unsigned tx, const char *path, char *to, unsigned long room)
{
    char small[SHORT]; /* an error's name needs room too */
    bool use_small = room < sizeof(small);
    char *at = use_small ? small : to;
    long length = ask_path(XS_READ, tx, path, at,
                           use_small ? sizeof(small) : room);

    if (length < 0)
        return length;
    if ((unsigned long)length >= room)
        return -XEN_E2BIG;
    if (use_small)
        pv_memcpy(to, small, (unsigned long)length);
    to[length] = 0;
    return length;
}

long pv_store_read_number(unsigned tx, const char *path, long otherwise)
{
    char text[SHORT];
    long length = pv_store_read(tx, path, text, sizeof(text)), value = 0;
    bool negative = length > 0 && text[0] == '-';

    if (length <= negative || length > 18)
        return otherwise;
    for (long i = negative; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return otherwise;
        value = value * 10 + text[i] - '0';
    }
    return negative ? -value : value;
}

int pv_store_write(unsigned tx, const char *path, const char *text)
{
    struct store_part parts[2] = { with_end(path),
                                   { text, pv_length(text) } };
    char answer[SHORT];
    long rc = pv_store_ask(XS_WRITE, tx, parts, 2, answer, sizeof(answer));

    return rc < 0 ? (int)rc : 0;
}

int pv_store_write_number(unsigned tx, const char *path, long value)
{
    char digits[24] = { 0 };
    char *p = &digits[sizeof(digits) - 1];
    unsigned long rest = value < 0 ? -(unsigned long)value
                                   : (unsigned long)value;

    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--p = '-';
    return pv_store_write(tx, path, p);
}

int pv_store_mkdir(unsigned tx, const char *path)
{
    return simple(XS_MKDIR, tx, path);
}

int pv_store_rm(unsigned tx, const char *path)
{
    return simple(XS_RM, tx, path);
}

long pv_store_directory(unsigned tx, const char *path, char *to,
                        unsigned long room)
{
    long length;

    if (room < SHORT)
        return -XEN_E2BIG;
    length = ask_path(XS_DIRECTORY, tx, path, to, room);
    return length > (long)room ? -XEN_E2BIG : length;
}

int pv_store_begin(unsigned *tx)
{
    char text[SHORT];
    struct store_part part = { "", 1 };
    long length = pv_store_ask(XS_TRANSACTION_START, 0, &part, 1, text,
                               sizeof(text));

    if (length < 0)
        return (int)length;
    *tx = 0;
    for (long i = 0; i < length && i < SHORT && text[i] >= '0' &&
                     text[i] <= '9'; i++)
        *tx = *tx * 10 + (unsigned)(text[i] - '0');
    return *tx ? 0 : -XEN_EIO;
}

int pv_store_end(unsigned tx, int abort)
{
    return simple(XS_TRANSACTION_END, tx, abort ? "F" : "T");
}

int pv_store_transaction(int (*body)(unsigned tx, void *data), void *data)
{
    for (;;) {
        unsigned tx;
        int rc = pv_store_begin(&tx), end;

        if (rc)
            return rc;
        rc = body(tx, data);
        end = pv_store_end(tx, rc < 0);
        if (rc < 0 && rc != -XEN_EAGAIN)
            return rc;
        if (!end && rc >= 0)
            return rc;
        if (end && end != -XEN_EAGAIN)
            return end;
    }
}
