// SPDX-License-Identifier: MIT
/*
 * The decoder is not written yet: no store is understood, so that the guest
 * gets the page fault itself.
 */
#include "core/decode.h"

bool decode_store(const uint8_t *insn, size_t n, const struct guest_regs *regs,
                  struct store *store)
{
    (void)insn, (void)n, (void)regs, (void)store;
    return false;
}

bool store_result(const struct store *store, uint64_t old,
                  const struct guest_regs *regs, uint64_t *new)
{
    (void)store, (void)old, (void)regs, (void)new;
    return false;
}

void retire_store(const struct store *store, uint64_t old,
                  struct guest_regs *regs)
{
    (void)store, (void)old, (void)regs;
}
