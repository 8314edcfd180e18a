// SPDX-License-Identifier: MIT
/*
 * The xenstore protocol. Payloads are the guest's: each has a known length, is
 * not trusted to hold its zero bytes, and paths are made canonical before they
 * reach the tree.
 */
#include "services/store_wire.h"

#include "core/errno.h"
#include "core/frame.h"
#include "core/lib.h"
#include "explain/log.h"
#include "services/store_watch.h"

/* A request as the handlers see it. */
struct request {
    struct store_client *client;
    struct store_transaction *transaction; /* NULL: outside any */
    struct store_tree *tree;               /* the one that it works on */
    const char *payload;
    size_t size;
    size_t path_size;                  /* the first string, with its zero */
    char path[XENSTORE_ABS_PATH_MAX + 1]; /* absolute, where it is a path */
};

/* --- replies --- */

static void reply(struct store_client *client, const struct xsd_sockmsg *to,
                  uint32_t type, const char *bytes, size_t size)
{
    struct xsd_sockmsg head = {type, to->req_id, to->tx_id, (uint32_t)size};

    memcpy(client->reply, &head, sizeof(head));
    memcpy(client->reply + sizeof(head), bytes, size);
    client->reply_size = sizeof(head) + size;
}

static void reply_error(struct store_client *client,
                        const struct xsd_sockmsg *to, int error)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {EINVAL, "EINVAL"}, {EACCES, "EACCES"}, {EEXIST, "EEXIST"},
        {EISDIR, "EISDIR"}, {ENOENT, "ENOENT"}, {ENOMEM, "ENOMEM"},
        {ENOSPC, "ENOSPC"}, {EIO, "EIO"},       {ENOSYS, "ENOSYS"},
        {EROFS, "EROFS"},   {EBUSY, "EBUSY"},   {EAGAIN, "EAGAIN"},
        {E2BIG, "E2BIG"},   {EPERM, "EPERM"},
    };
    const char *name = "EINVAL";
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(names); i++) {
        if (names[i].number == error)
            name = names[i].name;
    }
    reply(client, to, XS_ERROR, name, strlen(name) + 1);
}

/* Bytes that grow into the reply; what does not fit is an error. */
struct answer {
    char *bytes;
    size_t used;
    bool too_long;
};

static void add(struct answer *a, const char *bytes, size_t size)
{
    if (size > XENSTORE_PAYLOAD_MAX - a->used) {
        a->too_long = true;
        return;
    }
    memcpy(a->bytes + a->used, bytes, size);
    a->used += size;
}

static void add_text(struct answer *a, const char *text)
{
    add(a, text, strlen(text) + 1);
}

/* --- paths --- */

static bool is_path_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '/' || c == '_' ||
           c == '@';
}

int store_absolute(domid_t id, const char *path, char *to, size_t room)
{
    size_t length = strlen(path), i;

    if (!length)
        return -EINVAL;
    for (i = 0; i < length; i++) {
        if (!is_path_byte(path[i]) ||
            (path[i] == '/' && i + 1 < length && path[i + 1] == '/'))
            return -EINVAL;
    }
    if (length > 1 && path[length - 1] == '/')
        return -EINVAL;
    if (path[0] == '/') {
        if (length >= room || length > XENSTORE_ABS_PATH_MAX)
            return -EINVAL;
        memcpy(to, path, length + 1);
        return 0;
    }
    if (length > XENSTORE_REL_PATH_MAX)
        return -EINVAL;
    hv_snprintf(to, room, "/local/domain/%u/%s", id, path);
    return 0;
}

bool store_below(const char *path, const char *above)
{
    size_t length = strlen(above);

    if (length == 1) /* the root is above all */
        return true;
    return strncmp(path, above, length) == 0 &&
           (path[length] == '\0' || path[length] == '/');
}

static bool is_own(const struct request *r)
{
    char home[32];

    hv_snprintf(home, sizeof(home), "/local/domain/%u", r->client->id);
    return store_below(r->path, home);
}

/* Backends keep the state of a guest's devices in /local/domain/0/backend. */
static bool may_read(const struct request *r)
{
    const char *above;

    if (is_own(r) || store_below(r->path, "/local/domain/0/backend"))
        return true;
    /* What leads there can be looked up: "/", "/local", "/local/domain". */
    above = "/local/domain";
    return store_below(above, r->path);
}

/* The first string of the payload as an absolute path. */
static int take_path(struct request *r)
{
    char path[XENSTORE_ABS_PATH_MAX + 1];
    size_t i;

    for (i = 0; i < r->size && r->payload[i]; i++) {
        if (i >= XENSTORE_ABS_PATH_MAX)
            return -EINVAL;
        path[i] = r->payload[i];
    }
    if (i == r->size)
        return -EINVAL; /* it has no end */
    path[i] = '\0';
    r->path_size = i + 1;
    return store_absolute(r->client->id, path, r->path, sizeof(r->path));
}

