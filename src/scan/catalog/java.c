// Java: archives of classes (jar, war, ear and their like), archives in them, and what Maven, the
// builder's manifest and their names say of who they are.
#include "scan/catalog/java_inner.h"
#include "scan/catalog/members_inner.h"

#define MAVEN_DIRECTORY S("META-INF/maven/")
#define MANIFEST_PATH S("META-INF/MANIFEST.MF")

static bool has_archive_name(span path)
{
    static const char *const extensions[] = {".jar", ".war", ".ear", ".par", ".sar", ".nar",
                                             ".jpi", ".hpi", ".kar", ".aar", ".lpkg"};
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        span extension = span_of_text(extensions[i]);
        if (path.len > extension.len &&
            span_equal_nocase(span_from(path, path.len - extension.len), extension))
            return true;
    }
    return false;
}

static void note_damage(struct jar *jar, const struct err *damage)
{
    notes_add_err(jar->inspection->notes, jar->location, damage);
}

// ---------------------------------------------------------------- the directory

static bool is_strange(span name)
{
    bool escapes = span_starts_with(name, S("/")) || span_starts_with(name, S("../")) ||
                   span_contains(name, S("/../"));
    return escapes || span_find(name, 0) != SPAN_NONE;
}

// Nothing is ever unpacked by name, so this harms nobody here; whoever unpacks it should know.
static void note_entries(struct jar *jar)
{
    const struct zip *zip = &jar->zip;
    const struct zip_entry *strange = NULL;
    size_t overlaps = 0;
    for (size_t i = 0; i < zip->count; i++) {
        overlaps += zip->entries[i].overlaps;
        if (!strange && is_strange(zip->entries[i].name))
            strange = &zip->entries[i];
    }
    struct notes *notes = jar->inspection->notes;
    if (strange)
        notes_add(notes, NOTE_SUSPICIOUS, jar->location, "an entry is called '%s'",
                  quote(strange->name).text);
    if (overlaps)
        notes_add(notes, NOTE_SUSPICIOUS, jar->location, "%zu entries share their bytes", overlaps);
    if (zip->damage.kind != ERR_NONE)
        note_damage(jar, &zip->damage);
    else if ((zip->declared ^ zip->count) & UINT16_MAX)
        notes_add(notes, NOTE_SUSPICIOUS, jar->location, "has %zu entries and claims %llu",
                  zip->count, (unsigned long long)zip->declared);
}

static bool open_directory(struct jar *jar)
{
    struct err damage = {0};
    struct limits limits = *jar->inspection->limits;
    limits.archive_entries = jar->budget->entries;
    if (!zip_open(jar->content, &limits, jar->mem, &jar->zip, &damage)) {
        member_note_failure(jar->content, jar->mem, jar->inspection->notes, jar->location, &damage);
        return false;
    }
    jar->budget->entries -= jar->zip.count;
    note_entries(jar);
    return true;
}

static void read_manifest(struct jar *jar)
{
    const struct zip_entry *entry = zip_find(&jar->zip, MANIFEST_PATH);
    struct err damage = {0};
    span text = {0};
    if (!entry)
        return;
    if (!jar_read_member(jar, entry, jar->inspection->limits->document_bytes, &text, &damage) ||
        (!manifest_read(text, jar->mem, &jar->manifest) &&
         !arena_err(jar->mem, &damage, "manifest")))
        jar_note_damage(jar, entry, &damage);
}

// ---------------------------------------------------------------- Maven's records

// META-INF/maven/GROUP/ARTIFACT/ with the one or the other file, or both.
struct record {
    span directory;
    const struct zip_entry *properties;
    const struct zip_entry *pom;
};

static int compare_records(const void *a, const void *b)
{
    return span_compare(((const struct record *)a)->directory,
                        ((const struct record *)b)->directory);
}

