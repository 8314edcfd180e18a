#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""shapes.py TREE: prints the lines of the patcher that write a replacement
and that no template of TREE reaches. The list is made of the patcher's own
source: each place where the text of a replacement grows is a shape that some
template must have. The patcher's planning files are built once more with
coverage and run over TREE.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

PLANNING = ["rewrite", "rewrite_string", "rewrite_operand", "types_plan",
            "plan"]
WRITES = re.compile(r"text_(put|format|char)\((&r->out|out)|->replacement =")

# What no statement of C in a tree of templates can reach, by its text.
NOT_HERE = {
    "f->replacement = text;": "plan.c hands on what the others wrote",
    'text_put(&r->out, "");': "it begins empty",
}


def build(work):
    objects = [o for o in glob.glob("build/tools/tools/**/*.o",
                                    recursive=True)
               if os.path.basename(o)[:-2] not in PLANNING or
               "/patcher/" not in o]
    for name in PLANNING:
        subprocess.run(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O0",
                        "--coverage", "-Itools", "-I.", "-Isdk/include",
                        "-isystem", "/usr/lib/llvm-14/include", "-c",
                        f"tools/patcher/{name}.c", "-o", f"{work}/{name}.o"],
                       check=True)
        objects.append(f"{work}/{name}.o")
    subprocess.run(["gcc", "--coverage", "-o", f"{work}/parapet", *objects,
                    "-lm", "-lelf", "-ldw", "-lZydis",
                    "-L/usr/lib/llvm-14/lib", "-lclang-14", "-llzma",
                    "-lzstd", "-llz4", "-lz"], check=True)


def counts(work):
    """(file, line) -> how often it ran."""
    found = {}
    for name in PLANNING:
        done = subprocess.run(["gcov", "--json-format", "--stdout",
                               f"{work}/{name}.gcda"], check=True,
                              capture_output=True, text=True)
        for file in json.loads(done.stdout)["files"]:
            if file["file"].endswith(f"patcher/{name}.c"):
                for line in file["lines"]:
                    at = name, line["line_number"]
                    found[at] = found.get(at, 0) + line["count"]
    return found


def main():
    with tempfile.TemporaryDirectory(prefix="parapet-test-") as work:
        build(work)
        subprocess.run([f"{work}/parapet", "scan", "--format", "jsonl",
                        sys.argv[1]], capture_output=True, check=False)
        ran = counts(work)
    shapes = 0
    for name in PLANNING:
        with open(f"tools/patcher/{name}.c", encoding="utf-8") as file:
            text = file.read().splitlines()
        for number, line in enumerate(text, 1):
            if not WRITES.search(line) or line.strip() in NOT_HERE:
                continue
            # A call is counted on the line where it begins.
            shapes += 1
            if not ran.get((name, number)):
                print(f"{name}.c:{number}: {line.strip()}")
    print(f"{shapes} shapes", file=sys.stderr)


main()
