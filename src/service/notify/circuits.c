// Peers that do not answer, and how long what failed waits.
#include "service/notify/notify.h"

enum {
    FAILURES_LEAST = 3,
    FIRST_WAIT = 30,
    MOST_WAIT = 15 * 60,
    FIRST_DELAY = 30,
    MOST_DELAY = 4 * 3600,
    MOST_ASKED = 6 * 3600,
    MOST_ATTEMPTS = 15,
    MOST_REFUSALS = 3,
};

// 0 is no peer.
static uint64_t hash_of(span peer)
{
    uint64_t hash = span_hash(peer, 0);
    return hash ? hash : 1;
}

enum { COUNT = sizeof((struct circuits *)0)->items / sizeof(struct circuit) };

static size_t find(const struct circuits *circuits, uint64_t hash)
{
    size_t at = 0;
    while (at < COUNT && circuits->items[at].peer != hash)
        at++;
    return at;
}

uint64_t circuits_wait(const struct circuits *circuits, span peer, uint64_t now)
{
    size_t at = find(circuits, hash_of(peer));
    if (at == COUNT)
        return 0;
    const struct circuit *circuit = &circuits->items[at];
    bool is_open = circuit->failures >= FAILURES_LEAST && circuit->until > now;
    return is_open ? circuit->until - now : 0;
}

// Free, or that which matters least.
static size_t make_room(const struct circuits *circuits)
{
    size_t best = 0;
    for (size_t i = 0; i < COUNT && circuits->items[best].peer; i++)
        if (!circuits->items[i].peer || circuits->items[i].until < circuits->items[best].until)
            best = i;
    return best;
}

static uint64_t doubled(uint64_t first, uint64_t most, unsigned times)
{
    uint64_t wait = first;
    while (times-- && wait < most)
        wait *= 2;
    return wait < most ? wait : most;
}

void circuits_note(struct circuits *circuits, span peer, bool reached, uint64_t now)
{
    uint64_t hash = hash_of(peer);
    size_t at = find(circuits, hash);
    if (reached) {
        if (at < COUNT)
            circuits->items[at] = (struct circuit){0};
        return;
    }
    if (at == COUNT) {
        at = make_room(circuits);
        circuits->items[at] = (struct circuit){.peer = hash};
    }
    struct circuit *circuit = &circuits->items[at];
    circuit->failures++;
    circuit->until = now;
    if (circuit->failures >= FAILURES_LEAST)
        circuit->until += doubled(FIRST_WAIT, MOST_WAIT, circuit->failures - FAILURES_LEAST);
}

// Between half of the time and all of it, so that what failed together does not return together.
uint64_t notify_delay(unsigned attempts, uint64_t asked, uint32_t chance)
{
    uint64_t delay = doubled(FIRST_DELAY, MOST_DELAY, attempts ? attempts - 1 : 0);
    delay -= chance % (delay / 2 + 1);
    if (asked > MOST_ASKED)
        asked = MOST_ASKED;
    return delay > asked ? delay : asked;
}

bool notify_is_dead(unsigned attempts, enum delivery_state state)
{
    return attempts >= (state == DELIVERY_REFUSED ? MOST_REFUSALS : MOST_ATTEMPTS);
}
