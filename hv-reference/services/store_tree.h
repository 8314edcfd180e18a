/* SPDX-License-Identifier: MIT */
/*
 * The store's tree: named nodes with values. Portable, without rings or
 * permissions; store_wire.c speaks the protocol over it.
 */
#ifndef HV_STORE_TREE_H
#define HV_STORE_TREE_H

#include "core/types.h"

#define STORE_VALUE_MAX 2048 /* bytes of one value */
#define STORE_NODES_MAX 4096 /* nodes of one tree */

struct store_node {
    struct store_node *parent, *child, *next;
    char *name;
    char *value;
    uint32_t size;  /* of the value, bytes */
    uint32_t perms_size;
    char *perms;    /* as it was set: perm\0perm\0…; NULL: the default */
};

struct store_tree {
    struct store_node *root;
    unsigned int nodes;
    uint64_t generation; /* counts changes */
};

int tree_init(struct store_tree *tree);
void tree_destroy(struct store_tree *tree);
/* A deep copy of FROM: 0 or -ENOMEM. */
int tree_copy(struct store_tree *to, const struct store_tree *from);

/* PATH is absolute and canonical: "/" or "/a/b". NULL: there is none. */
struct store_node *tree_find(const struct store_tree *tree, const char *path);
/* The node at PATH, made with all above it where missing; NULL: no memory. */
struct store_node *tree_make(struct store_tree *tree, const char *path);
/* 0, -ENOMEM, -ENOSPC (too many nodes) or -E2BIG. */
int tree_write(struct store_tree *tree, const char *path, const char *value,
               size_t size);
/* Remove NODE and all below it. The root stays. */
void tree_remove(struct store_tree *tree, struct store_node *node);

#endif
