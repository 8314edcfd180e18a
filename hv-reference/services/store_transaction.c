// SPDX-License-Identifier: MIT
/*
 * Transactions of the store. Each works on a copy of the whole tree, which
 * takes the tree's place if nothing else has changed meanwhile; otherwise the
 * guest hears EAGAIN and begins again. Small trees make that cheap, and it is
 * plainly all or nothing.
 */
#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/lib.h"
#include "explain/log.h"
#include "services/store_request.h"
#include "services/store_watch.h"

struct store_transaction *store_transaction_of(struct store_client *client,
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

int store_transaction_start(struct request *r, struct answer *a)
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
             store_transaction_of(client, client->last_transaction));
    t->id = client->last_transaction;
    t->base = client->tree->generation;
    hv_snprintf(text, sizeof(text), "%u", t->id);
    answer_text(a, text);
    return 0;
}

int store_transaction_end(struct request *r, struct answer *a)
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
    answer_text(a, "OK");
    return error;
}

void store_path_changed(struct request *r, bool removed)
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

void store_transactions_forget(struct store_client *client)
{
    unsigned int i;

    for (i = 0; i < STORE_TRANSACTIONS_MAX; i++) {
        if (client->transaction[i].id)
            transaction_end(&client->transaction[i]);
    }
}
