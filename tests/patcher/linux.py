# SPDX-License-Identifier: MIT
"""Linux as Debian has it, for the patcher's tests: arch/x86 of
linux-source-6.1 and the configuration of linux-headers-amd64, both taken from
/usr/src or fetched into build/, and how its files are compiled.
"""
import fcntl
import glob
import os
import re
import subprocess
import tempfile


def fetch(packages, folder):
    done = subprocess.run(["tools/fetch-package", *packages, folder],
                          capture_output=True, text=True)
    return None if done.returncode else f"{folder}/root/usr/src"


def headers():
    """(common, configured) folders of Linux's headers, or None and why."""
    for root in ("/usr/src", "build/linux-headers/root/usr/src"):
        common = sorted(glob.glob(f"{root}/linux-headers-*-common"))
        for folder in reversed(common):
            configured = folder.replace("-common", "-amd64")
            if os.path.isdir(configured):
                return (os.path.abspath(folder),
                        os.path.abspath(configured)), None
    known = subprocess.run(["apt-cache", "depends", "linux-headers-amd64"],
                           capture_output=True, text=True)
    name = re.search(r"linux-headers-(\S+)-amd64", known.stdout)
    if not name:
        return None, "apt knows no linux-headers"
    if not fetch([f"linux-headers-{name[1]}-{part}"
                  for part in ("common", "amd64")], "build/linux-headers"):
        return None, "linux-headers cannot be fetched"
    return headers()


def sources():
    """Linux's arch/x86, unpacked into build/; or None and why. Two tests may
    ask at the same time: the second waits, and finds it done."""
    os.makedirs("build/linux-source", exist_ok=True)
    with open("build/linux-source/lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return unpack()


def unpack():
    tree = "build/linux-source/linux-source-6.1/arch/x86"
    if os.path.isdir(tree):
        return os.path.abspath(tree), None
    archive = "/usr/src/linux-source-6.1.tar.xz"
    if not os.path.exists(archive):
        root = fetch(["linux-source-6.1"], "build/linux-source")
        if not root:
            return None, "linux-source-6.1 cannot be fetched"
        archive = f"{root}/linux-source-6.1.tar.xz"
    with tempfile.TemporaryDirectory(dir="build/linux-source") as part:
        subprocess.run(["tar", "xJf", os.path.abspath(archive), "-C", part,
                        "linux-source-6.1/arch/x86"], check=True)
        os.rename(f"{part}/linux-source-6.1",
                  "build/linux-source/linux-source-6.1")
    return os.path.abspath(tree), None


def arguments(source, name, common, configured):
    """What a compiler needs for one of its files."""
    own = subprocess.run(["gcc", "-print-file-name=include"], text=True,
                         capture_output=True).stdout.strip()
    made = ["-nostdinc", "-isystem", own]
    for folder in (f"{source}/include",
                   f"{configured}/arch/x86/include/generated",
                   f"{common}/include", f"{configured}/include",
                   f"{source}/include/uapi",
                   f"{configured}/arch/x86/include/generated/uapi",
                   f"{common}/include/uapi",
                   f"{configured}/include/generated/uapi"):
        made.append(f"-I{folder}")
    for header in ("compiler-version", "kconfig"):
        made += ["-include", f"{common}/include/linux/{header}.h"]
    made += ["-D__KERNEL__", "-fno-PIE", "-m64"]
    if name.endswith(".S"):
        return [*made, "-D__ASSEMBLY__"]
    module = re.sub(r"\W", "_", os.path.splitext(os.path.basename(name))[0])
    return [*made, "-include", f"{common}/include/linux/compiler_types.h",
            f"-I{os.path.dirname(f'{source}/{name}')}",
            f'-DKBUILD_MODNAME="{module}"', f'-DKBUILD_BASENAME="{module}"',
            f"-D__KBUILD_MODNAME=kmod_{module}", "-DCC_USING_FENTRY",
            "-std=gnu11", "-mno-red-zone", "-mcmodel=kernel", "-mno-sse",
            "-mno-mmx", "-mno-80387", "-fno-strict-aliasing",
            "-fno-asynchronous-unwind-tables", "-fms-extensions",
            "-fno-common", "-fshort-wchar", "-fcf-protection=none"]
