// SPDX-License-Identifier: MIT
/*
 * console_io: characters straight to the serial line. Xen's release builds
 * keep it for domain 0; here any guest may write, because it is the best tool
 * for a port's first steps (differences.md).
 */
#include <xen/xen.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/vcpu.h"
#include "services/services.h"

HYPERCALL(console_io)
{
    struct domain *d = current->domain;
    gva_t from = GVA(a3);
    uint32_t left = (uint32_t)a2;
    char chunk[128];

    if ((uint32_t)a1 == CONSOLEIO_read)
        return refuse(RULE_NOT_PRIVILEGED, -EPERM, a1, 0);
    if ((uint32_t)a1 != CONSOLEIO_write)
        return refuse(RULE_NO_SUCH_COMMAND, -ENOSYS, a1, 0);
    while (left) {
        uint32_t n = min_of(left, (uint32_t)sizeof(chunk));

        if (copy_from_guest(chunk, from, n))
            return refuse(RULE_BAD_POINTER, -EFAULT, from.a, 0);
        console_write(d, chunk, n);
        from.a += n;
        left -= n;
        if (left && preempt_pending())
            return continue_hypercall(__HYPERVISOR_console_io, 3,
                                      (uint64_t)CONSOLEIO_write,
                                      (uint64_t)left, from.a);
    }
    return 0;
}
