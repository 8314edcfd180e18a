/* What @NAME@ and the library tell each other. `parapet new` has written this
 * from a scan; each line that begins with #error is a question that only a
 * person can answer. */
#include <pvops.h>

#error Which of the kernel's headers declare what is used here?

void start_on_xen(void *start_info);

static void *direct(unsigned long pa)
{
    return @TO_VIRT@(pa);
}

static unsigned long physical(const void *va)
{
    return @TO_PHYS@(va);
}

static const struct pv_kernel kernel = {
    .phys_to_virt = direct,
    .virt_to_phys = physical,
#error A page of zeros, and its end: .page_alloc and .page_free
#error Where physical address 0 is as the image sees it: .virt_base
};

void start_on_xen(void *start_info)
{
    const struct pv_boot_info *info = pv_start_xen(start_info, &kernel);

#error Memory, command line and modules are in info: give them to the kernel
    (void)info;
}
