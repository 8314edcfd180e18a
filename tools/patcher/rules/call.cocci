// What: calls of a function that the profile replaces.
@@
@PARAMS@
@@
- @NAME@(@ARGS@)
+ @TEXT@
