/* SPDX-License-Identifier: MIT */
#ifndef HV_X86_TLB_H
#define HV_X86_TLB_H

/* Flush here what another CPU wants flushed, if one does. */
void tlb_serve_request(void);

#endif
