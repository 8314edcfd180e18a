/* SPDX-License-Identifier: MIT */
/*
 * The inside of grant tables, for grant_*.c alone.
 *
 * Of each entry that somebody uses the hypervisor keeps its own record
 * (active): what the guest writes into the shared entry meanwhile changes
 * nothing. Of each mapping that a domain has made it keeps another (maptrack),
 * whose number is the handle.
 *
 * Locks: a table's lock protects all of it. Two are taken in the order of
 * their domains' ids; under none of them is a memory lock taken.
 */
#ifndef HV_GRANTS_H
#define HV_GRANTS_H

#include <xen/grant_table.h>

#include "core/memory/frame.h"
#include "core/lock.h"
#include "core/types.h"

#define MAX_GRANT_FRAMES  64
#define MAX_STATUS_FRAMES 8 /* two bytes for each v2 entry */
#define GRANTS_V1         (PAGE_SIZE / sizeof(grant_entry_v1_t))
#define GRANTS_V2         (PAGE_SIZE / sizeof(grant_entry_v2_t))
#define STATUS_PER_FRAME  (PAGE_SIZE / sizeof(grant_status_t))

/* Uses of an entry, by kind; each is at most PIN_MAX. */
enum pin { PIN_HOST_WRITE, PIN_HOST_READ, PIN_DEV_WRITE, PIN_DEV_READ, PINS };
#define PIN_MAX 128

struct active_grant {
    uint8_t pin[PINS];
    domid_t domid;       /* who uses it */
    domid_t trans_domid; /* TRANSITIVE: whose grant is behind it … */
    grant_ref_t trans_ref;
    uint16_t start, length; /* the bytes that may be copied */
    bool sub_page;
    bool transitive;
    mfn_t mfn;
};

struct maptrack {
    uint32_t flags; /* GNTMAP_* still mapped; 0: free; HANDLE_* */
    grant_ref_t ref; /* of .domid; free: the next free handle */
    domid_t domid;
};

/* In .flags: taken, but not a mapping yet; being unmapped. */
#define HANDLE_TAKEN   (1u << 14)
#define HANDLE_CLAIMED (1u << 15)

#define ACTIVE_PER_CHUNK   64
#define ACTIVE_CHUNKS      (MAX_GRANT_FRAMES * GRANTS_V1 / ACTIVE_PER_CHUNK)
#define MAPTRACK_PER_CHUNK 128
#define MAPTRACK_CHUNKS    512
#define NO_HANDLE          UINT32_MAX

struct grant_table {
    spinlock_t lock;
    unsigned int version; /* 1 or 2 */
    unsigned int frames, status_frames;
    mfn_t frame[MAX_GRANT_FRAMES], status[MAX_STATUS_FRAMES];
    void *window[MAX_GRANT_FRAMES];
    grant_status_t *status_window[MAX_STATUS_FRAMES];
    struct active_grant *active[ACTIVE_CHUNKS]; /* NULL: never used */
    struct maptrack *maptrack[MAPTRACK_CHUNKS];
    uint32_t handles, free_handle;
};

/* --- grant_table.c --- */

uint32_t grant_entries(const struct grant_table *t);
grant_entry_v1_t *grant_v1(const struct grant_table *t, grant_ref_t ref);
grant_entry_v2_t *grant_v2(const struct grant_table *t, grant_ref_t ref);
/* Flags and domid, which are at the same place in both versions. */
grant_entry_header_t *grant_header(const struct grant_table *t,
                                   grant_ref_t ref);
/* Where GTF_reading and GTF_writing are. */
uint16_t *grant_status(const struct grant_table *t, grant_ref_t ref);
/* The record of REF; NULL: no memory for it. */
struct active_grant *grant_active(struct grant_table *t, grant_ref_t ref);
bool grant_in_use(const struct grant_table *t, grant_ref_t ref);
/* At least FRAMES, and the status frames that go with them. 0 or -ENOMEM. */
int grow_grants(struct domain *d, unsigned int frames);
int set_grant_version(struct domain *d, unsigned int version);

/* --- grant_pin.c: entries in use --- */

/* How a domain is about to use an entry, or has used it. */
struct grant_use {
    struct domain *granter;
    grant_ref_t ref;
    domid_t who;
    bool readonly;
    bool host, device; /* which counts; a copy counts as host */
};

/*
 * Mark the entry and count the use, for mapping. GNTST_*; when okay *FRAME has
 * a reference.
 */
int16_t pin_for_mapping(const struct grant_use *use, struct frame **frame);
/* The same for copying: *START and *LENGTH are the bytes that may be copied. */
int16_t pin_for_copy(const struct grant_use *use, struct frame **frame,
                     uint16_t *start, uint16_t *length);
void unpin_grant(const struct grant_use *use);

/* --- grant_handle.c: the mappings that a domain has made --- */

/* A free handle; NO_HANDLE: there is none. */
grant_handle_t take_handle(struct domain *d);
void free_handle(struct domain *d, grant_handle_t handle);
/* From now on HANDLE is this mapping. */
void set_handle(struct domain *d, grant_handle_t handle, uint32_t flags,
                domid_t domid, grant_ref_t ref);
/*
 * Claim HANDLE, so that nobody else unmaps it meanwhile, and copy it to *MAP.
 * False: it is no mapping. Then finish_handle() with the flags that are left;
 * true: none, and the handle's reference to the granter is the caller's now.
 */
bool claim_handle(struct domain *d, grant_handle_t handle,
                  struct maptrack *map);
bool finish_handle(struct domain *d, grant_handle_t handle, uint32_t flags);
/* For the invariants: has D a mapping of FRAME, another domain's? */
bool maps_grant(struct domain *d, const struct frame *frame, bool writable);
/* Give up all mappings of a dying domain; its page tables go later. */
void drop_handles(struct domain *d);

/* --- grant_pte.c: the caller's page-table entries --- */

/* FLAGS: GNTMAP_*. ADDR is virtual, or an entry's machine address. GNTST_*. */
int16_t map_grant_entry(uint64_t addr, mfn_t frame, uint32_t flags);
/* NEW_ADDR: whose entry moves here; 0: none. */
int16_t unmap_grant_entry(uint64_t addr, mfn_t frame, uint64_t new_addr,
                          uint32_t flags);

/* --- the operations: each does one element of the guest's array --- */

/* 0, or -errno: the element could not be read or written. */
int grant_setup_table(gva_t at);
int grant_query_size(gva_t at);
int grant_set_version(gva_t at);
int grant_get_version(gva_t at);
int grant_get_status_frames(gva_t at);
int grant_swap_ref(gva_t at);
int grant_map_ref(gva_t at);
int grant_copy(gva_t at);
int grant_transfer(gva_t at);
int grant_cache_flush(gva_t at);
/* Up to UNMAP_BATCH elements, with one flush. */
#define UNMAP_BATCH 32
int grant_unmap_refs(gva_t at, unsigned int n);
int grant_unmap_and_replace(gva_t at, unsigned int n);

#endif
