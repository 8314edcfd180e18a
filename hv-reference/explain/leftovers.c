// SPDX-License-Identifier: MIT
/*
 * Leftovers: privileged instructions that had to be emulated, and page-table
 * writes that faulted. A port that is complete has none; stock Xen handles
 * both silently, so that nobody ever learns of them. Here they are counted by
 * address and reported when the domain ends.
 */
#include "core/domain.h"
#include "core/memory/frame.h"
#include "core/types.h"
#include "explain/log.h"
#include "explain/refuse.h"

/* How many addresses are told apart; further ones are counted together. */
#define MAX_LEFTOVERS 64

#define INDEX_SIZE 256

struct leftovers {
    unsigned int used;
    uint8_t index[INDEX_SIZE]; /* by hash of rip: number in at[], from 1 */
    uint64_t elsewhere;
    struct {
        uint64_t rip, count;
        const char *what;
    } at[MAX_LEFTOVERS];
};

/* Where RIP is in the index, or the free place where it would be. */
static uint8_t *place_of(struct leftovers *l, uint64_t rip)
{
    unsigned int i = (unsigned int)(rip * 0x9e3779b97f4a7c15UL >> 56);

    while (l->index[i] && l->at[l->index[i] - 1].rip != rip)
        i = (i + 1) % INDEX_SIZE;
    return &l->index[i];
}

static void count_locked(struct domain *d, enum leftover kind, uint64_t rip,
                         const char *what)
{
    struct leftovers *l = d->leftovers;
    uint8_t *place;

    if (kind == LEFTOVER_PRIVILEGED)
        d->emulated++;
    else
        d->ptwr_faults++;
    if (!l)
        l = d->leftovers = hv_alloc(sizeof(*l));
    if (!l)
        return;
    place = place_of(l, rip);
    if (*place) {
        l->at[*place - 1].count++;
        return;
    }
    if (l->used == MAX_LEFTOVERS) {
        l->elsewhere++;
        return;
    }
    l->at[l->used].rip = rip;
    l->at[l->used].count = 1;
    l->at[l->used].what = what;
    *place = (uint8_t)++l->used;
}

void count_leftover(struct domain *d, enum leftover kind, uint64_t rip,
                    const char *what)
{
    spin_lock(&d->log_lock);
    count_locked(d, kind, rip, what);
    spin_unlock(&d->log_lock);
}

void report_leftovers(struct domain *d)
{
    const struct leftovers *l = d->leftovers;
    unsigned int i;

    log_line("domain %u: %lu instructions emulated, %lu page-table writes "
             "faulted", d->id, d->emulated, d->ptwr_faults);
    for (i = 0; l && i < l->used; i++)
        log_line("  at %#lx: %s, %lu times", l->at[i].rip, l->at[i].what,
                 l->at[i].count);
    if (l && l->elsewhere)
        log_line("  at further addresses: %lu times", l->elsewhere);
}
