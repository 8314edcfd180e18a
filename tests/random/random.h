/* SPDX-License-Identifier: MIT */
/*
 * Random hypercall programs: what the rooms of this folder share. README.md has
 * the idea.
 *
 * Everything a program says (its calls, their answers, what can be seen of
 * their effects) goes through say(): the text is hashed, and shown where words
 * are wanted. It must be the same on every hypervisor: frames have names there,
 * never numbers.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include "conform.h"

#include <xen/grant_table.h>

/* say.c */
extern bool in_words;
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
uint64_t text_hash(void);
void text_begin(void);
/* What a call has answered: counted under its name, and said. A status in its
 * structure counts as the answer where the call itself has worked. */
void answer(const char *name, long rc);
void answer_status(const char *name, long rc, long status);
void print_coverage(void);

/* draw.c: chance; each call of a program has its own, so that leaving one out
 * leaves the others as they were */
void chance_begin(uint64_t seed, uint64_t program, uint64_t call);
uint64_t draw_word(void);
unsigned int draw(unsigned int count); /* 0 ... count - 1 */
bool one_in(unsigned int count);
#define PICK(list) ((list)[draw(sizeof(list) / sizeof(*(list)))])

/* The pages that programs play with. By custom the first are data, the next
 * tables of level 1 ... 4, the last descriptors; any can be anything. */
enum page_kind { DATA, LEVEL1, LEVEL2, LEVEL3, LEVEL4, DESCRIPTORS, ANY };
#define PAGES 24
extern char *page_at[PAGES];        /* where it is mapped at the start */
extern xen_pfn_t page_frame[PAGES]; /* or HOLE: given back */
#define HOLE ((1UL << 40) - 2)
#define KIND_FIRST                                                             \
    {                                                                          \
        0, 8, 12, 15, 17, 20, 0                                                \
    }
#define KIND_COUNT                                                             \
    {                                                                          \
        8, 4, 3, 2, 3, 4, PAGES                                                \
    }
unsigned int draw_page(enum page_kind kind);

struct frame {
    xen_pfn_t mfn;
    const char *name;
};
struct frame draw_frame(enum page_kind kind);
struct frame draw_writable(void);
struct frame draw_own(void);
const char *frame_name(xen_pfn_t mfn); /* of one that draw_frame can give */
void frames_init(void);
void frames_reset(void); /* what programs may have written beside the pages */

uint64_t draw_flags(int level);         /* of an entry; often good ones */
domid_t draw_domain(const char **name); /* often oneself */
/* AT where a structure is; seldom another place, good for nothing. */
void *draw_pointer(void *at, const char **name);
unsigned long draw_address(const char **name); /* virtual */
void say_entry(uint64_t entry);
bool store_faults(void *at, uint64_t value); /* a plain store: not done? */
bool has_page(const void *at);
/* After changes whose flush is left to the guest: what a translation that may
 * or may not still be there shows would be chance. */
void flush_own(void);

/* state.c */
void state_init(void);
void say_effects(void);   /* before state_reset() */
void state_reset(void);   /* says what the pages hold, and undoes it all */
extern bool out_of_pages; /* too much could not be undone */
extern domid_t own_id;

/* slots.c: entries of the tables in use that programs may change */
struct slot {
    uint64_t machine; /* address of the entry */
    const char *name;
    int level;
    unsigned long base; /* what a free one translates begins here */
};
#define FREE_SLOTS 4
extern struct slot free_slot[FREE_SLOTS];
void slots_init(void);
struct slot draw_slot(char *name); /* any entry; name: room for 40 bytes */

/* events.c */
#define FIRST_PORT 3 /* the console's and the store's are before */
#define LAST_PORT  56 /* each call of a program opens two at the most */
evtchn_port_t draw_port(void); /* often one that is open */
void ports_reset(void);
/* fifo.c */
void say_fifo(void);
void fifo_reset(void);
/* grants.c, grant_entries.c */
void grants_init(void);
void grants_reset(void);
void say_grants(void);
/* memory.c */
void memory_init(void);
void memory_reset(void); /* with no page mapped */
/* Did the program give it back or get it? Which one is got is chance. */
bool is_new_frame(xen_pfn_t mfn);
void memory_forget(void); /* what is new */
void unmap_frame(xen_pfn_t mfn);
void frame_lost(xen_pfn_t mfn); /* a page has none now */
/* instructions.c */
void instructions_init(void);
void instructions_reset(void);
/* machine.c */
void machine_reset(void);

/* Each call: see calls.def. */
#define CALL(name, weight) void random_##name(void);
#include "calls.def"
#undef CALL

#endif
