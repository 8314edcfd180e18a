/* SPDX-License-Identifier: MIT */
/* What the files of the self-test share: a look is 1 if all is well, 0 if not,
 * NOT_HERE if this world has nothing to look at. */
#ifndef PVOPS_SELFTEST_H
#define PVOPS_SELFTEST_H

#include "internal.h"

#define NOT_HERE (-1)

#pragma GCC visibility push(hidden)

/* native/entry.S: to the next instruction by the backend's PV_IRET, with these
 * flags. 0: every register that the way could change is as it was. */
unsigned long pv_try_iret(unsigned long rflags);

/* xenpv/selftest.c */
int pv_look_at_user_table(void);
int pv_look_at_grants(void);

#pragma GCC visibility pop

#endif
