// SPDX-License-Identifier: MIT
/*
 * From a Check suite to TAP on standard output.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

int unit_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_set_tap(runner, "-"); /* Check prints plan and results there */
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