static bool add_record(struct list *records, const struct zip_entry *entry)
{
    size_t slash = span_find_last(entry->name, '/');
    if (slash == SPAN_NONE || !span_starts_with(entry->name, MAVEN_DIRECTORY))
        return true;
    span name = span_from(entry->name, slash + 1);
    bool is_properties = span_equal(name, S("pom.properties"));
    if (!is_properties && !span_equal(name, S("pom.xml")))
        return true;
    struct record *record = LIST_ADD(records, struct record);
    if (!record)
        return false;
    *record = (struct record){.directory = span_first(entry->name, slash),
                              .properties = is_properties ? entry : NULL,
                              .pom = is_properties ? NULL : entry};
    return true;
}

static bool read_properties(struct jar *jar, const struct zip_entry *entry, struct coordinates *ret)
{
    struct err damage = {0};
    span text = {0};
    if (entry &&
        jar_read_member(jar, entry, jar->inspection->limits->document_bytes, &text, &damage) &&
        pom_properties_read(text, ret, &damage))
        return true;
    if (entry)
        jar_note_damage(jar, entry, &damage);
    return false;
}

static bool take_dependencies(struct jar *jar, const struct pom *pom, struct artifact *artifact,
                              struct err *err)
{
    struct list found = {0};
    struct list names;
    list_init(&names, jar->mem, sizeof(span), SIZE_MAX);
    if (!pom_dependencies(pom, jar->mem, &found, err))
        return false;
    for (size_t i = 0; i < found.count; i++) {
        struct coordinates coordinates = *LIST_AT(&found, struct coordinates, i);
        coordinates.version = S("0"); // which one does not matter here
        span *name = coordinates_are_values(&coordinates) ? LIST_ADD(&names, span) : NULL;
        if (name && !coordinates_name(&coordinates, jar->mem, name, err))
            return false;
    }
    artifact->depends = (struct spans){.items = names.items, .count = names.count};
    return list_ok(&names) || arena_err(jar->mem, err, "dependencies");
}

static bool read_pom(struct jar *jar, const struct zip_entry *entry, struct artifact *artifact)
{
    const struct limits *limits = jar->inspection->limits;
    struct pom *pom = NULL;
    struct err damage = {0};
    span text = {0};
    if (!entry)
        return true;
    if (!jar_read_member(jar, entry, limits->document_bytes, &text, &damage) ||
        !pom_read(text, limits, jar->mem, &pom, &damage) ||
        !pom_licenses(pom, jar->mem, &artifact->licenses, &damage) ||
        !take_dependencies(jar, pom, artifact, &damage)) {
        jar_note_damage(jar, entry, &damage);
        return false;
    }
    if (artifact->coordinates.artifact.len == 0)
        artifact->coordinates = pom_coordinates(pom);
    return true;
}

static bool is_known(const struct jar *jar, const struct coordinates *coordinates)
{
    size_t count = jar->artifacts.count;
    const struct artifact *last =
        count ? LIST_AT(&jar->artifacts, struct artifact, count - 1) : NULL;
    return last && span_equal(last->coordinates.group, coordinates->group) &&
           span_equal(last->coordinates.artifact, coordinates->artifact) &&
           span_equal(last->coordinates.version, coordinates->version);
}

static bool read_record(struct jar *jar, const struct record *record, struct err *err)
{
    struct artifact artifact = {0};
    bool known = read_properties(jar, record->properties, &artifact.coordinates);
    (void)read_pom(jar, record->pom, &artifact); // without it the properties still count
    if ((!known && !coordinates_are_values(&artifact.coordinates)) ||
        is_known(jar, &artifact.coordinates))
        return true;
    struct artifact *added = LIST_ADD(&jar->artifacts, struct artifact);
    if (!added)
        return arena_err(jar->mem, err, "artefacts");
    *added = artifact;
    return true;
}