/* --- transactions --- */

static struct store_transaction *transaction_of(struct store_client *client,
                                                uint32_t id)
{
    unsigned int i;

    for (i = 0; id && i < STORE_TRANSACTIONS_MAX; i++) {
        if (client->transaction[i].id == id)
            return &client->transaction[i];
    }
    return NULL;
}

static void transaction_end(struct store_transaction *t)
{
    while (t->changes) {
        struct store_change *next = t->changes->next;

        hv_free(t->changes);
        t->changes = next;
    }
    tree_destroy(&t->tree);
    *t = (struct store_transaction){0};
}

static int do_transaction_start(struct request *r, struct answer *a)
{
    struct store_client *client = r->client;
    struct store_transaction *t = NULL;
    char text[16];
    unsigned int i;

    if (r->transaction)
        return EBUSY;
    for (i = 0; i < STORE_TRANSACTIONS_MAX && !t; i++) {
        if (!client->transaction[i].id)
            t = &client->transaction[i];
    }
    if (!t)
        return ENOSPC;
    if (tree_copy(&t->tree, client->tree))
        return ENOMEM;
    do {
        client->last_transaction++;
    } while (!client->last_transaction ||
             transaction_of(client, client->last_transaction));
    t->id = client->last_transaction;
    t->base = client->tree->generation;
    hv_snprintf(text, sizeof(text), "%u", t->id);
    add_text(a, text);
    return 0;
}

static int do_transaction_end(struct request *r, struct answer *a)
{
    struct store_transaction *t = r->transaction;
    struct store_change *change;
    bool commit;
    int error = 0;

    if (!t)
        return ENOENT;
    if (r->size < 2 || (r->payload[0] != 'T' && r->payload[0] != 'F'))
        return EINVAL;
    commit = r->payload[0] == 'T';
    if (commit && t->base != r->client->tree->generation) {
        error = EAGAIN; /* somebody changed the store meanwhile */
    } else if (commit) {
        struct store_tree old = *r->client->tree;

        *r->client->tree = t->tree;
        t->tree = old;
        for (change = t->changes; change; change = change->next)
            store_fire(r->client, change->path, change->removed);
    }
    transaction_end(t);
    add_text(a, "OK");
    return error;
}

/* PATH changed: tell watches now, or when the transaction is committed. */
static void changed(struct request *r, bool removed)
{
    size_t size = strlen(r->path) + 1;
    struct store_change **at, *change;

    if (!r->transaction) {
        store_fire(r->client, r->path, removed);
        return;
    }
    change = hv_alloc(sizeof(*change) + size);
    if (!change)
        return; /* its watch is late: the guest reads the node anyway */
    change->removed = removed;
    memcpy(change->path, r->path, size);
    for (at = &r->transaction->changes; *at; at = &(*at)->next)
        ;
    *at = change;
}

/* --- nodes --- */

static int do_read(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    add(a, node->value ? node->value : "", node->size);
    return 0;
}

static int do_directory(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);
    const struct store_node *child;

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    for (child = node->child; child; child = child->next)
        add_text(a, child->name);
    return 0;
}

/* A directory too long for one reply, from an offset on. */
static int do_directory_part(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);
    const struct store_node *child;
    uint64_t offset = 0, at = 0;
    char text[24];
    size_t i;

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    for (i = r->path_size; i < r->size && r->payload[i]; i++) {
        if (r->payload[i] < '0' || r->payload[i] > '9' || offset > 1u << 30)
            return EINVAL;
        offset = offset * 10 + (uint64_t)(r->payload[i] - '0');
    }
    hv_snprintf(text, sizeof(text), "%lu", r->tree->generation);
    add_text(a, text);
    for (child = node->child; child; child = child->next) {
        size_t size = strlen(child->name) + 1;

        if (at >= offset) {
            if (a->used + size > 1024)
                return 0;
            add_text(a, child->name);
        }
        at += size;
    }
    add(a, "", 1); /* an empty name: that was the last */
    return 0;
}

static int do_write(struct request *r, struct answer *a)
{
    int rc;

    if (!is_own(r))
        return EACCES;
    rc = tree_write(r->tree, r->path, r->payload + r->path_size,
                    r->size - r->path_size);
    if (rc)
        return -rc;
    changed(r, false);
    add_text(a, "OK");
    return 0;
}

static int do_mkdir(struct request *r, struct answer *a)
{
    if (!is_own(r))
        return EACCES;
    if (!tree_find(r->tree, r->path)) {
        if (!tree_make(r->tree, r->path))
            return ENOSPC;
        changed(r, false);
    }
    add_text(a, "OK");
    return 0;
}

