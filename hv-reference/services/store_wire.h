/* SPDX-License-Identifier: MIT */
/*
 * One guest's conversation with the store (<xen/io/xs_wire.h>): requests in,
 * replies and watch events out. Portable: it sees whole messages, not rings.
 *
 * A guest reads and writes below its home, /local/domain/ID, and reads what
 * is below its own backends; the rest of the tree does not concern it.
 */
#ifndef HV_STORE_WIRE_H
#define HV_STORE_WIRE_H

#include <xen/io/xs_wire.h>
#include <xen/xen.h>

#include "services/store_tree.h"

#define STORE_WATCHES_MAX      128
#define STORE_TRANSACTIONS_MAX 8
#define STORE_EVENTS_MAX       512 /* waiting ones; further ones are dropped */

struct store_watch {
    struct store_watch *next;
    char *path, *token; /* as the guest wrote them */
    char *absolute;
};

struct store_event {
    struct store_event *next;
    size_t size;
    char bytes[]; /* the message, header first */
};

struct store_change {
    struct store_change *next;
    bool removed;
    char path[];
};

struct store_transaction {
    uint32_t id; /* 0: free */
    struct store_tree tree;
    uint64_t base; /* the store's generation when it began */
    struct store_change *changes;
};

struct store_client {
    domid_t id;
    struct store_tree *tree;
    struct store_watch *watches;
    unsigned int nr_watches;
    struct store_transaction transaction[STORE_TRANSACTIONS_MAX];
    uint32_t last_transaction;
    struct store_event *events; /* in order */
    unsigned int nr_events;

    /* The reply to the last request, header first. */
    char reply[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
    size_t reply_size;
};

/* Handle one whole request; the reply is in client->reply. */
void store_request(struct store_client *client, const struct xsd_sockmsg *head,
                   const char *payload);
/* A node changed without the guest's doing: its watches fire. */
void store_changed(struct store_client *client, const char *path);
/* The event that has waited longest, taken off the list; NULL: none. */
struct store_event *store_next_event(struct store_client *client);
/* Forget watches, transactions and events. */
void store_client_reset(struct store_client *client);

#endif
