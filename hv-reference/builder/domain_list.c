// SPDX-License-Identifier: MIT
/*
 * Reading the list of domains: see domain_list.h.
 */
#include "builder/domain_list.h"

#include "core/cpu.h"
#include "core/domain.h"
#include "core/lib.h"
#include "core/scheduler/run_queue.h"

/* The next word of [*AT, END) that is no blank; its length, 0 at the end. */
static size_t next_word(const char **at, const char *end)
{
    size_t length = 0;

    while (*at < end && **at == ' ')
        (*at)++;
    while (*at + length < end && (*at)[length] != ' ')
        length++;
    return length;
}

/* Is WORD "KEY=..."? Then *VALUE and *LENGTH are what follows. */
static bool is_key(const char *word, size_t size, const char *key,
                   const char **value, size_t *length)
{
    size_t n = strlen(key);

    if (size <= n || memcmp(word, key, n) != 0 || word[n] != '=')
        return false;
    *value = word + n + 1;
    *length = size - n - 1;
    return true;
}

static bool read_number(const char *text, size_t length, uint64_t *to)
{
    size_t i;

    *to = 0;
    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || *to > 1UL << 40)
            return false;
        *to = *to * 10 + (uint64_t)(text[i] - '0');
    }
    return length != 0;
}

/* "3,2": a set of CPUs for vCPU 0, one for vCPU 1. */
static bool read_cpus(const char *text, size_t length, uint64_t *to)
{
    unsigned int vcpu = 0, digits = 0;
    size_t i;

    to[0] = 0;
    for (i = 0; i < length; i++) {
        char c = text[i];
        bool decimal = c >= '0' && c <= '9';

        if (c == ',') {
            if (!to[vcpu] || ++vcpu == MAX_VCPUS)
                return false;
            to[vcpu] = digits = 0;
        } else if ((decimal || (c >= 'a' && c <= 'f')) && digits++ < 16) {
            to[vcpu] = to[vcpu] << 4 |
                       (uint64_t)(decimal ? c - '0' : c - 'a' + 10);
        } else {
            return false;
        }
    }
    return to[vcpu] != 0;
}

static bool read_end(const char *text, size_t length, enum on_end *to)
{
    static const char *const names[] = {[END_DESTROY] = "destroy",
                                        [END_RESTART] = "restart",
                                        [END_PRESERVE] = "preserve"};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(names); i++) {
        if (strlen(names[i]) == length && !memcmp(names[i], text, length)) {
            *to = (enum on_end)i;
            return true;
        }
    }
    return false;
}

static bool take_text(char *to, size_t room, const char *from, size_t length)
{
    if (length >= room)
        return false;
    memcpy(to, from, length);
    to[length] = '\0';
    return true;
}

static bool read_word(const char *word, size_t size, struct domain_line *line)
{
    const char *value;
    size_t n;
    uint64_t number;

    if (is_key(word, size, "name", &value, &n))
        return take_text(line->name, sizeof(line->name), value, n);
    if (is_key(word, size, "on_poweroff", &value, &n))
        return read_end(value, n, &line->on_poweroff);
    if (is_key(word, size, "on_reboot", &value, &n))
        return read_end(value, n, &line->on_reboot);
    if (is_key(word, size, "on_crash", &value, &n))
        return read_end(value, n, &line->on_crash);
    if (is_key(word, size, "kernel", &value, &n) &&
        read_number(value, n, &number)) {
        line->kernel = (unsigned int)number;
        return true;
    }
    if (is_key(word, size, "ramdisk", &value, &n) &&
        read_number(value, n, &number)) {
        line->ramdisk = (unsigned int)number;
        return true;
    }
    if (is_key(word, size, "memory", &value, &n) &&
        read_number(value, n, &number)) {
        line->memory = number << 10;
        return true;
    }
    if (is_key(word, size, "vcpus", &value, &n) &&
        read_number(value, n, &number)) {
        line->vcpus = (unsigned int)number;
        return number >= 1 && number <= MAX_VCPUS;
    }
    if (is_key(word, size, "maxvcpus", &value, &n) &&
        read_number(value, n, &number)) {
        line->maxvcpus = (unsigned int)number;
        return number >= 1 && number <= MAX_VCPUS;
    }
    if (is_key(word, size, "cpus", &value, &n))
        return read_cpus(value, n, line->cpus);
    if (is_key(word, size, "weight", &value, &n) &&
        read_number(value, n, &number)) {
        line->weight = (unsigned int)number;
        return number >= 1 && number <= MAX_WEIGHT;
    }
    if (is_key(word, size, "cap", &value, &n) &&
        read_number(value, n, &number)) {
        line->cap = (unsigned int)number;
        return number <= 100 * MAX_VCPUS;
    }
    return false;
}

static const char *read_line(const char *at, const char *end,
                             struct domain_line *line)
{
    size_t size, i;

    *line = (struct domain_line){.vcpus = 1, .weight = DEFAULT_WEIGHT};
    for (i = 0; i < ARRAY_SIZE(line->cpus); i++)
        line->cpus[i] = ANY_CPU;
    while ((size = next_word(&at, end)) != 0) {
        if (size == 2 && at[0] == '-' && at[1] == '-') {
            at = min_of(at + 3, end);
            if (!take_text(line->words, sizeof(line->words), at,
                           (size_t)(end - at)))
                return "a guest's command line is too long";
            break;
        }
        if (!read_word(at, size, line))
            return "a word of it is not known, or its value is wrong";
        at += size;
    }
    if (!line->kernel)
        return "a domain without a kernel";
    if (!line->memory)
        return "a domain without memory";
    if (!line->name[0])
        return "a domain without a name";
    if (!line->maxvcpus)
        line->maxvcpus = line->vcpus;
    if (line->maxvcpus < line->vcpus)
        return "a domain with more vcpus than maxvcpus";
    return NULL;
}

int domain_list_next(const char **at, const char *end, struct domain_line *line,
                     const char **why)
{
    const char *start;

    while (*at < end && **at == '\n')
        (*at)++;
    start = *at;
    while (*at < end && **at != '\n')
        (*at)++;
    if (start == *at)
        return 0;
    *why = read_line(start, *at, line);
    return *why ? -1 : 1;
}
