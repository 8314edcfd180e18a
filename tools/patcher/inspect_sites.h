/* SPDX-License-Identifier: MIT
 *
 * The call sites of libpvops in an image.
 */
#ifndef PATCHER_INSPECT_SITES_H
#define PATCHER_INSPECT_SITES_H

#include <stdbool.h>

/*
 * How many call sites the image at `path` has recorded for the library to
 * patch; 0 if there are none, or the image has no symbols. Prints each if
 * `list`: address, function, operation.
 */
long inspect_sites(const char *path, bool list);

#endif
