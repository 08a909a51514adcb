#include "scan/unpack/unpack_inner.h"

#include <string.h>

// ---------------------------------------------------------------- the pass

static bool read_chunk(struct unpacking *u, span chunk, bool *ret_end, struct err *err)
{
    for (;;) {
        enum tar_event event = TAR_MORE;
        if (!u->reading.active)
            tar_skip(u->tar); // the rest of the member, if there is one
        if (!tar_step(u->tar, &chunk, &event, err))
            return false;
        switch (event) {
        case TAR_MORE:
            return true;
        case TAR_ENTRY:
            if (!take_entry(u, err))
                return false;
            break;
        case TAR_DATA:
            if (!reading_take(u, err))
                return false;
            break;
        case TAR_END:
            *ret_end = true;
            return true;
        }
    }
}

static bool read_tar(struct unpacking *u, struct stream *stream, struct err *err)
{
    bool end = false;
    span chunk = {0};
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        if (stream_position(stream) > u->limits->layer_bytes)
            return err_set(err, ERR_LIMIT, "more than %llu bytes",
                           (unsigned long long)u->limits->layer_bytes);
        if (!end && chunk.len && !read_chunk(u, chunk, &end, err))
            return false;
    } while (chunk.len);
    return tar_finish(u->tar, err);
}

// What a stream or the tar says of bad bytes is a note; what the machine says is an error.
static bool is_content(const struct err *err)
{
    return err->kind == ERR_INPUT || err->kind == ERR_LIMIT || err->kind == ERR_UNSUPPORTED;
}

// Results of files that came before the damage are taken as well.
static bool read_all(struct unpacking *u, struct stream *stream, struct err *err)
{
    struct err problem = {0};
    bool read = read_tar(u, stream, err);
    if (looking_settle(u, &problem))
        return read;
    if (read || !is_content(&problem))
        *err = problem;
    return false;
}

// Whatever the tar reader left, so that the digests cover all bytes. False when the end is not
// reached within `most` bytes: a failure is one of the bytes and shows in the digest.
static bool drain(struct stream *stream, uint64_t most)
{
    span chunk = {0};
    do {
        if (stream_position(stream) > most || !stream_next(stream, &chunk, NULL))
            return false;
    } while (chunk.len);
    return true;
}

// ---------------------------------------------------------------- digests

struct digesting {
    struct lane *stored;   // of the blob
    struct lane *unpacked; // of the tar; null where the blob is the tar
    uint8_t *room[2];      // for their texts, set aside before hostile bytes fill the arena
};

static void digesting_close(struct digesting *digesting)
{
    lane_free(digesting->stored);
    lane_free(digesting->unpacked);
}

static bool check(const char *what, digest found, span expected, uint8_t *room, span *ret,
                  struct err *err)
{
    struct digest_text text = digest_text(found);
    span value = span_of_text(text.text);
    memcpy(room, value.ptr, value.len);
    *ret = span_of(room, value.len);
    if (expected.len == 0 || span_equal(value, expected))
        return true;
    return err_set(err, ERR_UNTRUSTED, "%s is %s, not %s", what, text.text, quote(expected).text);
}

static enum digest_algorithm algorithm_of(span text)
{
    return span_starts_with(text, S("sha512:")) ? DIGEST_SHA512 : DIGEST_SHA256;
}

// `unpacked_whole`: the blob decompresses to its end. One that does not, and yet has the right
// digest, was made like that: it has no diffID, so nothing may be remembered under the one that it
// claims.
static bool check_digests(struct digesting *digesting, const struct layer_input *input,
                          struct extract *extract, bool unpacked_whole, struct err *err)
{
    digest stored = lane_finish(digesting->stored);
    digest unpacked = digesting->unpacked ? lane_finish(digesting->unpacked) : stored;
    if (!check("the digest", stored, input->digest, digesting->room[0], &extract->digest, err))
        return false;
    return !unpacked_whole || check("the diffID", unpacked, input->diff_id, digesting->room[1],
                                    &extract->diff_id, err);
}

// ---------------------------------------------------------------- all together

