/* SPDX-License-Identifier: MIT */
/*
 * The states of a device's two ends. Each end writes its own into its "state"
 * node in xenstore, as a decimal number, and watches the other's. The usual
 * way: back InitWait -> front Initialised -> back Connected -> front Connected,
 * and Closing -> Closed from both when it ends.
 */
#ifndef _XEN_PUBLIC_IO_XENBUS_H
#define _XEN_PUBLIC_IO_XENBUS_H

#ifndef __ASSEMBLY__

enum xenbus_state {
    XenbusStateUnknown = 0,
    XenbusStateInitialising = 1,
    XenbusStateInitWait = 2,    /* waits for the other end's details */
    XenbusStateInitialised = 3, /* has written its own details */
    XenbusStateConnected = 4,
    XenbusStateClosing = 5,
    XenbusStateClosed = 6,
    XenbusStateReconfiguring = 7,
    XenbusStateReconfigured = 8
};
typedef enum xenbus_state XenbusState;

#endif

#endif
