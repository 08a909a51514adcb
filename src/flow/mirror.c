#include "flow/update_inner.h"
#include "format/tar/tar.h"
#include "net/net.h"
#include "os/os.h"

#include <stdlib.h>

// A file in an archive.
struct member {
    span name;
    uint64_t offset;
    uint64_t size;
};

struct mirror {
    struct arena *mem;
    struct arena *scratch; // of one call
    const char *directory; // null: elsewhere
    struct web *web;       // null: elsewhere
    span url;
    int archive;
    struct list members; // of struct member
};

// ---------------------------------------------------------------- archives

static bool index_member(struct mirror *mirror, const struct tar_reader *tar, struct err *err)
{
    struct member *member = LIST_ADD(&mirror->members, struct member);
    if (!member || !arena_span(mirror->mem, tar_entry(tar)->path, &member->name))
        return err_set(err, ERR_LIMIT, "too many files in it");
    member->offset = tar_content_offset(tar);
    member->size =
        tar_entry(tar)->type == TAR_REGULAR && !tar_entry(tar)->sparse ? tar_content_size(tar) : 0;
    return true;
}

static bool index_block(struct mirror *mirror, struct tar_reader *tar, span block, bool *ret_ended,
                        struct err *err)
{
    enum tar_event event = TAR_ENTRY;
    while (event != TAR_MORE && event != TAR_END) {
        if (!tar_step(tar, &block, &event, err))
            return false;
        if (event == TAR_ENTRY) {
            if (!index_member(mirror, tar, err))
                return false;
            tar_skip(tar);
        }
    }
    *ret_ended = event == TAR_END;
    return true;
}

static bool index_archive(struct mirror *mirror, const struct limits *limits, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(4 * limits->header_bytes);
    struct tar_reader *tar = NULL;
    uint8_t buffer[1 << 16];
    bool ended = false;
    size_t got = 1;
    if (!headers)
        return err_set(err, ERR_MEMORY, "archive: no memory");
    list_init(&mirror->members, mirror->mem, sizeof(struct member), limits->archive_entries);
    if (!tar_new(mirror->mem, headers, limits, &tar, err))
        return false;
    while (!ended && got) {
        if (!os_read(mirror->archive, buffer, sizeof buffer, &got, err) ||
            !index_block(mirror, tar, span_of(buffer, got), &ended, err))
            return false;
    }
    return ended || tar_finish(tar, err);
}

static bool find_member(const struct mirror *mirror, const char *name, struct member *ret,
                        struct err *err)
{
    for (size_t i = 0; i < mirror->members.count; i++) {
        const struct member *member = LIST_AT(&mirror->members, struct member, i);
        if (span_equal(member->name, span_of_text(name))) {
            *ret = *member;
            return true;
        }
    }
    return err_set(err, ERR_MISSING, "%s: not in the archive", name);
}

// ---------------------------------------------------------------- opening

static bool open_local(struct mirror *mirror, span place, const struct limits *limits,
                       struct err *err)
{
    const char *path = arena_text(mirror->mem, place);
    struct os_stat st = {0};
    if (!path)
        return arena_err(mirror->mem, err, "mirror");
    if (place.len == 0)
        return err_set(err, ERR_USAGE, "no directory, URL or archive is named");
    if (!os_stat_path(path, &st, err))
        return false;
    if (st.kind != OS_FILE) {
        mirror->directory = path;
        return true;
    }
    return os_open_read(path, &mirror->archive, err) &&
           (index_archive(mirror, limits, err) ||
            err_add(err, "%s: not an archive of a published database", quote(place).text));
}

bool mirror_open(span place, const struct net_options *net, const struct limits *limits,
                 struct mirror **ret, struct err *err)
{
    CLEANUP(mirror_cleanup) struct mirror *mirror = calloc(1, sizeof *mirror);
    if (!mirror)
        return err_set(err, ERR_MEMORY, "mirror: no memory");
    mirror->archive = -1;
    mirror->mem = arena_new(limits->document_bytes);
    mirror->scratch = arena_new(limits->document_bytes);
    if (!mirror->mem || !mirror->scratch)
        return err_set(err, ERR_MEMORY, "mirror: no memory");
    mirror->url = span_trim_end(place, '/');
    bool opened = web_is_url(place) ? web_open(net, &mirror->web, err)
                                    : open_local(mirror, place, limits, err);
    if (!opened)
        return false;
    *ret = take(&mirror);
    return true;
}

void mirror_close(struct mirror *mirror)
{
    if (!mirror)
        return;
    web_close(mirror->web);
    os_close(&mirror->archive);
    arena_free(mirror->mem);
    arena_free(mirror->scratch);
    free(mirror);
}

void mirror_cleanup(struct mirror **mirror)
{
    mirror_close(*mirror);
}

bool mirror_lasts(const struct mirror *mirror)
{
    return mirror->archive < 0;
}

