/* SPDX-License-Identifier: MIT */
/*
 * The operations for code that is compiled for 32 bits: a boot loader that
 * shares its headers with the kernel. No guest gets there, so each is the
 * bare instruction. Those whose value has 64 bits (MSRs, entries) are not
 * here: such code does not build, rather than lose a half.
 */
#ifndef PVOPS_BARE_H
#define PVOPS_BARE_H

#define PV_BARE(name, text)                                                   \
    static inline void pv_##name(void)                                        \
    {                                                                         \
        __asm__ volatile(text : : : "memory", "cc");                          \
    }
PV_BARE(irq_disable, "cli")
PV_BARE(irq_enable, "sti")
PV_BARE(halt, "hlt")
PV_BARE(safe_halt, "sti; hlt")
PV_BARE(clts, "clts")
PV_BARE(wbinvd, "wbinvd")

static inline unsigned long pv_read_flags(void)
{
    unsigned long pv_value;

    __asm__ volatile("pushfl; popl %0" : "=r"(pv_value) : : "memory");
    return pv_value;
}

static inline unsigned long pv_irq_save(void)
{
    unsigned long pv_value = pv_read_flags();

    pv_irq_disable();
    return pv_value;
}

static inline void pv_irq_restore(unsigned long flags)
{
    __asm__ volatile("pushl %0; popfl" : : "r"(flags) : "memory", "cc");
}

#define PV_BARE_REGISTER(name)                                                \
    static inline unsigned long pv_read_##name(void)                          \
    {                                                                         \
        unsigned long pv_value;                                               \
                                                                              \
        __asm__ volatile("mov %%" #name ", %0"                                \
                         : "=r"(pv_value) : : "memory");                      \
        return pv_value;                                                      \
    }                                                                         \
                                                                              \
    static inline void pv_write_##name(unsigned long value)                   \
    {                                                                         \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory");       \
    }
PV_BARE_REGISTER(cr0)
PV_BARE_REGISTER(cr2)
PV_BARE_REGISTER(cr3)
PV_BARE_REGISTER(cr4)

#define PV_BARE_ADDRESS(name, instruction, type)                              \
    static inline void pv_##name(type *addr)                                  \
    {                                                                         \
        __asm__ volatile(instruction " (%0)" : : "r"(addr) : "memory");       \
    }
PV_BARE_ADDRESS(load_gdt, "lgdt", const void)
PV_BARE_ADDRESS(load_idt, "lidt", const void)
PV_BARE_ADDRESS(store_gdt, "sgdt", void)
PV_BARE_ADDRESS(store_idt, "sidt", void)
PV_BARE_ADDRESS(invlpg, "invlpg", const void)

static inline void pv_load_ldt(unsigned short sel)
{
    __asm__ volatile("lldt %0" : : "r"(sel) : "memory");
}

static inline void pv_load_tr(unsigned short sel)
{
    __asm__ volatile("ltr %0" : : "r"(sel) : "memory");
}

#define PV_BARE_PORT(suffix, type, modifier)                                  \
    static inline type pv_in##suffix(unsigned short port)                     \
    {                                                                         \
        type pv_value;                                                        \
                                                                              \
        __asm__ volatile("in" #suffix " %1, %" modifier "0"                   \
                         : "=a"(pv_value) : "Nd"(port) : "memory");           \
        return pv_value;                                                      \
    }                                                                         \
                                                                              \
    static inline void pv_out##suffix(unsigned short port, type value)        \
    {                                                                         \
        __asm__ volatile("out" #suffix " %" modifier "0, %1"                  \
                         : : "a"(value), "Nd"(port) : "memory");              \
    }                                                                         \
                                                                              \
    static inline void pv_ins##suffix(unsigned short port, void *addr,        \
                                      unsigned long count)                    \
    {                                                                         \
        __asm__ volatile("cld; rep ins" #suffix                               \
                         : "+D"(addr), "+c"(count)                            \
                         : "d"(port) : "memory", "cc");                       \
    }                                                                         \
                                                                              \
    static inline void pv_outs##suffix(unsigned short port, const void *addr, \
                                       unsigned long count)                   \
    {                                                                         \
        __asm__ volatile("cld; rep outs" #suffix                              \
                         : "+S"(addr), "+c"(count)                            \
                         : "d"(port) : "memory", "cc");                       \
    }
PV_BARE_PORT(b, unsigned char, "b")
PV_BARE_PORT(w, unsigned short, "w")
PV_BARE_PORT(l, unsigned, "k")

#endif
