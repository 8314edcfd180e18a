/* SPDX-License-Identifier: MIT */
/*
 * Xenstore's wire: messages of a header and a payload, through two rings of
 * bytes in one page. Rules of the indices: see io/console.h. An answer has its
 * request's req_id and tx_id, and either its type or XS_ERROR with the name of
 * an errno as payload. Answers may come in another order than requests.
 */
#ifndef _XS_WIRE_H
#define _XS_WIRE_H

#include "../xen-compat.h"

/* Limits of a message's payload and of paths, in bytes. */
#define XENSTORE_PAYLOAD_MAX  4096
#define XENSTORE_ABS_PATH_MAX 3072
#define XENSTORE_REL_PATH_MAX 2048 /* without "/local/domain/<id>/" */

#define XENSTORE_RING_SIZE     1024
#define MASK_XENSTORE_IDX(idx) ((idx) & (XENSTORE_RING_SIZE - 1))

/* xenstore_domain_interface.server_features */
#define XENSTORE_SERVER_FEATURE_RECONNECTION 1 /* connection is valid */
#define XENSTORE_SERVER_FEATURE_ERROR        2 /* error is valid */

/* .connection: the guest sets RECONNECT, the store sets CONNECTED. */
#define XENSTORE_CONNECTED 0
#define XENSTORE_RECONNECT 1

/* .error: why the store has given up on this guest. */
#define XENSTORE_ERROR_NONE    0
#define XENSTORE_ERROR_COMM    1
#define XENSTORE_ERROR_RINGIDX 2 /* prod - cons is too large */
#define XENSTORE_ERROR_PROTO   3 /* a header that cannot be */

/* Mode texts of an old form of XS_WRITE. */
#define XS_WRITE_NONE        "NONE"
#define XS_WRITE_CREATE      "CREATE"
#define XS_WRITE_CREATE_EXCL "CREATE|EXCL"

#ifndef __ASSEMBLY__

/* xsd_sockmsg.type, with a request's payload -> its answer's. Strings end with
 * a zero byte where \0 stands. */
enum xsd_sockmsg_type {
    XS_CONTROL, /* privileged */
#define XS_DEBUG XS_CONTROL
    XS_DIRECTORY,         /* path\0 -> name\0... */
    XS_READ,              /* path\0 -> value */
    XS_GET_PERMS,         /* path\0 -> perm\0... */
    XS_WATCH,             /* path\0token\0 -> OK\0 */
    XS_UNWATCH,           /* path\0token\0 -> OK\0 */
    XS_TRANSACTION_START, /* \0 -> number\0 */
    XS_TRANSACTION_END,   /* T\0 or F\0 -> OK\0, EAGAIN: do it again */
    XS_INTRODUCE,         /* privileged, as are the two below */
    XS_RELEASE,
    XS_GET_DOMAIN_PATH, /* domid\0 -> path\0 */
    XS_WRITE,           /* path\0value -> OK\0 */
    XS_MKDIR,           /* path\0 -> OK\0 */
    XS_RM,              /* path\0 -> OK\0 */
    XS_SET_PERMS,       /* path\0perm\0... -> OK\0 */
    XS_WATCH_EVENT,     /* from the store: path\0token\0 */
    XS_ERROR,           /* from the store: name of an errno\0 */
    XS_IS_DOMAIN_INTRODUCED,
    XS_RESUME,
    XS_SET_TARGET,
    XS_RESET_WATCHES = XS_SET_TARGET + 2, /* \0 -> OK\0 */
    XS_DIRECTORY_PART, /* path\0offset\0 -> generation\0name\0... */

    XS_TYPE_COUNT, /* one more than the greatest type */

    XS_INVALID = 0xffff
};

/* Precedes each message. */
struct xsd_sockmsg {
    uint32_t type;   /* enum xsd_sockmsg_type */
    uint32_t req_id; /* the guest's choice, comes back */
    uint32_t tx_id;  /* transaction, 0: none */
    uint32_t len;    /* bytes of payload that follow */
};

/* Index of the strings in an XS_WATCH_EVENT. */
enum xs_watch_type { XS_WATCH_PATH = 0, XS_WATCH_TOKEN };

typedef uint32_t XENSTORE_RING_IDX;

struct xenstore_domain_interface {
    char req[XENSTORE_RING_SIZE]; /* to the store */
    char rsp[XENSTORE_RING_SIZE]; /* to the guest */
    XENSTORE_RING_IDX req_cons, req_prod;
    XENSTORE_RING_IDX rsp_cons, rsp_prod;
    uint32_t server_features; /* the store's */
    uint32_t connection;
    uint32_t error; /* the store's */
};

/* Names of the errors that XS_ERROR can carry. The table is there for code
 * that has errno's values (EINVAL and its like) in scope. */
struct xsd_errors {
    int errnum;
    const char *errstring;
};
#ifdef EINVAL
#define XSD_ERROR(x)                                                           \
    {                                                                          \
        x, #x                                                                  \
    }
__attribute__((unused)) static const struct xsd_errors xsd_errors[] = {
    XSD_ERROR(EINVAL), XSD_ERROR(EACCES),  XSD_ERROR(EEXIST),
    XSD_ERROR(EISDIR), XSD_ERROR(ENOENT),  XSD_ERROR(ENOMEM),
    XSD_ERROR(ENOSPC), XSD_ERROR(EIO),     XSD_ERROR(ENOTEMPTY),
    XSD_ERROR(ENOSYS), XSD_ERROR(EROFS),   XSD_ERROR(EBUSY),
    XSD_ERROR(EAGAIN), XSD_ERROR(EISCONN), XSD_ERROR(E2BIG),
    XSD_ERROR(EPERM),
};
#endif

#endif /* !__ASSEMBLY__ */

#endif
