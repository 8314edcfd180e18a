// SPDX-License-Identifier: MIT
// Fuzzes what people and tools write for the patcher: profiles, and JSON as
// compilation databases and baselines are.
#include <stdlib.h>

#include "fuzz.h"
#include "patcher/json.h"
#include "patcher/profile.h"

void fuzz_one(const uint8_t *data, size_t size)
{
    struct profile *profile = mem_alloc(sizeof(*profile));
    const char *text = mem_copy((const char *)data, size);
    struct text out = { 0 };
    size_t at = 0;

    profile_read(profile, "profile", text, size);
    for (size_t i = 0; i < profile->tables.count; i++)
        if (profile->tables.items[i].level < 0 ||
            profile->tables.items[i].level > 4)
            abort();
    json_read(text, size, &at);
    if (at > size)
        abort();
    json_quote(&out, text);
}
