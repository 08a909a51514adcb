// Opens a target and prints the image as JSON, with the SHA-256 of every layer as it was read.
// For the integration tests: no worker, no unpacking. Options come from the environment.
#include <stdio.h>
#include <stdlib.h>

#include "crypto/crypto.h"
#include "format/json/json.h"
#include "format/tar/tar.h"
#include "os/os.h"
#include "scan/source/source.h"
#include "stream/stream.h"

enum { MEMORY_BYTES = 256 << 20 };

static bool hash_stream(const struct source_layer *layer, struct digest_text *ret,
                        uint64_t *ret_bytes, struct err *err)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct stream_file file = {
        .fd = layer->fd,
        .seekable = layer->seekable,
        .offset = layer->offset,
        .length = layer->length,
    };
    if (!hasher_new(DIGEST_SHA256, &hasher, err) || !stream_open_file(file, NULL, &stream, err))
        return false;
    for (;;) {
        span chunk = {0};
        if (!stream_next(stream, &chunk, err))
            return false;
        if (chunk.len == 0)
            break;
        hasher_add(hasher, chunk);
        *ret_bytes += chunk.len;
    }
    *ret = digest_text(hasher_finish(hasher));
    return true;
}

static bool dump_layer(struct source *source, size_t index, struct json_out *out, struct err *err)
{
    const struct layer *layer = &source_image(source)->layers[index];
    struct source_layer stream = {.fd = -1};
    struct digest_text read = {0};
    uint64_t bytes = 0;
    struct err failed = {0};
    bool fine = source_layer_open(source, index, &stream, &failed) &&
                hash_stream(&stream, &read, &bytes, &failed);
    os_close(&stream.fd);
    struct err ended = {0};
    if (!source_layer_finish(source, index, &ended))
        failed = ended;
    json_begin_object(out);
    json_field_text(out, "diff_id", layer->diff_id);
    json_field_text(out, "digest", layer->digest);
    json_field_text(out, "created_by", layer->created_by);
    json_field_u64(out, "stored_bytes", layer->stored_bytes);
    json_field_text(out, "read", span_of_text(read.text));
    json_field_u64(out, "read_bytes", bytes);
    json_field_text(out, "error", span_of_text(failed.text));
    json_end_object(out);
    if (fine && failed.kind == ERR_NONE)
        return true;
    *err = failed;
    return false;
}

static void dump_image(const struct image *image, struct json_out *out)
{
    json_field_text(out, "name", image->name);
    json_field_text(out, "kind", image->kind);
    json_field_text(out, "manifest_digest", image->manifest_digest);
    json_field_text(out, "image_id", image->image_id);
    json_field_text(out, "os", image->platform.os);
    json_field_text(out, "architecture", image->platform.architecture);
    json_field_text(out, "variant", image->platform.variant);
}

static void dump_notes(const struct notes *notes, struct json_out *out)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        json_begin_object(out);
        json_field_text(out, "kind", span_of_text(note_kind_name(note->kind)));
        json_field_text(out, "location", note->location);
        json_field_text(out, "text", note->text);
        json_end_object(out);
    }
}

static void dump_entries(struct tar_reader *tar, span chunk, struct json_out *out)
{
    enum tar_event event = TAR_MORE;
    while (tar_step(tar, &chunk, &event, NULL) && event != TAR_MORE && event != TAR_END) {
        if (event != TAR_ENTRY)
            continue;
        const struct tar_entry *entry = tar_entry(tar);
        json_begin_object(out);
        json_field_text(out, "path", entry->path);
        json_field_text(out, "link", entry->link);
        json_field_u64(out, "size", entry->size);
        json_end_object(out);
    }
}

// The one layer of a tree: an archive of its files.
static bool dump_archive(const struct source_layer *layer, const struct limits *limits,
                         struct arena *mem, struct json_out *out, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(1 << 24);
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct tar_reader *tar = NULL;
    struct stream_file file = {.fd = layer->fd};
    if (!headers || !tar_new(mem, headers, limits, &tar, err) ||
        !stream_open_file(file, NULL, &stream, err))
        return false;
    for (;;) {
        span chunk = {0};
        if (!stream_next(stream, &chunk, err))
            return false;
        if (chunk.len == 0)
            return true;
        dump_entries(tar, chunk, out);
    }
}

