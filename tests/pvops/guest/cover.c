// SPDX-License-Identifier: MIT
/*
 * A function around every operation of ops.def, that counts and goes on, so
 * that an operation is covered only if it was called, whatever a test claims.
 * Call sites are counted before they are patched.
 */
#include "guest.h"

static struct pv_ops real;

#define SITE(name)                                                            \
    extern unsigned count_##name;                                             \
    extern void (*pv_site_##name)(void), (*real_##name)(void);                \
    void counted_##name(void);
#define PV_HOT(group, name, ...) SITE(name)
#define PV_HOT_R(group, name, ...) SITE(name)

#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    static unsigned count_##name;                                             \
    static returns counted_##name params                                      \
    {                                                                         \
        count_##name++;                                                       \
        return real.name args;                                                \
    }
#include "../../../pvops/ops.def"

/* cover-asm.S */
#define PV_ASM(name, macro, how, replaces, doc)                               \
    extern unsigned count_##name;                                             \
    extern void (*pv_##name)(void), (*real_##name)(void);                     \
    void counted_##name(void);
#include "../../../pvops/ops.def"

#define DRIVER(name) extern unsigned count_##name;
#include <drivers.def>
#undef DRIVER

void cover_begin(void)
{
    real = pv_ops;
#define PV_OP(group, name, returns, params, args, replaces, doc)              \
    pv_ops.name = counted_##name;
#define PV_HOT(group, name, ...)                                              \
    real_##name = pv_site_##name;                                             \
    pv_site_##name = counted_##name;
#define PV_HOT_R PV_HOT
#define PV_ASM(name, macro, how, replaces, doc)                               \
    real_##name = pv_##name;                                                  \
    pv_##name = counted_##name;
#include "../../../pvops/ops.def"
}

/* All of them in a PV guest with a store, some in others, and natively those
 * that say that there is no Xen. */
static void report_drivers(void)
{
    bool all = own_domain() && boot_info->world == PV_WORLD_XEN_PV;
    unsigned called = 0, rows = 0;

#define DRIVER(name)                                                          \
    rows++;                                                                   \
    called += !!count_##name;                                                 \
    if (all && !count_##name)                                                 \
        check(false, "function is called: " #name);
#include <drivers.def>
    note("functions of pvops-drivers.h", rows);
    note("of them called", called);
}

/* shutdown is what comes after this. */
void cover_report(void)
{
    unsigned rows = 0;

    count_shutdown = 1;
    if (boot_info->world == PV_WORLD_XEN_PVH) {
        note("write_cr8 is not called in this world (qemu-svm-cr8)", 0);
        note("cpu_stop is not: there is one CPU", 0);
        count_write_cr8 = count_cpu_stop = 1;
    }
#define COVERED(name)                                                         \
    rows++;                                                                   \
    if (!count_##name)                                                        \
        check(false, "operation is called: " #name);
#define PV_OP(group, name, returns, params, args, replaces, doc) COVERED(name)
#define PV_ASM(name, macro, how, replaces, doc) COVERED(name)
#include "../../../pvops/ops.def"
    note("operations of ops.def that were called", rows);
    report_drivers();
}
