// SPDX-License-Identifier: MIT
/*
 * The toolstack's requests: a word in control/shutdown. The rule: it is
 * acknowledged, by writing nothing over it, before it is done; in a
 * transaction, so that a request that comes in between is seen as well.
 */
#include "../xenpv/xenpv.h"

#include <xen/errno.h>

#define NODE "control/shutdown"
#define NOTHING (-1)

static const struct {
    char word[12];
    int what;
} words[] = {
    { "poweroff", PV_REQUEST_POWEROFF },
    { "halt", PV_REQUEST_POWEROFF },
    { "reboot", PV_REQUEST_REBOOT },
    { "suspend", PV_REQUEST_SUSPEND },
};

static struct {
    void (*requested)(void *data, int what);
    void *data;
} kernel;

static int what_is(const char *text)
{
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *a = words[i].word, *b = text;

        while (*a && *a == *b)
            a++, b++;
        if (*a == *b)
            return words[i].what;
    }
    pv_report("the toolstack asks for \"%s\", which is not known here", text);
    return NOTHING;
}

static int take_request(unsigned tx, void *what)
{
    char text[32];
    long length = pv_store_read(tx, NODE, text, sizeof(text));

    *(int *)what = NOTHING;
    if (length <= 0)
        return length == -XEN_ENOENT ? 0 : (int)length;
    *(int *)what = what_is(text);
    return pv_store_write(tx, NODE, "");
}

static void changed(void *unused, const char *path)
{
    int what, rc = pv_store_transaction(take_request, &what);

    (void)unused;
    if (rc < 0)
        pv_report("%s could not be acknowledged (%d)", path, (long)rc);
    else if (what != NOTHING)
        kernel.requested(kernel.data, what);
}

int pv_control_init(void (*requested)(void *data, int what), void *data)
{
    static struct pv_watch watch = { .path = NODE, .changed = changed };

    kernel.requested = requested;
    kernel.data = data;
    /* A toolstack that does not want to know forbids it, which is no error. */
    pv_store_write(0, "control/feature-poweroff", "1");
    pv_store_write(0, "control/feature-reboot", "1");
    if (pv_boot_info.world == PV_WORLD_XEN_PV && pv_p2m_describe())
        pv_store_write(0, "control/feature-suspend", "1");
    return watch.token ? 0 : pv_store_watch(&watch);
}