static bool open_layer(const struct layer_input *input, const struct limits *limits,
                       struct crew *crew, struct digesting *digesting, struct stream **ret,
                       struct stream **ret_blob, struct err *err)
{
    if (!lane_new(crew, algorithm_of(input->digest), &digesting->stored, err))
        return false;
    CLEANUP(stream_cleanup) struct stream *blob = NULL;
    span start = {0};
    if (!stream_open_file(input->file, digesting->stored, &blob, err) ||
        !stream_peek(blob, &start, err))
        return false;
    enum compression compression = compression_detect(start);
    bool same = compression == COMPRESSION_NONE &&
                algorithm_of(input->digest) == algorithm_of(input->diff_id);
    if (!same && !lane_new(crew, algorithm_of(input->diff_id), &digesting->unpacked, err))
        return false;
    *ret_blob = blob;
    return stream_open_decompress(compression, take(&blob), limits, digesting->unpacked, ret, err);
}

static bool begin_digests(struct unpacking *u, struct digesting *digesting, struct err *err)
{
    for (size_t i = 0; i < 2; i++) {
        digesting->room[i] = arena_alloc(u->mem, DIGEST_TEXT_MAX);
        if (!digesting->room[i])
            return arena_err(u->mem, err, "layer");
    }
    return true;
}

static bool index_wants(struct unpacking *u, struct err *err)
{
    return want_index_new(u->options->wants, u->work, &u->wants, err) &&
           (!u->options->roster ||
            want_index_new(u->options->roster, u->work, &u->roster_wants, err));
}

static bool begin(struct unpacking *u, struct arena *headers, struct err *err)
{
    const struct limits *limits = u->limits;
    *u->extract = (struct extract){0};
    u->work = arena_new(limits->memory_bytes);
    u->names = arena_new(4 * limits->path_bytes + 65536);
    if (!u->work || !u->names || !headers)
        return err_set(err, ERR_MEMORY, "no memory for a layer");
    u->seen.mem = u->work;
    notes_init(&u->extract->notes, u->mem, limits);
    list_init(&u->extract->files, u->mem, sizeof(struct file), (size_t)limits->kept_entries);
    covering_init(u);
    rostering_init(u);
    return index_wants(u, err) && tar_new(u->mem, headers, limits, &u->tar, err);
}

static void unpacking_close(struct unpacking *u)
{
    looking_free(u->looking);
    rostering_close(&u->rostering);
    arena_free(u->work);
    arena_free(u->names);
}

// Without memory the layer is one that was cut short.
static void finish(struct unpacking *u)
{
    struct err err = {0};
    u->extract->entries = tar_entry_count(u->tar);
    looking_finish(u);
    if (!rostering_finish(u, &err) || !covering_finish(u, &err))
        notes_add_err(&u->extract->notes, (span){0}, &err);
}

bool unpack_layer(const struct layer_input *input, const struct unpack_options *options,
                  struct arena *mem, struct extract *ret, struct err *err)
{
    const struct limits *limits = options->limits;
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(8 * limits->header_bytes + 65536);
    CLEANUP(digesting_close) struct digesting digesting = {0};
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    CLEANUP(unpacking_close)
    struct unpacking u = {.options = options, .limits = limits, .mem = mem, .extract = ret};
    struct stream *blob = NULL;
    if (!begin(&u, headers, err) || !begin_digests(&u, &digesting, err) ||
        !open_layer(input, limits, options->crew, &digesting, &stream, &blob, err))
        return false;

    struct err damage = {0};
    bool read = read_all(&u, stream, &damage);
    if (!read && !is_content(&damage))
        return err_set(err, damage.kind, "%s", damage.text);
    bool whole = drain(stream, limits->layer_bytes);
    if (blob != stream)
        (void)drain(blob, UINT64_MAX); // a blob that cannot be read has another digest
    ret->unpacked_bytes = stream_position(stream);
    ret->stored_bytes = stream_position(blob);
    finish(&u);
    if (!check_digests(&digesting, input, ret, whole, err))
        return false;
    if (!read)
        notes_add_err(&ret->notes, ret->digest, &damage);
    return true;
}
