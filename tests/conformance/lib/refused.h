/* SPDX-License-Identifier: MIT */
/*
 * The whole of a test whose image no builder takes ("end: bad_image"): if it
 * runs, it says that it does.
 */
#include "conform.h"

void test(void)
{
    check(false, "this image is not started");
}
