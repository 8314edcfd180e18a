// SPDX-License-Identifier: MIT
// Unpacking of what Linux images are packed by: see unpack.h. One function a
// format, each on that format's own library.
#include "runner/unpack.h"

#include <lz4.h>
#include <lzma.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "lib/say.h"

#define STEP ((size_t)64 << 10)         /* asked of a library at a time */
#define LZ4_BLOCK (8 << 20)             /* what a block of `lz4 -l` unpacks to */
#define XZ_MEMORY ((uint64_t)512 << 20) /* a dictionary is 32 MiB at most */

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    buffer->data = NULL;
    buffer->size = buffer->room = 0;
}

bool unpack_fails(struct buffer *out, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(out->why, sizeof(out->why), format, list);
    va_end(list);
    return false;
}

/* Makes room for `more` bytes behind what is there. */
static bool make_room(struct buffer *out, size_t more)
{
    if (more > UNPACK_LIMIT - out->size)
        return unpack_fails(out, "it unpacks to more than 512 MiB");
    if (out->room - out->size >= more)
        return true;
    out->room = out->size + more + out->size / 2;
    out->data = need_memory(realloc(out->data, out->room));
    return true;
}

static bool unpack_gzip(const unsigned char *data, size_t size,
                        struct buffer *out, size_t *used)
{
    z_stream stream = { .next_in = (unsigned char *)data,
                        .avail_in = (unsigned)size };
    int status = Z_OK;
    bool roomy = true;

    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
        return unpack_fails(out, "zlib cannot be set up");
    while (status == Z_OK && (roomy = make_room(out, STEP))) {
        stream.next_out = out->data + out->size;
        stream.avail_out = STEP;
        status = inflate(&stream, Z_NO_FLUSH);
        out->size += STEP - stream.avail_out;
    }
    *used = size - stream.avail_in;
    inflateEnd(&stream);
    if (roomy && status != Z_STREAM_END)
        return unpack_fails(out, "the packed data (gzip) are %s",
                            status == Z_BUF_ERROR ? "cut off" : "damaged");
    return roomy;
}

static bool unpack_xz(const unsigned char *data, size_t size,
                      struct buffer *out, size_t *used)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_ret status = LZMA_OK;
    bool roomy = true;

    if (lzma_stream_decoder(&stream, XZ_MEMORY, 0) != LZMA_OK)
        return unpack_fails(out, "liblzma cannot be set up");
    stream.next_in = data;
    stream.avail_in = size;
    while (status == LZMA_OK && (roomy = make_room(out, STEP))) {
        stream.next_out = out->data + out->size;
        stream.avail_out = STEP;
        status = lzma_code(&stream, LZMA_RUN);
        out->size += STEP - stream.avail_out;
    }
    *used = size - stream.avail_in;
    lzma_end(&stream);
    if (roomy && status != LZMA_STREAM_END)
        return unpack_fails(out, "the packed data (xz) are %s",
                            status == LZMA_BUF_ERROR ? "cut off" : "damaged");
    return roomy;
}

static bool unpack_zstd(const unsigned char *data, size_t size,
                        struct buffer *out, size_t *used)
{
    ZSTD_DStream *stream = need_memory(ZSTD_createDStream());
    ZSTD_inBuffer in = { data, size, 0 };
    bool roomy = true, starved = false;
    size_t left = 1; /* 0 when a frame is whole */

    while (left && !ZSTD_isError(left) && !starved &&
           (roomy = make_room(out, STEP))) {
        ZSTD_outBuffer part = { out->data + out->size, STEP, 0 };

        left = ZSTD_decompressStream(stream, &part, &in);
        out->size += part.pos;
        starved = left && in.pos == size && part.pos < STEP;
    }
    *used = in.pos;
    ZSTD_freeDStream(stream);
    if (roomy && left)
        return unpack_fails(out, "the packed data (zstd) are %s",
                            ZSTD_isError(left) ? "damaged" : "cut off");
    return roomy;
}

static uint32_t word_at(const unsigned char *p)
{
    return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

/*
 * The format of `lz4 -l`: a magic word, then blocks with their packed size in
 * front. It has no end mark: the data end with a block that is not full, or
 * with the four bytes that Linux' build appends.
 */
static bool unpack_lz4(const unsigned char *data, size_t size,
                       struct buffer *out, size_t *used)
{
    int n = LZ4_BLOCK;

    *used = 4;
    if (size <= 8)
        return unpack_fails(out, "the packed data (lz4) are cut off");
    while (size - *used > 4 && n == LZ4_BLOCK) {
        size_t packed = word_at(data + *used);
        int room = LZ4_BLOCK; /* a byte of lz4 makes at most 255 */

        if (packed > size - *used - 4)
            return unpack_fails(out, "the packed data (lz4) are cut off");
        if (packed < LZ4_BLOCK / 255)
            room = (int)packed * 255;
        if (!make_room(out, (size_t)room))
            return false;
        n = LZ4_decompress_safe((const char *)data + *used + 4,
                                (char *)out->data + out->size, (int)packed,
                                room);
        if (n < 0)
            return unpack_fails(out, "the packed data (lz4) are damaged");
        out->size += (size_t)n;
        *used += 4 + packed;
    }
    return true;
}

static const struct format {
    const char *name;
    const char *magic;
    size_t length;
    bool (*unpack)(const unsigned char *data, size_t size, struct buffer *out,
                   size_t *used);
} formats[] = {
    { "xz", "\xfd" "7zXZ\0", 6, unpack_xz },
    { "zstd", "\x28\xb5\x2f\xfd", 4, unpack_zstd },
    { "lz4", "\x02\x21\x4c\x18", 4, unpack_lz4 },
    { "gzip", "\x1f\x8b", 2, unpack_gzip },
    { "bzip2", "BZh", 3, NULL },
    { "lzop", "\x89LZO", 4, NULL },
    { "lzma (the format before xz)", "\x5d\0\0", 3, NULL },
};

bool unpack(const unsigned char *data, size_t size, struct buffer *out,
            size_t *used)
{
    *used = 0;
    if (size > UNPACK_LIMIT)
        return unpack_fails(out, "it is larger than 512 MiB");
    for (unsigned i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        const struct format *format = &formats[i];

        if (size < format->length ||
            memcmp(data, format->magic, format->length))
            continue;
        if (!format->unpack)
            return unpack_fails(out, "it is packed by %s; xz, zstd, lz4 and "
                                     "gzip are what can be unpacked",
                                format->name);
        return format->unpack(data, size, out, used);
    }
    return unpack_fails(out, "how it is packed is not known: it begins as "
                             "none of xz, zstd, lz4 and gzip");
}
