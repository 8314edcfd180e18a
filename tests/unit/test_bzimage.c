// SPDX-License-Identifier: MIT
/*
 * Linux boot images: each format that `parapet run` unpacks gives back the
 * kernel that was packed, however the packer was set; an image that is cut
 * off at any byte or changed at any byte gives a sentence or the same kernel,
 * never a crash, never a wrong kernel in silence. (The file is a heap block
 * of exactly its size, so that the sanitizer sees each byte too many.)
 */
#include <check.h>
#include <lz4hc.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "runner/bzimage.h"
#include "unit.h"

#define SETUP_SECTORS 3
#define CODE_AT ((SETUP_SECTORS + 1) * 512)
#define PAYLOAD_OFFSET 0x40 /* behind the unpacker's code */
#define LZ4_BLOCK (8 << 20)

struct packed {
    unsigned char *data;
    size_t size;
};

/* A kernel of this size: parts that repeat and parts that do not. */
static unsigned char *make_kernel(size_t size)
{
    struct unit_random random = { size };
    unsigned char *kernel = malloc(size);

    for (size_t i = 0; i < size; i++)
        kernel[i] = i / 4096 % 2 ? (unsigned char)(i / 7)
                                 : (unsigned char)unit_random(&random);
    return kernel;
}

static size_t pack_gzip(const unsigned char *in, size_t size,
                        unsigned char *out, size_t room)
{
    z_stream stream = { .next_in = (unsigned char *)in,
                        .avail_in = (unsigned)size,
                        .next_out = out,
                        .avail_out = (unsigned)room };

    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8,
                 Z_DEFAULT_STRATEGY);
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

/*
 * As the kernel's build does: branches made absolute, checked by CRC-32. (It
 * has a dictionary of 32 MiB; a small one makes thousands of tries short.)
 */
static size_t pack_xz(const unsigned char *in, size_t size,
                      unsigned char *out, size_t room)
{
    lzma_options_lzma options;
    lzma_filter filters[] = { { LZMA_FILTER_X86, NULL },
                              { LZMA_FILTER_LZMA2, &options },
                              { LZMA_VLI_UNKNOWN, NULL } };
    size_t used = 0;

    lzma_lzma_preset(&options, 1);
    options.dict_size = size < 1 << 20 ? 1 << 16 : 32 << 20;
    ck_assert_int_eq(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL,
                                               in, size, out, &used, room),
                     LZMA_OK);
    return used;
}

static size_t pack_zstd(const unsigned char *in, size_t size,
                        unsigned char *out, size_t room)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t n;

    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    n = ZSTD_compress2(context, out, room, in, size);
    ck_assert(!ZSTD_isError(n));
    ZSTD_freeCCtx(context);
    return n;
}

static size_t pack_lz4(const unsigned char *in, size_t size,
                       unsigned char *out, size_t room)
{
    size_t at = 4;

    memcpy(out, "\x02\x21\x4c\x18", 4);
    for (size_t done = 0; done < size; done += LZ4_BLOCK) {
        int part = size - done < LZ4_BLOCK ? (int)(size - done) : LZ4_BLOCK;
        int n = LZ4_compress_HC((const char *)in + done,
                                (char *)out + at + 4, part,
                                (int)(room - at - 4), 3);
        uint32_t word = (uint32_t)n;

        ck_assert_int_gt(n, 0);
        memcpy(out + at, &word, 4);
        at += 4 + (size_t)n;
    }
    return at;
}

static const struct format {
    const char *name;
    size_t (*pack)(const unsigned char *in, size_t size, unsigned char *out,
                   size_t room);
    bool has_tail; /* the unpacked size in four bytes */
    bool is_checked; /* by a sum over all of it */
} formats[] = {
    { "gzip", pack_gzip, false, true },
    { "xz", pack_xz, true, true },
    { "zstd", pack_zstd, true, true },
    { "lz4", pack_lz4, true, false },
};
#define FORMATS (int)(sizeof(formats) / sizeof(*formats))

static void put(struct packed *image, unsigned at, unsigned bytes,
                uint32_t value)
{
    memcpy(image->data + at, &value, bytes);
}

static struct packed make_image(const struct format *format,
                                const unsigned char *kernel, size_t size)
{
    size_t room = CODE_AT + PAYLOAD_OFFSET + size + size / 8 + 4096;
    struct packed image = { calloc(1, room), CODE_AT + PAYLOAD_OFFSET };
    size_t payload = format->pack(kernel, size, image.data + image.size,
                                  room - image.size - 4);
    uint32_t tail = (uint32_t)size;

    if (format->has_tail) {
        memcpy(image.data + image.size + payload, &tail, 4);
        payload += 4;
    }
    put(&image, 0x1f1, 1, SETUP_SECTORS);
    put(&image, 0x1fe, 2, 0xaa55);
    memcpy(image.data + 0x202, "HdrS", 4);
    put(&image, 0x206, 2, 0x20f);
    put(&image, 0x248, 4, PAYLOAD_OFFSET);
    put(&image, 0x24c, 4, (uint32_t)payload);
    image.size += payload;
    image.data = realloc(image.data, image.size);
    return image;
}

START_TEST(each_format_gives_back_the_kernel)
{
    static const size_t sizes[] = { 1, 4096, 700001, LZ4_BLOCK,
                                    2 * LZ4_BLOCK, LZ4_BLOCK + 12345 };

    for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        unsigned char *kernel = make_kernel(sizes[i]);
        struct packed image = make_image(&formats[_i], kernel, sizes[i]);
        struct buffer out;

        ck_assert_msg(bzimage_unpack(image.data, image.size, &out),
                      "%s, %zu bytes: %s", formats[_i].name, sizes[i],
                      out.why);
        ck_assert_uint_eq(out.size, sizes[i]);
        ck_assert_mem_eq(out.data, kernel, sizes[i]);
        buffer_free(&out);
        free(image.data);
        free(kernel);
    }
}
END_TEST

