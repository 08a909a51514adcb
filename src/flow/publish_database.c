#include "flow/publish_inner.h"
#include "os/os.h"
#include "stream/stream.h"

#include <string.h>

enum { SECONDS_A_DAY = 86400, ROOT_DAYS = 3 * 365, ROOT_RENEWAL_DAYS = 180 };

struct publication {
    const struct publish_request *request;
    struct arena *mem;
    struct arena *scratch; // one segment at a time
    struct arena *patch;   // one base and its patch at a time
    struct publish_keys keys;
    struct publish_history history;
    struct list targets; // of struct tuf_target
    struct publish_result result;
};

// ---------------------------------------------------------------- files

static bool write_file(const struct publication *publication, const char *name, span bytes,
                       struct err *err)
{
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    const char *path = file_in(publication->mem, publication->request->directory, name);
    if (!path)
        return arena_err(publication->mem, err, "publish");
    return os_output_open(path, &output, err) && os_write_all(output.fd, bytes, err) &&
           os_output_commit(&output, err);
}

static bool prepare_directory(const struct publish_request *request, struct arena *mem,
                              struct err *err)
{
    const char *targets = file_in(mem, request->directory, "targets");
    return targets ? os_make_public_directories(targets, err) : arena_err(mem, err, "publish");
}

// ---------------------------------------------------------------- targets

static bool make_path(struct publication *publication, span segment, const digest *base, span *ret,
                      struct err *err)
{
    enum { BASE_BYTES = 8 };
    struct text path = {0};
    text_init(&path, publication->mem, SIZE_MAX);
    text_add(&path, segment);
    text_add_byte(&path, '.');
    if (base)
        text_add_hex(&path, span_of(base->bytes, BASE_BYTES));
    text_add(&path, base ? S(".patch") : S("zst"));
    *ret = text_span(&path);
    return text_ok(&path) || arena_err(publication->mem, err, "publish");
}

static bool add_target(struct publication *publication, const struct tuf_target *target,
                       struct err *err)
{
    struct tuf_target *added = LIST_ADD(&publication->targets, struct tuf_target);
    if (!added)
        return arena_err(publication->mem, err, "publish");
    *added = *target;
    return true;
}

static bool is_published(const struct publication *publication, const struct tuf_target *target)
{
    struct os_stat st = {0};
    const char *path =
        file_in(publication->mem, publication->request->directory, target_name(target).text);
    return path && os_stat_path(path, &st, NULL) && st.size == target->length;
}

static bool write_packed(struct publication *publication, span packed, struct tuf_target *target,
                         struct err *err)
{
    target->length = packed.len;
    return digest_of(DIGEST_SHA256, packed, &target->digest, err) &&
           (is_published(publication, target) ||
            write_file(publication, target_name(target).text, packed, err)) &&
           add_target(publication, target, err);
}

static bool publish_whole(struct publication *publication, const struct tuf_target *segment,
                          span core, uint64_t *ret_length, struct err *err)
{
    const struct tuf_target *known = publish_find_whole(&publication->history, segment);
    struct tuf_target target = *segment;
    span packed = {0};
    if (known && is_published(publication, known)) {
        *ret_length = known->length;
        return add_target(publication, known, err);
    }
    if (!make_path(publication, segment->segment, NULL, &target.path, err) ||
        !stream_pack(core, (span){0}, PACK_SMALL, publication->scratch, &packed, err) ||
        !write_packed(publication, packed, &target, err))
        return false;
    *ret_length = packed.len;
    return true;
}

// ---------------------------------------------------------------- patches

// The earlier content of a segment, without its tables, out of its published file.
static bool unpack_whole(struct publication *publication, const struct tuf_target *target,
                         span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *file = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct limits limits = publication->request->limits;
    limits.expansion_ratio = UINT64_MAX; // the size is known
    const char *path =
        file_in(publication->mem, publication->request->directory, target_name(target).text);
    span packed = {0};
    if (!path)
        return arena_err(publication->mem, err, "publish");
    return os_read_file(path, target->length, publication->patch, &packed, err) &&
           digest_check(packed, target->digest, err) && stream_open_memory(packed, &file, err) &&
           stream_open_patch(take(&file), (span){0}, &limits, &stream, err) &&
           stream_read_exactly(stream, target->size, publication->patch, ret, err);
}

