// What: loads of one entry type. What only takes an address, asks for a size
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
