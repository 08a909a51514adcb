// The write-ahead log of SQLite (`-wal`; sqlite.org/fileformat2.html, section 4): a
// header, then frames, each with one page. A frame counts when the log's salts stand in it and the
// checksum, which runs on from frame to frame, holds; and then only up to the last commit.
#include "format/sqlite/sqlite_inner.h"

enum {
    LOG_MAGIC = 0x377f0682, // the lowest bit says: checksums are of big-endian words
    LOG_VERSION = 3007000,
    LOG_HEADER_BYTES = 32,
    FRAME_HEADER_BYTES = 24,
};

struct sum {
    bool big_endian;
    uint32_t a;
    uint32_t b;
};

struct frame {
    uint32_t page;
    uint32_t commit; // pages of the database behind a commit, 0 within a transaction
    span salts;
    uint32_t sum_a;
    uint32_t sum_b;
    span content;
};

static uint32_t word_at(span s, size_t at, bool big_endian)
{
    uint32_t word = 0;
    for (size_t i = 0; i < 4; i++)
        word = word << 8 | s.ptr[at + i];
    return big_endian ? word : __builtin_bswap32(word);
}

static void sum_add(struct sum *sum, span s)
{
    for (size_t i = 0; i + 8 <= s.len; i += 8) {
        sum->a += word_at(s, i, sum->big_endian) + sum->b;
        sum->b += word_at(s, i + 4, sum->big_endian) + sum->a;
    }
}

// ---------------------------------------------------------------- frames

// False behind the last whole frame.
static bool frame_at(const struct sqlite_log *log, size_t number, struct frame *ret)
{
    size_t size = FRAME_HEADER_BYTES + (size_t)log->page_size;
    span frames = span_from(log->bytes, LOG_HEADER_BYTES);
    if (number >= frames.len / size)
        return false;
    reader r = reader_of(span_slice(frames, number * size, size));
    struct frame frame = {.page = read_u32be(&r)};
    frame.commit = read_u32be(&r);
    frame.salts = read_bytes(&r, 8);
    frame.sum_a = read_u32be(&r);
    frame.sum_b = read_u32be(&r);
    frame.content = r.rest;
    *ret = frame;
    return true;
}

static bool frame_holds(const struct sqlite_log *log, size_t number, span salts, struct sum *sum,
                        struct frame *ret)
{
    if (!frame_at(log, number, ret))
        return false;
    size_t start = LOG_HEADER_BYTES + number * (FRAME_HEADER_BYTES + (size_t)log->page_size);
    sum_add(sum, span_slice(log->bytes, start, 8));
    sum_add(sum, ret->content);
    return ret->page > 0 && span_equal(ret->salts, salts) && ret->sum_a == sum->a &&
           ret->sum_b == sum->b;
}

// Frames up to and with the last commit. Those behind are an open transaction, or the remains of
// an earlier round of the log.
static size_t count_committed(const struct sqlite_log *log, span salts, struct sum sum)
{
    size_t committed = 0;
    struct frame frame = {0};
    for (size_t i = 0; frame_holds(log, i, salts, &sum, &frame); i++)
        if (frame.commit)
            committed = i + 1;
    return committed;
}

// ---------------------------------------------------------------- the index

static uint64_t key_of(uint32_t page, uint32_t frame)
{
    return (uint64_t)page << 32 | frame;
}

static void sift_down(uint64_t *keys, size_t at, size_t count)
{
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && keys[child + 1] > keys[child])
            child++;
        if (keys[at] >= keys[child])
            return;
        uint64_t key = keys[at];
        keys[at] = keys[child];
        keys[child] = key;
        at = child;
    }
}

// Heap sort: no memory (qsort may take some), and no order of a hostile log makes it slow.
static void sort(uint64_t *keys, size_t count)
{
    for (size_t i = count / 2; i > 0; i--)
        sift_down(keys, i - 1, count);
    for (size_t i = count; i > 1; i--) {
        uint64_t largest = keys[0];
        keys[0] = keys[i - 1];
        keys[i - 1] = largest;
        sift_down(keys, 0, i - 1);
    }
}

static bool build_index(struct sqlite_log *log, size_t committed, struct arena *mem,
                        struct err *err)
{
    if (committed > UINT32_MAX)
        return err_set(err, ERR_LIMIT, "sqlite log: %zu frames", committed);
    uint64_t *keys = arena_array(mem, committed, sizeof *keys);
    if (!keys)
        return arena_err(mem, err, "sqlite log: its index");
    struct frame frame = {0};
    for (size_t i = 0; i < committed && frame_at(log, i, &frame); i++)
        keys[i] = key_of(frame.page, (uint32_t)i);
    sort(keys, committed);
    log->keys = keys;
    log->count = committed;
    return true;
}

bool sqlite_log_read(span bytes, uint32_t page_size, struct arena *mem, struct sqlite_log *ret,
                     struct err *err)
{
    *ret = (struct sqlite_log){.bytes = bytes, .page_size = page_size};
    if (bytes.len == 0)
        return true;
    reader r = reader_of(bytes);
    uint32_t magic = read_u32be(&r);
    uint32_t version = read_u32be(&r);
    uint32_t log_page_size = read_u32be(&r);
    read_skip(&r, 4); // how often the log has begun anew
    span salts = read_bytes(&r, 8);
    struct sum sum = {.big_endian = magic & 1};
    sum_add(&sum, span_first(bytes, 24));
    uint32_t sum_a = read_u32be(&r);
    uint32_t sum_b = read_u32be(&r);
    if (!read_ok(&r) || (magic & ~1U) != LOG_MAGIC || sum_a != sum.a || sum_b != sum.b)
        return err_set(err, ERR_INPUT, "sqlite log: its header is damaged; read without it");
    if (version != LOG_VERSION || log_page_size != page_size)
        return err_set(err, ERR_UNSUPPORTED, "sqlite log: version %u, pages of %u bytes", version,
                       log_page_size);
    return build_index(ret, count_committed(ret, salts, sum), mem, err);
}

span sqlite_log_page(const struct sqlite_log *log, uint32_t page)
{
    // The newest frame of the page has the largest key of those up to `wanted`.
    uint64_t wanted = key_of(page, UINT32_MAX);
    size_t low = 0;
    for (size_t high = log->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (log->keys[middle] <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    struct frame frame = {0};
    if (low == 0 || log->keys[low - 1] >> 32 != page)
        return (span){0};
    return frame_at(log, log->keys[low - 1] & UINT32_MAX, &frame) ? frame.content : (span){0};
}