/* Removing what is not there succeeds if its parent is there. */
static int do_rm(struct request *r, struct answer *a)
{
    struct store_node *node = tree_find(r->tree, r->path);
    size_t slash = strlen(r->path);

    if (!is_own(r))
        return EACCES;
    if (node) {
        tree_remove(r->tree, node);
        changed(r, true);
    } else {
        while (slash && r->path[slash] != '/')
            slash--;
        r->path[slash] = '\0';
        if (!tree_find(r->tree, r->path))
            return ENOENT;
    }
    add_text(a, "OK");
    return 0;
}

static int do_get_perms(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);
    char text[16];

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    if (node->perms) {
        add(a, node->perms, node->perms_size);
        return 0;
    }
    hv_snprintf(text, sizeof(text), "n%u", r->client->id);
    add_text(a, text);
    return 0;
}

/* Kept and given back; who may do what is decided by place (may_read). */
static int do_set_perms(struct request *r, struct answer *a)
{
    struct store_node *node = tree_find(r->tree, r->path);
    size_t size = r->size - r->path_size;
    char *copy;

    if (!is_own(r))
        return EACCES;
    if (!node)
        return ENOENT;
    if (size < 3 || r->payload[r->size - 1])
        return EINVAL;
    copy = hv_alloc(size);
    if (!copy)
        return ENOMEM;
    memcpy(copy, r->payload + r->path_size, size);
    hv_free(node->perms);
    node->perms = copy;
    node->perms_size = (uint32_t)size;
    add_text(a, "OK");
    return 0;
}

static int do_get_domain_path(struct request *r, struct answer *a)
{
    char text[32];
    uint64_t id = 0;
    size_t i;

    for (i = 0; i < r->size && r->payload[i]; i++) {
        if (r->payload[i] < '0' || r->payload[i] > '9' || id > 0xffff)
            return EINVAL;
        id = id * 10 + (uint64_t)(r->payload[i] - '0');
    }
    if (!i || i == r->size)
        return EINVAL;
    hv_snprintf(text, sizeof(text), "/local/domain/%lu", id);
    add_text(a, text);
    return 0;
}

static int do_watch(struct request *r, struct answer *a)
{
    int rc = store_watch_add(r->client, r->payload, r->size);

    if (!rc)
        add_text(a, "OK");
    return rc;
}

static int do_unwatch(struct request *r, struct answer *a)
{
    int rc = store_watch_remove(r->client, r->payload, r->size);

    if (!rc)
        add_text(a, "OK");
    return rc;
}

static int do_reset_watches(struct request *r, struct answer *a)
{
    store_client_reset(r->client);
    add_text(a, "OK");
    return 0;
}

void store_client_reset(struct store_client *client)
{
    unsigned int i;

    store_watches_forget(client);
    for (i = 0; i < STORE_TRANSACTIONS_MAX; i++) {
        if (client->transaction[i].id)
            transaction_end(&client->transaction[i]);
    }
}

/* Operations by type; has_path: the payload begins with a node's path. */
static const struct {
    int (*handle)(struct request *r, struct answer *a);
    bool has_path;
} operations[XS_TYPE_COUNT] = {
    [XS_DIRECTORY] = {do_directory, true},
    [XS_DIRECTORY_PART] = {do_directory_part, true},
    [XS_READ] = {do_read, true},
    [XS_WRITE] = {do_write, true},
    [XS_MKDIR] = {do_mkdir, true},
    [XS_RM] = {do_rm, true},
    [XS_GET_PERMS] = {do_get_perms, true},
    [XS_SET_PERMS] = {do_set_perms, true},
    [XS_WATCH] = {do_watch, false},
    [XS_UNWATCH] = {do_unwatch, false},
    [XS_RESET_WATCHES] = {do_reset_watches, false},
    [XS_TRANSACTION_START] = {do_transaction_start, false},
    [XS_TRANSACTION_END] = {do_transaction_end, false},
    [XS_GET_DOMAIN_PATH] = {do_get_domain_path, false},
};

void store_request(struct store_client *client, const struct xsd_sockmsg *head,
                   const char *payload)
{
    struct request r = {.client = client, .payload = payload,
                        .size = head->len, .tree = client->tree};
    char bytes[XENSTORE_PAYLOAD_MAX];
    struct answer a = {.bytes = bytes};
    int error = 0;

    r.transaction = transaction_of(client, head->tx_id);
    if (r.transaction)
        r.tree = &r.transaction->tree;
    if (head->tx_id && !r.transaction)
        error = ENOENT;
    else if (head->type >= XS_TYPE_COUNT || !operations[head->type].handle)
        error = ENOSYS;
    else if (operations[head->type].has_path)
        error = -take_path(&r);
    if (!error)
        error = operations[head->type].handle(&r, &a);
    if (!error && a.too_long)
        error = E2BIG;
    if (error)
        reply_error(client, head, error);
    else
        reply(client, head, head->type, a.bytes, a.used);
}
