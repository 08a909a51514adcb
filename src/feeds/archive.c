#include "feeds/feeds_inner.h"

#include "format/tar/tar.h"
#include "os/os.h"
#include "stream/stream.h"

// A tar is walked member by member; `document` holds the content of one.
struct walk {
    const struct limits *limits;
    struct stream *stream;
    struct tar_reader *tar;
    span input; // what the tar reader has not consumed yet
    struct arena *document;
    bool as_lists; // see archive_each
    archive_visitor *visit;
    void *self;
};

static bool open_stream(int fd, const struct limits *limits, struct stream **ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *file = NULL;
    span start = {0};
    if (!stream_open_file((struct stream_file){.fd = fd}, NULL, &file, err) ||
        !stream_peek(file, &start, err))
        return false;
    enum compression compression = compression_detect(start);
    return stream_open_decompress(compression, take(&file), limits, NULL, ret, err);
}

// The next event of the archive; TAR_END also where the input ends.
static bool next_event(struct walk *walk, enum tar_event *ret, struct err *err)
{
    enum tar_event event = TAR_MORE;
    while (event == TAR_MORE) {
        if (!walk->input.len && !stream_next(walk->stream, &walk->input, err))
            return false;
        if (!walk->input.len) {
            *ret = TAR_END;
            return tar_finish(walk->tar, err);
        }
        if (!tar_step(walk->tar, &walk->input, &event, err))
            return false;
    }
    *ret = event;
    return true;
}

static uint32_t day_of(int64_t seconds)
{
    enum { SECONDS_A_DAY = 86400 };
    int64_t day = seconds / SECONDS_A_DAY;
    return day > 0 && day <= UINT32_MAX ? (uint32_t)day : 0;
}

// One file of documents while its bytes come.
struct arrival {
    struct document document;
    struct text content;     // of the whole file
    struct json_items items; // of a list: then that is cut into its elements
};

static void begin_arrival(const struct walk *walk, struct arrival *arrival)
{
    text_init(&arrival->content, walk->document, walk->limits->feed_bytes);
    json_items_init(&arrival->items, walk->document, walk->limits->feed_bytes);
}

static bool take_bytes(const struct walk *walk, struct arrival *arrival, span bytes,
                       struct err *err)
{
    if (!walk->as_lists) {
        text_add(&arrival->content, bytes);
        return true; // end_arrival sees whether there was room
    }
    while (bytes.len) {
        if (!json_items_step(&arrival->items, &bytes, &arrival->document.bytes, err))
            return err_add(err, "%s", quote(arrival->document.path).text);
        if (arrival->document.bytes.len && !walk->visit(walk->self, &arrival->document, err))
            return false;
    }
    return true;
}

static bool end_arrival(const struct walk *walk, struct arrival *arrival, struct err *err)
{
    if (walk->as_lists)
        return json_items_finish(&arrival->items, err) ||
               err_add(err, "%s", quote(arrival->document.path).text);
    if (!text_ok(&arrival->content))
        return err_set(err, ERR_LIMIT, "%s: longer than feed_bytes",
                       quote(arrival->document.path).text);
    arrival->document.bytes = text_span(&arrival->content);
    return walk->visit(walk->self, &arrival->document, err);
}

// Beside lists an archive may have a licence and the like.
static bool is_wanted(const struct walk *walk, const struct tar_entry *entry)
{
    return entry->type == TAR_REGULAR &&
           (!walk->as_lists || span_ends_with(entry->path, S(".json")));
}

// Shows a member's content to the visitor; *ret_event is what follows it.
static bool visit_member(struct walk *walk, enum tar_event *ret_event, struct err *err)
{
    const struct tar_entry *entry = tar_entry(walk->tar);
    struct arrival arrival = {.document.modified = day_of(entry->modified)};
    arena_reset(walk->document);
    if (!arena_span(walk->document, entry->path, &arrival.document.path))
        return arena_err(walk->document, err, "path of a document");
    begin_arrival(walk, &arrival);
    bool wanted = is_wanted(walk, entry);
    if (!wanted)
        tar_skip(walk->tar);
    if (!next_event(walk, ret_event, err))
        return err_add(err, "%s", quote(arrival.document.path).text);
    while (*ret_event == TAR_DATA) {
        uint64_t offset = 0;
        if (!take_bytes(walk, &arrival, tar_data(walk->tar, &offset), err))
            return false;
        if (!next_event(walk, ret_event, err))
            return err_add(err, "%s", quote(arrival.document.path).text);
    }
    return !wanted || end_arrival(walk, &arrival, err);
}

static bool visit_members(struct walk *walk, struct err *err)
{
    enum tar_event event = TAR_MORE;
    if (!next_event(walk, &event, err))
        return false;
    while (event == TAR_ENTRY)
        if (!visit_member(walk, &event, err))
            return false;
    return true;
}

static bool visit_whole(struct walk *walk, const char *path, struct err *err)
{
    struct arrival arrival = {.document.path = span_of_text(path)};
    begin_arrival(walk, &arrival);
    span chunk = {0};
    do {
        if (!stream_next(walk->stream, &chunk, err) || !take_bytes(walk, &arrival, chunk, err))
            return false;
    } while (chunk.len);
    return end_arrival(walk, &arrival, err);
}

uint64_t document_budget(const struct limits *limits)
{
    enum { COPIES = 4 }; // a growing text is copied as it doubles
    uint64_t budget = 0;
    return __builtin_mul_overflow(limits->feed_bytes, COPIES, &budget) ? UINT64_MAX : budget;
}

// "x.tar.zst" and "x.tar" are archives of documents, anything else is one.
static bool is_archive(const char *path)
{
    span name = path_name(span_of_text(path));
    return span_ends_with(name, S(".tar")) || span_contains(name, S(".tar."));
}

bool archive_each(const char *path, bool as_lists, const struct limits *limits,
                  archive_visitor *visit, void *self, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    if (!os_open_read(path, &fd, err) || !open_stream(fd, limits, &stream, err))
        return false;
    CLEANUP(arena_cleanup) struct arena *document = arena_new(document_budget(limits));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->header_bytes);
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(4 * limits->header_bytes);
    if (!document || !mem || !headers)
        return err_set(err, ERR_MEMORY, "archive");
    struct walk walk = {
        .limits = limits,
        .stream = stream,
        .document = document,
        .as_lists = as_lists,
        .visit = visit,
        .self = self,
    };
    if (!is_archive(path))
        return visit_whole(&walk, path, err);
    return tar_new(mem, headers, limits, &walk.tar, err) && visit_members(&walk, err);
}
