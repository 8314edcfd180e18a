// SPDX-License-Identifier: MIT
/*
 * Hypercalls as a guest makes them: arguments in its own memory.
 */
#include <check.h>
#include <string.h>

#include "model.h"

/* The arguments lie in page 0: requests first, the count at the end. */
#define DONE_AT (PAGE_SIZE - sizeof(uint64_t))

long call_mmu_updates(const struct guest *g, const struct mmu_update *reqs,
                      unsigned int n, unsigned int *done, uint32_t domain)
{
    uint8_t *page = (uint8_t *)frame_words(g->mfn[0]);
    long rc;

    memcpy(page, reqs, n * sizeof(*reqs));
    memset(page + DONE_AT, 0, sizeof(uint64_t));
    rc = model_call(do_mmu_update, page_va(0), n, page_va(0) + DONE_AT, domain);
    memcpy(done, page + DONE_AT, sizeof(*done));
    if (!rc)
        ck_assert_uint_eq(*done, n);
    else
        ck_assert_uint_lt(*done, n);
    return rc;
}

long call_mmu_update(const struct guest *g, uint64_t ptr, uint64_t val)
{
    struct mmu_update req = {.ptr = ptr, .val = val};
    unsigned int done;

    return call_mmu_updates(g, &req, 1, &done, DOMID_SELF);
}

long call_mmuext(const struct guest *g, unsigned int cmd, uint64_t arg1,
                 uint64_t arg2)
{
    struct mmuext_op op = {.cmd = cmd};

    op.arg1.mfn = arg1;
    memcpy(&op.arg2, &arg2, sizeof(arg2));
    memcpy(frame_words(g->mfn[0]), &op, sizeof(op));
    return model_call(do_mmuext_op, page_va(0), 1, 0, DOMID_SELF);
}

long call_with(const struct guest *g, hypercall_fn *handler, uint64_t cmd,
               void *arg, size_t bytes, uint64_t a3)
{
    long rc;

    memcpy(frame_words(g->mfn[0]), arg, bytes);
    rc = model_call(handler, cmd, page_va(0), a3, 0);
    memcpy(arg, frame_words(g->mfn[0]), bytes);
    return rc;
}

long call_set_pte(const struct guest *g, unsigned int pfn, uint64_t entry,
                  uint64_t flags)
{
    (void)g;
    return model_call(do_update_va_mapping, page_va(pfn), entry, flags, 0);
}
