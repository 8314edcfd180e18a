// SPDX-License-Identifier: MIT
/* The boot in both worlds, and the tests one after another. */
#include "guest.h"

const struct pv_boot_info *boot_info;
const char *test_name;

#define COMMAND_LINE 128 /* in struct start_info */

static unsigned checks, failures;
extern char image_end[];

void start_xen(void *start_info);
void start_pvh(unsigned long start_info_pa);

static void say(const char *text)
{
    unsigned long length = 0;

    while (text[length])
        length++;
    pv_console_write(text, length);
}

static void say_number(uint64_t value, unsigned base)
{
    char digits[20];
    int n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n)
        pv_console_write(&digits[--n], 1);
}

void check(bool good, const char *what)
{
    failures += !good;
    say(good ? "ok " : "not ok ");
    say_number(++checks, 10);
    say(" - ");
    say(test_name);
    say(": ");
    say(what);
    say("\n");
}

void check_equal(uint64_t expected, uint64_t found, const char *what)
{
    check(expected == found, what);
    if (expected != found) {
        note("expected", expected);
        note("found", found);
    }
}

void note(const char *what, uint64_t value)
{
    say("# ");
    say(what);
    say(": ");
    say_number(value, 10);
    say(" 0x");
    say_number(value, 16);
    say("\n");
}

static void print_report(const char *text, unsigned long length)
{
    pv_console_write("# ", 2);
    pv_console_write(text, length);
}

static void stop(const char *why)
{
    say("Bail out! ");
    say(why);
    say("\n");
    pv_shutdown(PV_CRASH);
}

/* The library must not rely on what is in it. */
static void *dirty_page(void)
{
    void *page = page_alloc();

    return page ? memset(page, 0x5a, PAGE_SIZE) : NULL;
}

static struct pv_kernel kernel = {
    .phys_to_virt = direct,
    .virt_to_phys = physical,
    .page_alloc = dirty_page,
    .page_free = page_free,
    .print = print_report,
    .panic = stop,
    .map_device = map_device,
    .low_page = 0x8000,
    .virt_base = KERNBASE,
    .image_start = 0x100000,
    .direct_limit = DIRECT_LIMIT,
    .guard_pages = 1,
};

static void run_tests(void)
{
    for (int patched = 0; patched < 2; patched++) {
#define TEST(name)                                                            \
    test_name = patched ? #name ", sites patched" : #name;                    \
    test_##name();
#include "tests.def"
        if (!patched) {
            test_name = "cover";
            cover_report();
            note("call sites", PV_PATCH_SITES());
        }
    }
}

static void run_all(void)
{
    say("TAP version 13\n");
    cover_begin();
    memory_init();
    trap_init();
    bool restore = pv_find_word(boot_info->command_line, "suspend-restore");

    if (restore || pv_find_word(boot_info->command_line, "suspend-cancel"))
        suspend_main(restore);
    else
        run_tests();
    say("1..");
    say_number(checks, 10);
    say("\n");
    note("failures", failures);
    pv_shutdown(failures ? PV_CRASH : PV_POWEROFF);
}

void start_xen(void *start_info)
{
    /* Before there is boot information. */
    kernel.two_level_events =
        !!pv_find_word((const char *)start_info + COMMAND_LINE, "two-level");
    boot_info = pv_start_xen(start_info, &kernel);
    run_all();
}

void start_pvh(unsigned long start_info_pa)
{
    kernel.image_end = physical(image_end);
    boot_info = pv_start_pvh(start_info_pa, &kernel);
    run_all();
}
