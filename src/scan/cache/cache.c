#include "scan/cache/cache.h"

#include "os/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// An entry: magic, SHA-256 of the rest, the bytes. The magic changes with the form of an extract.
static const span magic = {(const uint8_t *)"PLIMSOLL EXTRACT 2\n", 19};
enum { CHECKSUM_SIZE = 32, HEX_DIGITS = 64, LEFT_BEHIND_SECONDS = 3600 };

struct cache {
    char *directory;
    struct limits limits;
    bool written;
};

bool cache_open(const char *directory, const struct limits *limits, struct cache **ret,
                struct err *err)
{
    if (!os_make_directories(directory, err))
        return err_add(err, "cache");
    struct cache *cache = calloc(1, sizeof *cache);
    if (cache)
        cache->directory = strdup(directory);
    if (!cache || !cache->directory) {
        free(cache);
        return err_set(err, ERR_MEMORY, "cache: no memory");
    }
    cache->limits = *limits;
    *ret = cache;
    return true;
}

// Limits that end a scan or bound something else than what is kept of a layer.
static bool is_irrelevant(const char *limit)
{
    static const char *const others[] = {"seconds",    "cache_bytes", "spool_bytes",
                                         "feed_bytes", "build_bytes", "layers"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(limit, others[i]) == 0)
            return true;
    return false;
}

static void add_limits(struct text *text, const struct limits *limits)
{
    const char *name = NULL;
    uint64_t value = 0;
    for (size_t i = 0; limits_field(limits, i, &name, &value); i++)
        if (!is_irrelevant(name))
            text_add_u64le(text, value);
}

static void add_wants(struct text *text, const struct wants *wants)
{
    text_add_u64le(text, wants->count);
    for (size_t i = 0; i < wants->count; i++)
        text_add_field(text, wants->patterns[i]);
}

bool cache_key(const struct cache *cache, const struct cache_question *question, struct arena *mem,
               digest *ret, struct err *err)
{
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, magic);
    add_limits(&text, &cache->limits);
    text_add_field(&text, question->diff_id);
    text_add_field(&text, question->inspector);
    text_add_u8(&text, question->lowest);
    add_wants(&text, &question->wants);
    add_wants(&text, &question->roster);
    if (!text_ok(&text))
        return arena_err(mem, err, "cache");
    return digest_of(DIGEST_SHA256, text_span(&text), ret, err);
}

// ---------------------------------------------------------------- one entry

struct entry_path {
    char text[4096];
};

static bool path_of(const struct cache *cache, digest key, struct entry_path *ret, struct err *err)
{
    struct digest_text name = digest_text(key);
    const char *hex = strchr(name.text, ':') + 1;
    int len = snprintf(ret->text, sizeof ret->text, "%s/%s", cache->directory, hex);
    if (len < 0 || (size_t)len >= sizeof ret->text)
        return err_set(err, ERR_INPUT, "cache: the path is too long");
    return true;
}

bool cache_entry(span file, span *ret, struct err *err)
{
    reader r = reader_of(file);
    span start = read_bytes(&r, magic.len);
    span checksum = read_bytes(&r, CHECKSUM_SIZE);
    digest expected = {.algorithm = DIGEST_SHA256};
    if (!read_ok(&r) || !checksum.ptr || !span_equal(start, magic))
        return err_set(err, ERR_INPUT, "cache: not an entry");
    memcpy(expected.bytes, checksum.ptr, CHECKSUM_SIZE);
    if (!digest_check(r.rest, expected, err))
        return false;
    *ret = r.rest;
    return true;
}

bool cache_entry_write(span bytes, struct text *out, struct err *err)
{
    digest checksum = {0};
    if (!digest_of(DIGEST_SHA256, bytes, &checksum, err))
        return false;
    text_reserve(out, magic.len + CHECKSUM_SIZE + bytes.len);
    text_add(out, magic);
    text_add(out, span_of(checksum.bytes, CHECKSUM_SIZE));
    text_add(out, bytes);
    return text_ok(out) || err_set(err, ERR_LIMIT, "cache: an entry of %zu bytes", bytes.len);
}

static bool is_damage(const struct err *err)
{
    return err->kind == ERR_INPUT || err->kind == ERR_UNTRUSTED || err->kind == ERR_LIMIT;
}

bool cache_get(struct cache *cache, digest key, struct arena *mem, bool *ret_found, span *ret,
               struct err *err)
{
    struct entry_path path = {0};
    span file = {0};
    span payload = {0};
    struct err why = {0};
    if (!path_of(cache, key, &path, err))
        return false;
    *ret_found = os_read_file(path.text, cache->limits.kept_bytes * 2, mem, &file, &why) &&
                 cache_entry(file, &payload, &why);
    if (*ret_found) {
        *ret = payload;
        (void)os_touch(path.text, NULL); // it only orders the dropping
    }
    if (*ret_found || why.kind == ERR_MISSING)
        return true;
    cache_drop(cache, key);
    if (is_damage(&why))
        return true;
    return err_set(err, why.kind, "%s", why.text);
}

