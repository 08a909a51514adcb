#include "scan/unpack/unpack_inner.h"

static const span whiteout_prefix = {(const uint8_t *)".wh.", 4};

// ---------------------------------------------------------------- names

static bool normalise(struct unpacking *u, span raw, span *ret)
{
    span path = raw;
    while (span_starts_with(path, S("./")))
        path = span_from(path, 2);
    path = span_trim_end(path, '/');
    if (path_is_normal(path) && path.len <= u->limits->path_bytes) {
        *ret = path;
        return true;
    }
    bool escapes = false;
    if (!path_normalise(raw, u->limits, u->names, ret, &escapes)) {
        notes_add(&u->extract->notes, NOTE_LIMIT, raw,
                  "the path is too long; the entry is left out");
        return false;
    }
    if (escapes)
        notes_add(&u->extract->notes, NOTE_SUSPICIOUS, raw, "the path climbs out of the root");
    else if (span_starts_with(raw, S("/")) && !u->absolute_noted) {
        notes_add(&u->extract->notes, NOTE_INFORMATION, raw, "the layer has absolute paths");
        u->absolute_noted = true;
    }
    return true;
}

static span join_whiteout(struct unpacking *u, span parent, span name)
{
    struct text path;
    text_init(&path, u->names, (size_t)u->limits->path_bytes);
    text_add(&path, parent);
    if (parent.len)
        text_add_byte(&path, '/');
    text_add(&path, name);
    return text_span(&path);
}

// OCI image-spec, layer.md, "Whiteouts". *ret_path is what is hidden; empty: an aufs leftover,
// which means nothing.
static enum file_type whiteout_of(struct unpacking *u, span path, span *ret_path)
{
    span name = span_from(path_name(path), whiteout_prefix.len);
    if (span_equal(name, S(".wh..opq"))) {
        *ret_path = path_parent(path);
        return FILE_OPAQUE;
    }
    if (name.len == 0 || span_equal(name, S(".")) || span_equal(name, S("..")))
        notes_add(&u->extract->notes, NOTE_SUSPICIOUS, path, "a whiteout that names no file");
    else if (!span_starts_with(name, whiteout_prefix))
        *ret_path = join_whiteout(u, path_parent(path), name);
    return FILE_WHITEOUT;
}

// ---------------------------------------------------------------- keeping and leaving

// Marks what is above a kept path too: what replaces that replaces the kept file.
static bool mark_seen(struct unpacking *u, span path, uint64_t key)
{
    uint32_t *seen = path_map_add(&u->seen, key);
    if (!seen)
        return false;
    *seen = (uint32_t)u->extract->files.count << SEEN_BITS | (*seen & SEEN_BELOW);
    for (span at = path_parent(path); at.len; at = path_parent(at)) {
        seen = path_map_add(&u->seen, path_key(at, u->options->key));
        if (!seen)
            return false;
        if (*seen & SEEN_BELOW)
            return true;
        *seen |= SEEN_BELOW;
    }
    return true;
}

// The kept file of that path; null: it is not kept.
static const struct file *kept_at(struct unpacking *u, uint64_t key)
{
    const uint32_t *seen = path_map_at(&u->seen, key);
    uint32_t number = seen ? *seen >> SEEN_BITS : 0;
    return number ? LIST_AT(&u->extract->files, struct file, number - 1) : NULL;
}

bool keep_entry(struct unpacking *u, const struct tar_entry *entry, enum file_type type, span path,
                uint64_t key, struct err *err)
{
    span link = type == FILE_HARDLINK ? u->hard_link : entry->link;
    u->kept += path.len + link.len;
    if (u->kept > u->limits->kept_bytes)
        return err_set(err, ERR_LIMIT, "names and contents of more than %llu bytes",
                       (unsigned long long)u->limits->kept_bytes);
    struct file *file = LIST_ADD(&u->extract->files, struct file);
    if (!file)
        return err_set(err, ERR_LIMIT,
                       "no room for more than %zu entries; the rest of the layer is left out",
                       u->extract->files.count);
    *file = (struct file){
        .type = type,
        .size = entry->size,
        .mode = entry->mode,
        .uid = entry->uid,
        .gid = entry->gid,
    };
    bool hides = type == FILE_WHITEOUT || type == FILE_OPAQUE; // nothing of its own layer
    if (!arena_span(u->mem, path, &file->path) || !arena_span(u->mem, link, &file->link) ||
        (!hides && !mark_seen(u, path, key)))
        return arena_err(u->mem, err, "layer");
    return true;
}

// An entry that replaces something kept of its own layer is kept as well: covers say nothing of
// the order in which things came.
bool leave_entry(struct unpacking *u, const struct tar_entry *entry, enum file_type type, span path,
                 uint64_t key, struct err *err)
{
    const uint32_t *seen = path_map_at(&u->seen, key);
    bool replaces = seen && (*seen >> SEEN_BITS || (type != FILE_DIRECTORY && *seen));
    if (replaces)
        return keep_entry(u, entry, type, path, key, err);
    return covering_add(u, path, key, type == FILE_DIRECTORY, err);
}

// ---------------------------------------------------------------- hard links

// The link of a hard link is a path in the layer, not a text like a symbolic link's.
static span normalise_link(struct unpacking *u, span raw, span path)
{
    span link = {0};
    bool escapes = false;
    if (!path_normalise(raw, u->limits, u->names, &link, &escapes)) {
        notes_add(&u->extract->notes, NOTE_LIMIT, path, "the link is too long");
        return (span){0};
    }
    if (escapes)
        notes_add(&u->extract->notes, NOTE_SUSPICIOUS, path, "a hard link to outside of the root");
    return link;
}

