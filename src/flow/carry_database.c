// Databases as one file, for where there is no network.
#include "flow/update_inner.h"
#include "format/tar/tar.h"
#include "os/os.h"

struct packing {
    struct mirror *mirror;
    const struct limits *limits;
    struct arena *mem;
    struct arena *scratch; // of one file
    int fd;
    struct tuf_trust trust;
    struct tuf_targets targets;
};

static bool add_member(const struct packing *packing, const char *name, span bytes, struct err *err)
{
    enum { MODE = 0644, HEADER_BYTES = 4096 };
    struct tar_entry entry = {
        .path = span_of_text(name), .type = TAR_REGULAR, .size = bytes.len, .mode = MODE};
    struct text header = {0};
    struct text padding = {0};
    text_init(&header, packing->scratch, HEADER_BYTES);
    text_init(&padding, packing->scratch, HEADER_BYTES);
    tar_write_header(&header, &entry);
    tar_write_padding(&padding, bytes.len);
    if (!text_ok(&header) || !text_ok(&padding))
        return arena_err(packing->scratch, err, "archive");
    return os_write_all(packing->fd, text_span(&header), err) &&
           os_write_all(packing->fd, bytes, err) &&
           os_write_all(packing->fd, text_span(&padding), err);
}

// Every root from the first on: whoever imports may know none but that.
static bool pack_roots(struct packing *packing, struct err *err)
{
    for (uint64_t version = 1;; version++) {
        struct err failure = {0};
        struct file_name name = metadata_name(version, TUF_ROOT);
        span bytes = {0};
        bool rotated = false;
        if (!mirror_read(packing->mirror, name.text, MOST_ROOT_BYTES, packing->mem, &bytes,
                         &failure))
            return version > 1 && (failure.kind == ERR_MISSING || failure.kind == ERR_DENIED)
                       ? true
                       : err_copy(err, &failure);
        bool believed = version == 1
                            ? tuf_begin(bytes, packing->limits, packing->mem, &packing->trust, err)
                            : tuf_follow_root(&packing->trust, bytes, packing->limits, packing->mem,
                                              &rotated, err);
        if (!believed || !add_member(packing, name.text, bytes, err))
            return err_add(err, "%s", name.text);
    }
}

static bool pack_named(struct packing *packing, enum tuf_role role, const struct tuf_link *link,
                       span *ret, struct err *err)
{
    struct file_name name = metadata_name(link->next_version, role);
    return mirror_read(packing->mirror, name.text, packing->limits->document_bytes, packing->mem,
                       ret, err) &&
           add_member(packing, name.text, *ret, err);
}

// What has expired may be packed: whoever imports it decides. All else is held against the keys,
// so that nobody carries what will be refused.
static bool pack_metadata(struct packing *packing, struct err *err)
{
    enum { NOW = 0 };
    span bytes = {0};
    bool is_new = false;
    return mirror_read(packing->mirror, "timestamp.json", MOST_TIMESTAMP_BYTES, packing->mem,
                       &bytes, err) &&
           tuf_accept_timestamp(&packing->trust, bytes, NOW, packing->limits, &is_new, err) &&
           add_member(packing, "timestamp.json", bytes, err) &&
           pack_named(packing, TUF_SNAPSHOT, &packing->trust.timestamp, &bytes, err) &&
           tuf_accept_snapshot(&packing->trust, bytes, NOW, packing->limits, err) &&
           pack_named(packing, TUF_TARGETS, &packing->trust.snapshot, &bytes, err) &&
           tuf_accept_targets(&packing->trust, bytes, NOW, packing->limits, packing->mem,
                              &packing->targets, err);
}

static bool pack_target(const struct packing *packing, const struct tuf_target *target,
                        struct err *err)
{
    struct file_name name = target_name(target);
    span bytes = {0};
    arena_reset(packing->scratch);
    return mirror_read(packing->mirror, name.text, target->length, packing->scratch, &bytes, err) &&
           digest_check(bytes, target->digest, err) && add_member(packing, name.text, bytes, err);
}

static bool pack_all(struct packing *packing, struct err *err)
{
    struct text end = {0};
    if (!pack_roots(packing, err) || !pack_metadata(packing, err))
        return false;
    for (size_t i = 0; i < packing->targets.count; i++)
        if (!packing->targets.items[i].is_patch &&
            !pack_target(packing, &packing->targets.items[i], err))
            return err_add(err, "%s", quote(packing->targets.items[i].path).text);
    text_init(&end, packing->mem, SIZE_MAX);
    tar_write_end(&end);
    if (!text_ok(&end))
        return arena_err(packing->mem, err, "archive");
    return os_write_all(packing->fd, text_span(&end), err);
}

bool pack_published(span from, const char *archive, const struct net_options *net,
                    const struct limits *limits, struct err *err)
{
    enum { COPIES = 8 }; // of documents
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(COPIES * limits->document_bytes);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->build_bytes);
    CLEANUP(mirror_cleanup) struct mirror *mirror = NULL;
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!mem || !scratch)
        return err_set(err, ERR_MEMORY, "export: out of memory");
    if (!mirror_open(from, net, limits, &mirror, err) || !os_output_open(archive, &output, err))
        return false;
    struct packing packing = {
        .mirror = mirror, .limits = limits, .mem = mem, .scratch = scratch, .fd = output.fd};
    return (pack_all(&packing, err) || err_add(err, "%s", quote(from).text)) &&
           os_output_commit(&output, err);
}

// ---------------------------------------------------------------- without signatures

bool import_unsigned(const char *from, const char *database, const struct limits *limits,
                     struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->document_bytes);
    CLEANUP(update_state_close) struct update_state state = {.lock = -1};
    CLEANUP(database_cleanup) struct database *found = NULL;
    if (!mem)
        return err_set(err, ERR_MEMORY, "import: out of memory");
    if (!update_state_open(database, mem, &state, err) || !database_open(from, &found, err) ||
        !database_verify(found, limits, err))
        return false;
    size_t count = database_segment_count(found);
    span *items = arena_array(mem, count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "import");
    for (size_t i = 0; i < count; i++)
        items[i] = database_segment_bytes(found, i);
    struct spans segments = {.items = items, .count = count};
    return database_join(&segments, limits, database, err);
}
