/* SPDX-License-Identifier: MIT */
/*
 * Included before every source of the image: nothing of it is visible outside,
 * so that the compiler reaches everything by rip, never through a GOT.
 */
#ifndef __ASSEMBLY__
#pragma GCC visibility push(hidden)
#endif
