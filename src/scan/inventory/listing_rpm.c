// Files of RPM packages, as the headers in rpm's database list them (rpm's rpmtag.h, rpmfiles.h):
// parallel arrays, one item a file.
#include "rpmdb/rpmdb.h"
#include "scan/inventory/listing_inner.h"

// Bits of RPM_TAG_FILE_FLAGS.
enum {
    FLAG_CONFIG = 1 << 0,
    FLAG_MISSING_OK = 1 << 3,
    FLAG_GHOST = 1 << 6,
};

// Kinds of digests, by their number in OpenPGP (RFC 4880, 9.4); MD5 where the tag is absent.
enum {
    HASH_MD5 = 1,
    HASH_SHA1 = 2,
    HASH_SHA256 = 8,
};

// The kind of file in a mode (POSIX, sys/stat.h).
enum {
    MODE_KIND = 0170000,
    MODE_REGULAR = 0100000,
    MODE_LINK = 0120000,
    MODE_BITS = 07777,
};

struct rpm_reading {
    struct roll *roll;
    bool is_full; // our own memory is at its end, which is not the database's fault
};

// One header's files, walked side by side.
struct rpm_files {
    struct rpm_texts names;
    struct rpm_texts digests;
    struct rpm_texts links;
    struct rpm_numbers directories;
    struct rpm_numbers modes;
    struct rpm_numbers flags;
    struct rpm_numbers states;
    span *directory_names;
    size_t directory_count;
    uint64_t hash;
};

static bool read_directories(struct roll *roll, const struct rpm_header *header,
                             struct rpm_files *files, struct err *err)
{
    struct list names;
    list_init(&names, roll->mem, sizeof(span), SIZE_MAX);
    struct rpm_texts texts = rpm_header_texts(header, RPM_TAG_DIR_NAMES);
    span text = {0};
    while (rpm_texts_next(&texts, &text)) {
        span *name = LIST_ADD(&names, span);
        if (!name || !arena_span(roll->mem, text, name))
            return arena_err(roll->mem, err, "listing");
    }
    files->directory_names = names.items;
    files->directory_count = names.count;
    return true;
}

static bool open_files(struct roll *roll, const struct rpm_header *header, struct rpm_files *ret,
                       struct err *err)
{
    *ret = (struct rpm_files){
        .names = rpm_header_texts(header, RPM_TAG_BASE_NAMES),
        .digests = rpm_header_texts(header, RPM_TAG_FILE_DIGESTS),
        .links = rpm_header_texts(header, RPM_TAG_FILE_LINK_TARGETS),
        .directories = rpm_header_numbers(header, RPM_TAG_DIR_INDEXES),
        .modes = rpm_header_numbers(header, RPM_TAG_FILE_MODES),
        .flags = rpm_header_numbers(header, RPM_TAG_FILE_FLAGS),
        .states = rpm_header_numbers(header, RPM_TAG_FILE_STATES),
        .hash = HASH_MD5,
    };
    (void)rpm_header_number(header, RPM_TAG_FILE_DIGEST_ALGORITHM, &ret->hash); // absent: MD5
    return read_directories(roll, header, ret, err);
}

static void read_digest(uint64_t hash, span hex, struct listed_file *file)
{
    if (hash == HASH_MD5 && hex_read(hex, file->digest, 16))
        file->algorithm = LISTED_MD5;
    else if (hash == HASH_SHA1 && hex_read(hex, file->digest, 20))
        file->algorithm = LISTED_SHA1;
    else if (hash == HASH_SHA256 && hex_read(hex, file->digest, 32))
        file->algorithm = LISTED_SHA256;
}

static enum listed_kind kind_of(uint64_t mode)
{
    switch (mode & MODE_KIND) {
    case MODE_REGULAR:
        return LISTED_FILE;
    case MODE_LINK:
        return LISTED_LINK;
    default:
        return LISTED_ANYTHING;
    }
}

