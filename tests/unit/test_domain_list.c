// SPDX-License-Identifier: MIT
/*
 * The list of domains that the runner hands over: what a line says is taken,
 * and a wrong one is refused with a sentence.
 */
#include <string.h>

#include "builder/domain_list.h"
#include "unit.h"

static struct domain_line line;
static const char *why;

/* Read all of TEXT: how many domains, or -1. */
static int read_all(const char *text)
{
    const char *at = text, *end = text + strlen(text);
    int n = 0, rc;

    while ((rc = domain_list_next(&at, end, &line, &why)) > 0)
        n++;
    return rc < 0 ? -1 : n;
}

START_TEST(a_line_is_a_domain)
{
    ck_assert_int_eq(read_all("name=web kernel=1 ramdisk=2 memory=65536 "
                              "vcpus=2 weight=512 cap=150 "
                              "on_crash=restart -- root=/dev/x a=b\n"),
                     1);
    ck_assert_str_eq(line.name, "web");
    ck_assert_uint_eq(line.kernel, 1);
    ck_assert_uint_eq(line.ramdisk, 2);
    ck_assert_uint_eq(line.memory, 64UL << 20);
    ck_assert_uint_eq(line.vcpus, 2);
    ck_assert_uint_eq(line.maxvcpus, 2);
    ck_assert_uint_eq(line.cpus[0], ~0ul);
    ck_assert_uint_eq(line.weight, 512);
    ck_assert_uint_eq(line.cap, 150);
    ck_assert_int_eq(line.on_crash, END_RESTART);
    ck_assert_int_eq(line.on_poweroff, END_DESTROY);
    ck_assert_str_eq(line.words, "root=/dev/x a=b");
    ck_assert_int_eq(read_all("name=a kernel=1 memory=1\n\n"
                              "name=b kernel=2 memory=1 --"), 2);
    ck_assert_str_eq(line.words, "");
    ck_assert_uint_eq(line.weight, 256);
    ck_assert_uint_eq(line.cap, 0);
    ck_assert_int_eq(read_all(""), 0);
    ck_assert_int_eq(read_all("name=a kernel=1 memory=1 vcpus=2 maxvcpus=4 "
                              "cpus=3,ffffffffffffffff,10"), 1);
    ck_assert_uint_eq(line.vcpus, 2);
    ck_assert_uint_eq(line.maxvcpus, 4);
    ck_assert_uint_eq(line.cpus[0], 3);
    ck_assert_uint_eq(line.cpus[1], ~0ul);
    ck_assert_uint_eq(line.cpus[2], 16);
    ck_assert_uint_eq(line.cpus[3], ~0ul);
}
END_TEST

START_TEST(wrong_lines_are_refused)
{
    static const char *const wrong[] = {
        "name=a memory=1", "kernel=1 memory=1", "name=a kernel=1",
        "name=a kernel=x memory=1", "name=a kernel=1 memory=", "frob=1",
        "name=a kernel=1 memory=1 vcpus=0",
        "name=a kernel=1 memory=1 vcpus=99",
        "name=a kernel=1 memory=1 vcpus=3 maxvcpus=2",
        "name=a kernel=1 memory=1 maxvcpus=0",
        "name=a kernel=1 memory=1 maxvcpus=33",
        "name=a kernel=1 memory=1 cpus=0", "name=a kernel=1 memory=1 cpus=",
        "name=a kernel=1 memory=1 cpus=1,", "name=a kernel=1 memory=1 cpus=g",
        "name=a kernel=1 memory=1 cpus=1ffffffffffffffff",
        "name=a kernel=1 memory=1 cpus=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1",
        "name=a kernel=1 memory=1 weight=0",
        "name=a kernel=1 memory=1 weight=65536",
        "name=a kernel=1 memory=1 cap=3201",
        "name=a kernel=1 memory=1 on_crash=dance",
        "name=a kernel=1 memory=99999999999999999999",
        "name=a-name-that-is-longer-than-any-domain-may-have kernel=1 memory=1",
    };
    unsigned int i;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ck_assert_msg(read_all(wrong[i]) == -1, "accepted: %s", wrong[i]);
        ck_assert_uint_gt(strlen(why), 10);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("domain list");
    TCase *tc = tcase_create("lines");

    tcase_add_test(tc, a_line_is_a_domain);
    tcase_add_test(tc, wrong_lines_are_refused);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
