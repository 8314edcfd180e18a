# SPDX-License-Identifier: MIT
"""Debian's Linux as a guest: booted at a place, and what it said taken apart.

Places are "native" (the bare machine), "reference" (hv-reference), "lock-order"
(its image that holds locks to their order), "checking" (its image that looks at
the invariants, after each 500th hypercall), "domU" and "dom0" (under real Xen).
What /init does is its mode: see tests/linux/init.
"""
import os
import re
import subprocess

VMLINUZ = "build/linux/vmlinuz"
INITRD = "build/linux/initrd"

PLACES = {
    "native": (["--hv", "native"], "console=ttyS0"),
    "reference": (["--hv", "reference"], "console=hvc0"),
    "checking": (["--hv", "reference", "--image",
                  "build/hv-checking/parapet-hv", "--hv-args", "check=500"],
                 "console=hvc0"),
    "lock-order": (["--hv", "reference", "--image",
                    "build/hv-clang/parapet-hv"], "console=hvc0"),
    "domU": (["--hv", "xen", "--as", "domU"], "console=hvc0"),
    "dom0": (["--hv", "xen", "--as", "dom0"], "console=hvc0"),
}

OURS = ("reference", "lock-order", "checking")

# Messages of a kernel that something is wrong in it or below it.
TROUBLE = re.compile(
    r"WARNING:|BUG:|\bOops\b|kernel BUG|\bstall(s|ed)?\b|"
    r"unchecked MSR|Call Trace|[Gg]eneral protection|"
    r"[Cc]locksource .*unstable|soft lockup|Kernel panic|\bsegfault\b|"
    r"nobody cared|[Hh]ung task|Bad page")


class Boot:
    """One run: `lines` of the console, `items` (name: (verdict, why)), the
    kernel's messages `dmesg`, exit `status` and `message` of the runner."""

    def __init__(self, place, memory, mode, *words, vcpus=1, cpus=1,
                 seconds=120, kernel=VMLINUZ, more=(), environment=None):
        os.makedirs("build/logs", exist_ok=True)
        options, console = PLACES[place]
        log = (f"build/logs/linux-{mode}-{place}-{memory}-"
               f"{vcpus}-on-{cpus}.log")
        command = ["build/parapet", "run", *options, "--memory", str(memory),
                   "--vcpus", str(vcpus), "--cpus", str(cpus),
                   "--timeout", str(seconds),
                   "--show", "guest", "--log", log, "--ramdisk", INITRD,
                   *more, kernel, console, "quiet", "loglevel=1", "--", mode,
                   *words]
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, **(environment or {})})
        text = done.stdout.decode("utf-8", "replace").replace("\r", "")
        self.place, self.status = place, done.returncode
        self.message = done.stderr.decode("utf-8", "replace").strip()
        self.log = open(log, errors="replace").read()
        self.lines = text.split("\n")
        self.items, self.dmesg, self.reached_end = {}, [], False
        for line in self.lines:
            self.hear(line)

    def hear(self, line):
        if line == "@dmesg":
            self.dmesg.append(None)  # from here on
        elif line == "@end":
            self.dmesg, self.reached_end = self.dmesg[1:], True
        elif self.dmesg and not self.reached_end:
            self.dmesg.append(line)
        found = re.match(r"(PASS|FAIL|SKIP) (\w+)(?:: (.*))?", line)
        if found:
            self.items[found[2]] = (found[1], found[3] or "")

    @property
    def reached_init(self):
        return any(line.startswith("@init ") for line in self.lines)

    @property
    def powered_off(self):
        return self.status == 0 and "powered off" in self.message

    def trouble(self):
        """Messages that tell of trouble, without what differs from one boot
        to the next: times, addresses, numbers of processes."""
        lines = [line for line in self.dmesg if TROUBLE.search(line)]
        if not self.reached_end:  # it did not live to show its messages
            lines += [line for line in self.lines if TROUBLE.search(line)]
        return [re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8,16}\b|\d+", "N",
                       re.sub(r"^\[ *[\d.]+\] ", "", line))
                for line in lines]

    def about(self):
        """For a failure's notes: the log is the next boot's, too."""
        hypervisor = [line for line in self.log.split("\n")
                      if re.match(r"\((hv|XEN)\) \S", line)]
        return "\n".join([self.message] + hypervisor[-15:] +
                         self.lines[-30:])


def expected_items():
    """All items, in their order: of the program and of the shell."""
    rows = open("tests/linux/workload/items.def").read()
    shell = open("tests/linux/init").read()
    names = re.findall(r"^ITEM\((\w+),", rows, re.M)
    items = shell.split("\nitem() {")[1].split("\ncase $todo")[0]
    return names + re.findall(r"^(\w+)\(\) \{$", items, re.M)
