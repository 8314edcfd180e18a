// SPDX-License-Identifier: MIT
/*
 * An initrd is mapped behind the image, and start_info says where.
 *
 * conform: reference dom0 domU
 * requires: START-11
 * ramdisk: a small initrd
 */
#include "conform.h"

void test(void)
{
    static const char expected[] = "a small initrd\n";

    check(start->mod_start != 0, "mod_start is set");
    check_equal(start->flags & SIF_MOD_START_PFN, 0, "it is an address");
    check(start->mod_len >= sizeof(expected) - 1 && start->mod_len <= 4096,
          "mod_len is the size, perhaps of whole pages (%lu)", start->mod_len);
    check_equal(start->mod_start & 4095, 0, "it begins a page");
    check(same_bytes((void *)start->mod_start, expected, sizeof(expected) - 1),
          "its contents are ours");
}
