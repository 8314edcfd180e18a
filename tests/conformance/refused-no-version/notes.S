/* SPDX-License-Identifier: MIT */
#define NO_XEN_VERSION_NOTE
#include "../lib/notes.S"
