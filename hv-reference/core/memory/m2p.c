// SPDX-License-Identifier: MIT
/*
 * The machine-to-pseudo-physical table, one for the whole machine. Guests read
 * it at slot 256; each keeps the rows of its own frames right, by mmu_update.
 * What it says is a service to guests: the hypervisor never relies on it.
 */
#include "core/memory/frame_table.h"

void m2p_set(mfn_t mfn, uint64_t pfn)
{
    if (mfn.n < frame_limit)
        write_once(M2P_TABLE[mfn.n], pfn);
}

uint64_t m2p_get(mfn_t mfn)
{
    if (mfn.n >= frame_limit)
        return M2P_INVALID;
    return read_once(M2P_TABLE[mfn.n]);
}
