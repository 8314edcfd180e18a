/* SPDX-License-Identifier: MIT */
/*
 * Drivers without devices, for a guest on Xen: event channels, grants, the
 * xenstore, xenbus, requests of the toolstack, the balloon. Each can be left
 * out: what is not called is not linked.
 *
 * The rules of pvops.h hold: plain C types, names that begin with pv_. What is
 * negative is an errno as in <xen/errno.h>. Unless it says otherwise a
 * function can be called on any CPU, with interrupts let in or held back, once
 * pv_start_xen() has come back; natively there is no Xen and -ENODEV (-19) or
 * 0 comes back, and nothing happens.
 */
#ifndef PVOPS_DRIVERS_H
#define PVOPS_DRIVERS_H

#include "pvops.h"

#pragma GCC visibility push(hidden)

/* Interrupt line `line` (0 to 15) of the kernel's interrupt controller, as if a
 * device had raised it. For drivers that live on event channels. */
void pv_raise_line(int line);

/*
 * Event channels, on Xen. A handler runs with interrupts held back on the
 * interrupted stack of the CPU that the port belongs to (the first one, if the
 * function names none); it may raise a line or send, and must not wait, and
 * gets `data`. Ports are positive, and so is what a function returns that
 * makes one; else -EINVAL, -ENOENT, -EEXIST, -ENOSPC as Xen says. `cpu` is a
 * number of pv_cpu_id(), `domain` one of the other domain, `port` one of this
 * guest's.
 */
typedef void pv_event_handler(void *data);

/* Virtual interrupt `virq` (VIRQ_* of <xen/xen.h>) gets a handler: its port, or
 * negative. One that each CPU has for itself belongs to `cpu`. */
int pv_event_bind_virq(unsigned virq, pv_event_handler *handler, void *data);
int pv_event_bind_virq_on(unsigned virq, unsigned cpu,
                          pv_event_handler *handler, void *data);
/* A port on which this guest interrupts one of its own CPUs. */
int pv_event_bind_ipi(unsigned cpu, pv_event_handler *handler, void *data);
/* A port to which `domain` may connect: its number goes through xenstore. */
int pv_event_alloc_unbound(unsigned domain, pv_event_handler *handler,
                           void *data);
/* Connect to such a port, `remote_port`, of `domain`. The handler runs once at
 * once. */
int pv_event_bind_interdomain(unsigned domain, unsigned remote_port,
                              pv_event_handler *handler, void *data);
/* A port that exists already gets its handler. 0, or negative. */
int pv_event_handle(unsigned port, pv_event_handler *handler, void *data);
/* The port's events go to another CPU; not for IPIs and per-CPU VIRQs. 0, or
 * negative. */
int pv_event_set_cpu(unsigned port, unsigned cpu);
/* Of `priority` 0 is served first, 15 last, 7 is usual. Without effect on
 * two-level events. 0, or -EINVAL. */
int pv_event_set_priority(unsigned port, unsigned priority);
/* What comes while a port is masked is delivered, once, when it no longer is.
 * Unmasking: 0, or -EINVAL. */
void pv_event_mask(unsigned port);
int pv_event_unmask(unsigned port);
/* Whether an event waits (1, 0); and take it away without a handler. */
int pv_event_is_pending(unsigned port);
void pv_event_clear(unsigned port);
/* The port is free then. No handler of it may be running on another CPU. 0, or
 * -EINVAL. */
int pv_event_close(unsigned port);
/* An event to the other end of `port`. Can be called by handlers too. */
void pv_event_send(unsigned port);
/* Whether events come in queues (1) or as bits (0). */
int pv_event_is_fifo(void);

/*
 * Grants: pages that another domain, `domain`, may use. A reference is a number
 * from 8 on, to be told to the other domain through xenstore. `read_only`: 1,
 * nobody may write through it; 0, they may. No handler of an event maps or
 * copies: Xen may have to be asked again.
 */
/* Let `domain` use the page at `page`, in the direct map or the image. The
 * reference; -ENOSPC, -EINVAL. */
