#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the rules by which the patcher rewrites C, one a line, from its own
list: the rows of sensitive.def whose operation is a row of pvops/ops.def and
is not one for assembly text alone.
"""
import re

# Operations that no statement of C is rewritten to.
NEVER = {"swapgs": "exchanges the bases under the code around it",
              "pte_copy": "what is copied is never proven to be entries"}

# Rewritten with the operations of others.
COMPOSED = {"pte_rmw": ("pte_load", "pte_store")}


def rows(path, words):
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("\\\n", "")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for match in re.finditer(rf"^(?:{words})\((.*?)\)$", text, re.M | re.S):
        yield match[1]


def split(row):
    """The arguments of a row, at commas outside strings and parentheses."""
    parts, depth, quoted, at = [], 0, False, 0
    for i, c in enumerate(row):
        if c == '"':
            quoted = not quoted
        elif not quoted and c in "()":
            depth += 1 if c == "(" else -1
        elif not quoted and not depth and c == ",":
            parts.append(row[at:i].strip())
            at = i + 1
    return parts + [row[at:].strip()]


def main():
    names = set()
    ops = {split(row)[5] for row in rows("pvops/ops.def",
                                         "PV_OP|PV_HOT|PV_HOT_R|PV_STORE|"
                                         "PV_LOAD|PV_TEST")}
    for kind, field in (("INSN", 4), ("RULE", 2)):
        for row in rows("tools/patcher/sensitive.def", kind):
            parts = split(row)
            op = parts[field].strip('"')
            stem = op.rstrip("*")
            if op and parts[0] not in NEVER and (
                    op in ops or (op != stem and f"{stem}b" in ops)):
                names.add(parts[0])
    names.update(name for name, of in COMPOSED.items() if names >= set(of))
    for name in sorted(names):
        print(name)


main()
