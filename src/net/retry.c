#include "net/retry_inner.h"

#include "os/os.h"

enum {
    MOST_FAILURES = 5,
    MOST_TOTAL = 50,
    FIRST_WAIT_MS = 500,
    MOST_WAIT_MS = 15000,
    MOST_ASKED_SECONDS = 60,
    PROGRESS_BYTES = 64 << 10, // less is no progress: a server could go on for ever
};

// Half of the time for certain, half by chance, so that many clients do not come back at once.
static uint64_t with_jitter(uint64_t milliseconds)
{
    uint32_t chance = 0;
    if (!os_random(&chance, sizeof chance, NULL))
        return milliseconds;
    return milliseconds / 2 + chance % (milliseconds / 2 + 1);
}

bool retry_again(struct retry *retry, const struct err *failed, uint64_t retry_after)
{
    if (failed->kind != ERR_IO && failed->kind != ERR_TIMEOUT)
        return false;
    if (++retry->failures >= MOST_FAILURES || ++retry->total >= MOST_TOTAL ||
        retry_after > MOST_ASKED_SECONDS)
        return false;
    uint64_t wait = (uint64_t)FIRST_WAIT_MS << (retry->failures - 1);
    if (wait > MOST_WAIT_MS)
        wait = MOST_WAIT_MS;
    os_sleep_ms(retry_after ? retry_after * 1000 : with_jitter(wait));
    return true;
}

void retry_progress(struct retry *retry, uint64_t bytes)
{
    if (bytes >= PROGRESS_BYTES)
        retry->failures = 0;
}