int pv_grant(unsigned domain, const void *page, int read_only);
/* Take it back. 0; -EBUSY: it is in use, then nothing has changed and the
 * page must stay as it is. */
int pv_grant_end(unsigned reference);
/* Whether the other domain has it mapped, or copies, at this moment: 1, 0. */
int pv_grant_in_use(unsigned reference);
/* Map the page that `domain` granted as `reference` at `at`: an address of the
 * kernel's whose page tables exist and that maps nothing. 0 and *handle, which
 * names the mapping and is what unmapping wants; -ESRCH, -ENOENT, -EACCES,
 * -ENOSPC, -EFAULT, -EIO. As a PVH guest -ENODEV. */
int pv_grant_map(unsigned domain, unsigned reference, void *at, int read_only,
                 unsigned *handle);
int pv_grant_unmap(void *at, unsigned handle);
/* Copy between `local` (`length` bytes within a page, direct map or image) and
 * the page granted as `reference`, from byte `offset` on, without mapping it.
 * 0; errors as above, and -EFAULT if it leaves a page. */
int pv_grant_copy_from(unsigned domain, unsigned reference, unsigned offset,
                       void *local, unsigned length);
int pv_grant_copy_to(unsigned domain, unsigned reference, unsigned offset,
                     const void *local, unsigned length);

/*
 * The xenstore. A `path` is absolute, or relative to /local/domain/<id>/. `tx`
 * is a transaction, or 0 for none. Answers go to `to`, where there is `room`
 * for so many bytes. These wait for the answer, meanwhile giving the processor
 * up, so they are not for event handlers. They can be called by several CPUs
 * at once. -ENODEV: there is no store (domain 0); else what the store says
 * (-ENOENT, -EACCES, -EAGAIN ...).
 */
/* The value, with a zero byte behind it. Its length; -E2BIG: no room. */
long pv_store_read(unsigned tx, const char *path, char *to, unsigned long room);
/* A decimal number, or `otherwise` if it is not there or is none. */
long pv_store_read_number(unsigned tx, const char *path, long otherwise);
/* The node has the `text`, or `value` as decimal digits, and is made if it is
 * not there; an empty node is made (mkdir); it and all below it go (rm). 0, or
 * negative. */
int pv_store_write(unsigned tx, const char *path, const char *text);
int pv_store_write_number(unsigned tx, const char *path, long value);
int pv_store_mkdir(unsigned tx, const char *path);
int pv_store_rm(unsigned tx, const char *path);
/* Names, each with its zero byte. How many bytes; -E2BIG. */
long pv_store_directory(unsigned tx, const char *path, char *to,
                        unsigned long room);
/* A transaction by hand: begin makes it and sets `tx`; end returns -EAGAIN if
 * somebody else came between, and then nothing was written; with `abort` 1
 * nothing is written either. 0, or negative. */
int pv_store_begin(unsigned *tx);
int pv_store_end(unsigned tx, int abort);
/* body(tx, data), once more whenever somebody else came between. What `body`
 * returns; negative aborts. */
int pv_store_transaction(int (*body)(unsigned tx, void *data), void *data);

/*
 * Watches. changed(data, path) is called by pv_store_run_watches() for each
 * change at or below the path, and once at first. Changes wait in a queue; if
 * it overflows, one call with the watch's own path stands for those lost.
 */
struct pv_watch {
    const char *path; /* the kernel's, for as long as it is watched */
    void (*changed)(void *data, const char *path);
    void *data;
    struct pv_watch *next; /* the library's */
    unsigned token, lost;
};

/* Begins; `watch`, whose first three members are set, must live until it ends.
 * 0, or negative. */
int pv_store_watch(struct pv_watch *watch);
/* `watch` ends: no call comes any more once it has returned; not from `changed`
 * itself. 0, or negative. */
int pv_store_unwatch(struct pv_watch *watch);
/* Calls what is due, in a context that may wait. How many calls it made; it
 * cannot fail. */
int pv_store_run_watches(void);
/* notify(data) is an event handler: something came from the store. A kernel
 * wakes whoever calls pv_store_run_watches(). */
void pv_store_notify(pv_event_handler *notify, void *data);

