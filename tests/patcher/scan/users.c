// SPDX-License-Identifier: MIT
// Where a process's tables are loaded, in a kernel that enters user mode, and
// where the kernel's own are.
typedef unsigned long word;
struct space { word *root, physical; };
struct task { struct space *space; struct { word table; } kernel; } *now, *idle;
extern word *kernel_top;
word physical(void *place);

static void load(word value)
{
    asm volatile("mov %0, %%cr3" :: "r"(value) : "memory"); // want: mov_to_cr3
}

void load_space(word *top)
{
    word value = physical(top);

    if (value)
        load(value);
}

void enter(struct task *next)
{
    word table = next->space->physical, *own = kernel_top;

    load(table);                                         // want: user_table
    load_space(next->space->root);                        // want: user_table
    load(kernel_top ? physical(kernel_top) : 0);
    load_space(own);
    load(next->kernel.table);
    load(idle->space->physical);
    load((word)next);
}

#define SET_CR3(v) asm volatile("mov %0, %%cr3" :: "r"((word)(v))) // want: mov_to_cr3
#define FLUSH() SET_CR3(now_loaded())
#define GO(task) do { SET_CR3((task)->space->root); } while (0)

void by_macros(struct task *next)
{
    SET_CR3(next->space->root);                          // want: mov_to_cr3 user_table
    GO(next);                                            // want: mov_to_cr3 user_table
    SET_CR3(idle->space->root);                          // want: mov_to_cr3
    FLUSH();                                             // want: mov_to_cr3
}

void init_tables(struct task *first)
{
    load(first->space->physical);
}

void switch_to(struct task *next)
{
    asm volatile("mov %0, %%cr3" :: "r"(next->space->physical)); // want: mov_to_cr3 user_table
}

word user_page(word address)
{
    return address | PTE_U;
}
