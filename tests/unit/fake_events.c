// SPDX-License-Identifier: MIT
/* See fake_events.h. The frame table is an array of counts. */
#include "fake_events.h"

#include "core/guest_access.h"
#include "core/hw.h"
#include "core/hypercall.h"
#include "core/memory/frame.h"
#include "core/scheduler/sched.h"

hypercall_fn do_event_channel_op;

struct shared_info shared;
struct domain domain, other;
struct vcpu vcpus[2], other_vcpu;
static struct shared_info other_shared;
struct cpu cpu;

struct cpu *this_cpu(void)
{
    return &cpu;
}

struct domain *get_domain(domid_t id)
{
    struct domain *d = id == 1 ? &domain : id == 2 ? &other : NULL;

    if (d)
        d->references++;
    return d;
}

void put_domain(struct domain *d)
{
    d->references--;
}

int refuse(enum rule rule, int error, uint64_t subject, uint64_t against)
{
    cpu.refusal = (struct refusal){rule, error, subject, against};
    return error;
}

int refuse_domain(domid_t id)
{
    bool is_there = id == 1 || id == 2;

    return refuse(RULE_NO_SUCH_DOMAIN, is_there ? -EPERM : -ESRCH, id, 0);
}

void vcpu_unpause(struct vcpu *v, unsigned int why)
{
    v->paused &= ~why;
}

void vcpu_wake(struct vcpu *v)
{
    v->paused &= ~(VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING);
}

void hw_relax(void)
{
}

size_t copy_from_guest(void *to, gva_t from, size_t bytes)
{
    if (from.a < 4096)
        return bytes;
    memcpy(to, (const void *)from.a, bytes);
    return 0;
}

size_t copy_to_guest(gva_t to, const void *from, size_t bytes)
{
    if (to.a < 4096)
        return bytes;
    memcpy((void *)to.a, from, bytes);
    return 0;
}

/* --- frames --- */

char frames[FRAMES][4096] __attribute__((aligned(4096)));
static unsigned int held[FRAMES + 1];

bool mfn_valid(mfn_t mfn)
{
    return mfn.n < FRAMES + 1; /* the last one is somebody else's */
}

struct frame *frame_of(mfn_t mfn)
{
    return (struct frame *)&held[mfn.n];
}

int get_frame_type(struct frame *frame, const struct domain *owner,
                   enum frame_type type)
{
    unsigned int *count = (unsigned int *)frame;

    ck_assert_ptr_eq(owner, &domain);
    ck_assert_int_eq(type, FRAME_WRITABLE);
    if (count == &held[FRAMES])
        return -EINVAL;
    ++*count;
    return 0;
}

void put_frame_type(struct frame *frame)
{
    unsigned int *count = (unsigned int *)frame;

    ck_assert_uint_gt(*count, 0);
    --*count;
}

void *map_frame(mfn_t mfn)
{
    return frames[mfn.n];
}

void unmap_frame(const void *window)
{
    (void)window;
}

mfn_t hw_virt_to_mfn(const void *virt)
{
    return MFN((uint64_t)((const char *)virt - frames[0]) / 4096);
}

unsigned int frames_held(void)
{
    unsigned int i, n = 0;

    for (i = 0; i < FRAMES; i++)
        n += held[i];
    return n;
}

/* --- the domains --- */

unsigned int notified;

void notify(struct domain *d)
{
    ck_assert_ptr_eq(d, &domain);
    notified++;
}

void fake_events_begin(void)
{
    unsigned int i;

    memset(&shared, 0, sizeof(shared));
    memset(&domain, 0, sizeof(domain));
    memset(vcpus, 0, sizeof(vcpus));
    domain.id = 1;
    domain_locks_init(&domain);
    domain.shared = &shared;
    domain.vcpus = 2;
    for (i = 0; i < 2; i++) {
        vcpus[i].domain = &domain;
        vcpus[i].id = i;
        vcpus[i].hot.info = &shared.vcpu_info[i];
        domain.vcpu[i] = &vcpus[i];
    }
    memset(&other, 0, sizeof(other));
    memset(&other_vcpu, 0, sizeof(other_vcpu));
    other.id = 2;
    domain_locks_init(&other);
    other.shared = &other_shared;
    other.vcpus = 1;
    other.vcpu[0] = &other_vcpu;
    other_vcpu.domain = &other;
    other_vcpu.hot.info = &other_shared.vcpu_info[0];
    cpu.vcpu = &vcpus[0];
    memset(frames, 0, sizeof(frames));
    notified = 0;
    ck_assert_int_eq(events_init(&domain), 0);
    ck_assert_int_eq(events_init(&other), 0);
}

void fake_events_end(void)
{
    ck_assert_uint_eq(domain.references, 0); /* each is given back */
    ck_assert_uint_eq(other.references, 0);
    events_destroy(&domain);
    events_destroy(&other);
    ck_assert_uint_eq(frames_held(), 0);
}

long op(int cmd, void *arg)
{
    return do_event_channel_op((uint64_t)cmd, (uint64_t)arg, 0, 0, 0, 0);
}

uint32_t bind_ipi(uint32_t vcpu)
{
    struct evtchn_bind_ipi arg = {.vcpu = vcpu};

    ck_assert_int_eq(op(EVTCHNOP_bind_ipi, &arg), 0);
    return arg.port;
}

long send(uint32_t port)
{
    struct evtchn_send arg = {.port = port};

    return op(EVTCHNOP_send, &arg);
}

bool is_pending(uint32_t port)
{
    return event_is_pending(&domain, channel_at(&domain, port));
}

long close_port(uint32_t port)
{
    struct evtchn_close arg = {.port = port};

    return op(EVTCHNOP_close, &arg);
}

