// SPDX-License-Identifier: MIT
/* Ports, on the machine itself: three widths, four ways. */
#include "../internal.h"

#define PORT(suffix, type, reg)                                               \
    type pv_native_in##suffix(unsigned short port)                               \
    {                                                                         \
        type value;                                                           \
                                                                              \
        asm volatile("in" #suffix " %1, %" reg "0"                            \
                     : "=a"(value) : "Nd"(port));                             \
        return value;                                                         \
    }                                                                         \
                                                                              \
    void pv_native_out##suffix(unsigned short port, type value)                  \
    {                                                                         \
        asm volatile("out" #suffix " %" reg "0, %1"                           \
                     : : "a"(value), "Nd"(port));                             \
    }                                                                         \
                                                                              \
    void pv_native_ins##suffix(unsigned short port, void *addr,                  \
                            unsigned long count)                              \
    {                                                                         \
        asm volatile("cld; rep ins" #suffix                                   \
                     : "+D"(addr), "+c"(count) : "d"(port) : "memory");       \
    }                                                                         \
                                                                              \
    void pv_native_outs##suffix(unsigned short port, const void *addr,           \
                             unsigned long count)                             \
    {                                                                         \
        asm volatile("cld; rep outs" #suffix                                  \
                     : "+S"(addr), "+c"(count) : "d"(port) : "memory");       \
    }

PORT(b, unsigned char, "b")
PORT(w, unsigned short, "w")
PORT(l, unsigned, "k")
