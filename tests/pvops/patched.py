# SPDX-License-Identifier: MIT
"""What stands at the call sites of a kernel that has run on the bare machine:
its memory when it has switched off, disassembled. A site is the instruction
that the operation stands for, and prefixes that mean nothing.
"""
import pathlib
import re
import socket
import struct
import subprocess

# Operation -> what objdump shows, with `; ` between two instructions.
BARE = {
    "irq_disable": "cli",
    "irq_enable": "sti",
    "irq_save": "pushf; pop %rax; cli",
    "irq_restore": "push %rax; popf",
    "read_flags": "pushf; pop %rax",
    "halt": "hlt",
    "safe_halt": "sti; hlt",
    "clts": "clts",
    "wbinvd": "wbinvd",
    "swapgs": "swapgs",
    "read_cr2": "mov %cr2,%rax",
    "read_cr3": "mov %cr3,%rax",
    "write_cr3": "mov %rdi,%cr3",
    "invlpg": r"invlpg \(%rdi\)",
    "in[bwl]": r"in \(%dx\),%(al|ax|eax)",
    "out[bwl]": r"out %(al|ax|eax),\(%dx\)",
    "pte_store(_l[1-4])?": r"movq? (%r\w+|\$0x[0-9a-f]+),(0x0)?\(%r\w+\)",
    "pte_test": r"testq? (%r\w+|\$0x[0-9a-f]+),(0x0)?\(%r\w+\)",
    "pte_load": r"mov (-?0x[0-9a-f]+)?(\([^)]*\))?,%r\w+",
}
ROOM = 16  # for each site, when they are disassembled together
RECORD = struct.Struct("<iiiBB14s")  # struct pv_site of pvops-sites.h


def run_until_off(command, folder, start, size):
    """What the machine says, and `size` bytes of memory at `start`."""
    path, said = folder / "qmp", folder / "said"
    dump = folder / "memory"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    server.settimeout(60)
    machine = subprocess.Popen(
        [*command, "-qmp", f"unix:{path}", "-no-shutdown", "-serial",
         f"file:{said}"], stdin=subprocess.DEVNULL)
    try:
        with server.accept()[0] as monitor:
            monitor.settimeout(60)
            lines = monitor.makefile("rw")
            print('{"execute": "qmp_capabilities"}', file=lines, flush=True)
            while '"SHUTDOWN"' not in (line := lines.readline()):
                if not line:
                    raise RuntimeError("the machine ended by itself")
            print('{"execute": "pmemsave", "arguments": {"val": %d, "size": %d,'
                  ' "filename": "%s"}}' % (start, size, dump), file=lines,
                  flush=True)
            while '"return"' not in lines.readline():
                pass
            print('{"execute": "quit"}', file=lines, flush=True)
        machine.wait(60)
    finally:
        machine.kill()
        machine.wait()
    return said.read_text(errors="replace"), dump.read_bytes()


def records(kernel, folder):
    """(address, operation, length) of each site, in the section's order."""
    raw = folder / "sites"
    subprocess.run(["objcopy", "-O", "binary", "-j", "pv_sites", kernel, raw],
                   check=True)
    listed = subprocess.run(["build/parapet", "inspect", "--sites", kernel],
                            capture_output=True, text=True, check=True).stdout
    for line, record in zip(listed.splitlines(),
                            RECORD.iter_unpack(raw.read_bytes()), strict=True):
        address, _, operation = line.split()
        yield int(address, 16), operation, record[3]


def disassemble(pieces, folder):
    """The instructions of each piece as one string, without prefixes."""
    blob = folder / "blob"
    blob.write_bytes(b"".join(p.ljust(ROOM, b"\x90") for p in pieces))
    lines = subprocess.run(
        ["objdump", "-D", "-b", "binary", "-m", "i386:x86-64",
         "--no-show-raw-insn", blob], capture_output=True, text=True,
        check=True).stdout
    found = [[] for _ in pieces]
    for at, text in re.findall(r"^ *([0-9a-f]+):\t(.*)$", lines, re.M):
        text = re.sub(r"\s*#.*|\bds ", "", " ".join(text.split()))
        found[int(at, 16) // ROOM].append(text)
    # The filling is no part of the piece: one byte, one nop.
    return ["; ".join(f[:len(f) - ROOM + len(p)] if len(p) < ROOM else f)
            for f, p in zip(found, pieces)]


def not_bare(kernel, memory, base, folder):
    """(how many sites there are, those that hold something else)."""
    sites = list(records(kernel, folder))
    pieces = [memory[at - base:at - base + length] for at, _, length in sites]
    wrong = [f"{at:#x} {operation}: {text}" for (at, operation, _), text in
             zip(sites, disassemble(pieces, folder))
             if not any(re.fullmatch(name, operation) and
                        re.fullmatch(bare, text)
                        for name, bare in BARE.items())]
    return len(sites), wrong