// Would somebody look into a file of this name? Its first bytes are known only where it is kept.
static bool is_interesting(struct unpacking *u, span path, const struct file *target)
{
    enum { UNKNOWN_SIZE = 1 };
    const struct inspector *inspector = u->options->inspector;
    span content = target && target->has_content ? target->content : (span){0};
    uint64_t size = target && target->has_content ? content.len : UNKNOWN_SIZE;
    return inspector &&
           inspector->wants(inspector->self, path, size, span_first(content, START_SIZE));
}

static bool take_hard_link(struct unpacking *u, const struct tar_entry *entry, span path,
                           uint64_t key, struct err *err)
{
    u->hard_link = normalise_link(u, entry->link, path);
    if (!looking_settle_near(u, u->hard_link, err))
        return false;
    uint64_t target_key = path_key(u->hard_link, u->options->key);
    const struct file *target = kept_at(u, target_key);
    bool interesting = is_interesting(u, path, target);
    bool rostered = false;
    if (!rostering_add_link(u, path, key, target_key, &rostered, err))
        return false;
    bool lost = !rostered && rostering_wants(u, path_parent(path));
    if (!target && !interesting && !lost && want_index_match(u->wants, path) == WANT_NONE)
        return leave_entry(u, entry, FILE_HARDLINK, path, key, err);
    if (!keep_entry(u, entry, FILE_HARDLINK, path, key, err))
        return false;
    // A file that has more than one name may mean something under this one only.
    uint32_t number = (uint32_t)u->extract->files.count;
    return !interesting || !target || !target->has_content ||
           looking_show_kept(u, target->content, number, err);
}

// ---------------------------------------------------------------- entries

static enum file_type file_type_of(const struct tar_entry *entry)
{
    switch (entry->type) {
    case TAR_REGULAR:
        return FILE_REGULAR;
    case TAR_HARDLINK:
        return FILE_HARDLINK;
    case TAR_SYMLINK:
        return FILE_SYMLINK;
    case TAR_DIRECTORY:
        return FILE_DIRECTORY;
    case TAR_FIFO:
        return FILE_FIFO;
    case TAR_CHARACTER:
        // overlayfs's own whiteout: a character device 0/0.
        return entry->device_major == 0 && entry->device_minor == 0 ? FILE_WHITEOUT : FILE_DEVICE;
    case TAR_BLOCK:
    case TAR_OTHER:
        return FILE_DEVICE;
    }
    return FILE_DEVICE;
}

static bool take_directory(struct unpacking *u, const struct tar_entry *entry, span path,
                           uint64_t key, struct err *err)
{
    if (entry->opaque && !keep_entry(u, entry, FILE_OPAQUE, path, key, err))
        return false;
    bool rostered = rostering_wants(u, path_parent(path));
    rostered |= rostering_wants(u, path); // asked last: files in it may come next
    if (rostered && !rostering_add_directory(u, path, key, err))
        return false;
    if (want_index_match(u->wants, path) == WANT_NONE)
        return leave_entry(u, entry, FILE_DIRECTORY, path, key, err);
    return keep_entry(u, entry, FILE_DIRECTORY, path, key, err);
}

static bool take_regular(struct unpacking *u, const struct tar_entry *entry, span path,
                         uint64_t key, struct err *err)
{
    bool wanted = want_index_match(u->wants, path) != WANT_NONE;
    if (wanted && !keep_entry(u, entry, FILE_REGULAR, path, key, err))
        return false;
    return reading_begin(u, entry, path, key, wanted, wanted, err);
}

static bool take_typed(struct unpacking *u, const struct tar_entry *entry, enum file_type type,
                       span path, struct err *err)
{
    uint64_t key = path_key(path, u->options->key);
    if (type != FILE_REGULAR && type != FILE_WHITEOUT && type != FILE_OPAQUE)
        rostering_drop(u, key);
    switch (type) {
    case FILE_REGULAR:
        return take_regular(u, entry, path, key, err);
    case FILE_DIRECTORY:
        return take_directory(u, entry, path, key, err);
    case FILE_HARDLINK:
        return take_hard_link(u, entry, path, key, err);
    case FILE_DEVICE:
    case FILE_FIFO:
        // On the roster of a lower layer a file of this name may stand.
        if (!rostering_wants(u, path_parent(path)) && want_index_match(u->wants, path) == WANT_NONE)
            return leave_entry(u, entry, type, path, key, err);
        return keep_entry(u, entry, type, path, key, err);
    case FILE_SYMLINK:
    case FILE_WHITEOUT:
    case FILE_OPAQUE:
        return keep_entry(u, entry, type, path, key, err);
    }
    return true;
}

bool take_entry(struct unpacking *u, struct err *err)
{
    const struct tar_entry *entry = tar_entry(u->tar);
    u->reading.active = false;
    arena_reset(u->names);
    span path = {0};
    if (!normalise(u, entry->path, &path))
        return true;
    enum file_type type = file_type_of(entry);
    if (span_starts_with(path_name(path), whiteout_prefix)) {
        span hidden = {0};
        type = whiteout_of(u, path, &hidden);
        path = hidden;
    }
    // The root itself can only be hidden.
    if (path.len == 0 && type != FILE_OPAQUE && !(entry->opaque && type == FILE_DIRECTORY))
        return true;
    return looking_settle_near(u, path, err) && take_typed(u, entry, type, path, err);
}
