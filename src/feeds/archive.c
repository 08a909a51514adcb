#include "feeds/feeds_inner.h"

#include "format/tar/tar.h"
#include "format/zip/zip.h"
#include "os/os.h"
#include "stream/stream.h"

#include <stdio.h>

// What a publisher says anew of records in other files: "nvdcve-1.1-recent.json".
static bool is_of_changes(span path)
{
    span name = path_name(path);
    return span_contains(name, S("-recent")) || span_contains(name, S("-modified"));
}

static bool is_wanted(enum file_form form, span path)
{
    switch (form) {
    case FORM_DOCUMENT:
    case FORM_MAP:
        return true;
    case FORM_LIST:
        return !is_of_changes(path);
    case FORM_LIST_OF_CHANGES:
        return is_of_changes(path);
    }
    assert(false);
    return false;
}

// Beside lists an archive may have a licence and the like.
static bool is_wanted_member(enum file_form form, span path)
{
    return is_wanted(form, path) && (form == FORM_DOCUMENT || span_ends_with(path, S(".json")));
}

// An archive is walked member by member; `document` holds the content of one.
struct walk {
    const struct limits *limits;
    span prefix; // of the paths of documents: the directory below that of the feed
    span top;    // directory that git archives put everything in; empty: none
    struct stream *stream;
    struct tar_reader *tar;
    span input; // what the tar reader has not consumed yet
    struct arena *document;
    struct arena *names;
    enum file_form form;
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
    json_items_init(&arrival->items, walk->form == FORM_MAP, walk->document,
                    walk->limits->feed_bytes);
}

