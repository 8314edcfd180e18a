/* SPDX-License-Identifier: MIT */
#ifndef HV_X86_WINDOWS_H
#define HV_X86_WINDOWS_H

struct vcpu;

/* Put this CPU's part into V's GDT window (windows.c). */
void window_enter_cpu(struct vcpu *v);

#endif
