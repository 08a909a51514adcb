#include "flow/upstream_inner.h"
#include "net/net.h"
#include "os/os.h"

#include <stdio.h>

// The files of one download: NAME, what is known of it, and the next one as it comes.
struct places {
    const char *file;
    const char *part;
    const char *file_says;
    const char *part_says;
};

// Lines: the address, the etag, the date.
struct said {
    span url;
    struct web_version version;
};

static const char *place(struct arena *mem, const char *directory, const char *before, span name,
                         const char *after)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, span_of_text(directory));
    text_add_byte(&text, '/');
    text_add(&text, span_of_text(before));
    text_add(&text, name);
    text_add(&text, span_of_text(after));
    return text_ok(&text) ? arena_text(mem, text_span(&text)) : NULL;
}

static bool find_places(struct arena *mem, const char *directory, span name, struct places *ret,
                        struct err *err)
{
    struct places places = {
        .file = place(mem, directory, "", name, ""),
        .part = place(mem, directory, ".", name, ".part"),
        .file_says = place(mem, directory, ".", name, ".state"),
        .part_says = place(mem, directory, ".", name, ".part-state"),
    };
    *ret = places;
    return (places.file && places.part && places.file_says && places.part_says) ||
           arena_err(mem, err, "download");
}

// Nothing is known where there is no such file, or of another address.
static bool read_said(const char *path, span url, struct arena *mem, struct said *ret,
                      struct err *err)
{
    enum { MOST_BYTES = 1 << 16 };
    struct err failure = {0};
    span text = {0};
    struct said said = {0};
    if (!os_read_file(path, MOST_BYTES, mem, &text, &failure) && failure.kind != ERR_MISSING)
        return err_copy(err, &failure);
    said.url = span_cut_line(&text);
    said.version.etag = span_cut_line(&text);
    said.version.modified = span_cut_line(&text);
    *ret = span_equal(said.url, url) ? said : (struct said){0};
    return true;
}

static bool write_said(const char *path, span url, struct web_version version, struct arena *mem,
                       struct err *err)
{
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, url);
    text_add_byte(&text, '\n');
    text_add(&text, version.etag);
    text_add_byte(&text, '\n');
    text_add(&text, version.modified);
    text_add_byte(&text, '\n');
    if (!text_ok(&text))
        return arena_err(mem, err, "download");
    return os_output_open(path, &output, err) && os_write_all(output.fd, text_span(&text), err) &&
           os_output_publish(&output, err);
}

static bool is_there(const char *path)
{
    struct os_stat st = {0};
    return os_stat_path(path, &st, NULL) && st.kind == OS_FILE;
}

// What had come of another file than the one that is there now must not be continued.
static bool prepare(const struct places *places, span url, struct arena *mem, int fd,
                    struct web_request *request, struct err *err)
{
    struct said known = {0};
    struct said part = {0};
    struct os_stat st = {0};
    if (!read_said(places->file_says, url, mem, &known, err) ||
        !read_said(places->part_says, url, mem, &part, err) || !os_stat_fd(fd, &st, err))
        return false;
    bool continues = part.version.etag.len || part.version.modified.len;
    if (!continues && !os_resize(fd, 0, err))
        return false;
    request->offset = continues ? st.size : 0;
    request->part = part.version;
    if (is_there(places->file))
        request->known = known.version;
    return true;
}

// The order matters to a crash: a file without what is known of it is fetched anew, no more.
static bool settle(const struct places *places, const struct web_request *request,
                   const struct web_answer *answer, struct arena *mem, struct err *err)
{
    return os_remove_file(places->part_says, err) &&
           (answer->unchanged
                ? os_remove_file(places->part, err)
                : os_remove_file(places->file_says, err) &&
                      os_rename(places->part, places->file, err) &&
                      write_said(places->file_says, request->url, answer->version, mem, err));
}

bool upstream_fetch(struct web *web, span url, const char *directory, span name,
                    const struct limits *limits, struct arena *mem, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct places places = {0};
    struct web_answer answer = {0};
    struct web_request request = {.url = url, .most = limits->spool_bytes};
    if (!find_places(mem, directory, name, &places, err) || !os_make_directories(directory, err) ||
        !os_open_update(places.part, &fd, err) || !prepare(&places, url, mem, fd, &request, err))
        return false;
    request.fd = fd;
    if (web_fetch(web, &request, mem, &answer, err))
        return settle(&places, &request, &answer, mem, err);
    if (answer.length) // the next try goes on from here; without this it begins anew
        (void)write_said(places.part_says, url, answer.version, mem, NULL);
    return false;
}
