// SPDX-License-Identifier: MIT
// The copy in which edits are tried: see copy.h. It is made by cp, so that
// links and modes are what a build expects, and removed at any exit.
#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/process.h"
#include "lib/say.h"
#include "mem.h"

static char *made;

static void remove_copy(void)
{
    const char *argv[] = { "rm", "-rf", "--", made, NULL };

    process_run(argv, NULL, OUTPUT_DROP);
}

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");

    return folder && *folder ? folder : "/tmp";
}

static const char *const left_out[] = { ".", "..", ".git", ".hg", ".svn" };

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof(left_out) / sizeof(*left_out); i++)
        if (!strcmp(name, left_out[i]))
            return true;
    return false;
}

const char *copy_tree(const char *root)
{
    LIST(const char *) argv = { 0 };
    struct dirent *entry;
    struct process_result r;
    DIR *dir = opendir(root);
    size_t fixed;

    if (!dir)
        fail(STATUS_UNUSABLE, "cannot read %s: %s", root, strerror(errno));
    made = mem_format("%s/parapet-copy-XXXXXX", temporary_folder());
    if (!mkdtemp(made))
        fail(STATUS_TOOL, "cannot make a folder in %s: %s",
             temporary_folder(), strerror(errno));
    made = realpath(made, NULL);
    atexit(remove_copy);
    *list_add(&argv) = "cp";
    *list_add(&argv) = "-R";
    *list_add(&argv) = "-P";
    *list_add(&argv) = "-p";
    *list_add(&argv) = "--no-preserve=ownership";
    *list_add(&argv) = "-t";
    *list_add(&argv) = made;
    *list_add(&argv) = "--";
    fixed = argv.count;
    while ((entry = readdir(dir)))
        if (!is_left_out(entry->d_name))
            *list_add(&argv) = mem_format("%s/%s", root, entry->d_name);
    closedir(dir);
    if (argv.count == fixed)
        fail(STATUS_UNUSABLE, "%s is empty", root);
    *list_add(&argv) = NULL;
    r = process_run(argv.items, NULL, OUTPUT_PASS);
    if (r.status)
        fail(STATUS_TOOL, "the tree could not be copied to %s", made);
    return made;
}

void copy_put(const char *path, const char *text, size_t size)
{
    FILE *file;

    /* A read-only source is read-only in the copy too. */
    unlink(path);
    file = fopen(path, "wb");
    if (!file || fwrite(text, 1, size, file) != size || fclose(file))
        fail(STATUS_TOOL, "cannot write %s: %s", path, strerror(errno));
}

const char *copy_temporary(const char *text, size_t size)
{
    char *path = mem_format("%s/parapet-XXXXXX", temporary_folder());
    int fd = mkstemp(path);

    if (fd < 0)
        fail(STATUS_TOOL, "cannot make a file in %s: %s", temporary_folder(),
             strerror(errno));
    close(fd);
    copy_put(path, text, size);
    return path;
}
