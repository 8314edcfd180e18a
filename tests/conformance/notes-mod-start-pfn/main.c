// SPDX-License-Identifier: MIT
/*
 * Note MOD_START_PFN: the initrd is named by its first frame, and is not
 * mapped.
 *
 * conform: reference dom0 domU
 * requires: NOTE-3
 * ramdisk: an initrd by its frame
 */
#include "conform.h"

void test(void)
{
    static const char expected[] = "an initrd by its frame\n";
    char *window = page_new();

    check_equal(start->flags & SIF_MOD_START_PFN, SIF_MOD_START_PFN,
                "the flag is set");
    check(start->mod_start < start->nr_pages, "mod_start is a frame of ours");
    check(start->mod_len >= sizeof(expected) - 1, "mod_len is its size (%lu)",
          start->mod_len);
    works(hypercall_update_va_mapping((unsigned long)window,
                                      xen_make_pte(p2m[start->mod_start], 7),
                                      UVMF_INVLPG),
          "it can be mapped");
    check(same_bytes(window, expected, sizeof(expected) - 1),
          "its contents are ours");
}
