// SPDX-License-Identifier: MIT
// Writing to a precious tree: see apply.h. The journal's states are file
// names, so that going from one to the next is one rename:
//   list.new   being written: nothing in the tree has changed
//   list       files are being replaced: put the old ones back
//   done       all files are new: kept for --undo
//   undo       files are being put back: go on with that
#include "apply.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"
#include "source.h"

static bool is_inside(const char *path, const char *root)
{
    size_t length = strlen(root);

    return !strncmp(path, root, length) &&
           (path[length] == '/' || !path[length]);
}

static const char *folder_of(const char *root)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    uint64_t hash = 0xcbf29ce484222325;

    for (const char *c = root; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
    if (!state || *state != '/')
        state = home && *home == '/' ? mem_format("%s/.local/state", home)
                                     : "/var/tmp";
    if (is_inside(state, root)) /* the journal is never in the tree */
        state = is_inside("/var/tmp", root) ? "/tmp" : "/var/tmp";
    return mem_format("%s/parapet/patch-%016llx", state,
                      (unsigned long long)hash);
}

static void make_folders(const char *path)
{
    char *copy = mem_dup(path);

    for (char *c = copy + 1;; c++) {
        char was = *c;

        if (was && was != '/')
            continue;
        *c = 0;
        if (mkdir(copy, 0700) && errno != EEXIST)
            fail(STATUS_UNUSABLE, "cannot make the folder %s: %s", copy,
                 strerror(errno));
        *c = was;
        if (!was)
            return;
    }
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && !fsync(fd);

    if (fd >= 0)
        close(fd);
    return ok;
}

/* A whole new file on the disk; false and errno. */
static bool put_file(const char *path, const char *text, size_t size,
                     const struct stat *like)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    size_t done = 0;
    bool ok = fd >= 0;

    while (ok && done < size) {
        ssize_t n = write(fd, text + done, size - done);

        if (n > 0)
            done += (size_t)n;
        else
            ok = n < 0 && errno == EINTR;
    }
    if (ok && like && geteuid() == 0)
        ok = !fchown(fd, like->st_uid, like->st_gid);
    if (ok && like)
        ok = !fchmod(fd, like->st_mode & 07777);
    if (ok)
        ok = !fsync(fd);
    if (fd >= 0) {
        int error = errno;

        close(fd);
        errno = error;
        if (!ok)
            unlink(path);
        errno = error;
    }
    return ok;
}

/* Replaces a file of the tree by one rename; false and errno. */
static bool replace_file(const char *root, const char *path, const char *text,
                         size_t size)
{
    const char *real = mem_format("%s/%s", root, path);
    const char *slash = strrchr(real, '/');
    const char *folder = mem_copy(real, (size_t)(slash - real));
    const char *next = mem_format("%s/.parapet-%s", folder, slash + 1);
    struct stat st;

    if (lstat(real, &st))
        return false;
    if (!S_ISREG(st.st_mode)) {
        errno = ELOOP;
        return false;
    }
    if (access(real, W_OK))
        return false;
    unlink(next); /* what an interrupted run left */
    if (!put_file(next, text, size, &st))
        return false;
    if (rename(next, real)) {
        int error = errno;

        unlink(next);
        errno = error;
        return false;
    }
    return sync_folder(folder);
}

static bool has_text(const char *root, const char *path, const char *text,
                     size_t size)
{
    const char *real = mem_format("%s/%s", root, path);
    struct source *s = source_load(path, real);

    return s && s->size == size && !memcmp(s->text, text, size);
}

/* old-N and new-N of the journal, and its list of paths. */
static bool read_journal(const char *folder, const char *name,
                         struct changes *changes)
{
    struct source *list = source_load(name, mem_format("%s/%s", folder, name));
    unsigned n = 0;

    if (!list)
        return false;
    for (size_t at = 0; at < list->size; n++) {
        const char *end = memchr(list->text + at, '\0', list->size - at);
        struct change *c;
        struct source *old, *new;

        if (!end)
            break;
        old = source_load("", mem_format("%s/old-%u", folder, n));
        new = source_load("", mem_format("%s/new-%u", folder, n));
        if (!old || !new)
            fail(STATUS_UNUSABLE, "the journal %s is damaged: file %u is "
                 "missing", folder, n);
        c = list_add(&changes->list);
        c->path = list->text + at;
        c->old_text = old->text;
        c->old_size = old->size;
        c->new_text = new->text;
        c->new_size = new->size;
        at = (size_t)(end - list->text) + 1;
    }
    return true;
}

static void drop_journal(const char *folder)
{
    static const char *const names[] = { "list", "done", "undo", "list.new" };
    struct dirent *entry;
    DIR *dir;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        unlink(mem_format("%s/%s", folder, names[i]));
    dir = opendir(folder);
    while (dir && (entry = readdir(dir)))
        if (!strncmp(entry->d_name, "old-", 4) ||
            !strncmp(entry->d_name, "new-", 4))
            unlink(mem_format("%s/%s", folder, entry->d_name));
    if (dir)
        closedir(dir);
}

