/* SPDX-License-Identifier: MIT
 *
 * Unpacking of what Linux images are packed by. The data are hostile: a
 * damaged stream gives a sentence, and no stream gives more than UNPACK_LIMIT
 * bytes.
 */
#ifndef PARAPET_UNPACK_H
#define PARAPET_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#define UNPACK_LIMIT ((size_t)512 << 20)

struct buffer {
    unsigned char *data;
    size_t size, room;
    char why[200]; /* what is wrong with the packed data */
};

void buffer_free(struct buffer *buffer);

/* Says in out->why what is wrong, and returns false. */
bool unpack_fails(struct buffer *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Appends to *out what is packed at `data`, whose format is told by its first
 * bytes, and sets *used to how many bytes the packed form has.
 */
bool unpack(const unsigned char *data, size_t size, struct buffer *out,
            size_t *used);

#endif
