// SPDX-License-Identifier: MIT
/*
 * The smallest useful PV guest: it says where it is and powers off.
 *
 * Shown here, and needed by every other kernel: ELF notes that tell the domain
 * builder how to start it, an entry point, a console, a shutdown. All memory
 * that it touches is mapped already: the builder maps pseudo-physical memory
 * from XEN_ELFNOTE_VIRT_BASE on, far enough for kernel, console and stack.
 */
#include <pvsdk/event.h>
#include <pvsdk/hypercall.h>
#include <pvsdk/note.h>
#include <pvsdk/p2m.h>
#include <pvsdk/ring.h>
#include <xen/sched.h>

void hello(const struct start_info *start);

XEN_NOTE_TEXT(XEN_ELFNOTE_GUEST_OS, "01-hello");
XEN_NOTE_TEXT(XEN_ELFNOTE_LOADER, "generic");
XEN_NOTE_TEXT(XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
XEN_NOTE_WORD(XEN_ELFNOTE_VIRT_BASE, 0);
XEN_NOTE_WORD(XEN_ELFNOTE_ENTRY, _start);

/* rsi has start_info's address, rsp a stack of one page. */
__asm__(".globl _start; _start: cld; mov %rsi, %rdi; call hello; ud2");

/* A domU's console is a ring in a page that both sides map. Domain 0 has none:
 * the hypervisor takes its bytes by hypercall. */
static void print(const struct start_info *start, const char *text)
{
    struct xencons_interface *ring;
    unsigned int length = 0;

    while (text[length])
        length++;
    if (start->flags & SIF_INITDOMAIN) {
        hypercall_console_io(CONSOLEIO_write, length, (char *)text);
        return;
    }
    ring =
        (void *)(xen_own_mfn_to_pfn(start->console.domU.mfn) * XEN_PAGE_SIZE);
    while (length) {
        int sent = xen_console_write(ring, text, length);

        if (sent < 0)
            break; /* the other side's index cannot be */
        text += sent;
        length -= sent;
        xen_port_send(start->console.domU.evtchn);
        if (length) /* full: let the other side read */
            hypercall_sched_op(SCHEDOP_yield, 0);
    }
    while (xen_read_once(ring->out_cons) != ring->out_prod)
        hypercall_sched_op(SCHEDOP_yield, 0);
}

void hello(const struct start_info *start)
{
    struct sched_shutdown end = {SHUTDOWN_poweroff};

    print(start, "Hello from a paravirtual guest on ");
    print(start, start->magic);
    print(start,
          start->flags & SIF_INITDOMAIN ? ", as domain 0\n" : ", as a domU\n");
    hypercall_sched_op(SCHEDOP_shutdown, &end);
}
