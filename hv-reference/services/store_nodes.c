// SPDX-License-Identifier: MIT
/*
 * What a guest does with nodes of the store: read, write, make, remove. The
 * rule: it changes only what is below its home; what it may read is said in
 * may_read().
 */
#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/lib.h"
#include "explain/log.h"
#include "services/store_request.h"
#include "services/store_watch.h"

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

int store_read(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    answer_add(a, node->value ? node->value : "", node->size);
    return 0;
}

int store_directory(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);
    const struct store_node *child;

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    for (child = node->child; child; child = child->next)
        answer_text(a, child->name);
    return 0;
}

/* A directory too long for one reply, from an offset on. */
int store_directory_part(struct request *r, struct answer *a)
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
    answer_text(a, text);
    for (child = node->child; child; child = child->next) {
        size_t size = strlen(child->name) + 1;

        if (at >= offset) {
            if (a->used + size > 1024)
                return 0;
            answer_text(a, child->name);
        }
        at += size;
    }
    answer_add(a, "", 1); /* an empty name: that was the last */
    return 0;
}

int store_write(struct request *r, struct answer *a)
{
    int rc;

    if (!is_own(r))
        return EACCES;
    rc = tree_write(r->tree, r->path, r->payload + r->path_size,
                    r->size - r->path_size);
    if (rc)
        return -rc;
    store_path_changed(r, false);
    answer_text(a, "OK");
    return 0;
}

int store_mkdir(struct request *r, struct answer *a)
{
    if (!is_own(r))
        return EACCES;
    if (!tree_find(r->tree, r->path)) {
        if (!tree_make(r->tree, r->path))
            return ENOSPC;
        store_path_changed(r, false);
    }
    answer_text(a, "OK");
    return 0;
}

/* Removing what is not there succeeds if its parent is there. */
int store_rm(struct request *r, struct answer *a)
{
    struct store_node *node = tree_find(r->tree, r->path);
    size_t slash = strlen(r->path);

    if (!is_own(r))
        return EACCES;
    if (node) {
        tree_remove(r->tree, node);
        store_path_changed(r, true);
    } else {
        while (slash && r->path[slash] != '/')
            slash--;
        r->path[slash] = '\0';
        if (!tree_find(r->tree, r->path))
            return ENOENT;
    }
    answer_text(a, "OK");
    return 0;
}

int store_get_perms(struct request *r, struct answer *a)
{
    const struct store_node *node = tree_find(r->tree, r->path);
    char text[16];

    if (!may_read(r))
        return EACCES;
    if (!node)
        return ENOENT;
    if (node->perms) {
        answer_add(a, node->perms, node->perms_size);
        return 0;
    }
    hv_snprintf(text, sizeof(text), "n%u", r->client->id);
    answer_text(a, text);
    return 0;
}

/* Kept and given back; who may do what is decided by place (may_read). */
int store_set_perms(struct request *r, struct answer *a)
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
    answer_text(a, "OK");
    return 0;
}