// A patch that is not much smaller than the whole is not worth its place.
static bool publish_patch(struct publication *publication, const struct tuf_target *segment,
                          span core, const struct tuf_target *base, uint64_t whole, struct err *err)
{
    const struct tuf_target *known =
        publish_find_patch(&publication->history, segment, base->content);
    struct tuf_target target = *segment;
    span old = {0};
    span packed = {0};
    if (known && is_published(publication, known))
        return add_target(publication, known, err);
    arena_reset(publication->patch);
    if (!unpack_whole(publication, base, &old, NULL))
        return true; // what was published is damaged or gone: clients fetch the whole segment
    target.is_patch = true;
    target.base = base->content;
    return make_path(publication, segment->segment, &base->content, &target.path, err) &&
           stream_pack(core, old, PACK_SMALL, publication->patch, &packed, err) &&
           (packed.len > whole / 2 || write_packed(publication, packed, &target, err));
}

// The patch from a base, if there is one by now.
static const struct tuf_target *patch_from(const struct publication *publication,
                                           const struct tuf_target *segment, digest base)
{
    for (size_t i = 0; i < publication->targets.count; i++) {
        const struct tuf_target *target = LIST_AT(&publication->targets, struct tuf_target, i);
        if (target->is_patch && digest_equal(target->content, segment->content) &&
            digest_equal(target->base, base))
            return target;
    }
    return NULL;
}

