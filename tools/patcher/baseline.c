// SPDX-License-Identifier: MIT
// A baseline: see baseline.h. It is an earlier scan's jsonl; a damaged line
// is an error, since skipping it would let old findings look new.
#include "baseline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "lib/say.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void baseline_apply(struct scan *scan, const char *path)
{
    struct source *s = source_load(path, path);
    LIST(const char *) ids = { 0 };
    size_t at = 0;

    if (!s)
        fail(STATUS_UNUSABLE, "cannot read the baseline %s: %s", path,
             strerror(errno));
    while (at + strspn(s->text + at, " \t\r\n") < s->size) {
        const struct json *line = json_read(s->text, s->size, &at);
        const char *id = json_text(line, "id");

        if (!id)
            fail(STATUS_UNUSABLE, "%s:%u: this is not a finding in jsonl",
                 path, source_line(s, at));
        *list_add(&ids) = id;
    }
    if (ids.count)
        qsort(ids.items, ids.count, sizeof(*ids.items), compare);
    for (size_t i = 0; i < scan->findings.count && ids.count; i++) {
        struct finding *f = scan->findings.items[i];

        if (f->action != ACTION_ACCEPT &&
            bsearch(&f->id, ids.items, ids.count, sizeof(*ids.items),
                    compare)) {
            f->action = ACTION_ACCEPT;
            f->reason = "in the baseline";
        }
    }
}
