// Signed archives: META-INF/MANIFEST.MF lists a digest of each entry (JAR File Specification,
// "Signed JAR File"). Whether the signature itself holds is not asked here.
#include "scan/catalog/java_inner.h"

#include <string.h>

// Entries by name, so that a manifest of any length is held to them in no time.
struct index {
    const struct zip_entry **entries;
    size_t count;
};

static int compare_entries(const void *a, const void *b)
{
    const struct zip_entry *const *left = a;
    const struct zip_entry *const *right = b;
    return span_compare((*left)->name, (*right)->name);
}

static bool index_entries(struct jar *jar, struct index *ret, struct err *err)
{
    struct index index = {.count = jar->zip.count};
    index.entries = arena_array(jar->mem, index.count, sizeof *index.entries);
    if (!index.entries)
        return arena_err(jar->mem, err, "digests");
    for (size_t i = 0; i < index.count; i++)
        index.entries[i] = &jar->zip.entries[i];
    sort_items(index.entries, index.count, sizeof *index.entries, compare_entries);
    *ret = index;
    return true;
}

static const struct zip_entry *find_entry(const struct index *index, span name)
{
    size_t low = 0;
    size_t high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(index->entries[middle]->name, name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    // Of several of one name the last counts.
    bool there = low > 0 && span_equal(index->entries[low - 1]->name, name);
    return there ? index->entries[low - 1] : NULL;
}

// ---------------------------------------------------------------- what the manifest claims

struct claimed {
    span name;
    span digest; // in base64
    enum digest_algorithm algorithm;
};

struct digest_header {
    const char *name;
    enum digest_algorithm algorithm;
};

// The strongest first.
static const struct digest_header digest_headers[] = {
    {"SHA-512-Digest", DIGEST_SHA512},
    {"SHA-256-Digest", DIGEST_SHA256},
    {"SHA1-Digest", DIGEST_SHA1},
    {"SHA-Digest", DIGEST_SHA1},
};

enum { DIGEST_HEADERS = sizeof digest_headers / sizeof *digest_headers };

// One section. The rank is the place in the table of the best digest so far.
static void take_header(struct claimed *claimed, size_t *rank, const struct manifest_header *header)
{
    if (span_equal_nocase(header->name, S("Name")))
        claimed->name = header->value;
    for (size_t i = 0; i < *rank; i++) {
        if (!span_equal_nocase(header->name, span_of_text(digest_headers[i].name)))
            continue;
        claimed->digest = header->value;
        claimed->algorithm = digest_headers[i].algorithm;
        *rank = i;
    }
}

// The next section with a name and a digest; an empty name is the end.
static bool next_claim(struct manifest_lines *lines, struct claimed *ret, struct err *err)
{
    struct claimed claimed = {0};
    struct manifest_header header = {0};
    size_t rank = DIGEST_HEADERS;
    for (;;) {
        enum manifest_step step = manifest_next(lines, &header);
        if (step == MANIFEST_HEADER) {
            take_header(&claimed, &rank, &header);
            continue;
        }
        if (step == MANIFEST_NO_ROOM)
            return arena_err(lines->mem, err, "manifest");
        bool complete = claimed.name.len && claimed.digest.len;
        if (complete || step == MANIFEST_END) {
            *ret = complete ? claimed : (struct claimed){0};
            return true;
        }
        claimed = (struct claimed){0};
        rank = DIGEST_HEADERS;
    }
}

// ---------------------------------------------------------------- what the entries are

static bool digest_member(struct jar *jar, const struct zip_entry *entry,
                          enum digest_algorithm algorithm, digest *ret, struct err *err)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    span chunk = {0};
    if (!jar_afford(jar, entry, err) || !hasher_new(algorithm, &hasher, err) ||
        !jar_open_member(jar, entry, &stream, err))
        return false;
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        if (stream_position(stream) > entry->size)
            return err_set(err, ERR_INPUT, "'%s' is longer than it says", quote(entry->name).text);
        hasher_add(hasher, chunk);
    } while (chunk.len);
    *ret = hasher_finish(hasher);
    return true;
}

// A manifest may name one entry over and over.
static bool has_room(struct jar *jar)
{
    struct inspection *inspection = jar->inspection;
    if (inspection->defects->count < inspection->limits->archive_entries)
        return true;
    notes_add(inspection->notes, NOTE_LIMIT, jar->location,
              "more than %llu entries are not what the manifest says: no more are named",
              (unsigned long long)inspection->limits->archive_entries);
    return false;
}

static bool add_defect(struct jar *jar, const struct zip_entry *entry, struct err *err)
{
    struct inspection *inspection = jar->inspection;
    if (!has_room(jar))
        return true;
    struct defect defect = {.text = S("its digest is not the one in the manifest")};
    struct text member;
    text_init(&member, inspection->mem, SIZE_MAX);
    text_add(&member, jar->member);
    text_add(&member, jar->member.len ? S("!/") : (span){0});
    text_add(&member, entry->name);
    struct defect *added = LIST_ADD(inspection->defects, struct defect);
    if (!added || !text_ok(&member))
        return arena_err(inspection->mem, err, "defects");
    defect.member = text_span(&member);
    *added = defect;
    return true;
}

// An entry that cannot be read any more is as little what it was.
static bool verify_entry(struct jar *jar, const struct zip_entry *entry,
                         const struct claimed *claimed, struct err *err)
{
    struct err damage = {0};
    digest found = {0};
    span expected = {0};
    if (!base64_decode(claimed->digest, jar->mem, &expected) ||
        expected.len != digest_size(claimed->algorithm))
        return add_defect(jar, entry, err);
    if (!digest_member(jar, entry, claimed->algorithm, &found, &damage)) {
        jar_note_damage(jar, entry, &damage);
        return damage.kind != ERR_INPUT || add_defect(jar, entry, err);
    }
    return memcmp(found.bytes, expected.ptr, expected.len) == 0 || add_defect(jar, entry, err);
}

// ---------------------------------------------------------------- signed archives

// Digests without a signature are left over from archives that were copied together.
static bool is_signed(const struct jar *jar)
{
    for (size_t i = 0; i < jar->zip.count; i++) {
        span name = jar->zip.entries[i].name;
        span file = span_from(name, 9);
        if (span_equal_nocase(span_first(name, 9), S("META-INF/")) && file.len > 3 &&
            span_equal_nocase(span_from(file, file.len - 3), S(".SF")) &&
            span_find(file, '/') == SPAN_NONE)
            return true;
    }
    return false;
}

bool jar_verify(struct jar *jar, struct err *err)
{
    struct manifest_lines lines = {.rest = jar->manifest.text, .mem = jar->mem};
    struct index index = {0};
    struct claimed claimed = {0};
    if (!is_signed(jar))
        return true;
    if (!index_entries(jar, &index, err))
        return false;
    for (;;) {
        if (!next_claim(&lines, &claimed, err))
            return false;
        if (claimed.name.len == 0)
            return true;
        const struct zip_entry *entry = find_entry(&index, claimed.name);
        if (entry && !verify_entry(jar, entry, &claimed, err))
            return false;
    }
}
