/* SPDX-License-Identifier: MIT */
/*
 * The values by which the machine ends, from the runner's table.
 */
#ifndef HV_EXITS_H
#define HV_EXITS_H

enum {
#define EXIT(name, value, status, sentence) EXIT_##name = (value),
#include "exits.def"
#undef EXIT
};

#endif
