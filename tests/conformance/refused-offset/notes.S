/* SPDX-License-Identifier: MIT */
#define NO_VIRT_BASE_NOTE
#include "../lib/notes.S"
