// SPDX-License-Identifier: MIT
/*
 * A plugin of QEMU's that counts instructions between two addresses, where
 * they are first executed, by whose they are: those at the addresses that
 * belong to a PV hypervisor, and the others.
 *
 *     -plugin count.so,begin=ADDRESS,end=ADDRESS,out=FILE
 *
 * FILE gets "before N hypervisor N guest N" when the second is reached. (What
 * waits executes nothing, and so is not counted.)
 *
 * QEMU's header for plugins is in no package of Debian 12; what is used of it
 * (QEMU's docs/devel/tcg-plugins.rst, version 1) is declared here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Slots 256 to 271 of the top-level page table. */
#define HYPERVISOR_BEGIN 0xffff800000000000ull
#define HYPERVISOR_END 0xffff880000000000ull

#define EXPORT __attribute__((visibility("default")))
#define ADD 0 /* QEMU_PLUGIN_INLINE_ADD_U64 */

typedef uint64_t plugin_id;
struct block;
struct instruction;

size_t qemu_plugin_tb_n_insns(const struct block *block);
struct instruction *qemu_plugin_tb_get_insn(const struct block *block,
                                            size_t number);
uint64_t qemu_plugin_insn_vaddr(const struct instruction *insn);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
                                           void (*done)(plugin_id,
                                                        struct block *));
void qemu_plugin_register_vcpu_insn_exec_inline(struct instruction *insn,
                                                int operation, void *counter,
                                                uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_cb(struct instruction *insn,
                                            void (*call)(unsigned, void *),
                                            int flags, void *data);
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc,
                               char **argv);

EXPORT extern int qemu_plugin_version;
int qemu_plugin_version = 1;

static struct counts {
    uint64_t hypervisor, guest;
} now, at_begin;
static uint64_t begin, end;
static bool begun, ended;
static const char *path;

static void reach_begin(unsigned vcpu, void *data)
{
    (void)vcpu, (void)data;
    if (!begun)
        at_begin = now;
    begun = true;
}

static void reach_end(unsigned vcpu, void *data)
{
    FILE *out;

    (void)vcpu, (void)data;
    if (!begun || ended)
        return;
    ended = true;
    out = fopen(path, "w");
    if (!out ||
        fprintf(out, "before %llu hypervisor %llu guest %llu\n",
                (unsigned long long)(at_begin.hypervisor + at_begin.guest),
                (unsigned long long)(now.hypervisor - at_begin.hypervisor),
                (unsigned long long)(now.guest - at_begin.guest)) < 0 ||
        fclose(out))
        perror(path);
}

static void translated(plugin_id id, struct block *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct instruction *insn = qemu_plugin_tb_get_insn(block, i);
        uint64_t at = qemu_plugin_insn_vaddr(insn);
        bool is_guest = at < HYPERVISOR_BEGIN || at >= HYPERVISOR_END;

        if (at == begin)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, reach_begin, 0, NULL);
        if (at == end)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, reach_end, 0, NULL);
        qemu_plugin_register_vcpu_insn_exec_inline(
            insn, ADD, is_guest ? &now.guest : &now.hypervisor, 1);
    }
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "begin=", 6))
            begin = strtoull(argv[i] + 6, NULL, 0);
        else if (!strncmp(argv[i], "end=", 4))
            end = strtoull(argv[i] + 4, NULL, 0);
        else if (!strncmp(argv[i], "out=", 4))
            path = strdup(argv[i] + 4);
        else
            return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return !begin || !end || !path;
}
