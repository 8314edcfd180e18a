// SPDX-License-Identifier: MIT
/*
 * From a Check suite to TAP on standard output.
 */
#include "unit.h"

#include "core/lock.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Check ends a test after 4 seconds; on a busy machine that would be a result
 * of the machine's. The suite's own limit is in tests/suite.
 */
__attribute__((constructor)) static void allow_time(void)
{
    setenv("CK_DEFAULT_TIMEOUT", "60", 0);
}

/* The locks that a thread holds, as if it were a CPU (hv-reference/core/lock_order.c) */
static _Thread_local struct held_locks held;

struct held_locks *hw_held_locks(void)
{
    return &held;
}

void hw_lock_order_broken(const char *what, const char *taken,
                          const char *innermost)
{
    fprintf(stderr, "order of locks: %s taken: %s, while the last one taken "
                    "is: %s\n", what, taken, innermost);
    abort();
}

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