static bool dump_tree(struct source *source, const struct limits *limits, struct arena *mem,
                      struct json_out *out, struct err *err)
{
    struct source_layer layer = {.fd = -1};
    json_key(out, "files");
    json_begin_array(out);
    bool fine =
        source_layer_open(source, 0, &layer, err) && dump_archive(&layer, limits, mem, out, err);
    os_close(&layer.fd);
    json_end_array(out);
    return source_layer_finish(source, 0, fine ? err : NULL) && fine;
}

static bool dump_layers(struct source *source, struct json_out *out, struct err *err)
{
    bool fine = true;
    json_key(out, "layers");
    json_begin_array(out);
    for (size_t i = 0; i < source_image(source)->layer_count; i++)
        fine &= dump_layer(source, i, out, err);
    json_end_array(out);
    return fine;
}

static bool dump(span target, const struct source_options *options, struct arena *mem,
                 struct text *text, struct err *err)
{
    CLEANUP(source_close) struct source *source = NULL;
    struct notes notes = {0};
    struct json_out out = {.text = text, .indent = 1};
    notes_init(&notes, mem, options->limits);
    if (!source_open(target, options, mem, &notes, &source, err))
        return false;
    json_begin_object(&out);
    dump_image(source_image(source), &out);
    bool is_tree = source_layer_count(source) > source_image(source)->layer_count;
    bool fine = is_tree ? dump_tree(source, options->limits, mem, &out, err)
                        : dump_layers(source, &out, err);
    json_key(&out, "notes");
    json_begin_array(&out);
    dump_notes(&notes, &out);
    json_end_array(&out);
    json_end_object(&out);
    text_add_byte(text, '\n');
    return fine;
}

static struct platform asked_platform(void)
{
    struct platform platform = {0};
    span text = span_of_text(getenv("DUMP_PLATFORM"));
    platform.os = span_cut(&text, '/');
    platform.architecture = span_cut(&text, '/');
    platform.variant = text;
    return platform;
}

static bool considers_file(const void *self, span path, uint64_t size, uint32_t mode)
{
    (void)size;
    (void)mode;
    return wants_match(self, path);
}

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    (void)size;
    (void)start;
    return wants_match(self, path);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 64;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY_BYTES);
    if (!mem)
        return 1;
    struct limits limits = limits_default();
    if (getenv("DUMP_ENTRIES") &&
        !span_to_u64(span_of_text(getenv("DUMP_ENTRIES")), &limits.layer_entries))
        return 64;
    const span patterns[] = {S("etc/os-release"), S("usr/lib/apk/db/installed"),
                             S("var/lib/dpkg/status"), S("var/lib/dpkg/info/*.list")};
    struct wants wants = {.patterns = patterns, .count = sizeof patterns / sizeof *patterns};
    struct source_options options = {
        .platform = asked_platform(),
        .limits = &limits,
        .filter = {.self = &wants, .considers = considers_file, .wants = wants_file},
        .spool_directory = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
        .docker_host = getenv("DOCKER_HOST"),
        .runtime_directory = getenv("XDG_RUNTIME_DIR"),
        .net.user_agent = "plimsoll-test",
        .net.ca_file = getenv("DUMP_CA_FILE"),
        .net.plain_http = getenv("DUMP_PLAIN_HTTP"),
        .net.docker_config = getenv("DOCKER_CONFIG"),
        .net.limits = &limits,
    };
    struct text text = {0};
    struct err err = {0};
    text_init(&text, mem, MEMORY_BYTES / 4);
    bool fine = dump(span_of_text(argv[1]), &options, mem, &text, &err);
    if (text_span(&text).len)                        // fwrite takes no null pointer
        (void)fwrite(text.ptr, 1, text.len, stdout); // the test reads it
    if (!fine)
        (void)fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.text);
    return fine ? 0 : 1;
}
