// SPDX-License-Identifier: MIT
/*
 * start_info and shared_info at the start, and the registers of the first
 * instruction.
 *
 * conform: reference dom0 domU
 * requires: START-1 START-2 START-3 START-4 START-5
 * cmdline: one two=3 "four five"
 */
#include "conform.h"

static bool text_is(const char *text, const char *expected)
{
    size_t n = 0;

    while (expected[n] && text[n] == expected[n])
        n++;
    return text[n] == expected[n];
}

void test(void)
{
    const char *magic = "xen-3.0-x86_64";
    struct vcpu_info *other = &shared->vcpu_info[5];

    check(text_is(start->magic, magic), "the magic is %s", magic);
    check(text_is((const char *)start->cmd_line, "one two=3 \"four five\""),
          "the command line is ours");
    check(start->nr_pages >= 0x1000, "there are 16 MiB at least (%lu pages)",
          start->nr_pages);
    check_equal((uint64_t)start & 4095, 0, "start_info begins a page");
    check_equal(start->shared_info & 4095, 0,
                "shared_info is a machine address of a page");
    check_equal(start->mod_start, 0, "no initrd: mod_start is 0");
    check_equal(start->mod_len, 0, "and mod_len");
    check_equal(start->flags & SIF_MOD_START_PFN, 0, "and no flag of it");
    if (is_dom0()) {
        check_equal(start->flags & (SIF_PRIVILEGED | SIF_INITDOMAIN),
                    SIF_PRIVILEGED | SIF_INITDOMAIN, "domain 0 is privileged");
    } else {
        check_equal(start->flags & (SIF_PRIVILEGED | SIF_INITDOMAIN), 0,
                    "a domU is not privileged");
        check(start->console.domU.mfn && start->console.domU.evtchn,
              "it has a console");
        check(start->store_mfn && start->store_evtchn, "and a xenstore");
        check(xen_own_mfn_to_pfn(start->store_mfn) < start->nr_pages,
              "in pages of its own");
    }
    check_equal(shared->vcpu_info[0].evtchn_upcall_mask, 1,
                "vCPU 0 starts with events masked");
    check_equal(other->evtchn_upcall_mask, 1, "vCPU 5, that is not, too");
    check_equal(shared->evtchn_pending[5], 0, "no event is pending");
    check_equal(start_mask_word, 0, "ports are open");
    check_equal(start_rsp & 15, 0, "the stack pointer is aligned");
    check(start_rsp > (uint64_t)start, "and lies behind start_info");
    check_equal(start_rflags & 0x400, 0, "the direction flag is clear");
    check_equal(start_cs & ~3, FLAT_KERNEL_CS & ~3, "cs is the flat one");
    check_equal(start_ss | 3, FLAT_KERNEL_SS, "ss is the flat one");
}
