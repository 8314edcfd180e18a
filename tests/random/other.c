// SPDX-License-Identifier: MIT
/*
 * Versions, vCPUs, waiting, time, the emergency console, many calls in one, and
 * numbers that are no call's.
 *
 * What cannot be undone is only asked wrongly (a vcpu_info registered, a vCPU
 * brought down); deadlines are long past or far away.
 */
#include "random.h"

#define FAR (3600UL * 1000000000)

void random_xen_version(void)
{
    static const char *const names[] = {
        "xen_version version",      "xen_version extraversion",
        "xen_version compile_info", "xen_version capabilities",
        "xen_version changeset",    "xen_version platform_parameters",
        "xen_version get_features", "xen_version pagesize",
        "xen_version guest_handle", "xen_version commandline",
        "xen_version build_id",     "xen_version 11"};
    static union {
        char text[4096];
        unsigned long word;
        struct xen_feature_info features;
    } room;
    unsigned int cmd = draw(12);
    const char *at;
    void *where;
    long rc;

    room.word = 0;
    room.features.submap_idx = one_in(4) ? draw(9) : 0;
    where = draw_pointer(&room, &at);
    if (cmd == XENVER_build_id)
        where = NULL, at = "null"; /* how long it is, is Xen's to say */
    say("%s %s", names[cmd], at);
    rc = hypercall_xen_version(cmd, where);
    if (rc >= 0 && cmd == XENVER_platform_parameters && where == &room)
        say(" %lx", room.word);
    if (rc >= 0 && (cmd == XENVER_version || cmd == XENVER_build_id))
        rc = 0;
    answer(names[cmd], rc);
}

/* Of vCPU 1, which never begins: its top table is none, whatever else is right
 * or wrong. */
static void draw_context(struct vcpu_guest_context *c)
{
    static const struct frame tables[] = {{0, "0"}, {HOLE, "hole"}};
    struct frame f = draw_frame(DATA), top = PICK(tables);
    const char *name;

    *c = (struct vcpu_guest_context){.flags = VGCF_in_kernel};
    c->user_regs.cs = FLAT_KERNEL_CS;
    c->user_regs.ss = c->kernel_ss = FLAT_KERNEL_SS;
    c->user_regs.rip = (unsigned long)page_at[0];
    c->user_regs.rflags = 0x1000;
    c->kernel_sp = (unsigned long)page_at[1];
    c->gdt_ents = one_in(2) ? draw(7200) : 0;
    for (unsigned int i = 0; i < 15; i++)
        c->gdt_frames[i] = f.mfn;
    if (one_in(3)) {
        c->ldt_base = draw_address(&name);
        c->ldt_ents = draw(2) ? draw(600) : 8193;
    }
    if (one_in(3))
        c->fs_base = 1UL << 63;
    if (one_in(3))
        c->event_callback_eip = 1UL << 47;
    if (one_in(3))
        c->debugreg[draw(8)] = draw_word();
    if (one_in(3))
        c->trap_ctxt[3] =
            (struct trap_info){3, 3, (uint16_t)draw(65536), draw_word()};
    c->ctrlreg[3] = xen_pfn_to_cr3(top.mfn);
    say("gdt %s %lu ldt %lu top %s ", f.name, c->gdt_ents, c->ldt_ents,
        top.name);
}

