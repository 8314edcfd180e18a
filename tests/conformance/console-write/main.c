// SPDX-License-Identifier: MIT
/*
 * Console output: a domU's ring takes bytes and its backend frees them, domain
 * 0 has console_io; and what console_io refuses.
 *
 * conform: reference dom0 domU
 * requires: CON-1 CON-2 CON-3 CON-4
 */
#include "conform.h"
#include <pvsdk/ring.h>

static void ring(void)
{
    struct xencons_interface *c = mfn_va(start->console.domU.mfn);
    static char line[1024];
    unsigned int sent = 0;

    check(start->console.domU.evtchn != 0, "the console has a port");
    check(c->out_prod - c->out_cons <= sizeof(c->out), "the indices are sane");
    fill(line, '.', sizeof(line));
    line[0] = '#';
    line[sizeof(line) - 1] = '\n';
    /* More than the ring holds, so that the backend has to free space. */
    for (unsigned int i = 0; i < 4; i++) {
        unsigned int done = 0;

        while (done < sizeof(line)) {
            int n = xen_console_write(c, line + done, sizeof(line) - done);

            if (n < 0)
                break;
            done += n;
            sent += n;
            xen_port_send(start->console.domU.evtchn);
            hypercall_sched_op(SCHEDOP_yield, NULL);
        }
    }
    check_equal(sent, 4096, "4096 bytes pass through a ring of 2048");
}

void test(void)
{
    static char text[] = "# a line by console_io\n";
    long result = hypercall_console_io(CONSOLEIO_write, sizeof(text) - 1, text);

    if (is_dom0()) {
        works(result, "domain 0 writes by console_io");
        works(hypercall_console_io(CONSOLEIO_write, 0, text), "0 bytes too");
        refused(hypercall_console_io(CONSOLEIO_write, 4, (char *)1), XEN_EFAULT,
                "from memory that is not mapped it is refused");
        refused(hypercall_console_io(99, 4, text), XEN_ENOSYS,
                "an operation that is not");
        check_equal(hypercall_console_io(CONSOLEIO_read, sizeof(text), text), 0,
                    "reading gives 0 bytes when nothing was typed");
    } else {
        check(result == 0 || result == -XEN_EPERM,
              "a domU's console_io is -EPERM, or works if debugging is on");
        ring();
    }
}
