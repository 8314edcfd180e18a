// SPDX-License-Identifier: MIT
/*
 * The frontend's half of xenbus' state machine. The rule: this end's state
 * changes only here, after what it promises is done; details are written and
 * the state with them in one transaction, so that the other end never sees one
 * without the other.
 */
#include "../xenpv/xenpv.h"

#include <xen/errno.h>
#include <xen/io/xenbus.h>

static bool append(char *to, unsigned long room, const char *name)
{
    unsigned long at = 0;

    while (to[at])
        at++;
    while (at + 1 < room && *name)
        to[at++] = *name++;
    to[at] = 0;
    return !*name;
}

/* FOLDER/NAME */
static bool join(char *to, unsigned long room, const char *folder,
                 const char *name)
{
    to[0] = 0;
    return append(to, room, folder) && append(to, room, "/") &&
           append(to, room, name);
}

long pv_xenbus_read_other(struct pv_xenbus_device *device, const char *name,
                          char *to, unsigned long room)
{
    char path[160];

    return join(path, sizeof(path), device->other, name)
               ? pv_store_read(0, path, to, room)
               : -XEN_E2BIG;
}

int pv_xenbus_write(struct pv_xenbus_device *device, unsigned tx,
                    const char *name, const char *text)
{
    char path[160];

    return join(path, sizeof(path), device->path, name)
               ? pv_store_write(tx, path, text)
               : -XEN_E2BIG;
}

int pv_xenbus_write_number(struct pv_xenbus_device *device, unsigned tx,
                           const char *name, long value)
{
    char path[160];

    return join(path, sizeof(path), device->path, name)
               ? pv_store_write_number(tx, path, value)
               : -XEN_E2BIG;
}

static int set_state(struct pv_xenbus_device *device, int state)
{
    int rc = pv_xenbus_write_number(device, 0, "state", state);

    if (rc)
        pv_report("xenbus: the state of %s could not be set to %d (%d)",
                  device->path, (long)state, (long)rc);
    else
        device->state = state;
    return rc;
}

static int write_offer(unsigned tx, void *data)
{
    struct pv_xenbus_device *device = data;
    int rc = device->driver->offer(device, tx);

    return rc < 0 ? rc
                  : pv_xenbus_write_number(device, tx, "state",
                                           XenbusStateInitialised);
}

static void offer(struct pv_xenbus_device *device)
{
    int rc;

    if (device->state != XenbusStateInitialising)
        return;
    rc = pv_store_transaction(write_offer, device);
    if (rc < 0) {
        pv_report("xenbus: %s could not offer its details (%d)", device->path,
                  (long)rc);
        pv_xenbus_close(device);
        return;
    }
    device->offered = 1;
    device->state = XenbusStateInitialised;
}

static void connect(struct pv_xenbus_device *device)
{
    if (device->state != XenbusStateInitialised)
        return;
    if (device->driver->connected(device) < 0)
        pv_xenbus_close(device);
    else
        set_state(device, XenbusStateConnected);
}

static void stop_use(struct pv_xenbus_device *device)
{
    if (device->offered)
        device->driver->disconnected(device);
    device->offered = 0;
}

int pv_xenbus_close(struct pv_xenbus_device *device)
{
    int rc = 0;

    if (device->state == XenbusStateClosed)
        return 0;
    if (device->state != XenbusStateClosing)
        rc = set_state(device, XenbusStateClosing);
    stop_use(device);
    return rc ? rc : set_state(device, XenbusStateClosed);
}

/* The other end may go through states that are not seen one by one. */
static void follow(struct pv_xenbus_device *device)
{
    switch (device->other_state) {
    case XenbusStateInitWait:
        if (device->state == XenbusStateClosed && device->reconnect)
            set_state(device, XenbusStateInitialising);
        offer(device);
        break;
    case XenbusStateConnected:
        offer(device); /* some are ready without being asked */
        connect(device);
        break;
    case XenbusStateClosing:
    case XenbusStateClosed:
    case XenbusStateUnknown:
        if (device->state != XenbusStateInitialising)
            pv_xenbus_close(device);
        if (device->other_state == XenbusStateClosed && device->reconnect)
            set_state(device, XenbusStateInitialising);
        break;
    }
}

static void other_changed(void *data, const char *path)
{
    struct pv_xenbus_device *device = data;

    device->other_state =
        (int)pv_store_read_number(0, path, XenbusStateUnknown);
    follow(device);
}

int pv_xenbus_open(struct pv_xenbus_device *device, const char *path)
{
    char node[96];
    long rc;

    device->path[0] = 0;
    device->offered = 0;
    device->state = device->other_state = XenbusStateUnknown;
    if (!append(device->path, sizeof(device->path), path) ||
        !join(node, sizeof(node), path, "backend"))
        return -XEN_E2BIG;
    rc = pv_store_read(0, node, device->other, sizeof(device->other));
    if (rc < 0)
        return (int)rc;
    join(node, sizeof(node), path, "backend-id");
    device->other_id = (unsigned)pv_store_read_number(0, node, 0);
    join(device->other_path, sizeof(device->other_path), device->other,
         "state");
    rc = set_state(device, XenbusStateInitialising);
    if (rc)
        return (int)rc;
    device->watch = (struct pv_watch){ .path = device->other_path,
                                       .changed = other_changed,
                                       .data = device };
    return pv_store_watch(&device->watch);
}

int pv_xenbus_forget(struct pv_xenbus_device *device)
{
    int rc = pv_store_unwatch(&device->watch);

    stop_use(device);
    device->state = XenbusStateUnknown;
    return rc;
}