void random_vcpu_op(void)
{
    static const struct {
        int cmd;
        const char *name;
    } ops[] = {
        {VCPUOP_initialise, "vcpu_op initialise"},
        {VCPUOP_up, "vcpu_op up"},
        {VCPUOP_down, "vcpu_op down"},
        {VCPUOP_is_up, "vcpu_op is_up"},
        {VCPUOP_get_runstate_info, "vcpu_op get_runstate_info"},
        {VCPUOP_register_runstate_memory_area, "vcpu_op register_runstate"},
        {VCPUOP_register_runstate_memory_area, "vcpu_op register_runstate"},
        {VCPUOP_set_periodic_timer, "vcpu_op set_periodic_timer"},
        {VCPUOP_set_periodic_timer, "vcpu_op set_periodic_timer"},
        {VCPUOP_stop_periodic_timer, "vcpu_op stop_periodic_timer"},
        {VCPUOP_set_singleshot_timer, "vcpu_op set_singleshot_timer"},
        {VCPUOP_set_singleshot_timer, "vcpu_op set_singleshot_timer"},
        {VCPUOP_stop_singleshot_timer, "vcpu_op stop_singleshot_timer"},
        {VCPUOP_register_vcpu_info, "vcpu_op register_vcpu_info"},
        {VCPUOP_send_nmi, "vcpu_op send_nmi"},
        {VCPUOP_get_physid, "vcpu_op get_physid"},
        {VCPUOP_register_vcpu_time_memory_area, "vcpu_op register_time"},
        {14, "vcpu_op 14"},
    };
    static const uint64_t periods[] = {0,
                                       1,
                                       999999,
                                       60 * 1000000000UL,
                                       86400UL * 1000000000,
                                       86400UL * 1000000000 + 1,
                                       1UL << 63};
    static uint64_t area[16]; /* what the hypervisor writes to, unsaid */
    static uint64_t arg[700];
    unsigned int i = draw(sizeof(ops) / sizeof(*ops)), id = 0;
    const char *at, *what = "";
    void *where;

    fill(arg, 0, sizeof(arg));
    if (one_in(4))
        id = one_in(2) ? 1 : 8192;
    switch (ops[i].cmd) {
    case VCPUOP_initialise:
        if (one_in(2))
            id = 1;
        if (id == 1)
            draw_context((struct vcpu_guest_context *)arg);
        break;
    case VCPUOP_down:
    case VCPUOP_send_nmi:
        id = 1 + draw(40);
        break;
    case VCPUOP_register_runstate_memory_area:
    case VCPUOP_register_vcpu_time_memory_area:
        arg[0] = (unsigned long)draw_pointer(area, &what);
        break;
    case VCPUOP_set_periodic_timer:
        arg[0] = PICK(periods);
        break;
    case VCPUOP_set_singleshot_timer:
        arg[0] = one_in(3) ? draw(2) : now() + FAR;
        arg[1] = draw(4);
        break;
    case VCPUOP_register_vcpu_info: /* at a bad place, or of no vCPU */
        arg[0] = draw_frame(DATA).mfn;
        arg[1] = draw(2) ? 4 : 4090;
        break;
    default:
        break;
    }
    where = draw_pointer(arg, &at);
    say("%s of %u %s %s", ops[i].name, id, what, at);
    answer(ops[i].name, hypercall_vcpu_op(ops[i].cmd, id, where));
    if (ops[i].cmd == VCPUOP_register_runstate_memory_area) {
        arg[0] = (unsigned long)area;
        hypercall_vcpu_op(ops[i].cmd, 0, arg);
    }
}

static void poll(void)
{
    static struct sched_poll p;
    static evtchn_port_t ports[4];
    static const unsigned int counts[] = {128, 129, ~0u};
    const char *at, *list;
    void *where;

    p = (struct sched_poll){.nr_ports = draw(4), .timeout = 1};
    for (unsigned int i = 0; i < 4; i++)
        ports[i] = draw_port();
    set_xen_guest_handle(p.ports, draw_pointer(ports, &list));
    if (one_in(8))
        p.nr_ports = PICK(counts);
    where = draw_pointer(&p, &at);
    say("poll %u: %u %u %u %s %s", p.nr_ports, ports[0], ports[1], ports[2],
        list, at);
    /* The read-only page says: wait for ever. */
    if (at[0] == 'r')
        where = (void *)1;
    answer("sched_op poll", hypercall_sched_op(SCHEDOP_poll, where));
}

