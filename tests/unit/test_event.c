// SPDX-License-Identifier: MIT
/*
 * Event channels: what each operation binds, refuses and signals, and that a
 * signal reaches a vCPU under every combination of its three bits.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <xen/event_channel.h>
#include <xen/sched.h>

#include "core/cpu.h"
#include "core/domain.h"
#include "core/event.h"
#include "core/guest_access.h"
#include "core/hypercall.h"
#include "core/sched.h"
#include "core/vcpu.h"
#include "unit.h"

hypercall_fn do_event_channel_op;

/* --- fakes: one domain of two vCPUs whose memory is this program's --- */

static struct shared_info shared;
static struct domain domain, other;
static struct vcpu vcpus[2];
static struct shared_info other_shared;
static struct vcpu other_vcpu;
static struct cpu cpu;

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

static unsigned int notified;

static void notify(struct domain *d)
{
    ck_assert_ptr_eq(d, &domain);
    notified++;
}

static void setup(void)
{
    unsigned int i;

    memset(&shared, 0, sizeof(shared));
    memset(&domain, 0, sizeof(domain));
    memset(vcpus, 0, sizeof(vcpus));
    domain.id = 1;
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
    other.shared = &other_shared;
    other.vcpus = 1;
    other.vcpu[0] = &other_vcpu;
    other_vcpu.domain = &other;
    other_vcpu.hot.info = &other_shared.vcpu_info[0];
    cpu.vcpu = &vcpus[0];
    notified = 0;
    ck_assert_int_eq(events_init(&domain), 0);
    ck_assert_int_eq(events_init(&other), 0);
}

static void teardown(void)
{
    ck_assert_uint_eq(domain.references, 0); /* each is given back */
    ck_assert_uint_eq(other.references, 0);
    events_destroy(&domain);
    events_destroy(&other);
}

static long op(int cmd, void *arg)
{
    return do_event_channel_op((uint64_t)cmd, (uint64_t)arg, 0, 0, 0, 0);
}

static uint32_t bind_ipi(uint32_t vcpu)
{
    struct evtchn_bind_ipi arg = {.vcpu = vcpu};

    ck_assert_int_eq(op(EVTCHNOP_bind_ipi, &arg), 0);
    return arg.port;
}

static long send(uint32_t port)
{
    struct evtchn_send arg = {.port = port};

    return op(EVTCHNOP_send, &arg);
}

static long close_port(uint32_t port)
{
    struct evtchn_close arg = {.port = port};

    return op(EVTCHNOP_close, &arg);
}

START_TEST(a_signal_sets_its_three_bits)
{
    uint32_t port = bind_ipi(1);
    struct vcpu_info *info = &shared.vcpu_info[1];

    ck_assert_uint_ne(port, 0);
    vcpus[1].paused = VCPU_PAUSED_BLOCKED;
    ck_assert_int_eq(send(port), 0);
    ck_assert_uint_eq(shared.evtchn_pending[0], 1UL << port);
    ck_assert_uint_eq(info->evtchn_pending_sel, 1);
    ck_assert_uint_eq(info->evtchn_upcall_pending, 1);
    ck_assert_uint_eq(vcpus[1].paused, 0);
    ck_assert(upcall_due(&vcpus[1]));
    info->evtchn_upcall_mask = 1;
    ck_assert(!upcall_due(&vcpus[1]));
}
END_TEST

START_TEST(a_masked_port_waits_for_unmask)
{
    uint32_t port = bind_ipi(0);
    struct evtchn_unmask arg = {.port = port};

    shared.evtchn_mask[0] = ~0UL;
    ck_assert_int_eq(send(port), 0);
    ck_assert_uint_eq(shared.evtchn_pending[0], 1UL << port);
    ck_assert_uint_eq(shared.vcpu_info[0].evtchn_upcall_pending, 0);
    ck_assert_int_eq(op(EVTCHNOP_unmask, &arg), 0);
    ck_assert_uint_eq(shared.vcpu_info[0].evtchn_upcall_pending, 1);
    ck_assert_uint_eq(shared.evtchn_mask[0], ~(1UL << port));
}
END_TEST

START_TEST(virqs_are_bound_once)
{
    struct evtchn_bind_virq arg = {.virq = VIRQ_TIMER, .vcpu = 0};

    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), 0);
    raise_virq(&vcpus[0], VIRQ_TIMER);
    ck_assert(event_is_pending(&domain, arg.port));
    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), -EEXIST);
    ck_assert_int_eq(send(arg.port), -EINVAL); /* it raises itself */
    ck_assert_int_eq(close_port(arg.port), 0);
    ck_assert(!event_is_pending(&domain, arg.port));
    raise_virq(&vcpus[0], VIRQ_TIMER); /* nobody listens */
    ck_assert(!event_is_pending(&domain, arg.port));
    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), 0);
    arg.virq = NR_VIRQS;
    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), -EINVAL);
    arg.virq = VIRQ_CONSOLE;
    arg.vcpu = 1;
    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), -EINVAL);
    arg.virq = VIRQ_DEBUG;
    arg.vcpu = 7;
    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), -ENOENT);
}
END_TEST

