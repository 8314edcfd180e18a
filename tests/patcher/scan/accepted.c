// SPDX-License-Identifier: MIT
// Findings that are accepted where they stand, and one that is not.
void f(void)
{
    asm("cli"); /* pv-ok: never run */                   /* want: cli(ok) */
    /* pv-ok: this one neither */
    asm("sti");                                          /* want: sti(ok) */
    asm("hlt");                                          /* want: hlt */
}
