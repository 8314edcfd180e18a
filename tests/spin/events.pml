/* SPDX-License-Identifier: MIT */
/*
 * An event's way to a vCPU that may run, mask, or fall asleep meanwhile: two
 * CPUs send to two ports of one word; a third runs the vCPU.
 *
 * Claims: when nobody can go on, everything that was sent has been seen (no
 * wake-up is lost), and a port is taken only if it was raised (none invented).
 *
 * faults: BLOCK_LOOKS_FIRST LATE_SELECT HANDLER_CLEARS_LATE UNMASK_LOOKS_AWAY
 * faults: NO_KICK OPENS_BLINDLY BLOCK_KEEPS_MASK TAKES_ALL
 *
 * README.md says which line stands for which code.
 */
#define PORTS 2
#define SENDS 2 /* by each sender */
#define OPS   3 /* what the guest does before it only waits */

byte sent[PORTS], seen[PORTS]; /* what there is to be told, and what is known */
byte raised[PORTS];            /* pending bits that were set and not taken */
bit pending[PORTS], port_mask[PORTS];
bit sel, upcall_pending, upcall_mask;
bit blocked; /* VCPU_PAUSED_BLOCKED */
bit kick;    /* an interrupt for the vCPU's CPU */

/* vcpu_mark_pending() and vcpu_wake() */
inline mark_pending(old)
{
    atomic { old = upcall_pending; upcall_pending = 1 }
    if
    :: old
    :: else ->
        if
        :: blocked -> atomic { /* under the scheduler's lock */
               if
               :: blocked -> blocked = 0; kick = 1
               :: else
               fi
           }
#ifndef NO_KICK
        :: !blocked ->
            if
            :: upcall_mask /* it will look when it opens */
            :: else -> kick = 1
            fi
#else
        :: !blocked
#endif
        fi
    fi
}

/* select_word() */
inline select_word(old)
{
#ifdef LATE_SELECT
    mark_pending(old);
    sel = 1
#else
    atomic { old = sel; sel = 1 }
    if
    :: old
    :: else -> mark_pending(old)
    fi
#endif
}

/* event_2l_set_pending(), by EVTCHNOP_send on another CPU */
proctype sender(byte p)
{
    byte n;
    bit old;

    for (n : 1 .. SENDS) {
        sent[p]++;
        atomic {
            old = pending[p];
            pending[p] = 1;
            raised[p] = raised[p] + !old
        }
        if
        :: old || port_mask[p]
        :: else -> select_word(old)
        fi
    }
}

/* The guest's upcall handler: xen_next_event() */
inline handler(word, p)
{
#ifdef HANDLER_CLEARS_LATE
    atomic { word = sel; sel = 0 }
    upcall_pending = 0;
#else
    upcall_pending = 0;
    atomic { word = sel; sel = 0 }
#endif
    for (p : 0 .. PORTS - 1) {
        if
#ifdef TAKES_ALL
        :: word && !port_mask[p] ->
#else
        :: word && pending[p] && !port_mask[p] ->
#endif
            atomic {
                assert(raised[p] > 0);
                pending[p] = 0;
                raised[p]--
            }
            seen[p] = sent[p]
        :: else
        fi
    }
}

/* The way out to the guest: leave_to_guest(), inject_event(), and iret, which
 * is a call and so comes this way again. */
inline way_out(word, p)
{
    do
    :: upcall_pending && !upcall_mask ->
        upcall_mask = 1;
        handler(word, p);
        upcall_mask = 0
    :: else -> break
    od
}

/* block() in sched_op.c, then hw_idle() until it is runnable */
inline block()
{
#ifdef BLOCK_LOOKS_FIRST
    upcall_mask = 0;
    if
    :: !upcall_pending -> blocked = 1
    :: else
    fi;
#else
#ifndef BLOCK_KEEPS_MASK
    upcall_mask = 0;
#endif
    blocked = 1;
    if
    :: upcall_pending && !upcall_mask -> blocked = 0
    :: else
    fi;
#endif
end_idle:
    do
    :: !blocked -> break
    :: blocked && kick -> kick = 0
    od
}

/* event_2l_unmask(), by EVTCHNOP_unmask */
inline unmask(p, old)
{
    port_mask[p] = 0;
#ifndef UNMASK_LOOKS_AWAY
    if
    :: pending[p] -> select_word(old)
    :: else
    fi
#endif
}

active proctype vcpu()
{
    byte left = OPS, p, i;
    bit word, old;

    do
    :: left > 0 -> left--; /* masks and unmasks a port */
        if
        :: p = 0
        :: p = 1
        fi;
        port_mask[p] = 1;
        unmask(p, old);
        way_out(word, i)
    :: left > 0 -> left--; /* closes its upcalls for a while, then opens */
        upcall_mask = 1;
        upcall_mask = 0;
#ifndef OPENS_BLINDLY
        if
        :: upcall_pending -> way_out(word, i) /* by any call */
        :: else
        fi
#endif
    :: left > 0 -> left--; /* sleeps until an event */
        upcall_mask = 1;
        block();
        way_out(word, i)
    :: left == 0 -> break
    od;
    do /* from now on it computes, or sleeps */
    :: upcall_mask = 1;
        block();
        way_out(word, i)
    :: true ->
end_runs:
        kick -> kick = 0;
        way_out(word, i)
    od
}

init
{
    atomic {
        run sender(0);
        run sender(1)
    }
    timeout ->
    assert(seen[0] == sent[0] && seen[1] == sent[1])
}
