// SPDX-License-Identifier: MIT
// Linux's boot image for PCs: see bzimage.h. Of its header (Linux,
// Documentation/x86/boot.rst) only what leads to the payload is used:
//
//   1f1  u8   setup_sects     real mode sectors behind the first; 0 means 4
//   1fe  u16  boot_flag       aa55
//   202  u32  header          "HdrS"
//   206  u16  version         2.08 and later tell where the payload is
//   248  u32  payload_offset  from the begin of the protected mode part
//   24c  u32  payload_length
#include "runner/bzimage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"

#define HEADER_END 0x250
#define SECTOR 512

static uint32_t field(const unsigned char *data, unsigned at, unsigned bytes)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)data[at + i] << (8 * i);
    return value;
}

bool bzimage_is(const unsigned char *data, size_t size)
{
    return size >= 0x206 && field(data, 0x1fe, 2) == 0xaa55 &&
           !memcmp(data + 0x202, "HdrS", 4);
}

/*
 * Behind the packed data Linux' build puts their unpacked size, but for gzip,
 * which ends with it anyway.
 */
static bool check_tail(const unsigned char *tail, size_t size,
                       struct buffer *out)
{
    if (size == 0)
        return true;
    if (size != 4)
        return unpack_fails(out, "%zu bytes follow the packed kernel", size);
    if (field(tail, 0, 4) != out->size)
        return unpack_fails(out, "it unpacks to %zu bytes, and says that "
                                 "these should be %u",
                            out->size, field(tail, 0, 4));
    return true;
}

bool bzimage_unpack(const unsigned char *data, size_t size,
                    struct buffer *out)
{
    uint64_t sectors, begin, length;
    size_t used;

    *out = (struct buffer){ 0 };
    if (!bzimage_is(data, size))
        return unpack_fails(out, "it does not begin as one");
    if (size < HEADER_END)
        return unpack_fails(out, "it is truncated: its header is cut off");
    if (field(data, 0x206, 2) < 0x208)
        return unpack_fails(out, "it is from before 2007 (boot protocol "
                                 "%u.%02u), and does not tell where its "
                                 "kernel is", data[0x207], data[0x206]);
    sectors = data[0x1f1] ? data[0x1f1] : 4;
    begin = (sectors + 1) * SECTOR + field(data, 0x248, 4);
    length = field(data, 0x24c, 4);
    if (!length)
        return unpack_fails(out, "it is damaged: it has no kernel in it");
    if (begin + length > size)
        return unpack_fails(out, "it is truncated: its kernel ends at byte "
                                 "%llu of a file of %zu bytes",
                            (unsigned long long)(begin + length), size);
    return unpack(data + begin, length, out, &used) &&
           check_tail(data + begin + used, length - used, out);
}

/* A file in memory; its name is good for the processes that we start, too. */
static const char *keep(const struct buffer *kernel)
{
    int fd = memfd_create("vmlinux", MFD_CLOEXEC);
    size_t done = 0;

    if (fd < 0)
        fail(STATUS_TOOL, "cannot make a file in memory: %s", strerror(errno));
    while (done < kernel->size) {
        ssize_t n = write(fd, kernel->data + done, kernel->size - done);

        if (n < 0)
            fail(STATUS_TOOL, "cannot keep the unpacked kernel: %s",
                 strerror(errno));
        done += (size_t)n;
    }
    return text("/proc/%d/fd/%d", (int)getpid(), fd);
}

const char *bzimage_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const char *file = path;
    struct stat about;
    unsigned char *data;

    /* What is wrong with a file that is no image is for others to say. */
    if (fd < 0)
        return path;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode) || !about.st_size) {
        close(fd);
        return path;
    }
    data = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (data == MAP_FAILED)
        fail(STATUS_TOOL, "cannot map %s: %s", path, strerror(errno));
    if (bzimage_is(data, (size_t)about.st_size)) {
        struct buffer kernel;

        if (bzimage_unpack(data, (size_t)about.st_size, &kernel)) {
            file = keep(&kernel);
        } else {
            say_at(path, 0, 0, "error",
                   "this Linux boot image cannot be used: %s", kernel.why);
            file = NULL;
        }
        buffer_free(&kernel);
    }
    munmap(data, (size_t)about.st_size);
    return file;
}
