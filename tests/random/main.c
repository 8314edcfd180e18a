// SPDX-License-Identifier: MIT
/*
 * Random hypercall programs, as the command line says:
 *
 *     SEED FIRST COUNT       programs FIRST ... FIRST + COUNT - 1, a line each
 *     SEED FIRST COUNT back  the same ones, the last one first
 *     SEED words N:MASK ...  these in full words; call i of program N is made
 *                            if bit i of MASK (hexadecimal) is set; without
 *                            :MASK each is; N-M stands for N to M; A..N for N
 *                            behind A ... N - 1 (or A ... N + 1, downwards),
 *                            which are made and not told
 *
 * A line is "@ NUMBER CALLS HASH". At the end there is a line for each kind of
 * call: "= NAME ACCEPTED REFUSED".
 */
#include "random.h"

static const struct {
    const char *name;
    unsigned int weight;
    void (*make)(void);
} calls[] = {
#define CALL(name, weight) {#name, weight, random_##name},
#include "calls.def"
#undef CALL
};
#define KINDS (sizeof(calls) / sizeof(*calls))

static unsigned int draw_kind(void)
{
    unsigned int sum = 0, kind = 0, at;

    for (unsigned int i = 0; i < KINDS; i++)
        sum += calls[i].weight;
    for (at = draw(sum); at >= calls[kind].weight; kind++)
        at -= calls[kind].weight;
    return kind;
}

static unsigned int run(uint64_t seed, uint64_t number, uint64_t mask)
{
    unsigned int count, made = 0;

    text_begin();
    chance_begin(seed, number, 0);
    count = 4 + draw(21);
    for (unsigned int i = 0; i < count; i++) {
        if (!(mask >> i & 1))
            continue;
        chance_begin(seed, number, 1 + i);
        say("%u ", i);
        calls[draw_kind()].make();
        made++;
    }
    say_effects();
    state_reset();
    return made;
}

/* --- the command line --- */

static const char *words; /* what is left of it */

static bool next_is(const char *word)
{
    const char *p = words;

    while (*p == ' ')
        p++;
    while (*word)
        if (*p++ != *word++)
            return false;
    words = p;
    return true;
}

static bool next_number(uint64_t *value, unsigned int base)
{
    bool any = false;

    *value = 0;
    while (*words == ' ')
        words++;
    for (;; words++, any = true) {
        unsigned int digit = *words - (*words >= 'a' ? 'a' - 10 : '0');

        if (!*words || digit >= base)
            return any;
        *value = *value * base + digit;
    }
}

/* FIRST, which then is NUMBER, up or down to it. */
static void run_untold(uint64_t seed, uint64_t *first, uint64_t number)
{
    in_words = false;
    for (; *first != number; *first += *first < number ? 1 : -1)
        run(seed, *first, ~0UL);
    in_words = true;
}

static void run_in_words(uint64_t seed)
{
    uint64_t number, mask, last;

    in_words = true;
    while (next_number(&number, 10)) {
        if (next_is("..") && next_number(&last, 10))
            run_untold(seed, &number, last);
        if (!next_is(":") || !next_number(&mask, 16))
            mask = ~0UL;
        last = number;
        if (next_is("-"))
            next_number(&last, 10);
        for (; number <= last; number++) {
            print("@ begin %lu %lx\n", number, mask);
            run(seed, number, mask);
            print("@ %lu %lx\n", number, text_hash());
        }
    }
}

static void run_by_lines(uint64_t seed, uint64_t first, uint64_t count)
{
    bool back = next_is("back");

    for (uint64_t i = 0; i < count && !out_of_pages; i++) {
        uint64_t number = first + (back ? count - 1 - i : i);
        unsigned int made = run(seed, number, ~0UL);

        print("@ %lu %u %lx\n", number, made, text_hash());
    }
    if (out_of_pages)
        print("@ out of pages\n");
}

void test(void)
{
    uint64_t seed, first, count;

    words = (const char *)start->cmd_line;
    if (!next_number(&seed, 10))
        error("the command line has no seed");
    state_init();
    state_reset(); /* what the builder and lib left is no program's */
    if (next_is("words")) {
        run_in_words(seed);
    } else if (next_number(&first, 10) && next_number(&count, 10)) {
        run_by_lines(seed, first, count);
    } else {
        error("usage: SEED FIRST COUNT [back] | SEED words NUMBER:MASK ...");
    }
    print_coverage();
    check(true, "all programs have run");
}
