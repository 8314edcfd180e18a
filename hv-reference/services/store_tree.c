// SPDX-License-Identifier: MIT
/*
 * The store's tree. Children hang in a list in the order of their creation.
 */
#include "services/store_tree.h"

#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/lib.h"

static char *copy_bytes(const char *from, size_t size)
{
    char *copy = hv_alloc(size + 1);

    if (copy)
        memcpy(copy, from, size);
    return copy;
}

static struct store_node *node_new(const char *name, size_t length)
{
    struct store_node *node = hv_alloc(sizeof(*node));

    if (!node)
        return NULL;
    node->name = copy_bytes(name, length);
    if (!node->name) {
        hv_free(node);
        return NULL;
    }
    return node;
}

static void node_free(struct store_node *node)
{
    hv_free(node->name);
    hv_free(node->value);
    hv_free(node->perms);
    hv_free(node);
}

static struct store_node *child_named(const struct store_node *node,
                                      const char *name, size_t length)
{
    struct store_node *child;

    for (child = node->child; child; child = child->next) {
        if (strlen(child->name) == length &&
            memcmp(child->name, name, length) == 0)
            return child;
    }
    return NULL;
}

static void add_child(struct store_node *parent, struct store_node *node)
{
    struct store_node **at = &parent->child;

    while (*at)
        at = &(*at)->next;
    *at = node;
    node->parent = parent;
}

/* The next name of a path at *AT, without its slash; 0 at the end. */
static size_t next_name(const char **at)
{
    size_t length = 0;

    while (**at == '/')
        (*at)++;
    while ((*at)[length] && (*at)[length] != '/')
        length++;
    return length;
}

int tree_init(struct store_tree *tree)
{
    *tree = (struct store_tree){.root = node_new("", 0), .nodes = 1};
    return tree->root ? 0 : -ENOMEM;
}

struct store_node *tree_find(const struct store_tree *tree, const char *path)
{
    struct store_node *node = tree->root;
    size_t length;

    while (node && (length = next_name(&path)) != 0) {
        node = child_named(node, path, length);
        path += length;
    }
    return node;
}

struct store_node *tree_make(struct store_tree *tree, const char *path)
{
    struct store_node *node = tree->root;
    size_t length;

    while ((length = next_name(&path)) != 0) {
        struct store_node *child = child_named(node, path, length);

        if (!child) {
            if (tree->nodes >= STORE_NODES_MAX)
                return NULL;
            child = node_new(path, length);
            if (!child)
                return NULL;
            add_child(node, child);
            tree->nodes++;
            tree->generation++;
        }
        node = child;
        path += length;
    }
    return node;
}

int tree_write(struct store_tree *tree, const char *path, const char *value,
               size_t size)
{
    struct store_node *node;
    char *copy;

    if (size > STORE_VALUE_MAX)
        return -E2BIG;
    node = tree_make(tree, path);
    if (!node)
        return -ENOSPC;
    copy = copy_bytes(value, size);
    if (!copy)
        return -ENOMEM;
    hv_free(node->value);
    node->value = copy;
    node->size = (uint32_t)size;
    tree->generation++;
    return 0;
}

/* Free what hangs below NODE, from the leaves up, without recursion. */
static unsigned int free_below(struct store_node *node)
{
    struct store_node *at = node;
    unsigned int n = 0;

    for (;;) {
        while (at->child)
            at = at->child;
        if (at == node)
            return n;
        at->parent->child = at->next;
        struct store_node *parent = at->parent;
        node_free(at);
        n++;
        at = parent;
    }
}

void tree_remove(struct store_tree *tree, struct store_node *node)
{
    struct store_node **at;

    tree->nodes -= free_below(node);
    tree->generation++;
    if (node == tree->root)
        return;
    for (at = &node->parent->child; *at != node; at = &(*at)->next)
        ;
    *at = node->next;
    node_free(node);
    tree->nodes--;
}

void tree_destroy(struct store_tree *tree)
{
    if (!tree->root)
        return;
    free_below(tree->root);
    node_free(tree->root);
    tree->root = NULL;
}

static int copy_node(struct store_node *to, const struct store_node *from)
{
    if (from->value) {
        to->value = copy_bytes(from->value, from->size);
        to->size = from->size;
    }
    if (from->perms) {
        to->perms = copy_bytes(from->perms, from->perms_size);
        to->perms_size = from->perms_size;
    }
    return (from->value && !to->value) || (from->perms && !to->perms) ? -ENOMEM
                                                                      : 0;
}

int tree_copy(struct store_tree *to, const struct store_tree *from)
{
    const struct store_node *f = from->root;
    struct store_node *t;

    if (tree_init(to))
        return -ENOMEM;
    to->nodes = from->nodes;
    to->generation = from->generation;
    t = to->root;
    while (!copy_node(t, f)) {
        struct store_node *made;

        if (f->child) {
            f = f->child;
        } else {
            while (f != from->root && !f->next) {
                f = f->parent;
                t = t->parent;
            }
            if (f == from->root)
                return 0;
            f = f->next;
            t = t->parent;
        }
        made = node_new(f->name, strlen(f->name));
        if (!made)
            break;
        add_child(t, made);
        t = made;
    }
    tree_destroy(to);
    return -ENOMEM;
}
