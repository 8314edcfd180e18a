#if 0
asm("cli");
#else
/* pv-ok: why */ asm("sti" "hlt
#endif
