/* SPDX-License-Identifier: MIT */
/*
 * Between the files of the xenstore protocol: a request as its handler sees
 * it, the answer that the handler builds, and the handlers themselves. Each
 * returns 0 or a positive errno, whose name goes to the guest.
 */
#ifndef HV_STORE_REQUEST_H
#define HV_STORE_REQUEST_H

#include "services/store_wire.h"

struct request {
    struct store_client *client;
    struct store_transaction *transaction; /* NULL: outside any */
    struct store_tree *tree;               /* the one that it works on */
    const char *payload;
    size_t size;
    size_t path_size;                  /* the first string, with its zero */
    char path[XENSTORE_ABS_PATH_MAX + 1]; /* absolute, where it is a path */
};

/* Bytes that grow into the reply; what does not fit is an error. */
struct answer {
    char *bytes;
    size_t used;
    bool too_long;
};

void answer_add(struct answer *a, const char *bytes, size_t size);
void answer_text(struct answer *a, const char *text);

typedef int store_handler(struct request *r, struct answer *a);

/* --- store_nodes.c --- */
store_handler store_read, store_directory, store_directory_part, store_write,
    store_mkdir, store_rm, store_get_perms, store_set_perms;

/* --- store_transaction.c --- */
store_handler store_transaction_start, store_transaction_end;
/* The client's open transaction ID; NULL: it has none. */
struct store_transaction *store_transaction_of(struct store_client *client,
                                               uint32_t id);
void store_transactions_forget(struct store_client *client);
/* r->path changed: tell watches now, or when the transaction is committed. */
void store_path_changed(struct request *r, bool removed);

#endif
