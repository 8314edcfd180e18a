// SPDX-License-Identifier: MIT
// What the platforms share: see run.h.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"
#include "runner/run.h"

static const struct {
    int value;
    struct verdict verdict;
} exits[] = {
#define EXIT(name, value, status, sentence) { value, { status, sentence } },
#include "runner/exits.def"
#undef EXIT
};

struct verdict verdict_of_value(int value)
{
    for (unsigned i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
        if (exits[i].value == value)
            return exits[i].verdict;
    return (struct verdict){
        STATUS_TOOL, text("QEMU was ended with the value %#x, which is in no "
                          "table", (unsigned)value)
    };
}

const char *home_file(const char *name)
{
    static char home[PATH_MAX];

    if (!*home) {
        ssize_t n = readlink("/proc/self/exe", home, sizeof(home) - 1);

        if (n <= 0)
            fail(STATUS_TOOL, "cannot find my own folder: /proc is needed");
        home[n] = 0;
        *strrchr(home, '/') = 0;
    }
    return text("%s/%s", home, name);
}

char *module_name(const char *path)
{
    int fd;

    if (!strchr(path, ' '))
        return double_commas(path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail(STATUS_UNUSABLE, "cannot read %s: %s", path, strerror(errno));
    return text("/proc/%d/fd/%d", (int)getpid(), fd);
}

char *multiboot_modules(const struct run *run)
{
    char *kernel = module_name(run->file);
    char *words = double_commas(run->words);
    char *ramdisk = run->ramdisk ? module_name(run->ramdisk) : NULL;

    return text("%s%s%s%s%s", kernel, *words ? " " : "", words,
                ramdisk ? "," : "", ramdisk ? ramdisk : "");
}

FILE *open_log(const char *path)
{
    char *folder = text("%s", path);
    char *slash = strrchr(folder, '/');
    FILE *log;

    if (slash && slash != folder) {
        *slash = 0;
        mkdir(folder, 0777); /* fopen() says what is wrong with it */
    }
    free(folder);
    log = fopen(path, "we");
    if (!log)
        fail(STATUS_UNUSABLE, "cannot write the log %s: %s", path,
             strerror(errno));
    return log;
}

long file_megabytes(const char *path)
{
    struct stat about;

    if (stat(path, &about))
        fail(STATUS_UNUSABLE, "cannot read %s: %s", path, strerror(errno));
    return (long)(about.st_size >> 20) + 1;
}
