// SPDX-License-Identifier: MIT
// parapet config: what a kernel's own build must say to use the library. The
// rule: one line on standard output for each option, in the order given, so
// that a makefile can take it as it is. Paths are those of this command's own
// folder, wherever it was installed.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "lib/options.h"
#include "lib/say.h"
#include "runner/run.h"

/* Where a kernel's linker script must put what the library's headers make. */
static const char ldscript[] =
    "/* Into SECTIONS, after .rodata; :note is a PT_NOTE header. */\n"
    "    pv_sites : {\n"
    "        __start_pv_sites = .;\n"
    "        KEEP(*(pv_sites))\n"
    "        __stop_pv_sites = .;\n"
    "    }\n"
    "    .notes : { KEEP(*(.note.Xen .note.*)) } :rodata :note\n";

static void print_place(const char *format, const char *name)
{
    const char *path = home_file(name);

    if (access(path, R_OK))
        fail(STATUS_UNUSABLE, "%s is not there: build it, or install all",
             path);
    printf(format, path);
}

int cmd_config(int argc, char **argv)
{
    bool cflags = false, libs = false, script = false, release = false;
    const char *target = NULL;
    const struct option_row rows[] = {
        OPTION_FLAG("cflags", &cflags, "flags for the kernel's compiler"),
        OPTION_FLAG("libs", &libs, "what the kernel's linker is given"),
        OPTION_FLAG("ldscript", &script,
                    "what the kernel's linker script needs"),
        OPTION_CHOICE("target", &target, "native|xenpv",
                      "with --cflags: a kernel for this world alone, whose "
                      "calls are\nresolved at link time"),
        OPTION_FLAG("release", &release,
                    "with --libs: the library without its checks, which does "
                    "not\nsay why something was refused"),
        OPTION_END
    };
    const struct usage usage = {
        .line = "[options]",
        .what = "Prints what a kernel's own build needs to use libpvops.",
        .more = "exit status: 0 printed, 2 something is not there",
        .rows = rows,
    };

    if (parse_options(&usage, argc, argv) != argc)
        fail(STATUS_UNUSABLE, "there is nothing to give but options");
    if (!cflags && !libs && !script)
        fail(STATUS_UNUSABLE, "say what to print: --cflags, --libs or "
                              "--ldscript");
    if (cflags && !target)
        print_place("-I%s\n", "../pvops/include");
    else if (cflags)
        print_place(*target == 'n' ? "-I%s -DPV_TARGET_NATIVE\n"
                                   : "-I%s -DPV_TARGET_XENPV\n",
                    "../pvops/include");
    if (libs)
        print_place("%s\n", release ? "libpvops-release.a" : "libpvops.a");
    if (script)
        fputs(ldscript, stdout);
    return STATUS_DONE;
}