static bool read_records(struct jar *jar, struct err *err)
{
    struct list records;
    list_init(&records, jar->mem, sizeof(struct record), SIZE_MAX);
    for (size_t i = 0; i < jar->zip.count; i++)
        if (!add_record(&records, &jar->zip.entries[i]))
            return arena_err(jar->mem, err, "records of Maven");
    sort_items(records.items, records.count, sizeof(struct record), compare_records);
    for (size_t i = 0; i < records.count; i++) {
        struct record record = *LIST_AT(&records, struct record, i);
        for (; i + 1 < records.count; i++) {
            const struct record *next = LIST_AT(&records, struct record, i + 1);
            if (!span_equal(record.directory, next->directory))
                break;
            record.properties = next->properties ? next->properties : record.properties;
            record.pom = next->pom ? next->pom : record.pom;
        }
        if (!read_record(jar, &record, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- packages

static bool add_artifact(struct jar *jar, const struct artifact *artifact, struct spans hashes,
                         struct err *err)
{
    struct package package = {
        .type = S("maven"),
        .version = artifact->coordinates.version,
        .licenses = artifact->licenses,
        .member = jar->member,
        .hashes = hashes,
        .depends = artifact->depends,
    };
    return coordinates_name(&artifact->coordinates, jar->mem, &package.name, err) &&
           inspection_add(jar->inspection, &package, err);
}

static bool digest_content(const struct content *content, digest *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    span chunk = {0};
    if (content->memory.len)
        return digest_of(DIGEST_SHA1, content->memory, ret, err);
    if (!hasher_new(DIGEST_SHA1, &hasher, err) ||
        !stream_open_content(content, 0, content->size, &stream, err))
        return false;
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        hasher_add(hasher, chunk);
    } while (chunk.len);
    *ret = hasher_finish(hasher);
    return true;
}

// "sha1:…" of the archive, by which others know it.
static bool digest_archive(struct jar *jar, span *ret, struct err *err)
{
    digest found = {0};
    if (!digest_content(jar->content, &found, err))
        return false;
    struct digest_text text = digest_text(found);
    return arena_span(jar->mem, span_of_text(text.text), ret) || arena_err(jar->mem, err, "digest");
}

static bool add_main(struct jar *jar, const struct artifact *recorded, struct err *err)
{
    struct artifact artifact = {0};
    if (recorded) {
        artifact = *recorded;
        artifact.coordinates.version = jar_full_version(jar, &recorded->coordinates);
    } else {
        artifact.coordinates = jar_guess(jar);
    }
    if (artifact.coordinates.artifact.len == 0)
        return true;
    if (artifact.licenses.len == 0)
        artifact.licenses = jar->manifest.values[KEY_BUNDLE_LICENSE];
    span hash = {0};
    if (!digest_archive(jar, &hash, err))
        return false;
    return add_artifact(jar, &artifact, (struct spans){.items = &hash, .count = 1}, err);
}

// The archive's own package, then those whose classes were copied into it ("shaded").
static bool add_packages(struct jar *jar, struct err *err)
{
    const struct artifact *own = jar_main_artifact(jar);
    if (!add_main(jar, own, err))
        return false;
    for (size_t i = 0; i < jar->artifacts.count; i++) {
        const struct artifact *artifact = LIST_AT(&jar->artifacts, struct artifact, i);
        if (artifact != own && !add_artifact(jar, artifact, (struct spans){0}, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- archives in archives

static bool look_into(struct jar *jar, struct err *err);

// A part of a content that need not be in memory.
struct part {
    const struct content *whole;
    uint64_t offset;
};

static bool read_part(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct part *part = self;
    return part->whole->read(part->whole->self, part->offset + offset, to, len, err);
}

// A stored archive is read where it is; another one is unpacked into `mem`.
static bool open_nested(struct jar *outer, const struct zip_entry *entry, struct arena *mem,
                        struct part *part, struct content *ret, struct err *err)
{
    struct jar reading = *outer;
    span bytes = {0};
    reading.mem = mem;
    if (entry->method != ZIP_STORED || outer->content->memory.len) {
        if (!jar_read_member(&reading, entry, outer->inspection->limits->file_bytes, &bytes, err))
            return false;
        *ret = content_of(bytes);
        return true;
    }
    if (!jar_afford(outer, entry, err) ||
        !zip_locate(outer->content, entry, mem, &part->offset, err))
        return false;
    part->whole = outer->content;
    *ret = (struct content){.size = entry->size, .self = part, .read = read_part};
    return true;
}

static bool join(struct arena *mem, span outer, span inner, span *ret, struct err *err)
{
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, outer);
    if (outer.len)
        text_add(&text, S("!/"));
    text_add(&text, inner);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(mem, err, "name");
}

// What it finds is kept apart from its memory, which is gone afterwards.
static bool look_into_nested(struct jar *outer, const struct zip_entry *entry, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(arena_left(outer->mem));
    struct err damage = {0};
    struct content content = {0};
    struct part part = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for an archive");
    struct jar jar = {
        .inspection = outer->inspection,
        .budget = outer->budget,
        .mem = mem,
        .content = &content,
        .name = path_name(entry->name),
        .depth = outer->depth + 1,
    };
    if (!join(mem, outer->member, entry->name, &jar.member, &damage) ||
        !join(mem, outer->location, entry->name, &jar.location, &damage) ||
        !open_nested(outer, entry, mem, &part, &content, &damage)) {
        jar_note_damage(outer, entry, &damage);
        return true;
    }
    return look_into(&jar, err);
}

static bool look_into_all_nested(struct jar *jar, struct err *err)
{
    for (size_t i = 0; i < jar->zip.count; i++) {
        const struct zip_entry *entry = &jar->zip.entries[i];
        if (entry->size == 0 || !has_archive_name(entry->name))
            continue;
        if (jar->depth + 1 >= jar->inspection->limits->depth) {
            notes_add(jar->inspection->notes, NOTE_LIMIT, jar->location,
                      "archives in it are nested too deeply to be looked into");
            return true;
        }
        if (!look_into_nested(jar, entry, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- one archive

// Nothing in them runs.
static bool is_without_classes(span name)
{
    return span_ends_with(name, S("-sources.jar")) || span_ends_with(name, S("-javadoc.jar"));
}

static bool look_into(struct jar *jar, struct err *err)
{
    struct err damage = {0};
    if (is_without_classes(jar->name) || !open_directory(jar))
        return true;
    list_init(&jar->artifacts, jar->mem, sizeof(struct artifact), SIZE_MAX);
    read_manifest(jar);
    if (!read_records(jar, &damage) || !add_packages(jar, &damage) || !jar_verify(jar, &damage))
        note_damage(jar, &damage);
    return look_into_all_nested(jar, err);
}

static bool read_archive(struct inspection *inspection, struct err *err)
{
    const struct limits *limits = inspection->limits;
    struct jar_budget budget = {
        .entries = limits->archive_entries,
        .bytes = member_budget(limits, inspection->content->size),
    };
    struct jar jar = {
        .inspection = inspection,
        .budget = &budget,
        .mem = inspection->scratch,
        .content = inspection->content,
        .location = inspection->path,
        .name = path_name(inspection->path),
    };
    return look_into(&jar, err);
}

static const struct cataloger catalogers[] = {
    {S("**/*.jar"), read_archive, CATALOG_LARGE},  {S("**/*.war"), read_archive, CATALOG_LARGE},
    {S("**/*.ear"), read_archive, CATALOG_LARGE},  {S("**/*.par"), read_archive, CATALOG_LARGE},
    {S("**/*.sar"), read_archive, CATALOG_LARGE},  {S("**/*.nar"), read_archive, CATALOG_LARGE},
    {S("**/*.jpi"), read_archive, CATALOG_LARGE},  {S("**/*.hpi"), read_archive, CATALOG_LARGE},
    {S("**/*.kar"), read_archive, CATALOG_LARGE},  {S("**/*.aar"), read_archive, CATALOG_LARGE},
    {S("**/*.lpkg"), read_archive, CATALOG_LARGE},
};
const struct catalogers java_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