START_TEST(two_domains_are_connected)
{
    struct evtchn_alloc_unbound offer = {.dom = DOMID_SELF, .remote_dom = 2};
    struct evtchn_bind_interdomain bind = {.remote_dom = 1};
    struct evtchn_status status = {.dom = DOMID_SELF};

    ck_assert_int_eq(op(EVTCHNOP_alloc_unbound, &offer), 0);
    ck_assert_int_eq(send(offer.port), 0); /* dropped */
    cpu.vcpu = &other_vcpu;
    bind.remote_port = offer.port + 1;
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -EINVAL);
    bind.remote_port = offer.port;
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), 0);
    ck_assert_int_eq(send(bind.local_port), 0);
    ck_assert(event_is_pending(&domain, offer.port));
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -EINVAL);
    ck_assert_int_eq(close_port(bind.local_port), 0);
    cpu.vcpu = &vcpus[0];
    status.port = offer.port;
    ck_assert_int_eq(op(EVTCHNOP_status, &status), 0);
    ck_assert_uint_eq(status.status, EVTCHNSTAT_unbound);
    ck_assert_uint_eq(status.u.unbound.dom, 2);
}
END_TEST

START_TEST(nobody_takes_a_port_offered_to_another)
{
    struct evtchn_alloc_unbound offer = {.dom = DOMID_SELF, .remote_dom = 5};
    struct evtchn_bind_interdomain bind = {.remote_dom = 1};

    ck_assert_int_eq(op(EVTCHNOP_alloc_unbound, &offer), 0);
    cpu.vcpu = &other_vcpu;
    bind.remote_port = offer.port;
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -EINVAL);
    bind.remote_dom = 9;
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -ESRCH);
    offer.dom = 1;
    ck_assert_int_eq(op(EVTCHNOP_alloc_unbound, &offer), -EPERM);
    offer.dom = 9;
    ck_assert_int_eq(op(EVTCHNOP_alloc_unbound, &offer), -ESRCH);
}
END_TEST

START_TEST(services_hear_their_port)
{
    unsigned int port = event_port_for_service(&domain, notify);

    ck_assert_int_eq(send(port), 0);
    ck_assert_uint_eq(notified, 1);
    signal_port(&domain, port);
    ck_assert(event_is_pending(&domain, port));
    ck_assert_int_eq(close_port(port), 0);
    signal_port(&domain, port); /* no port, no signal */
    ck_assert(!event_is_pending(&domain, port));
}
END_TEST

START_TEST(ports_out_of_range_are_refused)
{
    static const uint32_t ports[] = {0, 1, 127, 4095, 4096, ~0u};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(ports); i++) {
        struct evtchn_unmask unmask = {.port = ports[i]};
        struct evtchn_bind_vcpu move = {.port = ports[i]};

        ck_assert_int_eq(send(ports[i]), -EINVAL);
        ck_assert_int_eq(close_port(ports[i]), -EINVAL);
        ck_assert_int_eq(op(EVTCHNOP_bind_vcpu, &move), -EINVAL);
        ck_assert_int_eq(op(EVTCHNOP_unmask, &unmask), -EINVAL);
    }
    ck_assert_int_eq(op(EVTCHNOP_send, NULL), -EFAULT);
    ck_assert_int_eq(op(999, NULL), -ENOSYS);
}
END_TEST

START_TEST(all_ports_can_be_used_and_come_back)
{
    struct evtchn_bind_ipi arg = {.vcpu = 0};
    unsigned int n = 0;

    while (op(EVTCHNOP_bind_ipi, &arg) == 0)
        n++;
    ck_assert_uint_eq(n, EVENT_PORTS - 1);
    ck_assert_int_eq(cpu.refusal.error, -ENOSPC);
    ck_assert_int_eq(close_port(77), 0);
    ck_assert_int_eq(op(EVTCHNOP_bind_ipi, &arg), 0);
    ck_assert_uint_eq(arg.port, 77);
}
END_TEST

START_TEST(a_poll_ends_with_its_port)
{
    uint32_t a = bind_ipi(0), b = bind_ipi(0);

    shared.evtchn_mask[0] = ~0UL; /* polled ports are masked ones */
    vcpus[0].paused = VCPU_PAUSED_POLLING;
    vcpus[0].poll_port = b;
    send(a);
    ck_assert_uint_eq(vcpus[0].paused, VCPU_PAUSED_POLLING);
    send(b);
    ck_assert_uint_eq(vcpus[0].paused, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("events");
    TCase *tc = tcase_create("channels");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_signal_sets_its_three_bits);
    tcase_add_test(tc, a_masked_port_waits_for_unmask);
    tcase_add_test(tc, virqs_are_bound_once);
    tcase_add_test(tc, two_domains_are_connected);
    tcase_add_test(tc, nobody_takes_a_port_offered_to_another);
    tcase_add_test(tc, services_hear_their_port);
    tcase_add_test(tc, ports_out_of_range_are_refused);
    tcase_add_test(tc, all_ports_can_be_used_and_come_back);
    tcase_add_test(tc, a_poll_ends_with_its_port);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
