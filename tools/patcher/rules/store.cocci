// What: stores of one entry type, as statements of their own. A store whose
// value is used is left, and so found again by the rescan.
@@
@TYPEDEF@
@TYPE@ *p;
expression v;
@@
- *p = v;
+ @OP@(p, v);

@@
@TYPE@ *p;
expression i, v;
@@
- p[i] = v;
+ @OP@(&p[i], v);

@@
@TYPE@ *p;
expression v;
@@
- *p |= v;
+ @OP@(p, pv_pte_load(p) | (v));

@@
@TYPE@ *p;
expression i, v;
@@
- p[i] |= v;
+ @OP@(&p[i], pv_pte_load(&p[i]) | (v));

@@
@TYPE@ *p;
expression v;
@@
- *p &= v;
+ @OP@(p, pv_pte_load(p) & (v));

@@
@TYPE@ *p;
expression i, v;
@@
- p[i] &= v;
+ @OP@(&p[i], pv_pte_load(&p[i]) & (v));

@@
@TYPE@ *p;
expression n;
@@
- memset(p, 0, n);
+ pv_table_clear(p, n);
