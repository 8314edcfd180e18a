// SPDX-License-Identifier: MIT
/*
 * SHUTDOWN_reboot ends the domain as a reboot; reasons that are none are
 * refused.
 *
 * conform: reference dom0 domU
 * requires: SCHED-7 SCHED-8
 * end: reboot
 */
#include "conform.h"

void test(void)
{
    refused(hypercall_sched_op(SCHEDOP_shutdown, (void *)1), XEN_EFAULT,
            "a structure that is not mapped");
    conclude();
    shut_down(SHUTDOWN_reboot);
}
