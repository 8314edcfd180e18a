// SPDX-License-Identifier: MIT
/*
 * Entries of page tables, by their machine addresses: in pages that are tables
 * or will be, in the tables in use (those for the pages, and a few that nothing
 * else uses, to hang whole trees in), and where there is none.
 */
#include "random.h"
#include "text.h"

struct slot free_slot[FREE_SLOTS];

static void name_slot(char *to, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    to[format_text(to, 39, format, args)] = 0;
    va_end(args);
}

void slots_init(void)
{
    uint64_t l4 = pte_machine(page_at[0], 4) & XEN_PAGE_MASK;
    uint64_t l3 = pte_machine(page_at[0], 3) & XEN_PAGE_MASK;
    uint64_t l2 = pte_machine(page_at[0], 2) & XEN_PAGE_MASK;

    free_slot[0] = (struct slot){l4 + 8 * 5, "l4[5]", 4, 5UL << 39};
    free_slot[1] = (struct slot){l4 + 8 * 300, "l4[300]", 4,
                                 0xffff000000000000 | 300UL << 39};
    free_slot[2] =
        (struct slot){l3 + 8 * 100, "l3[100]", 3,
                      (unsigned long)VIRT_BASE >> 39 << 39 | 100UL << 30};
    free_slot[3] = (struct slot){l2 + 8 * 300, "l2[300]", 2,
                                 (unsigned long)VIRT_BASE + (300UL << 21)};
}

struct slot draw_slot(char *name)
{
    static const unsigned short at[] = {0,   1,   2,   3,   4,  255,
                                        256, 260, 271, 272, 511};
    struct slot s = {.name = name, .level = 1 + draw(4)};
    unsigned int page, i;
    struct frame f;

    switch (draw(16)) {
    case 0 ... 6: /* in a page */
        page = draw_page((enum page_kind)s.level);
        i = one_in(3) ? PICK(at) : draw(4);
        s.machine = (page_frame[page] << 12) + 8 * i;
        name_slot(name, "p%u[%u]", page, i);
        break;
    case 7 ... 11: /* the one for a page */
        page = draw_page(ANY);
        s.level = 1;
        s.machine = pte_machine(page_at[page], 1);
        name_slot(name, "entry of p%u", page);
        break;
    case 12 ... 13:
        return PICK(free_slot);
    case 14:
        f = draw_frame(ANY);
        /* The tables in use are left alone but for what is refused. */
        if (f.name[0] == 'l')
            f = (struct frame){free_slot[0].machine >> 12, "l4"};
        i = f.name[1] == '4' ? 256 + draw(16) : 508;
        s.machine = (f.mfn << 12) + 8 * i;
        name_slot(name, "%s[%u]", f.name, i);
        break;
    default:
        page = draw_page(LEVEL1);
        s.machine = (page_frame[page] << 12) + 4;
        name_slot(name, "p%u+4", page);
    }
    return s;
}