/*
 * Xenbus: a device's two ends, each a folder in the store with a state. A
 * frontend embeds the device, says where its folder is, and gets called as the
 * other end goes on; the library writes this end's state. All calls come from
 * pv_store_run_watches().
 */
struct pv_xenbus_device;

struct pv_xenbus_driver {
    /* The other end waits for details (ring-ref, event-channel ...): write
     * them in the transaction. It can be called more than once. */
    int (*offer)(struct pv_xenbus_device *device, unsigned tx);
    /* The other end is connected: read its details, begin. Negative: close. */
    int (*connected)(struct pv_xenbus_device *device);
    /* The other end closes, or is gone: stop using what was granted. Called
     * once for each `offer` that was not refused. */
    void (*disconnected)(struct pv_xenbus_device *device);
};

struct pv_xenbus_device {
    const struct pv_xenbus_driver *driver;
    void *data;
    int reconnect;     /* begin again when the other end comes back */
    char path[64];     /* the library's from here on: this end's folder, */
    char other[96];    /* the other end's, */
    unsigned other_id; /* its domain, */
    int state, other_state, offered;
    char other_path[104];
    struct pv_watch watch;
};

/* Begin with the device whose folder is `path` ("device/vif/0"); driver, data
 * and reconnect are set. 0, or why there is no such device, negative. */
int pv_xenbus_open(struct pv_xenbus_device *device, const char *path);
/* Close `device`: goes through closing to closed, and calls `disconnected`. The
 * other end follows in its own time. 0, or negative. */
int pv_xenbus_close(struct pv_xenbus_device *device);
/* Forget `device`; it need not be closed. 0, or negative. */
int pv_xenbus_forget(struct pv_xenbus_device *device);
/* Node `name` below the folder of the device's other end (read) or of its own
 * (write): `to`, `room`, `tx`, `text`, `value` and what comes back are those of
 * pv_store_read() and its kin, negative ones too. */
long pv_xenbus_read_other(struct pv_xenbus_device *device, const char *name,
                          char *to, unsigned long room);
int pv_xenbus_write(struct pv_xenbus_device *device, unsigned tx,
                    const char *name, const char *text);
int pv_xenbus_write_number(struct pv_xenbus_device *device, unsigned tx,
                           const char *name, long value);

/*
 * What the toolstack asks of the guest (`xl shutdown`, `xl reboot`, `xl save`).
 * requested(data, what) is called by pv_store_run_watches(), after the request
 * was acknowledged; the kernel does it in its own time.
 */
#define PV_REQUEST_POWEROFF 0
#define PV_REQUEST_REBOOT   1
#define PV_REQUEST_SUSPEND  2

/* Once: `requested` gets `data` and which request it is. 0; negative: there is
 * no store. */
int pv_control_init(void (*requested)(void *data, int what), void *data);

/*
 * Suspend, when the toolstack has asked: on the first CPU, with the others
 * stopped, nobody else's grants mapped, and the drivers at rest.
 *
 * 0: the guest was restored, perhaps on another host. Time goes on, console,
 * timer, watches and the first CPU work; event channels, IPIs, grants and
 * transactions of before are gone, so drivers make theirs anew (xenbus: forget
 * and open), and other CPUs are started again.
 * 1: it was cancelled (`xl save -c`), and all is as it was. It needs
 * PVOPS_XEN_NOTES, by which the toolstack knows that it may.
 * -EBUSY: another CPU runs; -ENOMEM; -ENODEV: nobody suspends domain 0.
 */
int pv_suspend(void);

/*
 * The balloon: memory that the guest has lent back. Pages come from the
 * kernel's page_alloc and go to its page_free. -ENODEV: there is no Xen or, of
 * the target, no store.
 */
/* How many pages the guest has now; -ENODEV. */
long pv_balloon_pages(void);
/* How many the toolstack wants it to have (memory/target). */
long pv_balloon_target(void);
/* Give pages up or take them back until it has `pages`, or until there is no
 * page to give or to get. How many it has then. Not on two CPUs at once. */
long pv_balloon_set(unsigned long pages);

#pragma GCC visibility pop

#endif
