/* SPDX-License-Identifier: MIT */
/*
 * A test of two domains ("domains: 2"). The same image runs in both; one of
 * them has the command line "peer" and never comes to test(): it does what the
 * test asks of it, one call at a time. Its domain number is one less.
 *
 * Both have one page in common, at the same address: the test's own, granted
 * to its peer. What peer_page.data holds can be named in calls on both sides.
 */
#ifndef PEER_H
#define PEER_H

#include "conform.h"
#include <xen/grant_table.h>

/* What a peer can do beside hypercalls, whose numbers are below these. */
enum {
    PEER_READ = 1000, /* the word at address a1 */
    PEER_WRITE,       /* a2 to address a1 */
    PEER_MFN,         /* the machine frame of its own page at a1 */
    PEER_GRANT,       /* entry a1 for domain a2: frame a3, flags a4 */
    PEER_FLAGS,       /* of entry a1 */
    PEER_FRAME,       /* of entry a1 */
    PEER_STORM,       /* storm_send() of the struct storm at a1 */
};

struct peer_page {
    volatile uint32_t asked; /* 1: by the test; 0: done by the peer */
    volatile uint32_t there; /* the peer has begun */
    uint64_t call, args[4], result;
    uint64_t data[256]; /* for structures */
};
extern struct peer_page peer_page;
extern volatile struct grant_entry_v1 *grants; /* one's own */

bool is_peer(void);
domid_t peer_domid(void);
_Noreturn void peer_serve(void);
/* In the test: sets up one's grants and waits for the peer; error() if it does
 * not come. */
void peer_meet(void);
/* Has the peer make a hypercall or do what is listed above, and waits. */
long peer_call(uint64_t call, uint64_t a1, uint64_t a2, uint64_t a3,
               uint64_t a4);
/* The same in two steps. */
void peer_ask(uint64_t call, uint64_t a1, uint64_t a2, uint64_t a3,
              uint64_t a4);
long peer_answer(void);
/* The same with a structure, which is copied to .data and back. */
#define peer_op(call, cmd, structure)                                          \
    ({                                                                         \
        typeof(structure) *at = (void *)peer_page.data;                        \
        long result;                                                           \
        *at = (structure);                                                     \
        result = peer_call(call, cmd, (uint64_t)at, 1, 0);                     \
        (structure) = *at;                                                     \
        result;                                                                \
    })
/* The peer powers off; true when all that it held of ours has come back. */
bool peer_end(void);
/* Then: true when its number is no domain's any more. */
bool peer_is_gone(void);

void grant(grant_ref_t ref, domid_t to, xen_pfn_t mfn, uint16_t flags);
/* Waits for a moment, in which others run. */
void nap(void);

#endif
