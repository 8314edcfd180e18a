/* SPDX-License-Identifier: MIT
 *
 * Where the library is, for a kernel's build and for reading patched files:
 * PVOPS_CFLAGS and PVOPS_LIBS of the environment, else beside this command.
 */
#ifndef PATCHER_LIBRARY_H
#define PATCHER_LIBRARY_H

const char *library_cflags(void);
const char *library_libs(void);

#endif