// ---------------------------------------------------------------- reading

static bool make_url(const struct mirror *mirror, const char *name, span *ret, struct err *err)
{
    struct text url = {0};
    text_init(&url, mirror->scratch, SIZE_MAX);
    text_add(&url, mirror->url);
    text_add_byte(&url, '/');
    text_add(&url, span_of_text(name));
    *ret = text_span(&url);
    return text_ok(&url) || arena_err(mirror->scratch, err, "mirror");
}

static bool read_web(const struct mirror *mirror, const char *name, uint64_t most,
                     struct arena *mem, span *ret, struct err *err)
{
    span url = {0};
    return make_url(mirror, name, &url, err) && web_read(mirror->web, url, most, mem, ret, err);
}

static bool read_member(const struct mirror *mirror, const char *name, uint64_t most,
                        struct arena *mem, span *ret, struct err *err)
{
    struct member member = {0};
    size_t got = 0;
    if (!find_member(mirror, name, &member, err))
        return false;
    if (member.size > most)
        return err_set(err, ERR_LIMIT, "%s: longer than %llu bytes", name,
                       (unsigned long long)most);
    uint8_t *bytes = arena_alloc(mem, (size_t)member.size);
    if (!bytes)
        return arena_err(mem, err, name);
    while (got < member.size) {
        size_t more = 0;
        if (!os_read_at(mirror->archive, member.offset + got, bytes + got,
                        (size_t)member.size - got, &more, err))
            return false;
        if (more == 0)
            return err_set(err, ERR_INPUT, "%s: the archive is cut short", name);
        got += more;
    }
    *ret = span_of(bytes, got);
    return true;
}

bool mirror_read(struct mirror *mirror, const char *name, uint64_t most, struct arena *mem,
                 span *ret, struct err *err)
{
    arena_reset(mirror->scratch);
    if (mirror->web)
        return read_web(mirror, name, most, mem, ret, err);
    if (!mirror->directory)
        return read_member(mirror, name, most, mem, ret, err);
    const char *path = file_in(mirror->scratch, mirror->directory, name);
    return path ? os_read_file(path, most, mem, ret, err)
                : arena_err(mirror->scratch, err, "mirror");
}

// ---------------------------------------------------------------- fetching

// Where the bytes of a file lie in another.
struct range {
    uint64_t offset; // of the file
    uint64_t start;  // in the file
    uint64_t end;
};

static bool copy_range(int from, const struct range *range, int to, struct err *err)
{
    uint8_t buffer[1 << 16];
    for (uint64_t at = range->start; at < range->end;) {
        size_t want = range->end - at < sizeof buffer ? (size_t)(range->end - at) : sizeof buffer;
        size_t got = 0;
        if (!os_read_at(from, range->offset + at, buffer, want, &got, err))
            return false;
        if (got == 0)
            return err_set(err, ERR_INPUT, "ends after %llu of %llu bytes", (unsigned long long)at,
                           (unsigned long long)range->end);
        if (!os_write_at(to, at, span_of(buffer, got), err))
            return false;
        at += got;
    }
    return true;
}

static bool fetch_web(const struct mirror *mirror, const char *name, uint64_t start,
                      uint64_t length, int fd, struct err *err)
{
    struct web_answer answer = {0};
    struct web_request request = {.fd = fd, .offset = start, .most = length, .immutable = true};
    if (!make_url(mirror, name, &request.url, err) ||
        !web_fetch(mirror->web, &request, mirror->scratch, &answer, err))
        return false;
    return answer.length == length ||
           err_set(err, ERR_UNTRUSTED, "%llu bytes long, should be %llu",
                   (unsigned long long)answer.length, (unsigned long long)length);
}

static bool fetch_member(const struct mirror *mirror, const char *name, uint64_t start,
                         uint64_t length, int fd, struct err *err)
{
    struct member member = {0};
    if (!find_member(mirror, name, &member, err))
        return false;
    if (member.size != length)
        return err_set(err, ERR_UNTRUSTED, "%s: %llu bytes long, should be %llu", name,
                       (unsigned long long)member.size, (unsigned long long)length);
    struct range range = {.offset = member.offset, .start = start, .end = length};
    return copy_range(mirror->archive, &range, fd, err);
}

bool mirror_fetch(struct mirror *mirror, const char *name, uint64_t start, uint64_t length, int fd,
                  struct err *err)
{
    CLEANUP(os_close) int from = -1;
    arena_reset(mirror->scratch);
    if (mirror->web)
        return fetch_web(mirror, name, start, length, fd, err);
    if (!mirror->directory)
        return fetch_member(mirror, name, start, length, fd, err);
    const char *path = file_in(mirror->scratch, mirror->directory, name);
    struct range range = {.start = start, .end = length};
    if (!path)
        return arena_err(mirror->scratch, err, "mirror");
    return os_open_read(path, &from, err) && copy_range(from, &range, fd, err);
}
