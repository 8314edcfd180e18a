// SPDX-License-Identifier: MIT
/*
 * The xenstore protocol. Payloads are the guest's: each has a known length, is
 * not trusted to hold its zero bytes, and paths are made canonical before they
 * reach the tree.
 */
#include "services/store_wire.h"

#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/lib.h"
#include "explain/log.h"
#include "services/store_request.h"
#include "services/store_watch.h"

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

void answer_add(struct answer *a, const char *bytes, size_t size)
{
    if (size > XENSTORE_PAYLOAD_MAX - a->used) {
        a->too_long = true;
        return;
    }
    memcpy(a->bytes + a->used, bytes, size);
    a->used += size;
}

void answer_text(struct answer *a, const char *text)
{
    answer_add(a, text, strlen(text) + 1);
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

static int get_domain_path(struct request *r, struct answer *a)
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
    answer_text(a, text);
    return 0;
}

static int watch(struct request *r, struct answer *a)
{
    int rc = store_watch_add(r->client, r->payload, r->size);

    if (!rc)
        answer_text(a, "OK");
    return rc;
}

static int unwatch(struct request *r, struct answer *a)
{
    int rc = store_watch_remove(r->client, r->payload, r->size);

    if (!rc)
        answer_text(a, "OK");
    return rc;
}

static int reset_watches(struct request *r, struct answer *a)
{
    store_client_reset(r->client);
    answer_text(a, "OK");
    return 0;
}

void store_client_reset(struct store_client *client)
{
    store_watches_forget(client);
    store_transactions_forget(client);
}

/* Operations by type; has_path: the payload begins with a node's path. */
static const struct {
    store_handler *handle;
    bool has_path;
} operations[XS_TYPE_COUNT] = {
    [XS_DIRECTORY] = {store_directory, true},
    [XS_DIRECTORY_PART] = {store_directory_part, true},
    [XS_READ] = {store_read, true},
    [XS_WRITE] = {store_write, true},
    [XS_MKDIR] = {store_mkdir, true},
    [XS_RM] = {store_rm, true},
    [XS_GET_PERMS] = {store_get_perms, true},
    [XS_SET_PERMS] = {store_set_perms, true},
    [XS_WATCH] = {watch, false},
    [XS_UNWATCH] = {unwatch, false},
    [XS_RESET_WATCHES] = {reset_watches, false},
    [XS_TRANSACTION_START] = {store_transaction_start, false},
    [XS_TRANSACTION_END] = {store_transaction_end, false},
    [XS_GET_DOMAIN_PATH] = {get_domain_path, false},
};

void store_request(struct store_client *client, const struct xsd_sockmsg *head,
                   const char *payload)
{
    struct request r = {.client = client, .payload = payload,
                        .size = head->len, .tree = client->tree};
    char bytes[XENSTORE_PAYLOAD_MAX];
    struct answer a = {.bytes = bytes};
    int error = 0;

    r.transaction = store_transaction_of(client, head->tx_id);
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
