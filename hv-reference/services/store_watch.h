/* SPDX-License-Identifier: MIT */
/*
 * Watches and the events that they make (store_watch.c), and the paths that
 * both sides of the protocol compare (store_wire.c).
 */
#ifndef HV_STORE_WATCH_H
#define HV_STORE_WATCH_H

#include "services/store_wire.h"

/* PATH as domain ID means it, in full. 0 or -EINVAL. */
int store_absolute(domid_t id, const char *path, char *to, size_t room);
/* Is PATH the node ABOVE or one below it? */
bool store_below(const char *path, const char *above);

/* PAYLOAD is "path\0token\0". 0 or a positive errno. */
int store_watch_add(struct store_client *client, const char *payload,
                    size_t size);
int store_watch_remove(struct store_client *client, const char *payload,
                       size_t size);
/* Node PATH changed (or went, with all below it): queue events. */
void store_fire(struct store_client *client, const char *path, bool removed);
void store_watches_forget(struct store_client *client);

#endif
