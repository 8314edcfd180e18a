/* SPDX-License-Identifier: MIT */
/*
 * The operations that have call sites as two arrays in the order of ops.def:
 * where an unpatched site goes, and what one calls in a PV guest.
 */
        .macro each_site name
        .globl pv_site_\name
        .hidden pv_site_\name, pv_native_site_\name
pv_site_\name:
        .quad pv_native_site_\name
        .endm

        .macro each_guest name
        .hidden pv_xenpv_site_\name
        .quad pv_xenpv_site_\name
        .endm

        .data
        .balign 8
        .globl pv_site_targets
        .hidden pv_site_targets
pv_site_targets:
#define PV_HOT(group, name, ...) each_site name;
#define PV_HOT_R(group, name, ...) each_site name;
#include "ops.def"

        .section .data.rel.ro, "aw"
        .balign 8
        .globl pv_site_guest
        .hidden pv_site_guest
pv_site_guest:
#define PV_HOT(group, name, ...) each_guest name;
#define PV_HOT_R(group, name, ...) each_guest name;
#include "ops.def"

        .section .note.GNU-stack, "", @progbits
