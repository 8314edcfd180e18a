// SPDX-License-Identifier: MIT
/*
 * Xen's release builds say a number and nothing else. Every hypercall that
 * the library makes for the kernel is checked here, and a refusal says what
 * was asked, and what is most likely wrong.
 */
#include "xenpv.h"

#include <xen/errno.h>

#define XEN_ERRNO(name, value) { value, #name },
static const struct {
    int value;
    char name[16];
} errors[] = {
#include <xen/errno.h>
};

#ifndef PV_RELEASE
static const char *error_name(long rc)
{
    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (errors[i].value == -rc)
            return errors[i].name;
    return "unknown error";
}

bool pv_xen_ok(long rc, const char *what, unsigned long a1, unsigned long a2,
            const char *likely)
{
    if (rc >= 0)
        return true;
    pv_report("%s (%x, %x) was refused: %s (%d); most likely %s", what, a1,
              a2, error_name(rc), rc, likely);
    return false;
}
#endif

int pv_errno_of(const char *name, unsigned long length)
{
    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        const char *known = errors[i].name;
        unsigned long at = 0;

        while (at < length && name[at] && name[at] == known[at])
            at++;
        if (!known[at] && (at == length || !name[at]))
            return errors[i].value;
    }
    return XEN_EIO;
}
