/* SPDX-License-Identifier: MIT */
#define LOADER_NOTE "special"
#include "../lib/notes.S"
