/* SPDX-License-Identifier: MIT
 *
 * The head of a template's function, for cases.c and ring0.c. It is a macro
 * of a header on purpose: so kernels write them, and the patcher must learn
 * the operands' types behind it all the same.
 */
#ifndef CASE_H
#define CASE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define JOIN(a, b) a##b
#define NAMED(a, b) JOIN(a, b)
#define CASE(name) u64 NAMED(SIDE, name)(u64 a, u64 b)

#endif
