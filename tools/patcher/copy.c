// SPDX-License-Identifier: MIT
// The copy in which edits are tried: see copy.h. It is made by cp, so that
// links and modes are what a build expects. The rule: whatever ends the
// command, a signal too, nothing of it stays behind. A process of its own
// sees to that, since nobody acts on a SIGKILL of his own.
#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/process.h"
#include "lib/say.h"
#include "mem.h"

static char *made; /* holds the copy, and what is needed beside it */
static int held;   /* closed when this process and all that it started end */

static void remove_copy(void)
{
    const char *argv[] = { "rm", "-rf", "--", made, NULL };

    process_run(argv, NULL, OUTPUT_DROP);
    if (write(held, "", 1) < 0) /* the keeper has nothing left to do */
        say("cannot tell that %s is gone: %s", made, strerror(errno));
}

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");

    return folder && *folder ? folder : "/tmp";
}

/*
 * Makes the folder and says its name, or why there is none; then waits for the
 * word that all is removed, and removes it if there is none to come. The folder
 * is not there before this process has a session of its own, where Ctrl-C does
 * not reach it; standard error stays open, so that who reads it to its end
 * waits for this as well.
 */
static void keep(int told, int tell)
{
    const char *answer;
    char word;
    ssize_t n;

    setsid();
    signal(SIGPIPE, SIG_IGN); /* nobody may be left to hear the name */
    close(1);
    made = mem_format("%s/parapet-copy-XXXXXX", temporary_folder());
    made = mkdtemp(made) ? realpath(made, NULL) : NULL;
    answer = made ? made : strerror(errno);
    n = write(tell, answer, strlen(answer)); /* or nobody is left to hear it */
    if (!made)
        _exit(STATUS_TOOL);
    if (chdir("/") || dup2(told, 0) < 0 || close_range(3, ~0u, 0))
        _exit(STATUS_TOOL);
    while ((n = read(0, &word, 1)) < 0 && errno == EINTR)
        ;
    if (n == 1)
        _exit(STATUS_DONE);
    execlp("rm", "rm", "-rf", "--", made, (char *)NULL);
    _exit(STATUS_TOOL);
}

/* All that comes out of this end until it is closed. */
static char *read_text(int from)
{
    char *text = mem_alloc(PATH_MAX + 1);
    size_t length = 0;
    ssize_t n;

    while ((n = read(from, text + length, PATH_MAX - length)) > 0 ||
           (n < 0 && errno == EINTR))
        length += n > 0 ? (size_t)n : 0;
    text[length] = 0;
    return text;
}

static void start_keeper(void)
{
    int ends[2], name[2];
    pid_t child;

    if (pipe(ends) || pipe(name) || (child = fork()) < 0)
        fail(STATUS_TOOL, "cannot start a process: %s", strerror(errno));
    if (!child) {
        close(ends[1]);
        close(name[0]);
        keep(ends[0], name[1]);
    }
    close(ends[0]);
    close(name[1]);
    held = ends[1];
    made = read_text(name[0]);
    close(name[0]);
    if (*made != '/')
        fail(STATUS_TOOL, "cannot make a folder in %s: %s",
             temporary_folder(), *made ? made : "its keeper has ended");
    atexit(remove_copy);
}

static const char *const left_out[] = { ".", "..", ".git", ".hg", ".svn" };

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof(left_out) / sizeof(*left_out); i++)
        if (!strcmp(name, left_out[i]))
            return true;
    return false;
}

/* A folder for all that is temporary, of the programs that are run, too. */
static void make_folder(void)
{
    start_keeper();
    setenv("TMPDIR", made, 1);
}

const char *copy_tree(const char *root)
{
    const char *copy;
    LIST(const char *) argv = { 0 };
    struct dirent *entry;
    struct process_result r;
    DIR *dir = opendir(root);
    size_t fixed;

    if (!dir)
        fail(STATUS_UNUSABLE, "cannot read %s: %s", root, strerror(errno));
    make_folder();
    copy = mem_format("%s/tree", made);
    if (mkdir(copy, 0700))
        fail(STATUS_TOOL, "cannot make a folder in %s: %s", made,
             strerror(errno));
    *list_add(&argv) = "cp";
    *list_add(&argv) = "-R";
    *list_add(&argv) = "-P";
    *list_add(&argv) = "-p";
    *list_add(&argv) = "--no-preserve=ownership";
    *list_add(&argv) = "-t";
    *list_add(&argv) = copy;
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
        fail(STATUS_TOOL, "the tree could not be copied to %s", copy);
    return copy;
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
    static unsigned count;
    const char *path = mem_format("%s/file-%u", made, count++);

    copy_put(path, text, size);
    return path;
}
