// What: stores into one descriptor or TSS field, by the expression that names
// it; there is no type to go by.
@@
expression v;
@@
- @PLACE@ = v;
+ @OP@(&@PLACE@, v);
