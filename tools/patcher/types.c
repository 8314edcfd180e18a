#include "types.h"
void types_read(struct scan *scan, const struct tree *tree,
                const struct profile *profile, unsigned jobs)
{ (void)scan;(void)tree;(void)profile;(void)jobs; }