/* Cut off anywhere: the header tells, for the payload must fit in. */
START_TEST(a_truncated_image_is_refused)
{
    unsigned char *kernel = make_kernel(9000);
    struct packed image = make_image(&formats[_i], kernel, 9000);

    for (size_t size = 0; size < image.size; size++) {
        unsigned char *part = malloc(size ? size : 1);
        struct buffer out;

        memcpy(part, image.data, size);
        ck_assert_msg(!bzimage_unpack(part, size, &out),
                      "%zu bytes are accepted", size);
        ck_assert_msg(strstr(out.why, size < 0x206 ? "begin" : "truncated"),
                      "%zu bytes: %s", size, out.why);
        buffer_free(&out);
        free(part);
    }
    free(image.data);
    free(kernel);
}
END_TEST

/* The same where the header was made to fit: then the packed data tell. */
START_TEST(a_truncated_payload_is_refused)
{
    unsigned char *kernel = make_kernel(9000);
    struct packed image = make_image(&formats[_i], kernel, 9000);
    uint32_t all = (uint32_t)(image.size - CODE_AT - PAYLOAD_OFFSET);

    for (uint32_t length = 0; length < all - 4;
         length += length < 50 || length > all - 50 ? 1 : 37) {
        unsigned char *part = malloc(CODE_AT + PAYLOAD_OFFSET + length);
        struct buffer out;

        put(&image, 0x24c, 4, length);
        memcpy(part, image.data, CODE_AT + PAYLOAD_OFFSET + length);
        ck_assert_msg(!bzimage_unpack(part, CODE_AT + PAYLOAD_OFFSET + length,
                                      &out),
                      "%u of %u bytes were accepted", length, all);
        buffer_free(&out);
        free(part);
    }
    free(image.data);
    free(kernel);
}
END_TEST

START_TEST(no_changed_byte_is_taken_for_the_kernel)
{
    const struct format *format = &formats[_i];
    struct unit_random random = { 7 };
    unsigned char *kernel = make_kernel(9000);
    struct packed image = make_image(format, kernel, 9000);
    unsigned refused = 0;

    for (size_t at = 0x1f0; at < image.size;
         at += at < 0x250 || at > image.size - 50 ? 1 : 23) {
        unsigned char was = image.data[at];
        struct buffer out;
        bool good;

        image.data[at] ^= (unsigned char)(1 + unit_random(&random) % 255);
        good = bzimage_unpack(image.data, image.size, &out);
        refused += !good;
        if (good && format->is_checked) {
            ck_assert_msg(out.size == 9000 &&
                              !memcmp(out.data, kernel, 9000),
                          "a change at byte %zu gives another kernel", at);
        }
        buffer_free(&out);
        image.data[at] = was;
    }
    ck_assert_uint_gt(refused, 30); /* the header's fields at the least */
    free(image.data);
    free(kernel);
}
END_TEST

static void refused_for(struct packed *image, const char *words)
{
    struct buffer out;

    ck_assert(!bzimage_unpack(image->data, image->size, &out));
    ck_assert_msg(strstr(out.why, words), "said: %s", out.why);
    buffer_free(&out);
}

START_TEST(each_refusal_says_why)
{
    unsigned char *kernel = make_kernel(9000);
    struct packed image = make_image(&formats[1], kernel, 9000);
    unsigned char *payload = image.data + CODE_AT + PAYLOAD_OFFSET;

    put(&image, 0x206, 2, 0x207);
    refused_for(&image, "boot protocol 2.07");
    put(&image, 0x206, 2, 0x20f);
    put(&image, 0x24c, 4, 0);
    refused_for(&image, "no kernel in it");
    put(&image, 0x24c, 4, UINT32_MAX);
    refused_for(&image, "truncated");
    put(&image, 0x24c, 4, (uint32_t)(image.size - CODE_AT - PAYLOAD_OFFSET));
    put(&image, 0x248, 4, UINT32_MAX);
    refused_for(&image, "truncated");
    put(&image, 0x248, 4, PAYLOAD_OFFSET);
    image.data[image.size - 4]++;
    refused_for(&image, "says that these should be 9001");
    image.data[image.size - 4]--;
    memcpy(payload, "BZh9", 4);
    refused_for(&image, "packed by bzip2");
    memcpy(payload, "\x89LZO", 4);
    refused_for(&image, "packed by lzop");
    memset(payload, 0, 4);
    refused_for(&image, "how it is packed is not known");
    free(image.data);
    free(kernel);
}
END_TEST

/* A few kB that unpack to gigabytes: the limit holds. */
START_TEST(a_bomb_is_refused)
{
    size_t size = UNPACK_LIMIT + (1 << 20);
    unsigned char *zeros = calloc(1, size);
    struct packed image = make_image(&formats[2], zeros, size);

    free(zeros);
    refused_for(&image, "more than 512 MiB");
    free(image.data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bzimage");
    TCase *tests = tcase_create("bzimage");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_format_gives_back_the_kernel, 0, FORMATS);
    tcase_add_loop_test(tests, a_truncated_image_is_refused, 0, FORMATS);
    tcase_add_loop_test(tests, a_truncated_payload_is_refused, 0, FORMATS);
    tcase_add_loop_test(tests, no_changed_byte_is_taken_for_the_kernel, 0,
                        FORMATS);
    tcase_add_test(tests, each_refusal_says_why);
    tcase_add_test(tests, a_bomb_is_refused);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