static bool take_bytes(const struct walk *walk, struct arrival *arrival, span bytes,
                       struct err *err)
{
    if (walk->form == FORM_DOCUMENT) {
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
    if (walk->form != FORM_DOCUMENT)
        return json_items_finish(&arrival->items, err) ||
               err_add(err, "%s", quote(arrival->document.path).text);
    if (!text_ok(&arrival->content))
        return err_set(err, ERR_LIMIT, "%s: longer than feed_bytes",
                       quote(arrival->document.path).text);
    arrival->document.bytes = text_span(&arrival->content);
    return walk->visit(walk->self, &arrival->document, err);
}

// The path that translators see: without the directory that git archives put everything in.
static bool name_document(const struct walk *walk, span path, span *ret, struct err *err)
{
    struct text name = {0};
    text_init(&name, walk->document, walk->limits->path_bytes);
    text_add(&name, walk->prefix);
    text_add(&name, walk->top.len && span_starts_with(path, walk->top)
                        ? span_from(path, walk->top.len)
                        : path);
    *ret = text_span(&name);
    return text_ok(&name) || arena_err(walk->document, err, "path of a document");
}

// Shows a member's content to the visitor; *ret_event is what follows it.
static bool visit_member(struct walk *walk, enum tar_event *ret_event, struct err *err)
{
    const struct tar_entry *entry = tar_entry(walk->tar);
    struct arrival arrival = {.document.modified = day_of(entry->modified)};
    arena_reset(walk->document);
    if (!name_document(walk, entry->path, &arrival.document.path, err))
        return false;
    begin_arrival(walk, &arrival);
    bool wanted = entry->type == TAR_REGULAR && is_wanted_member(walk->form, entry->path);
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

// "REPOSITORY-BRANCH/" is the first member of what git archives and forges pack.
static bool find_top(struct walk *walk, struct err *err)
{
    const struct tar_entry *entry = tar_entry(walk->tar);
    span path = span_trim_end(entry->path, '/');
    if (entry->type != TAR_DIRECTORY || path.len == 0 || span_find(path, '/') != SPAN_NONE)
        return true;
    return arena_span(walk->names, span_first(entry->path, path.len + 1), &walk->top) ||
           arena_err(walk->names, err, "archive");
}

static bool visit_members(struct walk *walk, struct err *err)
{
    enum tar_event event = TAR_MORE;
    if (!next_event(walk, &event, err) || (event == TAR_ENTRY && !find_top(walk, err)))
        return false;
    while (event == TAR_ENTRY)
        if (!visit_member(walk, &event, err))
            return false;
    return true;
}

// Without what only says how it is packed.
static span without_suffix(span path)
{
    static const char *const suffixes[] = {".zst", ".gz", ".xz", ".bz2"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        span suffix = span_of_text(suffixes[i]);
        if (span_ends_with(path, suffix))
            return span_first(path, path.len - suffix.len);
    }
    return path;
}

static bool visit_stream(struct walk *walk, struct stream *stream, span name, uint32_t modified,
                         struct err *err)
{
    struct arrival arrival = {.document.modified = modified};
    span chunk = {0};
    arena_reset(walk->document);
    if (!name_document(walk, name, &arrival.document.path, err))
        return false;
    begin_arrival(walk, &arrival);
    do {
        if (!stream_next(stream, &chunk, err) || !take_bytes(walk, &arrival, chunk, err))
            return false;
    } while (chunk.len);
    return end_arrival(walk, &arrival, err);
}

// ---------------------------------------------------------------- zip

static bool read_descriptor(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const int *fd = self;
    uint8_t *at = to;
    while (len) {
        size_t got = 0;
        if (!os_read_at(*fd, offset, at, len, &got, err))
            return false;
        if (got == 0)
            return err_set(err, ERR_INPUT, "the archive is cut short");
        at += got;
        offset += got;
        len -= got;
    }
    return true;
}

static bool visit_zipped(struct walk *walk, const struct content *content,
                         const struct zip_entry *entry, struct arena *mem, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *packed = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    uint64_t offset = 0;
    if (span_ends_with(entry->name, S("/")) || !is_wanted_member(walk->form, entry->name))
        return true;
    if (entry->overlaps || (entry->method != ZIP_DEFLATED && entry->method != ZIP_STORED))
        return err_set(err, ERR_UNSUPPORTED, "zip: '%s' is packed in another way",
                       quote(entry->name).text);
    enum compression compression =
        entry->method == ZIP_DEFLATED ? COMPRESSION_DEFLATE : COMPRESSION_NONE;
    return zip_locate(content, entry, mem, &offset, err) &&
           stream_open_content(content, offset, entry->packed_size, &packed, err) &&
           stream_open_decompress(compression, take(&packed), walk->limits, NULL, &stream, err) &&
           visit_stream(walk, stream, entry->name, 0, err);
}

static bool visit_zip(struct walk *walk, int fd, struct err *err)
{
    struct os_stat st = {0};
    struct zip zip = {0};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(document_budget(walk->limits));
    if (!mem)
        return err_set(err, ERR_MEMORY, "archive");
    if (!os_stat_fd(fd, &st, err))
        return false;
    struct content content = {.size = st.size, .self = &fd, .read = read_descriptor};
    if (!zip_open(&content, walk->limits, mem, &zip, err))
        return false;
    if (zip.damage.kind != ERR_NONE)
        return err_copy(err, &zip.damage);
    for (size_t i = 0; i < zip.count; i++)
        if (!visit_zipped(walk, &content, &zip.entries[i], mem, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- files and directories

uint64_t document_budget(const struct limits *limits)
{
    enum { COPIES = 4 }; // a growing text is copied as it doubles
    uint64_t budget = 0;
    return __builtin_mul_overflow(limits->feed_bytes, COPIES, &budget) ? UINT64_MAX : budget;
}

// By the name, or by what POSIX and GNU write into every header.
static bool is_tar(span name, span start)
{
    enum { MAGIC_AT = 257, MAGIC_SIZE = 5 };
    return span_ends_with(name, S(".tar")) || span_contains(name, S(".tar.")) ||
           span_equal(span_slice(start, MAGIC_AT, MAGIC_SIZE), S("ustar"));
}

static bool visit_file(struct walk *walk, const char *path, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(walk->limits->header_bytes);
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(4 * walk->limits->header_bytes);
    span name = path_name(span_of_text(path));
    uint8_t magic[4] = {0};
    span start = {0};
    size_t got = 0;
    if (!mem || !headers)
        return err_set(err, ERR_MEMORY, "archive");
    if (!os_open_read(path, &fd, err) || !os_read_at(fd, 0, magic, sizeof magic, &got, err))
        return false;
    if (zip_detect(span_of(magic, got)))
        return visit_zip(walk, fd, err);
    if (!open_stream(fd, walk->limits, &stream, err) || !stream_peek(stream, &start, err))
        return false;
    if (!is_tar(name, start))
        return !is_wanted(walk->form, name) ||
               visit_stream(walk, stream, without_suffix(name), 0, err);
    walk->stream = stream;
    walk->input = (span){0};
    walk->names = mem;
    walk->top = (span){0};
    return tar_new(mem, headers, walk->limits, &walk->tar, err) && visit_members(walk, err);
}

enum { PATH_BYTES = 4096, MOST_FILES = 4096, MOST_LEVELS = 4 };

static bool visit_path(struct walk *walk, const char *path, span prefix, unsigned level,
                       struct err *err);

// Files whose names begin with a dot are none of the feed's: what a download leaves behind.
static bool visit_directory(struct walk *walk, const char *path, span prefix, unsigned level,
                            struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(walk->limits->header_bytes);
    struct os_names names = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "archive");
    if (level == MOST_LEVELS)
        return err_set(err, ERR_LIMIT, "directories nested deeper than %d", MOST_LEVELS);
    if (!os_open_directory(path, &fd, err) || !os_list_directory(fd, MOST_FILES, mem, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        char below[PATH_BYTES];
        span name = names.items[i];
        int len = snprintf(below, sizeof below, "%s/%.*s", path, (int)name.len, name.ptr);
        if (len < 0 || (size_t)len >= sizeof below)
            return err_set(err, ERR_LIMIT, "a path is too long");
        if (name.ptr[0] != '.' && !visit_path(walk, below, prefix, level + 1, err))
            return false;
    }
    return true;
}

// `prefix` is what the directories above, below that of the feed, are called.
static bool visit_path(struct walk *walk, const char *path, span prefix, unsigned level,
                       struct err *err)
{
    struct os_stat st = {0};
    if (!os_stat_path(path, &st, err))
        return false;
    walk->prefix = prefix;
    if (st.kind != OS_DIRECTORY)
        return visit_file(walk, path, err);
    char below[PATH_BYTES] = "";
    span name = path_name(span_of_text(path));
    int len = level == 0 ? 0
                         : snprintf(below, sizeof below, "%.*s%.*s/", (int)prefix.len,
                                    (const char *)prefix.ptr, (int)name.len, name.ptr);
    if (len < 0 || (size_t)len >= sizeof below)
        return err_set(err, ERR_LIMIT, "a path is too long");
    return visit_directory(walk, path, span_of_text(below), level, err);
}

bool archive_each(const char *path, enum file_form form, const struct limits *limits,
                  archive_visitor *visit, void *self, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *document = arena_new(document_budget(limits));
    if (!document)
        return err_set(err, ERR_MEMORY, "archive");
    struct walk walk = {
        .limits = limits,
        .document = document,
        .form = form,
        .visit = visit,
        .self = self,
    };
    return visit_path(&walk, path, (span){0}, 0, err);
}
