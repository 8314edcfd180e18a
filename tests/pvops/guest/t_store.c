// SPDX-License-Identifier: MIT
/*
 * The xenstore as a domU has it, and a xenbus frontend whose other end is
 * played by this test: all in the part of the store that is the guest's own.
 */
#include "guest.h"

#define BIG 1800 /* bytes: more than the ring holds */

static unsigned changes, offers, connects, ends, conflicts;
static char changed_path[64];

unsigned own_domain(void)
{
    return (unsigned)pv_store_read_number(0, "domid", 0); /* dom0: no store */
}

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static bool ends_with(const char *text, const char *end)
{
    const char *at = text;

    for (; *at; at++)
        if (same(at, end))
            return true;
    return false;
}

static void count_event(void *data)
{
    (*(unsigned *)data)++;
}

static void changed(void *data, const char *path)
{
    unsigned i;

    (*(unsigned *)data)++;
    for (i = 0; path[i] && i + 1 < sizeof(changed_path); i++)
        changed_path[i] = path[i];
    changed_path[i] = 0;
}

/* Changes come when the store has time. */
#define RUN_UNTIL(what) RUN_WATCHES_UNTIL(what, 5)

static void test_values(void)
{
    static char big[BIG + 1], back[BIG + 1];
    char text[64];
    long length;

    check_equal(0, (uint64_t)pv_store_write(0, "data/a", "hello"),
                "a value is written");
    check_equal(5, (uint64_t)pv_store_read(0, "data/a", text, sizeof(text)),
                "and read, with its length");
    check(same(text, "hello"), "as it was");
    check_equal((uint64_t)-7, (uint64_t)pv_store_read(0, "data/a", text, 5),
                "with no room for its end it is refused");
    check_equal(5, (uint64_t)pv_store_read(0, "data/a", text, 6),
                "with room for it it is read");
    check_equal((uint64_t)-2,
                (uint64_t)pv_store_read(0, "data/none", text, sizeof(text)),
                "what is not there: ENOENT");
    check_equal((uint64_t)-13,
                (uint64_t)pv_store_write(0, "/local/domain/0/x", "1"),
                "another domain's part: EACCES");
    check_equal(0, (uint64_t)pv_store_write_number(0, "data/n", -123),
                "a number is written");
    check_equal((uint64_t)-123,
                (uint64_t)pv_store_read_number(0, "data/n", 5), "and read");
    check_equal(5, (uint64_t)pv_store_read_number(0, "data/a", 5),
                "what is none is the other");
    check_equal(0, (uint64_t)pv_store_mkdir(0, "data/d/e"), "a folder");
    pv_store_write(0, "data/d/f", "1");
    length = pv_store_directory(0, "data/d", text, sizeof(text));
    check(length == 4 && !text[1] && !text[3] && text[0] + text[2] == 'e' + 'f',
          "has its two names");
    check_equal(0, (uint64_t)pv_store_rm(0, "data/d"), "is removed");
    check_equal((uint64_t)-2, (uint64_t)pv_store_directory(
                0, "data/d", text, sizeof(text)), "and gone");
    memset(big, 'x', BIG / 2);
    memset(big + BIG / 2, 'y', BIG / 2);
    check_equal(0, (uint64_t)pv_store_write(0, "data/big", big),
                "a value larger than the ring is written");
    check_equal(BIG, (uint64_t)pv_store_read(0, "data/big", back, BIG + 1),
                "and comes back through the ring in parts");
    check(same(big, back), "whole");
    pv_store_rm(0, "data/big");
}

/* The first time somebody else writes in between. */
static int add_one(unsigned tx, void *data)
{
    long value = pv_store_read_number(tx, "data/count", 0);

    if (!conflicts++)
        pv_store_write_number(0, "data/count", 40);
    return pv_store_write_number(tx, "data/count", value + *(int *)data);
}

static int fail(unsigned tx, void *data)
{
    (void)data;
    pv_store_write(tx, "data/count", "0");
    return -5;
}

static void test_transactions(void)
{
    unsigned tx = 0;
    int two = 2;

    conflicts = 0;
    pv_store_write_number(0, "data/count", 1);
    check_equal(0, (uint64_t)pv_store_transaction(add_one, &two),
                "a transaction ends well");
    check_equal(2, conflicts, "was done again when it was disturbed");
    check_equal(42, (uint64_t)pv_store_read_number(0, "data/count", 0),
                "and saw what disturbed it");
    check_equal((uint64_t)-5, (uint64_t)pv_store_transaction(fail, NULL),
                "one that fails says so");
    check_equal(42, (uint64_t)pv_store_read_number(0, "data/count", 0),
                "and has changed nothing");
    check(!pv_store_begin(&tx) && tx, "one by hand begins");
    pv_store_write(tx, "data/count", "7");
    check_equal(42, (uint64_t)pv_store_read_number(0, "data/count", 0),
                "what it writes is its own");
    check_equal(0, (uint64_t)pv_store_end(tx, 0), "until it ends");
    check_equal(7, (uint64_t)pv_store_read_number(0, "data/count", 0),
                "then it is everybody's");
}

