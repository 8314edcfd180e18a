/* SPDX-License-Identifier: MIT
 *
 * Where the library is, for a kernel's build and for reading patched files:
 * PVOPS_CFLAGS and PVOPS_LIBS of the environment, else beside this command.
 */
#ifndef PATCHER_PVOPS_PLACE_H
#define PATCHER_PVOPS_PLACE_H

const char *pvops_cflags(void);
const char *pvops_libs(void);

#endif
