// SPDX-License-Identifier: MIT
/*
 * Watches: a token is the watch's number as text, events wait in a queue until
 * the kernel has time for them. The rule: a change is never lost without a
 * trace; what does not fit into the queue is one call with the watch's path.
 */
#include "store.h"

#define QUEUE 16
#define PATH_ROOM 160
#define TOKEN_ROOM 12

static struct {
    unsigned token;
    char path[PATH_ROOM];
} queue[QUEUE];
static unsigned first, count;

static struct pv_watch *watches;
static unsigned last_token;

static void token_text(unsigned token, char *to)
{
    char digits[TOKEN_ROOM];
    int n = 0;

    do {
        digits[n++] = (char)('0' + token % 10);
        token /= 10;
    } while (token);
    while (n)
        *to++ = digits[--n];
    *to = 0;
}

static struct pv_watch *find(unsigned token)
{
    for (struct pv_watch *w = watches; w; w = w->next)
        if (w->token == token)
            return w;
    return NULL;
}

void pv_store_queue(const char *event, unsigned long length)
{
    unsigned long end = 0, at;
    unsigned token = 0;
    struct pv_watch *watch;

    while (end < length && event[end])
        end++;
    for (at = end + 1; at < length && event[at] >= '0' && event[at] <= '9';
         at++)
        token = token * 10 + (unsigned)(event[at] - '0');
    watch = find(token);
    if (!watch)
        return; /* it was given up meanwhile */
    if (count == QUEUE || end >= PATH_ROOM) {
        watch->lost = 1;
        return;
    }
    queue[(first + count) % QUEUE].token = token;
    pv_memcpy(queue[(first + count) % QUEUE].path, event, end + 1);
    count++;
}

static long ask(uint32_t type, const struct pv_watch *watch)
{
    char token[TOKEN_ROOM], answer[32];
    struct store_part parts[2] = {
        { watch->path, pv_length(watch->path) + 1 }, { token, 0 }
    };

    token_text(watch->token, token);
    parts[1].length = pv_length(token) + 1;
    return pv_store_ask(type, 0, parts, 2, answer, sizeof(answer));
}

/* After a restore the store knows of none. */
static void watch_again(void)
{
    for (struct pv_watch *w = watches; w; w = w->next)
        if (ask(XS_WATCH, w) < 0)
            pv_report("the watch of %s could not be set again", w->path);
}

int pv_store_watch(struct pv_watch *watch)
{
    unsigned long flags = pv_nested_enter(&pv_store_lock);
    long rc;

    pv_store_watch_again_hook = watch_again;
    watch->token = ++last_token;
    watch->lost = 0;
    watch->next = watches;
    watches = watch;
    pv_nested_leave(&pv_store_lock, flags);
    rc = ask(XS_WATCH, watch);
    if (rc >= 0)
        return 0;
    pv_store_unwatch(watch);
    return (int)rc;
}

int pv_store_unwatch(struct pv_watch *watch)
{
    long rc = ask(XS_UNWATCH, watch);
    unsigned long flags = pv_nested_enter(&pv_store_lock);

    for (struct pv_watch **w = &watches; *w; w = &(*w)->next)
        if (*w == watch) {
            *w = watch->next;
            break;
        }
    pv_nested_leave(&pv_store_lock, flags);
    return rc < 0 ? (int)rc : 0;
}

/* The next change, and who wants to know of it; null if there is none. */
static struct pv_watch *take(char *path)
{
    unsigned long flags = pv_nested_enter(&pv_store_lock);
    struct pv_watch *watch = NULL;

    while (count && !watch) {
        watch = find(queue[first].token);
        pv_memcpy(path, queue[first].path, PATH_ROOM);
        first = (first + 1) % QUEUE;
        count--;
    }
    for (struct pv_watch *w = watches; w && !watch; w = w->next)
        if (w->lost) {
            w->lost = 0;
            watch = w;
            path[0] = 0;
        }
    pv_nested_leave(&pv_store_lock, flags);
    return watch;
}

int pv_store_run_watches(void)
{
    char path[PATH_ROOM];
    struct pv_watch *watch;
    int calls = 0;

    pv_store_receive();
    while ((watch = take(path))) {
        watch->changed(watch->data, path[0] ? path : watch->path);
        calls++;
    }
    return calls;
}
