/* SPDX-License-Identifier: MIT */
/*
 * A frame that was writable becomes a page table: first every CPU that may
 * still hold a writable translation of it flushes. Two CPUs run a guest that
 * maps, writes, unmaps and pins one frame, and flushes when it likes.
 *
 * Claims: no CPU can write to the frame while it is a valid table; two CPUs
 * that ask each other to flush do not wait for ever; the same when the flush
 * clock comes round to 0.
 *
 * faults: NO_FLUSH FLUSHES_SELF_ONLY STAMPS_LATE STAMPS_FIRST WAITS_DEAF
 * faults: CLOCK_STEPS_OVER_0 CLOCK_GOES_BACK CLOCK_STOPS_NOTHING
 *
 * README.md says which line stands for which code.
 */
#define CPUS 2
#define OPS  6 /* page-table work of all CPUs together */
#define TICKS 4 /* flushes that a guest does of itself, all together */

bit pte;        /* the frame is mapped writable */
bit tlb[CPUS];  /* the CPU remembers a writable translation */
bit used, table, valid; /* the frame: uses, type, VALID */
byte stamp = 253;     /* the flush clock when it lost its last use */
byte clock = 254;     /* it comes round soon, and no second time */
byte cpu_stamp[CPUS] = 253;
byte left = OPS, ticks = TICKS;
bit memory_lock, request_lock;
bit waiting[CPUS]; /* request.waiting */

/* tick() and load_cr3() */
inline flush_self(me, now, old)
{
#ifdef CLOCK_STEPS_OVER_0
    now = clock;
    if
    :: now -> atomic { clock = clock + 1; now = clock }
    :: else
    fi;
#else
    atomic { /* a compare-and-swap */
        if
        :: clock -> clock = clock + 1; now = clock
        :: else -> now = 0
        fi
    }
#endif
#ifdef STAMPS_FIRST
    cpu_stamp[me] = now;
    tlb[me] = 0;
#else
    tlb[me] = 0;
    cpu_stamp[me] = now;
#endif
    /* restart_clock() */
    if
    :: now == 0 ->
        old = (cpu_stamp[0] == 0 && cpu_stamp[1] == 0);
        if
#ifdef CLOCK_GOES_BACK
        :: old -> clock = 1
#else
        :: old -> atomic {
               if
               :: clock == 0 -> clock = 1
               :: else
               fi
           }
#endif
        :: else
        fi
    :: else
    fi
}

/* tlb_serve_request(): by the interrupt, or from hw_relax() */
inline serve(me, now, old)
{
    flush_self(me, now, old);
    waiting[me] = 0
}

/* spin_lock() with hw_relax() */
inline lock(which, me, now, old)
{
    do
    :: atomic { !which -> which = 1; break }
#ifndef WAITS_DEAF
    :: waiting[me] -> serve(me, now, old)
#endif
    od
}

/* hw_cpus_to_flush() of one CPU */
#ifdef CLOCK_STOPS_NOTHING
#define MUST_FLUSH(cpu) (cpu_stamp[cpu] <= stamp)
#else
#define MUST_FLUSH(cpu) (stamp == 0 || cpu_stamp[cpu] <= stamp)
#endif

#define OTHER(cpu) (1 - (cpu))

/* flush_stale() and hw_flush_tlb_mask() */
inline flush_stale(me, now, old, who)
{
#ifdef NO_FLUSH
    skip
#else
    /* Looked at one by one; it may wait for the lock long after. */
    who = MUST_FLUSH(0);
    who = who | (MUST_FLUSH(1) << 1);
#ifndef FLUSHES_SELF_ONLY
    if
    :: who & (1 << OTHER(me)) ->
        lock(request_lock, me, now, old);
        waiting[OTHER(me)] = 1;
        do
        :: !waiting[OTHER(me)] -> break
        :: waiting[me] -> serve(me, now, old)
        od;
        request_lock = 0
    :: else
    fi;
#endif
    if
    :: who & (1 << me) -> flush_self(me, now, old)
    :: else
    fi
#endif
}

/* put_data_use() of the entry's frame, after the entry was cleared */
inline unmap()
{
#ifdef STAMPS_LATE
    pte = 0;
    used = 0;
    stamp = clock
#else
    pte = 0;
    stamp = clock;
    used = 0
#endif
}

proctype cpu(byte me)
{
    byte now;
    byte who;
    bit old;

end:
    do
    :: waiting[me] -> serve(me, now, old) /* its interrupt */
    :: atomic { pte -> tlb[me] = 1 }      /* the guest touches the page */
    :: atomic { left > 0 -> left-- }; /* a hypercall on its page tables */
        lock(memory_lock, me, now, old);
        if
        :: pte -> unmap()
        :: atomic { !pte && !used -> used = 1; table = 0 }; pte = 1
        :: flush_stale(me, now, old, who) /* MMUEXT_TLB_FLUSH_ALL */
        fi;
        memory_lock = 0
    :: atomic { !used && left > 0 -> left--; /* or it pins the frame: */
            used = 1;
            old = !table;
            table = 1
        };
        if
        :: old -> flush_stale(me, now, old, who)
        :: else
        fi;
        valid = 1
    :: atomic { valid -> valid = 0 }; /* or unpins it */
        stamp = clock;
        used = 0
    :: atomic { ticks > 0 -> ticks-- };
        flush_self(me, now, old)          /* a new CR3 */
    od
}

/* At any time: a valid table is out of reach. */
active proctype watch()
{
end:
    (valid && (tlb[0] || tlb[1])) -> assert(false)
}

init
{
    atomic {
        run cpu(0);
        run cpu(1)
    }
}
