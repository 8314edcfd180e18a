// SPDX-License-Identifier: MIT
/* What the parts of the xenstore client share: the ring (store_ring.c), the
 * requests (store.c), the watches (store_watch.c). */
#ifndef PVOPS_STORE_H
#define PVOPS_STORE_H

#include "../xenpv/xenpv.h"

#include <xen/errno.h>
#include <xen/io/xs_wire.h>

/* One request that waits for its answer; on the stack of who waits. */
struct store_request {
    uint32_t id, type;
    char *to; /* where the answer goes */
    unsigned long room, length;
    bool answered;
    struct store_request *next;
};

struct store_part { /* of a request's payload */
    const char *bytes;
    unsigned long length;
};

/* Sends a request and waits. The answer's length, which can be more than
 * `room` (then the rest is lost), or a negative errno. */
long pv_store_ask(uint32_t type, unsigned tx, const struct store_part *parts,
                  unsigned nr_parts, char *to, unsigned long room);

/* store_ring.c: -ENODEV if there is no store. Done again after a restore. */
int pv_store_connect(void);
extern struct pv_nested pv_store_lock;

void pv_store_receive(void); /* what came in unasked */

/* store_watch.c: an event, path\0token\0; with the lock held. */
void pv_store_queue(const char *event, unsigned long length);

unsigned long pv_length(const char *text);

#endif