static void test_watches(void)
{
    struct pv_watch watch = { .path = "data/w", .changed = changed,
                              .data = &changes };
    static unsigned notified;

    changes = 0;
    pv_store_notify(count_event, &notified);
    pv_store_mkdir(0, "data/w");
    check_equal(0, (uint64_t)pv_store_watch(&watch), "a watch is set");
    check(RUN_UNTIL(changes == 1), "and called once at first");
    pv_irq_enable();
    notified = 0;
    pv_store_write(0, "data/w/x", "1");
    check(RUN_UNTIL(changes == 2), "a change below it is told");
    check(notified > 0, "and the kernel was woken for it");
    check(ends_with(changed_path, "data/w/x"), "with its path");
    for (int i = 0; i < 40; i++)
        pv_store_write_number(0, "data/w/y", i);
    check(RUN_UNTIL(changes > 2 + 16 && same(changed_path, "data/w")),
          "changes that the queue cannot hold are told as one");
    pv_store_run_watches();
    check_equal(0, (uint64_t)pv_store_unwatch(&watch), "it is given up");
    changes = 0;
    pv_store_write(0, "data/w/x", "2");
    pv_store_read_number(0, "data/w/x", 0); /* behind which it would come */
    pv_store_run_watches();
    check_equal(0, changes, "and not told any more");
    pv_store_notify(NULL, NULL);
}

static int offer(struct pv_xenbus_device *device, unsigned tx)
{
    offers++;
    return pv_xenbus_write_number(device, tx, "ring-ref", 9);
}

static int connected(struct pv_xenbus_device *device)
{
    char text[16];

    connects++;
    return pv_xenbus_read_other(device, "feature", text, sizeof(text)) == 3
               ? 0
               : -5;
}

static void disconnected(struct pv_xenbus_device *device)
{
    (void)device;
    ends++;
}

static bool reaches(long state)
{
    return RUN_UNTIL(pv_store_read_number(0, "data/front/state", -1) == state);
}

/* This test is the other end: it writes its state and waits for the device's. */
static bool other_is(long state, long then)
{
    pv_store_write_number(0, "data/back/state", state);
    return reaches(then);
}

static void test_xenbus(void)
{
    static const struct pv_xenbus_driver driver = { offer, connected,
                                                    disconnected };
    static struct pv_xenbus_device device;

    offers = connects = ends = 0;
    device.driver = &driver;
    device.reconnect = 1;
    check(pv_xenbus_open(&device, "data/front") < 0,
          "a device that there is not cannot be opened");
    pv_store_write(0, "data/back/feature", "yes");
    pv_store_write(0, "data/front/backend", "data/back");
    pv_store_write_number(0, "data/front/backend-id", own_domain());
    pv_store_write_number(0, "data/back/state", 1);
    check_equal(0, (uint64_t)pv_xenbus_open(&device, "data/front"),
                "a device is opened");
    check(other_is(1, 1), "initialising while the other end is");
    check(other_is(2, 3), "initialised when the other end waits");
    check_equal(9, (uint64_t)pv_store_read_number(0, "data/front/ring-ref", 0),
                "its details are there");
    check(other_is(4, 4), "connected when the other end is");
    check(other_is(5, 6), "closed when the other end closes");
    check_equal(0x111, offers << 8 | connects << 4 | ends,
                "each call came once");
    check(other_is(6, 1), "it begins again when the other end is closed");
    check(other_is(2, 3) && other_is(4, 4), "and connects again");
    check_equal(0, (uint64_t)pv_xenbus_write(&device, 0, "note", "here"),
                "it writes a node of its own");
    device.reconnect = 0;
    check_equal(0, (uint64_t)pv_xenbus_close(&device), "it closes by itself");
    check(reaches(6), "and is closed");
    pv_store_rm(0, "data/back");
    check(RUN_UNTIL(device.other_state == 0), "the other end goes");
    check_equal(0x222, offers << 8 | connects << 4 | ends,
                "each call came once more");
    check_equal(0, (uint64_t)pv_xenbus_forget(&device), "and is forgotten");
    pv_store_rm(0, "data/front");
}

static void requested(void *data, int what)
{
    *(int *)data = what;
}

static volatile bool may_stop, runs;

static void run_until_told(void *data)
{
    (void)data;
    runs = true;
    while (!may_stop)
        asm volatile("pause" : : : "memory");
}

/* What it does is t_suspend.c's; here it must not. */
static void suspend_while_second_runs(void)
{
    static char stack[8192];
    unsigned long end = pv_time_ns() + 5000000000ul;

    may_stop = runs = false;
    while (pv_cpu_start(1, run_until_told, stack + sizeof(stack), NULL) &&
           pv_time_ns() < end)
        ;
    check(RUN_UNTIL(runs), "while a second CPU runs");
    check_equal((uint64_t)-16, (uint64_t)pv_suspend(), "nobody suspends");
    may_stop = true;
}

/* The toolstack's part is played by this test: the node is the guest's too. */
static void test_control(void)
{
    static int what;
    char text[16];

    what = -1;
    check_equal(0, (uint64_t)pv_control_init(requested, &what),
                "requests are watched for");
    pv_store_run_watches();
    check_equal((uint64_t)-1, (uint64_t)what, "there is none yet");
    pv_store_write(0, "control/shutdown", "reboot");
    check(RUN_UNTIL(what == PV_REQUEST_REBOOT), "one is heard");
    check_equal(0, (uint64_t)pv_store_read(0, "control/shutdown", text, 16),
                "and acknowledged");
    pv_store_write(0, "control/shutdown", "suspend");
    check(RUN_UNTIL(what == PV_REQUEST_SUSPEND), "so is another");
    if (pv_cpu_count() > 1)
        suspend_while_second_runs();
}

void test_store(void)
{
    char text[8];
    long rc = pv_store_read(0, "domid", text, sizeof(text));

    if (rc == -19) {
        check(true, "there is no store here");
        return;
    }
    check(rc > 0, "the guest's number is in the store");
    test_values();
    test_transactions();
    test_watches();
    test_xenbus();
    test_control();
    pv_irq_disable();
}
