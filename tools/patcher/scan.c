// SPDX-License-Identifier: MIT
// parapet scan: finds what a PV guest must do otherwise. See README.md for
// how the parts work together.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "baseline.h"
#include "judge.h"
#include "lib/options.h"
#include "lib/say.h"
#include "parapet/commands.h"
#include "plan.h"
#include "profile.h"
#include "report.h"
#include "tree.h"
#include "types.h"

static struct {
    const char *format, *output, *baseline, *profile, *sites;
    bool check, no_types, intel;
    long jobs;
} opt = { .format = "text", .jobs = 1 };

static const struct option_row rows[] = {
    OPTION_CHOICE("format", &opt.format, "text|jsonl|sarif|html",
                  "how findings are written (default: text)"),
    OPTION_TEXT("o", "F", &opt.output, "write to F, not standard output"),
    OPTION_FLAG("check", &opt.check,
                "only findings that the baseline lacks count"),
    OPTION_TEXT("baseline", "F", &opt.baseline,
                "an earlier scan's jsonl, for --check"),
    OPTION_TEXT("profile", "F", &opt.profile,
                "the port's profile (default: SRC-DIR/port/profile)"),
    OPTION_FLAG("no-types", &opt.no_types,
                "do not ask libclang for the types of stores"),
    OPTION_TEXT("sites", "F", &opt.sites,
                "write the image's sensitive instructions to F as jsonl"),
    OPTION_FLAG("intel", &opt.intel, "asm statements are in Intel syntax"),
    OPTION_NUMBER("j", "N", &opt.jobs, 1, 64,
                  "read types of N files at a time"),
    OPTION_END
};

static const struct usage usage = {
    .line = "[options] SRC-DIR | compile_commands.json | KERNEL-ELF ...",
    .what = "Finds the instructions, stores and assumptions by which a kernel "
            "for the bare\nmachine would fail as a paravirtual guest. Given "
            "an ELF image as well, checks\nthat every sensitive instruction "
            "in it was found in the source.",
    .rows = rows,
    .more = "A compile_commands.json gives the flags for types; its folder is "
            "scanned if no\nSRC-DIR is given. A comment \"pv-ok: reason\" on a "
            "finding's line or the line\nbefore accepts it.\nExit status: "
            "0 nothing found, 1 findings, 2 unusable input, 3 a tool failed.",
};

static int write_report(const struct report *report)
{
    FILE *out = opt.output ? fopen(opt.output, "w") : stdout;

    if (!out)
        fail(STATUS_UNUSABLE, "cannot write %s: %s", opt.output,
             strerror(errno));
    if (!strcmp(opt.format, "jsonl"))
        report_jsonl(report, out);
    else if (!strcmp(opt.format, "sarif"))
        report_sarif(report, out);
    else if (!strcmp(opt.format, "html"))
        report_html(report, out);
    else
        report_text(report, out);
    if (fflush(out) || ferror(out) || (opt.output && fclose(out)))
        fail(STATUS_UNUSABLE, "cannot write %s: %s",
             opt.output ? opt.output : "the report", strerror(errno));
    return 0;
}

static bool anything_open(const struct scan *scan)
{
    for (size_t i = 0; i < scan->findings.count; i++)
        if (finding_open(scan->findings.items[i]))
            return true;
    return false;
}

int cmd_scan(int argc, char **argv)
{
    int first = parse_options(&usage, argc, argv);
    struct scan *scan = mem_alloc(sizeof(*scan));
    struct tree tree = { 0 };
    struct report report = { .scan = scan };
    struct judgement *judgement = NULL;
    struct profile *profile;

    if (first >= argc)
        usage_error("what shall be scanned?");
    if (opt.check && !opt.baseline)
        usage_error("--check needs --baseline F to check against");
    scan->syntax = opt.intel ? SYNTAX_INTEL : SYNTAX_ATT;
    for (int rest = 0; rest < 2; rest++)
        for (int i = first; i < argc; i++)
            if (tree_is_database(argv[i]) == !rest)
                tree_add(scan, &tree, argv[i]);
    tree_finish(scan, &tree);
    if (tree.images.count > 1)
        usage_error("one scan judges one image");
    if (!scan->sources.count && !tree.images.count)
        fail(STATUS_UNUSABLE, "%s: there is no C or assembly file in it",
             argv[first]);
    profile = profile_for(opt.profile, tree.root);
    lexical_read(scan, &tree);
    if (!opt.no_types)
        types_read(scan, &tree, profile, (unsigned)opt.jobs);
    if (tree.images.count)
        judgement = judge_read(tree.images.items[0], scan);
    if (judgement && !scan->sources.count)
        judge_as_findings(judgement, scan);
    findings_settle(scan);
    plan_make(scan, profile);
    if (judgement && scan->sources.count)
        judge(judgement, scan);
    if (judgement && opt.sites)
        judge_write(judgement, opt.sites);
    if (judgement && scan->sources.count)
        judge_add_unexplained(judgement, scan);
    if (opt.baseline)
        baseline_apply(scan, opt.baseline);
    for (size_t i = 0; i < scan->problems.count; i++)
        fprintf(stderr, "%s\n", scan->problems.items[i]);
    report.judgement = judgement;
    write_report(&report);
    return anything_open(scan) ? STATUS_FOUND : STATUS_DONE;
}
