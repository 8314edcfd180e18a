// SPDX-License-Identifier: MIT
// Page tables whose pages are given back, and what is none.
typedef unsigned long u64;
typedef u64 pte_t;
typedef u64 pde_t;
struct page;
struct cache *tables;

void kfree(void *);
void free_page(u64 address);
void put_page(struct page *);
void kmem_cache_free(struct cache *, u64);
void free_tables(pde_t *top);
void freeze(void *);
void put_char(void *);
int is_free(void *);
struct page *virt_to_page(void *);
void *to_virt(u64);
void *lookup(pte_t *, u64);
void *fill(void *, int, u64);

void free_all(pde_t *top, pte_t *low, u64 *plain, char *text)
{
    char *next = (char *)to_virt(top[3] & ~0xffful);     /* want: pte_load */
    pte_t *mine = low;

    kfree(next);                                         /* want: table_freed */
    kfree((char *)top);                                  /* want: table_freed */
    kfree(mine);                                         /* want: table_freed */
    free_page((u64)low & 0x7fffffffffff);                /* want: table_freed */
    put_page(virt_to_page(low));                         /* want: table_freed */
    kmem_cache_free(tables, (u64)low);                   /* want: table_freed */
    kfree(plain);
    kfree(text);
    kfree(to_virt(low[3]));                              /* want: pte_load */
    kfree(lookup(low, 4096));
    free_tables(top);
    freeze(low);
    put_char(low);
    fill(low, is_free(top), 0);
}
