/* SPDX-License-Identifier: MIT */
#define ENTRY_NOTE image_end + 0x1000
#include "../lib/notes.S"
