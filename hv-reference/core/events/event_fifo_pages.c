// SPDX-License-Identifier: MIT
/*
 * The pages behind the FIFO event ABI: given by the guest, held as its writable
 * memory while they are used, given back at a reset and at its end.
 *
 * The rule: a page is held by a reference and a use, so that it can neither
 * leave the guest nor become a page table while events are written to it.
 */
#include "core/errno.h"
#include "core/events/event.h"
#include "core/events/event_fifo.h"
#include "core/hw.h"
#include "core/memory/frame.h"
#include "explain/refuse.h"

static int hold_page(struct domain *d, mfn_t mfn, void **window)
{
    if (!mfn_valid(mfn))
        return refuse(RULE_NOT_ITS_FRAME, -EINVAL, mfn.n, 0);
    if (get_frame_type(frame_of(mfn), d, FRAME_WRITABLE))
        return -EINVAL;
    *window = map_frame(mfn);
    return 0;
}

static void let_page_go(void *at)
{
    char *window = at;
    mfn_t mfn;

    if (!window)
        return;
    window -= (uintptr_t)window & (PAGE_SIZE - 1);
    mfn = hw_virt_to_mfn(window);
    unmap_frame(window);
    put_frame_type(frame_of(mfn));
}

/*
 * From here on events come by FIFO. What is pending in the other ABI's bits
 * waits for its word; who sets such a bit looks at .fifo afterwards, we look
 * at the bit after .fifo is set: none is lost between.
 */
static void turn_on(struct domain *d, struct event_fifo *fifo)
{
    uint32_t port;

    spin_lock(&d->events->fifo_lock);
    __atomic_store_n(&d->events->fifo, fifo, __ATOMIC_SEQ_CST);
    for (port = 1; port < EVENT_PORTS; port++) {
        struct channel *channel = channel_at(d, port);

        if (channel && channel->state != CHANNEL_FREE &&
            event_2l_is_pending(d, port))
            channel->waiting = true;
    }
    spin_unlock(&d->events->fifo_lock);
}

int event_fifo_give_block(struct domain *d, unsigned int vcpu, mfn_t mfn,
                          uint32_t offset)
{
    struct event_fifo *fifo = d->events->fifo;
    bool first = !fifo;
    void *window;
    int rc;

    if (fifo && fifo->vcpu[vcpu].block)
        return refuse(RULE_CONTROL_BLOCK_GIVEN, -EINVAL, vcpu, 0);
    rc = hold_page(d, mfn, &window);
    if (rc)
        return rc;
    if (first)
        fifo = hv_alloc(sizeof(*fifo));
    if (!fifo) {
        let_page_go(window);
        return refuse(RULE_NO_MEMORY, -ENOMEM, 0, 0);
    }
    write_once(fifo->vcpu[vcpu].block,
               (void *)((char *)window + offset));
    if (first)
        turn_on(d, fifo);
    return 0;
}

/* Raise the ports from FIRST on that became pending before they had a word. */
static void raise_waiting(struct domain *d, uint32_t first)
{
    uint32_t port;

    for (port = first; port < first + EVENT_WORDS_PER_PAGE; port++) {
        struct channel *channel = channel_at(d, port);

        if (channel && channel->waiting) {
            channel->waiting = false;
            event_set_pending(d, channel);
        }
    }
}

int event_fifo_give_page(struct domain *d, mfn_t mfn)
{
    struct event_fifo *fifo = d->events->fifo;
    void *window;
    int rc;

    if (!fifo)
        return refuse(RULE_NO_FIFO, -EOPNOTSUPP, 0, 0);
    if (fifo->pages == EVENT_WORD_PAGES)
        return refuse(RULE_NO_EVENT_PAGE_LEFT, -ENOSPC, EVENT_WORD_PAGES, 0);
    rc = hold_page(d, mfn, &window);
    if (rc)
        return rc;
    spin_lock(&d->events->fifo_lock);
    fifo->page[fifo->pages++] = window;
    spin_unlock(&d->events->fifo_lock);
    raise_waiting(d, (uint32_t)((fifo->pages - 1) * EVENT_WORDS_PER_PAGE));
    return 0;
}

void event_fifo_destroy(struct domain *d)
{
    struct event_fifo *fifo = d->events->fifo;
    unsigned int i;

    if (!fifo)
        return;
    spin_lock(&d->events->fifo_lock);
    write_once(d->events->fifo, NULL);
    spin_unlock(&d->events->fifo_lock);
    for (i = 0; i < MAX_VCPUS; i++)
        let_page_go(fifo->vcpu[i].block);
    for (i = 0; i < fifo->pages; i++)
        let_page_go(fifo->page[i]);
    hv_free(fifo);
}
