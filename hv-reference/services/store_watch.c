// SPDX-License-Identifier: MIT
/*
 * Watches. An event tells which node changed, in the way the watch was
 * written: relative if its path was. Each new watch fires once at once.
 */
#include "services/store_watch.h"

#include "core/errno.h"
#include "core/memory/frame.h"
#include "core/lib.h"

static void queue_event(struct store_client *client, const char *path,
                        const char *token)
{
    size_t p = strlen(path) + 1, t = strlen(token) + 1;
    struct xsd_sockmsg head = {.type = XS_WATCH_EVENT,
                               .len = (uint32_t)(p + t)};
    struct store_event **at, *event;

    if (client->nr_events >= STORE_EVENTS_MAX ||
        p + t > XENSTORE_PAYLOAD_MAX)
        return;
    event = hv_alloc(sizeof(*event) + sizeof(head) + p + t);
    if (!event)
        return;
    event->size = sizeof(head) + p + t;
    memcpy(event->bytes, &head, sizeof(head));
    memcpy(event->bytes + sizeof(head), path, p);
    memcpy(event->bytes + sizeof(head) + p, token, t);
    for (at = &client->events; *at; at = &(*at)->next)
        ;
    *at = event;
    client->nr_events++;
}

struct store_event *store_next_event(struct store_client *client)
{
    struct store_event *event = client->events;

    if (event) {
        client->events = event->next;
        client->nr_events--;
    }
    return event;
}

/* Tell WATCH that the node at absolute path PATH changed. */
static void fire_one(struct store_client *client,
                     const struct store_watch *watch, const char *path)
{
    size_t cut = strlen(watch->absolute) - strlen(watch->path);

    if (watch->path[0] == '/' || watch->path[0] == '@')
        queue_event(client, path, watch->token);
    else
        queue_event(client, path + cut, watch->token);
}

void store_fire(struct store_client *client, const char *path, bool removed)
{
    const struct store_watch *watch;

    for (watch = client->watches; watch; watch = watch->next) {
        if (store_below(path, watch->absolute))
            fire_one(client, watch, path);
        else if (removed && store_below(watch->absolute, path))
            fire_one(client, watch, watch->absolute);
    }
}

void store_changed(struct store_client *client, const char *path)
{
    store_fire(client, path, false);
}

/* Both strings of the payload, each with its end inside it. */
static int split(const char *payload, size_t size, const char **path,
                 const char **token)
{
    size_t i = 0, end;

    while (i < size && payload[i])
        i++;
    end = i + 1;
    while (end < size && payload[end])
        end++;
    if (end >= size)
        return -EINVAL;
    *path = payload;
    *token = payload + i + 1;
    return 0;
}

static char *copy_text(const char *text)
{
    char *copy = hv_alloc(strlen(text) + 1);

    if (copy)
        memcpy(copy, text, strlen(text) + 1);
    return copy;
}

static void watch_free(struct store_watch *watch)
{
    hv_free(watch->path);
    hv_free(watch->token);
    hv_free(watch->absolute);
    hv_free(watch);
}

static struct store_watch **find(struct store_client *client, const char *path,
                                 const char *token)
{
    struct store_watch **at = &client->watches;

    while (*at && (strcmp((*at)->path, path) || strcmp((*at)->token, token)))
        at = &(*at)->next;
    return at;
}

int store_watch_add(struct store_client *client, const char *payload,
                    size_t size)
{
    char absolute[XENSTORE_ABS_PATH_MAX + 1];
    const char *path, *token;
    struct store_watch *watch;

    if (split(payload, size, &path, &token))
        return EINVAL;
    if (path[0] == '@')
        memcpy(absolute, path, min_of(strlen(path) + 1, sizeof(absolute)));
    else if (store_absolute(client->id, path, absolute, sizeof(absolute)))
        return EINVAL;
    absolute[sizeof(absolute) - 1] = '\0';
    if (*find(client, path, token))
        return EEXIST;
    if (client->nr_watches >= STORE_WATCHES_MAX)
        return E2BIG;
    watch = hv_alloc(sizeof(*watch));
    if (!watch)
        return ENOMEM;
    watch->path = copy_text(path);
    watch->token = copy_text(token);
    watch->absolute = copy_text(absolute);
    if (!watch->path || !watch->token || !watch->absolute) {
        watch_free(watch);
        return ENOMEM;
    }
    watch->next = client->watches;
    client->watches = watch;
    client->nr_watches++;
    queue_event(client, path, token);
    return 0;
}

int store_watch_remove(struct store_client *client, const char *payload,
                       size_t size)
{
    const char *path, *token;
    struct store_watch **at, *watch;

    if (split(payload, size, &path, &token))
        return EINVAL;
    at = find(client, path, token);
    watch = *at;
    if (!watch)
        return ENOENT;
    *at = watch->next;
    watch_free(watch);
    client->nr_watches--;
    return 0;
}

void store_watches_forget(struct store_client *client)
{
    struct store_event *event;

    while (client->watches) {
        struct store_watch *next = client->watches->next;

        watch_free(client->watches);
        client->watches = next;
    }
    client->nr_watches = 0;
    while ((event = store_next_event(client)))
        hv_free(event);
}
