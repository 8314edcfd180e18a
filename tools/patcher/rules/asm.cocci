// What: puts the planned replacement where an asm statement stands.
// Coccinelle has no syntax for asm, but a statement metavariable matches one;
// the table says which, by file, line and column (from 1 and 0).
@initialize:python@
@@
import sys
TABLE = {
@TABLE@
}

@found@
statement S;
position p;
@@
S@p

@script:python planned@
p << found.p;
new;
@@
key = (p[0].file, int(p[0].line), int(p[0].column))
if key in TABLE:
    coccinelle.new = cocci.make_stmt(TABLE[key])
else:
    cocci.include_match(False)

@@
statement found.S;
position found.p;
statement planned.new;
@@
- S@p
+ new
