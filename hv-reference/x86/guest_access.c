// SPDX-License-Identifier: MIT
#include "core/guest_access.h"
#include "x86/guest_access.h"

size_t copy_from_guest(void *to, gva_t from, size_t bytes)
{
    if (!guest_range_ok(from, bytes))
        return bytes;
    return guest_copy(to, (const void *)from.a, bytes);
}

size_t copy_to_guest(gva_t to, const void *from, size_t bytes)
{
    if (!guest_range_ok(to, bytes))
        return bytes;
    return guest_copy((void *)to.a, from, bytes);
}