// What the next items of all arrays say; the texts of it and *ret_directory are not copied yet.
// False at the end of the names.
static bool next_file(struct rpm_files *files, struct listed_file *ret, size_t *ret_directory)
{
    span digest = {0};
    uint64_t directory = SIZE_MAX;
    uint64_t mode = 0;
    uint64_t flags = 0;
    uint64_t state = 0;
    struct listed_file file = {0};
    if (!rpm_texts_next(&files->names, &file.name))
        return false;
    (void)rpm_texts_next(&files->digests, &digest); // arrays that are too short say nothing
    (void)rpm_texts_next(&files->links, &file.link);
    (void)rpm_numbers_next(&files->directories, &directory);
    file.has_mode = rpm_numbers_next(&files->modes, &mode);
    (void)rpm_numbers_next(&files->flags, &flags);
    (void)rpm_numbers_next(&files->states, &state);
    file.kind = flags & FLAG_GHOST ? LISTED_ANYTHING : kind_of(mode);
    file.has_mode = file.has_mode && file.kind == LISTED_FILE;
    file.mode = (uint32_t)mode & MODE_BITS;
    file.is_config = flags & (FLAG_CONFIG | FLAG_GHOST);
    // Anything but "normal" was not installed, or has become another package's.
    file.may_be_absent = flags & (FLAG_GHOST | FLAG_MISSING_OK) || state != 0;
    if (file.kind == LISTED_FILE && state == 0)
        read_digest(files->hash, digest, &file);
    *ret = file;
    *ret_directory = (size_t)directory;
    return true;
}

static bool add_files(struct roll *roll, struct rpm_files *files, uint32_t package, struct err *err)
{
    struct listed_file file = {0};
    size_t directory = 0;
    while (next_file(files, &file, &directory)) {
        span name = {0};
        file.package = package;
        // No name: the root itself, as the package `filesystem` lists it.
        if (directory >= files->directory_count || file.name.len == 0)
            continue;
        if (!arena_span(roll->mem, file.name, &name) ||
            !arena_span(roll->mem, file.link, &file.link))
            return arena_err(roll->mem, err, "listing");
        if (!roll_add(roll, files->directory_names[directory], name, &file, err))
            return false;
    }
    return true;
}

static size_t package_of(struct roll *roll, const struct rpm_package *rpm, struct err *err)
{
    span version = {0};
    if (!rpm_join_evr(roll->mem, rpm->has_epoch ? rpm->epoch : 0, rpm->version, rpm->release,
                      &version, err))
        return SIZE_MAX;
    return bom_find(roll->bom, S("rpm"), rpm->name, version, rpm->arch);
}

static bool take_header(void *self, span bytes, struct err *err)
{
    struct rpm_reading *reading = self;
    struct roll *roll = reading->roll;
    struct rpm_header header = {0};
    struct rpm_package rpm = {0};
    struct rpm_files files = {0};
    if (!rpm_header_open(bytes, &header, NULL) || !rpm_package_read(&header, &rpm, NULL))
        return true; // was noted when the packages were read
    size_t package = package_of(roll, &rpm, err);
    if (package == SIZE_MAX)
        return true;
    roll->is_listed[package] = true;
    if (open_files(roll, &header, &files, err) && add_files(roll, &files, (uint32_t)package, err))
        return true;
    reading->is_full = true;
    return false;
}

static void take_damage(void *self, const struct err *damage)
{
    (void)self;
    (void)damage; // was noted when the packages were read
}

bool rpm_list_database(struct roll *roll, const struct record *record, struct err *err)
{
    struct rpm_reading reading = {.roll = roll};
    struct rpmdb_visitor visitor = {.self = &reading, .header = take_header, .damage = take_damage};
    span log = record->journal ? record->journal->content : (span){0};
    struct err damage = {0};
    (void)rpmdb_read(record->file->content, log, roll->limits, roll->mem, &visitor, &damage);
    roll_note_bad(roll, record->file->path);
    return !reading.is_full || err_copy(err, &damage);
}
