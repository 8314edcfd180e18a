// SPDX-License-Identifier: MIT
/*
 * Event channels: what each operation binds, refuses and signals, and that a
 * signal reaches a vCPU under every combination of its three bits.
 */
#include "fake_events.h"

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
    ck_assert(is_pending(arg.port));
    ck_assert_int_eq(op(EVTCHNOP_bind_virq, &arg), -EEXIST);
    ck_assert_int_eq(send(arg.port), -EINVAL); /* it raises itself */
    ck_assert_int_eq(close_port(arg.port), 0);
    ck_assert(!is_pending(arg.port));
    raise_virq(&vcpus[0], VIRQ_TIMER); /* nobody listens */
    ck_assert(!is_pending(arg.port));
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
    ck_assert(is_pending(offer.port));
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
    ck_assert(is_pending(port));
    ck_assert_int_eq(close_port(port), 0);
    signal_port(&domain, port); /* no port, no signal */
    ck_assert(!is_pending(port));
}
END_TEST

START_TEST(a_closed_service_can_be_bound_again)
{
    struct evtchn_bind_interdomain bind = {.remote_dom = 0};
    struct evtchn_status status = {.dom = DOMID_SELF};
    unsigned int port = event_port_for_service(&domain, notify);

    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -EINVAL);
    status.port = port;
    ck_assert_int_eq(op(EVTCHNOP_status, &status), 0);
    ck_assert_uint_eq(status.status, EVTCHNSTAT_interdomain);
    bind.remote_port = status.u.interdomain.port;
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -EINVAL); /* bound */
    ck_assert_int_eq(close_port(port), 0);
    bind_ipi(0);
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), 0);
    ck_assert_uint_ne(bind.local_port, port);
    ck_assert(is_pending(bind.local_port));
    event_clear_pending(&domain, channel_at(&domain, bind.local_port));
    ck_assert_int_eq(send(bind.local_port), 0);
    ck_assert_uint_eq(notified, 1);
    signal_port(&domain, port); /* the service still calls it that */
    ck_assert(is_pending(bind.local_port));
    bind.remote_port = 2; /* there is no second service */
    ck_assert_int_eq(op(EVTCHNOP_bind_interdomain, &bind), -EINVAL);
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

    tcase_add_checked_fixture(tc, fake_events_begin, fake_events_end);
    tcase_add_test(tc, a_signal_sets_its_three_bits);
    tcase_add_test(tc, a_masked_port_waits_for_unmask);
    tcase_add_test(tc, virqs_are_bound_once);
    tcase_add_test(tc, two_domains_are_connected);
    tcase_add_test(tc, nobody_takes_a_port_offered_to_another);
    tcase_add_test(tc, services_hear_their_port);
    tcase_add_test(tc, a_closed_service_can_be_bound_again);
    tcase_add_test(tc, ports_out_of_range_are_refused);
    tcase_add_test(tc, all_ports_can_be_used_and_come_back);
    tcase_add_test(tc, a_poll_ends_with_its_port);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
