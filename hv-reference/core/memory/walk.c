// SPDX-License-Identifier: MIT
/*
 * What the processor would do with an address: the four tables, read through
 * windows. The entries are a snapshot; who relies on them holds the memory
 * lock of the tables' owner.
 */
#include "core/hw.h"
#include "core/memory/mm.h"
#include "core/memory/pte.h"

bool walk_tables(mfn_t l4, uint64_t va, struct walk *walk)
{
    mfn_t table = l4;
    int level;

    for (level = 4; level >= 1; level--) {
        const uint64_t *window = map_frame(table);
        uint64_t entry = read_once(window[pt_index(va, level)]);

        unmap_frame(window);
        walk->table[level] = table;
        walk->entry[level] = entry;
        walk->level = level;
        if (!(entry & PTE_P))
            return false;
        if (level > 1 && (entry & PTE_PSE) && level < 4)
            return false; /* the hypervisor's own: guests have none */
        table = pte_mfn(entry);
    }
    return true;
}