static bool publish_patches(struct publication *publication, const struct tuf_target *segment,
                            span core, const struct tuf_targets *version, uint64_t whole,
                            struct err *err)
{
    for (size_t i = 0; i < version->count; i++) {
        const struct tuf_target *base = &version->items[i];
        if (base->is_patch || !span_equal(base->segment, segment->segment) ||
            base->format != segment->format || digest_equal(base->content, segment->content) ||
            patch_from(publication, segment, base->content))
            continue;
        if (!publish_patch(publication, segment, core, base, whole, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- segments

// What a client of the version before has to fetch.
static uint64_t bytes_to_fetch(const struct publication *publication,
                               const struct tuf_target *segment, uint64_t whole)
{
    const struct publish_history *history = &publication->history;
    for (size_t i = 0; history->count && i < history->versions[0].count; i++) {
        const struct tuf_target *before = &history->versions[0].items[i];
        if (before->is_patch || !span_equal(before->segment, segment->segment))
            continue;
        const struct tuf_target *patch = patch_from(publication, segment, before->content);
        bool same = digest_equal(before->content, segment->content);
        return same ? 0 : (patch ? patch->length : whole);
    }
    return whole;
}

static bool describe_segment(struct publication *publication, const struct database *database,
                             size_t index, struct tuf_target *ret, struct err *err)
{
    struct database_segment info = {0};
    span bytes = database_segment_bytes(database, index);
    struct tuf_target segment = {.format = database_format()};
    if (!database_segment_at(database, index, &info, err) ||
        !digest_of(DIGEST_SHA256, bytes, &segment.content, err))
        return false;
    if (!arena_span(publication->mem, info.name, &segment.segment))
        return arena_err(publication->mem, err, "publish");
    *ret = segment;
    return true;
}

static bool publish_segment(struct publication *publication, const struct database *database,
                            size_t index, struct err *err)
{
    struct tuf_target segment = {0};
    span core = {0};
    uint64_t whole = 0;
    arena_reset(publication->scratch);
    if (!describe_segment(publication, database, index, &segment, err) ||
        !database_segment_core(database, index, publication->scratch, &core, err))
        return false;
    segment.size = core.len;
    if (!publish_whole(publication, &segment, core, &whole, err))
        return false;
    for (size_t v = 0; v < publication->history.count; v++)
        if (!publish_patches(publication, &segment, core, &publication->history.versions[v], whole,
                             err))
            return false;
    publication->result.bytes += whole;
    publication->result.patch_bytes += bytes_to_fetch(publication, &segment, whole);
    return true;
}

static bool publish_segments(struct publication *publication, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    const struct publish_request *request = publication->request;
    if (!database_open(request->database, &database, err) ||
        !database_verify(database, &request->limits, err))
        return false;
    size_t count = database_segment_count(database);
    for (size_t i = 0; i < count; i++) {
        if (request->progress)
            request->progress(request->progress_self, "publishing", i, count);
        if (!publish_segment(publication, database, i, err))
            return err_add(err, "segment %zu", i);
    }
    if (request->progress)
        request->progress(request->progress_self, "publishing", count, count);
    return true;
}

// ---------------------------------------------------------------- metadata

static uint64_t days_from_now(const struct publication *publication, uint64_t days)
{
    return publication->request->now + days * SECONDS_A_DAY;
}

static bool fill_root(const struct publication *publication, struct tuf_root *ret, struct err *err)
{
    struct tuf_root root = {
        .version = publication->history.root_version + 1,
        .expires = days_from_now(publication, ROOT_DAYS),
    };
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++) {
        public_key *key = ARENA_NEW(publication->mem, public_key);
        if (!key)
            return arena_err(publication->mem, err, "root");
        if (!signing_key_public(publication->keys.keys[role], key, err))
            return false;
        root.roles[role] = (struct tuf_authority){.keys = key, .count = 1, .threshold = 1};
    }
    *ret = root;
    return true;
}

// What no client would follow must not be published.
static bool check_successor(const struct publication *publication, span bytes, struct err *err)
{
    const struct publish_request *request = publication->request;
    struct tuf_trust trust = {.root = publication->history.root};
    bool rotated = false;
    return publication->history.root_version == 0 ||
           tuf_follow_root(&trust, bytes, &request->limits, publication->mem, &rotated, err);
}

// A root that follows another is signed by the keys of both (TUF 5.3.4).
static bool write_root(const struct publication *publication, struct err *err)
{
    CLEANUP(publish_keys_cleanup) struct publish_keys old = {0};
    const struct publish_request *request = publication->request;
    const struct signing_key *keys[2] = {publication->keys.keys[TUF_ROOT]};
    struct tuf_signers signers = {.keys = keys, .count = 1};
    struct tuf_root root = {0};
    span bytes = {0};
    if (!keys[0])
        return err_set(err, ERR_USAGE, "a new root must be signed, and there is no root.pem in %s",
                       quote(span_of_text(request->keys)).text);
    if (request->old_keys && !publish_keys_read(request->old_keys, publication->mem, &old, err))
        return false;
    if (old.keys[TUF_ROOT])
        keys[signers.count++] = old.keys[TUF_ROOT];
    return fill_root(publication, &root, err) &&
           tuf_write_root(&root, signers, publication->mem, &bytes, err) &&
           check_successor(publication, bytes, err) &&
           write_file(publication, metadata_name(root.version, TUF_ROOT).text, bytes, err) &&
           write_file(publication, "root.json", bytes, err);
}

// Would a client that believes the published root use these keys?
static bool are_known(const struct publication *publication, bool *ret, struct err *err)
{
    const struct tuf_root *root = &publication->history.root;
    bool known = true;
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++) {
        const struct signing_key *key = publication->keys.keys[role];
        public_key own = {0};
        if (!key)
            continue; // the root's, kept elsewhere
        if (!signing_key_public(key, &own, err))
            return false;
        const struct tuf_authority *authority = &root->roles[role];
        known &= authority->count == 1 &&
                 memcmp(authority->keys[0].bytes, own.bytes, sizeof own.bytes) == 0;
    }
    *ret = known;
    return true;
}

static bool bring_root(const struct publication *publication, struct err *err)
{
    const struct publish_history *history = &publication->history;
    bool known = false;
    if (history->root_version == 0)
        return write_root(publication, err);
    if (!are_known(publication, &known, err))
        return false;
    if (!known && !publication->request->old_keys)
        return err_set(err, ERR_UNTRUSTED,
                       "these are not the keys that root.json names; "
                       "--old-keys DIR rotates them");
    bool expires = publication->keys.keys[TUF_ROOT] &&
                   history->root.expires < days_from_now(publication, ROOT_RENEWAL_DAYS);
    return (known && !expires) || write_root(publication, err);
}

static struct tuf_signers signers_of(const struct publication *publication, enum tuf_role role)
{
    return (struct tuf_signers){
        .keys = (const struct signing_key *const *)&publication->keys.keys[role], .count = 1};
}

static bool write_targets(const struct publication *publication, const struct tuf_targets *targets,
                          struct tuf_link *ret_snapshot, struct err *err)
{
    span bytes = {0};
    struct tuf_link snapshot = {
        .version = targets->version, .expires = targets->expires, .next_version = targets->version};
    if (!tuf_write_targets(targets, signers_of(publication, TUF_TARGETS), publication->mem, &bytes,
                           err) ||
        !digest_of(DIGEST_SHA256, bytes, &snapshot.next_digest, err))
        return false;
    snapshot.next_length = bytes.len;
    *ret_snapshot = snapshot;
    return write_file(publication, metadata_name(targets->version, TUF_TARGETS).text, bytes, err);
}

// The timestamp is last: until then nobody knows of the new version.
static bool write_links(const struct publication *publication, const struct tuf_link *snapshot,
                        struct err *err)
{
    struct arena *mem = publication->mem;
    span bytes = {0};
    struct tuf_link timestamp = *snapshot;
    if (!tuf_write_snapshot(snapshot, signers_of(publication, TUF_SNAPSHOT), mem, &bytes, err) ||
        !write_file(publication, metadata_name(snapshot->version, TUF_SNAPSHOT).text, bytes, err) ||
        !digest_of(DIGEST_SHA256, bytes, &timestamp.next_digest, err))
        return false;
    timestamp.next_length = bytes.len;
    return tuf_write_timestamp(&timestamp, signers_of(publication, TUF_TIMESTAMP), mem, &bytes,
                               err) &&
           write_file(publication, "timestamp.json", bytes, err);
}

static bool write_metadata(struct publication *publication, struct err *err)
{
    struct list *list = &publication->targets;
    tuf_sort_targets(list->items, list->count);
    struct tuf_targets targets = {
        .version = publication->history.version + 1,
        .expires = days_from_now(publication, publication->request->days),
        .items = list->items,
        .count = list->count,
    };
    struct tuf_link snapshot = {0};
    if (!bring_root(publication, err) || !write_targets(publication, &targets, &snapshot, err) ||
        !write_links(publication, &snapshot, err))
        return false;
    publication->result.version = targets.version;
    return publish_history_prune(publication->request, &publication->history, &targets,
                                 publication->mem, err);
}

static bool run(struct publication *publication, struct err *err)
{
    const struct publish_request *request = publication->request;
    list_init(&publication->targets, publication->mem, sizeof(struct tuf_target), SIZE_MAX);
    return publish_keys_read(request->keys, publication->mem, &publication->keys, err) &&
           prepare_directory(request, publication->mem, err) &&
           publish_history_read(request, publication->mem, &publication->history, err) &&
           publish_segments(publication, err) && write_metadata(publication, err);
}

bool publish_database(const struct publish_request *request, struct publish_result *ret,
                      struct err *err)
{
    enum { COPIES = 2 }; // of a segment: itself and packed
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(request->limits.build_bytes);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(COPIES * request->limits.build_bytes);
    CLEANUP(arena_cleanup) struct arena *patch = arena_new(COPIES * request->limits.build_bytes);
    if (!mem || !scratch || !patch)
        return err_set(err, ERR_MEMORY, "publish: out of memory");
    struct publication publication = {
        .request = request, .mem = mem, .scratch = scratch, .patch = patch};
    bool ok = run(&publication, err);
    publish_keys_cleanup(&publication.keys);
    if (!ok)
        return err_add(err, "publish");
    *ret = publication.result;
    return true;
}
