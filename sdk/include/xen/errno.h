/* SPDX-License-Identifier: MIT */
/*
 * What a hypercall can return, as -XEN_ENAME. This file is a list: define
 * XEN_ERRNO(name, number) before including it to expand the rows in a way of
 * your own (then it can be included again, and defines nothing else); without
 * it, C gets enum xen_errno.
 *
 * Numbers are fixed here, whatever the guest's own errno values are.
 */
#ifndef XEN_ERRNO

#ifndef __XEN_PUBLIC_ERRNO_H__
#define __XEN_PUBLIC_ERRNO_H__

#define XEN_ERRNO_DEFAULT_INCLUDE
#ifndef __ASSEMBLY__
#define XEN_ERRNO(name, value) XEN_##name = value,
enum xen_errno {
#elif defined(__XEN_INTERFACE_VERSION__) &&                                    \
    __XEN_INTERFACE_VERSION__ < 0x00040700
#define XEN_ERRNO(name, value) .equ XEN_##name, value
#endif

#endif

#endif

#ifdef XEN_ERRNO
    /* clang-format off */
XEN_ERRNO(EPERM, 1)             /* not allowed to this domain */
XEN_ERRNO(ENOENT, 2)            /* no such vCPU or entry */
XEN_ERRNO(ESRCH, 3)             /* no such domain */
#ifdef __XEN__
XEN_ERRNO(EINTR, 4)             /* inside a hypervisor only */
#endif
XEN_ERRNO(EIO, 5)
XEN_ERRNO(ENXIO, 6)
XEN_ERRNO(E2BIG, 7)
XEN_ERRNO(ENOEXEC, 8)
XEN_ERRNO(EBADF, 9)
XEN_ERRNO(ECHILD, 10)
XEN_ERRNO(EAGAIN, 11)
XEN_ERRNO(EWOULDBLOCK, 11)
XEN_ERRNO(ENOMEM, 12)
XEN_ERRNO(EACCES, 13)
XEN_ERRNO(EFAULT, 14)           /* a guest address could not be used */
XEN_ERRNO(EBUSY, 16)            /* a frame has another use at present */
XEN_ERRNO(EEXIST, 17)           /* bound or done already */
XEN_ERRNO(EXDEV, 18)
XEN_ERRNO(ENODEV, 19)
XEN_ERRNO(ENOTDIR, 20)
XEN_ERRNO(EISDIR, 21)
XEN_ERRNO(EINVAL, 22)           /* an argument breaks a rule */
XEN_ERRNO(ENFILE, 23)
XEN_ERRNO(EMFILE, 24)
XEN_ERRNO(ENOSPC, 28)           /* no port or slot is free */
XEN_ERRNO(EROFS, 30)
XEN_ERRNO(EMLINK, 31)
XEN_ERRNO(EDOM, 33)
XEN_ERRNO(ERANGE, 34)
XEN_ERRNO(EDEADLK, 35)
XEN_ERRNO(EDEADLOCK, 35)
XEN_ERRNO(ENAMETOOLONG, 36)
XEN_ERRNO(ENOLCK, 37)
XEN_ERRNO(ENOSYS, 38)           /* no such call or sub-command */
XEN_ERRNO(ENOTEMPTY, 39)
XEN_ERRNO(ENODATA, 61)
XEN_ERRNO(ETIME, 62)            /* the moment is past */
XEN_ERRNO(EBADMSG, 74)
XEN_ERRNO(EOVERFLOW, 75)
XEN_ERRNO(EILSEQ, 84)
#ifdef __XEN__
XEN_ERRNO(ERESTART, 85)         /* inside a hypervisor only */
#endif
XEN_ERRNO(ENOTSOCK, 88)
XEN_ERRNO(EMSGSIZE, 90)
XEN_ERRNO(EOPNOTSUPP, 95)       /* known, but not to be had here */
XEN_ERRNO(EADDRINUSE, 98)
XEN_ERRNO(EADDRNOTAVAIL, 99)
XEN_ERRNO(ENOBUFS, 105)
XEN_ERRNO(EISCONN, 106)
XEN_ERRNO(ENOTCONN, 107)
XEN_ERRNO(ETIMEDOUT, 110)
XEN_ERRNO(ECONNREFUSED, 111)
/* clang-format on */

#undef XEN_ERRNO
#endif

#ifdef XEN_ERRNO_DEFAULT_INCLUDE
#undef XEN_ERRNO_DEFAULT_INCLUDE
#ifndef __ASSEMBLY__
};
#endif
#endif