/* Puts the old text back wherever the new one stands. */
static bool put_back(const char *root, const struct changes *changes,
                     const char **problem)
{
    for (size_t i = 0; i < changes->list.count; i++) {
        const struct change *c = &changes->list.items[i];
        const char *real = mem_format("%s/%s", root, c->path);
        const char *name = strrchr(real, '/');

        unlink(mem_format("%.*s/.parapet-%s", (int)(name - real), real,
                          name + 1));
        if (has_text(root, c->path, c->old_text, c->old_size))
            continue;
        if (!has_text(root, c->path, c->new_text, c->new_size)) {
            *problem = mem_format("%s has been changed since", c->path);
            return false;
        }
        if (!replace_file(root, c->path, c->old_text, c->old_size)) {
            *problem = mem_format("cannot write %s: %s", c->path,
                                  strerror(errno));
            return false;
        }
    }
    return true;
}

void apply_recover(const char *root)
{
    const char *folder = folder_of(root), *problem = NULL;
    struct changes changes = { 0 };
    bool undo = !access(mem_format("%s/undo", folder), F_OK);

    if (!read_journal(folder, undo ? "undo" : "list", &changes))
        return;
    say("an earlier run was interrupted: its changes are put back first");
    if (!put_back(root, &changes, &problem))
        fail(STATUS_UNUSABLE, "%s; the old texts are in %s", problem, folder);
    drop_journal(folder);
}

/* Two runs at once would each take the other's journal for one that was
 * interrupted. The lock ends with the process. */
void apply_lock(const char *root)
{
    const char *folder = folder_of(root);
    int fd;

    make_folders(folder);
    fd = open(mem_format("%s/lock", folder), O_RDWR | O_CREAT | O_CLOEXEC,
              0600);
    if (fd < 0)
        fail(STATUS_UNUSABLE, "cannot write %s/lock: %s; nothing was changed",
             folder, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB))
        fail(STATUS_UNUSABLE, "another parapet patch is at work on %s: "
             "nothing was changed", root);
}

bool apply_pending(const char *root)
{
    const char *folder = folder_of(root);

    return !access(mem_format("%s/list", folder), F_OK) ||
           !access(mem_format("%s/undo", folder), F_OK);
}

static void write_journal(const char *folder, const struct changes *changes)
{
    struct text list = { 0 };
    const char *failed = NULL;

    make_folders(folder);
    drop_journal(folder);
    text_put(&list, "");
    for (unsigned i = 0; i < changes->list.count && !failed; i++) {
        const struct change *c = &changes->list.items[i];
        const char *old = mem_format("%s/old-%u", folder, i);
        const char *new = mem_format("%s/new-%u", folder, i);

        if (!put_file(old, c->old_text, c->old_size, NULL))
            failed = old;
        else if (!put_file(new, c->new_text, c->new_size, NULL))
            failed = new;
        text_add(&list, c->path, strlen(c->path) + 1);
    }
    if (!failed && (!put_file(mem_format("%s/list.new", folder), list.data,
                              list.length, NULL) ||
                    rename(mem_format("%s/list.new", folder),
                           mem_format("%s/list", folder)) ||
                    !sync_folder(folder)))
        failed = folder;
    if (failed) {
        int error = errno;

        drop_journal(folder);
        fail(STATUS_UNUSABLE, "cannot write %s: %s; nothing was changed",
             failed, strerror(error));
    }
}

void apply_write(const char *root, const struct changes *changes)
{
    const char *folder = folder_of(root), *problem = NULL;

    write_journal(folder, changes);
    for (size_t i = 0; i < changes->list.count && !problem; i++) {
        const struct change *c = &changes->list.items[i];

        if (!has_text(root, c->path, c->old_text, c->old_size))
            problem = mem_format("%s was changed meanwhile", c->path);
        else if (!replace_file(root, c->path, c->new_text, c->new_size))
            problem = mem_format("cannot write %s: %s", c->path,
                                 strerror(errno));
    }
    if (problem) {
        const char *worse = NULL;

        if (!put_back(root, changes, &worse))
            fail(STATUS_UNUSABLE, "%s; and then %s: the old texts are in %s",
                 problem, worse, folder);
        drop_journal(folder);
        fail(STATUS_UNUSABLE, "%s; nothing was changed", problem);
    }
    if (rename(mem_format("%s/list", folder), mem_format("%s/done", folder)) ||
        !sync_folder(folder))
        fail(STATUS_UNUSABLE, "cannot finish the journal %s: %s", folder,
             strerror(errno));
}

void apply_undo(const char *root)
{
    const char *folder = folder_of(root), *problem = NULL;
    struct changes changes = { 0 };

    if (!read_journal(folder, "done", &changes))
        fail(STATUS_UNUSABLE, "there is nothing to undo in %s", root);
    for (size_t i = 0; i < changes.list.count; i++) {
        const struct change *c = &changes.list.items[i];

        if (!has_text(root, c->path, c->new_text, c->new_size))
            fail(STATUS_UNUSABLE, "%s is not as --write left it: nothing was "
                 "undone (the old text is %s/old-%zu)", c->path, folder, i);
    }
    if (rename(mem_format("%s/done", folder), mem_format("%s/undo", folder)) ||
        !sync_folder(folder))
        fail(STATUS_UNUSABLE, "cannot write to the journal %s: %s", folder,
             strerror(errno));
    if (!put_back(root, &changes, &problem))
        fail(STATUS_UNUSABLE, "%s; the old texts are in %s", problem, folder);
    drop_journal(folder);
    say("%zu files are as they were", changes.list.count);
}