bool cache_open_entry(const struct cache *cache, digest key, int *ret_fd, uint64_t *ret_size,
                      struct err *err)
{
    struct entry_path path = {0};
    struct err why = {0};
    struct os_stat st = {0};
    CLEANUP(os_close) int fd = -1;
    *ret_fd = -1;
    if (!path_of(cache, key, &path, err))
        return false;
    if (!os_open_read(path.text, &fd, &why))
        return why.kind == ERR_MISSING || err_copy(err, &why);
    if (!os_stat_fd(fd, &st, err))
        return false;
    (void)os_touch(path.text, NULL); // it only orders the dropping
    *ret_fd = os_take_fd(&fd);
    *ret_size = st.size;
    return true;
}

bool cache_put(struct cache *cache, digest key, span bytes, struct err *err)
{
    struct entry_path path = {0};
    digest checksum = {0};
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    cache->written = true;
    return path_of(cache, key, &path, err) && digest_of(DIGEST_SHA256, bytes, &checksum, err) &&
           os_output_open(path.text, &output, err) && os_write_all(output.fd, magic, err) &&
           os_write_all(output.fd, span_of(checksum.bytes, CHECKSUM_SIZE), err) &&
           os_write_all(output.fd, bytes, err) && os_output_publish(&output, err);
}

void cache_drop(struct cache *cache, digest key)
{
    struct entry_path path = {0};
    if (path_of(cache, key, &path, NULL))
        (void)os_remove_file(path.text, NULL); // it is checked again next time
}

// ---------------------------------------------------------------- the whole

struct aged {
    span name;
    uint64_t size;
    int64_t used;
};

static int oldest_first(const void *a, const void *b)
{
    int64_t x = ((const struct aged *)a)->used;
    int64_t y = ((const struct aged *)b)->used;
    return (x > y) - (x < y);
}

static void drop_name(const struct cache *cache, span name)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%.*s", cache->directory, (int)name.len,
                       (const char *)name.ptr);
    if (len > 0 && (size_t)len < sizeof path)
        (void)os_remove_file(path, NULL); // another process may have been faster
}

// Entries are 64 hexadecimal digits, temporary files have a dot and six letters behind them. The
// directory is of the user's choosing: whatever else is in it is not ours to drop.
static bool is_ours(span name)
{
    span hex = span_first(name, HEX_DIGITS);
    for (size_t i = 0; i < hex.len; i++)
        if (!ascii_is_digit(hex.ptr[i]) && (hex.ptr[i] < 'a' || hex.ptr[i] > 'f'))
            return false;
    span rest = span_from(name, HEX_DIGITS);
    return hex.len == HEX_DIGITS && (rest.len == 0 || (rest.len == 7 && rest.ptr[0] == '.'));
}

// A temporary file of a process that died is not an entry, but takes room all the same.
static bool is_left_behind(const struct aged *aged)
{
    return aged->used + LEFT_BEHIND_SECONDS < (int64_t)os_now();
}

// One that is not left behind is being written by somebody.
static bool may_go(const struct aged *aged, bool too_much)
{
    bool temporary = aged->name.len > HEX_DIGITS;
    return temporary ? is_left_behind(aged) : too_much;
}

static bool list_entries(const struct cache *cache, struct arena *mem, struct list *ret,
                         uint64_t *ret_total)
{
    CLEANUP(os_close) int fd = -1;
    struct os_names names = {0};
    if (!os_open_directory(cache->directory, &fd, NULL) ||
        !os_list_directory(fd, 10000000, mem, &names, NULL))
        return false;
    list_init(ret, mem, sizeof(struct aged), names.count);
    for (size_t i = 0; i < names.count; i++) {
        struct os_stat st = {0};
        if (!is_ours(names.items[i]) || !os_stat_name(fd, names.items[i], &st, NULL) ||
            st.kind != OS_FILE)
            continue;
        struct aged *aged = LIST_ADD(ret, struct aged);
        if (!aged)
            return false;
        *aged = (struct aged){.name = names.items[i], .size = st.size, .used = st.modified};
        *ret_total += st.size;
    }
    return true;
}

// Best effort by design: a cache that cannot be tidied is still a cache.
static void tidy(const struct cache *cache)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 30);
    struct list entries;
    uint64_t total = 0;
    if (!mem || !list_entries(cache, mem, &entries, &total))
        return;
    sort_items(entries.items, entries.count, sizeof(struct aged), oldest_first);
    for (size_t i = 0; i < entries.count; i++) {
        const struct aged *aged = LIST_AT(&entries, struct aged, i);
        if (!may_go(aged, total > cache->limits.cache_bytes))
            continue;
        drop_name(cache, aged->name);
        total -= aged->size;
    }
}

void cache_close(struct cache *cache)
{
    if (!cache)
        return;
    if (cache->written)
        tidy(cache);
    free(cache->directory);
    free(cache);
}

void cache_cleanup(struct cache **cache)
{
    cache_close(*cache);
}
