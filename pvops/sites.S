/* SPDX-License-Identifier: MIT */
/*
 * The PV_HOT operations as two arrays in the order of ops.def: where an
 * unpatched site goes, and what patch() in ops.c writes into one.
 */
        .macro each_site name
        .globl pv_site_\name
        .hidden pv_site_\name
pv_site_\name:
        .quad pv_native_site_\name
        .endm

        .macro each_code name
        .hidden pv_native_site_\name, pv_native_site_end_\name
        .hidden pv_xenpv_site_\name
        .quad pv_native_site_\name, pv_native_site_end_\name
        .quad pv_xenpv_site_\name
        .endm

#define PV_OP(group, name, returns, params, args, replaces, doc)

        .data
        .balign 8
        .globl pv_site_targets
        .hidden pv_site_targets
pv_site_targets:
#define PV_HOT(group, name, ...) each_site name;
#define PV_HOT_R(group, name, ...) each_site name;
#include "ops.def"

#define PV_OP(group, name, returns, params, args, replaces, doc)

        .section .data.rel.ro, "aw"
        .balign 8
        .globl pv_site_code
        .hidden pv_site_code
pv_site_code:
#define PV_HOT(group, name, ...) each_code name;
#define PV_HOT_R(group, name, ...) each_code name;
#include "ops.def"

        .section .note.GNU-stack, "", @progbits
