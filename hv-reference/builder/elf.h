/* SPDX-License-Identifier: MIT */
/*
 * The part of the ELF64 format that the domain builder reads.
 */
#ifndef HV_ELF_H
#define HV_ELF_H

#include <stdint.h>

struct elf64_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf64_program {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

struct elf64_section {
    uint32_t name, type;
    uint64_t flags, addr, offset, size;
    uint32_t link, info;
    uint64_t addralign, entsize;
};

struct elf_note {
    uint32_t namesz, descsz, type;
};

#define ELF_CLASS      4 /* ident[4]: 1 is 32-bit, 2 is 64-bit */
#define ELF_CLASS_64   2
#define ELF_MACHINE_86 62
#define PT_LOAD        1
#define PT_NOTE        4
#define PF_X           1
#define PF_W           2
#define PF_R           4
#define SHT_NOTE       7

#endif
