#include "api/api_inner.h"

#include <stdlib.h>

enum { SLOTS = 1 << 14, PROBES = 8, NS_PER_SECOND = 1000000000 };

struct bucket {
    uint64_t who; // keyed hash: nobody can aim at another's bucket; 0: empty
    uint64_t at;  // ns, when it was filled last
    double left;
};

struct rates {
    struct os_monitor *monitor;
    hash_key key;
    struct bucket buckets[SLOTS];
};

bool rates_new(struct rates **ret, struct err *err)
{
    struct rates *rates = calloc(1, sizeof *rates);
    if (!rates)
        return err_set(err, ERR_MEMORY, "no memory for a service");
    if (!os_random(&rates->key, sizeof rates->key, err) || !os_monitor_new(&rates->monitor, err)) {
        free(rates);
        return false;
    }
    *ret = rates;
    return true;
}

void rates_free(struct rates *rates)
{
    if (!rates)
        return;
    os_monitor_free(rates->monitor);
    free(rates);
}

// Its own bucket, or else the one of its place that was used least lately.
static struct bucket *find_bucket(struct rates *rates, uint64_t who)
{
    struct bucket *oldest = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        struct bucket *bucket = &rates->buckets[(who + i) % SLOTS];
        if (bucket->who == who)
            return bucket;
        if (!oldest || bucket->at < oldest->at)
            oldest = bucket;
    }
    return oldest;
}

static bool take_one(struct bucket *bucket, double per_second, double burst, uint64_t now,
                     uint64_t *ret_wait)
{
    double since = (double)(now - bucket->at) / NS_PER_SECOND;
    double filled = bucket->left + since * per_second;
    bucket->left = filled < burst ? filled : burst;
    bucket->at = now;
    if (bucket->left >= 1) {
        bucket->left -= 1;
        return true;
    }
    *ret_wait = 1 + (uint64_t)((1 - bucket->left) / per_second);
    return false;
}

bool rates_take(struct rates *rates, span who, double per_second, double burst, uint64_t *ret_wait)
{
    uint64_t hash = span_keyed_hash(who, rates->key);
    hash += hash == 0;
    os_monitor_enter(rates->monitor);
    uint64_t now = os_monotonic_ns();
    struct bucket *bucket = find_bucket(rates, hash);
    if (bucket->who != hash)
        *bucket = (struct bucket){.who = hash, .at = now, .left = burst};
    bool good = take_one(bucket, per_second, burst, now, ret_wait);
    os_monitor_leave(rates->monitor);
    return good;
}
