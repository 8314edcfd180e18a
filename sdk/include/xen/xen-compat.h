/* SPDX-License-Identifier: MIT */
/*
 * Which edition of the interface these headers speak, and where they get
 * uint32_t and its like from. Every other header starts here.
 *
 * The rule: a kernel that says nothing gets the newest edition. (A kernel that
 * defines __XEN_INTERFACE_VERSION__ gets the names of that edition. Numbers
 * and layouts of calls that still exist never change between editions; some
 * names have moved to other numbers, sched_op being the famous one.)
 *
 * A kernel with integer types of its own defines PV_NO_STDINT and provides
 * int8_t to int64_t, uint8_t to uint64_t before it includes any of these.
 */
#ifndef __XEN_PUBLIC_XEN_COMPAT_H__
#define __XEN_PUBLIC_XEN_COMPAT_H__

/* 0x00MMmmpp: major, minor, sub-edition. */
#define __XEN_LATEST_INTERFACE_VERSION__ 0x00040e00

#ifndef __XEN_INTERFACE_VERSION__
#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#endif

#if __XEN_INTERFACE_VERSION__ > __XEN_LATEST_INTERFACE_VERSION__
#error "__XEN_INTERFACE_VERSION__ is newer than these headers"
#endif

#if !defined(__ASSEMBLY__) && !defined(PV_NO_STDINT)
#include <stdint.h>
#endif

/* Length of the array that ends a structure of open length. */
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L
#define XEN_FLEX_ARRAY_DIM
#else
#define XEN_FLEX_ARRAY_DIM 0
#endif
#define COMPAT_FLEX_ARRAY_DIM XEN_FLEX_ARRAY_DIM

/* Constants with a C suffix, without one in assembly. */
#ifndef __ASSEMBLY__
#define __xen_mk_uint(x)  x##U
#define __xen_mk_ulong(x) x##UL
#ifndef __xen_mk_ullong
#define __xen_mk_ullong(x) x##ULL
#endif
#define xen_mk_uint(x)   __xen_mk_uint(x)
#define xen_mk_ulong(x)  __xen_mk_ulong(x)
#define xen_mk_ullong(x) __xen_mk_ullong(x)
#else
#define xen_mk_uint(x)   x
#define xen_mk_ulong(x)  x
#define xen_mk_ullong(x) x
#endif

#endif