void random_sched_op(void)
{
    static union {
        struct sched_shutdown shutdown;
        struct sched_remote_shutdown remote;
        struct sched_watchdog watchdog;
        struct sched_pin_override pin;
    } arg;
    const char *name;
    long rc;

    switch (draw(9)) {
    case 0:
        say("yield");
        answer("sched_op yield", hypercall_sched_op(SCHEDOP_yield, NULL));
        break;
    case 1 ... 3:
        poll();
        break;
    case 4:
        say("shutdown null");
        answer("sched_op shutdown", hypercall_sched_op(SCHEDOP_shutdown, NULL));
        break;
    case 5:
        arg.remote.domain_id = draw_domain(&name);
        arg.remote.reason = draw(8);
        say("remote_shutdown %s %u", name, arg.remote.reason);
        answer("sched_op remote_shutdown",
               hypercall_sched_op(SCHEDOP_remote_shutdown, &arg));
        break;
    case 6:
        arg.watchdog.id = draw(4);
        /* A new one for no time would bite at once. */
        arg.watchdog.timeout = draw(2) || !arg.watchdog.id ? 3600 : 0;
        say("watchdog %u %u", arg.watchdog.id, arg.watchdog.timeout);
        rc = hypercall_sched_op(SCHEDOP_watchdog, &arg);
        answer("sched_op watchdog", rc);
        for (arg.watchdog.id = 1; arg.watchdog.id < 3; arg.watchdog.id++) {
            arg.watchdog.timeout = 0;
            hypercall_sched_op(SCHEDOP_watchdog, &arg);
        }
        break;
    case 7:
        arg.pin.pcpu = draw(3) - 1;
        say("pin_override %d", arg.pin.pcpu);
        answer("sched_op pin_override",
               hypercall_sched_op(SCHEDOP_pin_override, &arg));
        break;
    default:
        say("sched_op 8");
        answer("sched_op 8", hypercall_sched_op(8 + draw(20), &arg));
    }
}

void random_set_timer_op(void)
{
    uint64_t when = one_in(2) ? draw(2) : now() + FAR;

    say("set_timer_op %u", when > 1);
    answer("set_timer_op", hypercall_set_timer_op(when));
}

static void console_io(void)
{
    static char text[8];
    unsigned int cmd = draw(3);
    int count = 0; /* a guest that may write would, here */
    const char *at;
    void *where = draw_pointer(text, &at);

    fill(text, '\n', sizeof(text));
    say("console_io %u %d %s", cmd, count, at);
    answer(cmd == CONSOLEIO_write  ? "console_io write"
           : cmd == CONSOLEIO_read ? "console_io read"
                                   : "console_io 2",
           hypercall_console_io(cmd, count, where));
}

/* --- many in one --- */

void random_multicall(void)
{
    static struct multicall_entry calls[6];
    unsigned int count = draw(5);
    const char *at, *name, *frame;
    void *where;
    long rc;

    say("multicall");
    for (unsigned int i = 0; i < count; i++) {
        struct multicall_entry *c = &calls[i];

        *c = (struct multicall_entry){.result = 77};
        switch (draw(6)) {
        case 0:
            c->op = __HYPERVISOR_xen_version;
            c->args[0] = draw(2) ? 77 : XENVER_pagesize;
            break;
        case 1 ... 3: {
            struct frame f = draw_frame(DATA);

            frame = f.name;
            c->op = __HYPERVISOR_update_va_mapping;
            c->args[0] = draw_address(&name);
            c->args[1] = xen_make_pte(f.mfn, draw_flags(1));
            c->args[2] = draw(8);
            say(" %s=%s|%lx", name, frame, xen_pte_flags(c->args[1]));
            break;
        }
        case 4:
            c->op = __HYPERVISOR_multicall;
            c->args[0] = (unsigned long)calls;
            c->args[1] = draw(2);
            break;
        default:
            c->op = __HYPERVISOR_sched_op;
            c->args[0] = draw(2) ? SCHEDOP_yield : 77;
        }
    }
    where = draw_pointer(calls, &at);
    if (at[0] == 'r') /* its zeros would be calls */
        where = NULL;
    say(" count %u %s", count, at);
    rc = hypercall_multicall(where, count);
    flush_own();
    for (unsigned int i = 0; i < count; i++)
        say(" %d", (int)calls[i].result);
    answer("multicall", rc);
}

void random_unknown(void)
{
    static const unsigned int numbers[] = {11, 38, 40, 43, 47,  50,
                                           55, 56, 63, 64, 1000};
    /* Of tools and drivers: each refuses in its own way (`not-offered`). */
    static const unsigned int others[] = {7,  27, 31, 34, 35, 36,
                                          37, 39, 41, 42, 48, 49};
    static uint64_t arg[16];
    unsigned long nr = one_in(8)    ? draw_word() | 64
                       : one_in(25) ? PICK(others)
                                    : PICK(numbers);
    unsigned int a = draw(6), b = draw(6);

    if (one_in(25)) {
        console_io();
        return;
    }
    fill(arg, 0, sizeof(arg));
    arg[0] = a;
    say("hypercall %lu %u %u", nr, a, b);
    answer("other numbers", xen_hypercall4(nr, a, (unsigned long)arg, b, 0));
}
