// What: loads of one entry type. A condition that is one bit of it is asked
// for as that, which natively is one instruction.
@@
@TYPE@ *p;
expression i;
constant C;
@@
(
- !(*p & C)
+ !pv_pte_test(p, C)
|
- !(p[i] & C)
+ !pv_pte_test(&p[i], C)
)

@@
@TYPE@ *p;
expression i;
constant C;
statement S1, S2;
@@
  if (
(
- *p & C
+ pv_pte_test(p, C)
|
- p[i] & C
+ pv_pte_test(&p[i], C)
)
  ) S1 else S2

// Loads of one entry type. What only takes an address, asks for a size
// or is still a store is matched first and left as it is.
@@
@TYPE@ *p;
expression i, v;
@@
(
  sizeof(*p)
|
  sizeof(p[i])
|
  &*p
|
  &p[i]
|
  *p = v
|
  p[i] = v
|
- *p
+ pv_pte_load(p)
|
- p[i]
+ pv_pte_load(&p[i])
)
