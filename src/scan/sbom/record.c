#include "scan/sbom/sbom_inner.h"

#include "format/spdx/spdx.h"

bool keep_text(struct reading *reading, span text, span *ret, struct err *err)
{
    return arena_span(reading->mem, text, ret) || arena_err(reading->mem, err, "sbom");
}

bool keep_layer(struct reading *reading, span diff_id, struct err *err)
{
    if (reading->layers.count >= reading->limits->layers) {
        notes_add(reading->notes, NOTE_LIMIT, (span){0}, "more than %llu layers",
                  (unsigned long long)reading->limits->layers);
        return true;
    }
    struct layer *layer = LIST_ADD(&reading->layers, struct layer);
    if (!layer)
        return arena_err(reading->mem, err, "layers");
    return keep_text(reading, diff_id, &layer->diff_id, err);
}

// ---------------------------------------------------------------- hashes, licences

struct algorithm {
    const char *name;
    const char *prefix;
    size_t digits;
};

static const struct algorithm *find_algorithm(span name)
{
    static const struct algorithm algorithms[] = {
        {"MD5", "md5:", 32},        {"SHA-1", "sha1:", 40},      {"SHA1", "sha1:", 40},
        {"SHA-256", "sha256:", 64}, {"SHA256", "sha256:", 64},   {"SHA-384", "sha384:", 96},
        {"SHA384", "sha384:", 96},  {"SHA-512", "sha512:", 128}, {"SHA512", "sha512:", 128},
    };
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (span_equal(name, span_of_text(algorithms[i].name)))
            return &algorithms[i];
    return NULL;
}

// Those of the forms' own lists that packages do not have here.
static bool is_other_algorithm(span name)
{
    static const char *const others[] = {
        "SHA224",      "SHA3-256", "SHA3-384",     "SHA3-512",     "BLAKE2b-256",
        "BLAKE2b-384", "MD2",      "BLAKE2b-512",  "BLAKE3",       "ADLER32",
        "MD4",         "MD6",      "STREEBOG-256", "STREEBOG-512",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (span_equal(name, span_of_text(others[i])))
            return true;
    return false;
}

static bool is_hex(span digits)
{
    for (size_t i = 0; i < digits.len; i++)
        if (!ascii_is_hex(digits.ptr[i]))
            return false;
    return digits.len != 0;
}

bool record_add_hash(struct reading *reading, struct record *record, span algorithm, span digits,
                     struct err *err)
{
    const struct algorithm *known = find_algorithm(algorithm);
    if (!known || digits.len != known->digits || !is_hex(digits)) {
        reading->odd[ODD_HASH] += known || !is_other_algorithm(algorithm) || !is_hex(digits);
        return true;
    }
    if (record->hash_count == MOST_HASHES)
        return true;
    struct text text = {0};
    text_init(&text, reading->mem, SIZE_MAX);
    text_add(&text, span_of_text(known->prefix));
    for (size_t i = 0; i < digits.len; i++)
        text_add_byte(&text, ascii_lower(digits.ptr[i]));
    record->hashes[record->hash_count++] = text_span(&text);
    return text_ok(&text) || arena_err(reading->mem, err, "hash");
}

bool record_add_license(struct reading *reading, struct record *record, span license,
                        struct err *err)
{
    if (license.len == 0 || span_equal(license, S("NOASSERTION")) || span_equal(license, S("NONE")))
        return true;
    if (license.len > reading->limits->field_bytes) {
        notes_add(reading->notes, NOTE_LIMIT, record->ref, "a licence is too long");
        return true;
    }
    span *text = LIST_ADD(&record->license_texts, span);
    if (!text)
        return arena_err(reading->mem, err, "licences");
    *text = license;
    return true;
}

// As the catalogers have them: expressions, in the words of the package's ecosystem.
static bool join_licenses(struct reading *reading, struct record *record, span type, span *ret,
                          struct err *err)
{
    span *texts = record->license_texts.items;
    size_t count = 0;
    if (record->licenses.len && record->licenses.len <= reading->limits->field_bytes)
        return spdx_normalise(record->licenses, spdx_speaker_of(type), reading->mem, ret) ||
               arena_err(reading->mem, err, "licences");
    for (size_t i = 0; i < record->license_texts.count; i++) {
        span *text = &texts[count];
        if (!spdx_normalise(texts[i], spdx_speaker_of(type), reading->mem, text))
            return arena_err(reading->mem, err, "licences");
        count += text->len != 0;
    }
    if (count > 1)
        return spdx_join(texts, count, reading->mem, ret) ||
               arena_err(reading->mem, err, "licences");
    *ret = count ? texts[0] : (span){0};
    return true;
}

// ---------------------------------------------------------------- names

static bool same_byte(uint8_t a, uint8_t b)
{
    a = a == '_' ? '-' : ascii_lower(a);
    b = b == '_' ? '-' : ascii_lower(b);
    return a == b;
}

// Canonical purls lose what their types do not distinguish.
static bool same_name(span a, span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (!same_byte(a.ptr[i], b.ptr[i]))
            return false;
    return true;
}

static bool full_name(struct reading *reading, const struct record *record, span type, span *ret,
                      struct err *err)
{
    struct text text = {0};
    if (record->group.len == 0) {
        *ret = record->name;
        return true;
    }
    text_init(&text, reading->mem, SIZE_MAX);
    text_add(&text, record->group);
    text_add_byte(&text, span_equal(type, S("maven")) ? ':' : '/');
    text_add(&text, record->name);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(reading->mem, err, "name");
}

// The name as the ecosystem writes it: the purl's, in the spelling of the component.
static bool choose_name(struct reading *reading, const struct record *record,
                        struct package *package, struct err *err)
{
    span name = {0};
    bool own_source = span_equal(package->source_name, package->name);
    if (!full_name(reading, record, package->type, &name, err))
        return false;
    if (record->is_ours || package->name.len == 0 || same_name(name, package->name))
        package->name = name;
    else if (same_name(record->name, package->name))
        package->name = record->name;
    if (own_source) {
        package->source_name = package->name;
        package->source_version = package->version;
    }
    return true;
}

// ---------------------------------------------------------------- source

static bool join_source_version(struct reading *reading, const struct record *record, span *ret,
                                struct err *err)
{
    struct text text = {0};
    bool has_epoch = record->source_epoch.len && !span_equal(record->source_epoch, S("0"));
    if (!has_epoch && record->source_release.len == 0) {
        *ret = record->source_version;
        return true;
    }
    text_init(&text, reading->mem, SIZE_MAX);
    if (has_epoch) {
        text_add(&text, record->source_epoch);
        text_add_byte(&text, ':');
    }
    text_add(&text, record->source_version);
    if (record->source_release.len)
        text_add_byte(&text, '-');
    text_add(&text, record->source_release);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(reading->mem, err, "source");
}

static bool choose_source(struct reading *reading, const struct record *record,
                          struct package *package, struct err *err)
{
    span version = {0};
    if (!join_source_version(reading, record, &version, err))
        return false;
    if (record->source_name.len)
        package->source_name = record->source_name;
    else if (record->is_ours || package->source_name.len == 0)
        package->source_name = package->name;
    if (version.len)
        package->source_version = version;
    else if (record->is_ours || package->source_version.len == 0)
        package->source_version = package->version;
    return true;
}

// ---------------------------------------------------------------- locations

static bool find_layer(struct reading *reading, span diff_id, uint32_t *ret, struct err *err)
{
    *ret = 0;
    if (diff_id.len == 0)
        return true;
    for (size_t i = 0; i < reading->layers.count; i++)
        if (span_equal(LIST_AT(&reading->layers, struct layer, i)->diff_id, diff_id)) {
            *ret = (uint32_t)i;
            return true;
        }
    size_t count = reading->layers.count;
    if (!keep_layer(reading, diff_id, err))
        return false;
    *ret = reading->layers.count > count ? (uint32_t)count : 0;
    return true;
}

void record_init(struct reading *reading, struct record *record)
{
    list_init(&record->places, reading->mem, sizeof(struct place), MOST_LOCATIONS);
    list_init(&record->license_texts, reading->mem, sizeof(span), SIZE_MAX);
}

struct place *record_place(struct record *record, size_t index)
{
    if (index < record->places.count)
        return LIST_AT(&record->places, struct place, index);
    return index == record->places.count ? LIST_ADD(&record->places, struct place) : NULL;
}

static bool keep_places(struct reading *reading, const struct record *record,
                        struct package *package, struct err *err)
{
    const struct place *places = record->places.count ? record->places.items : &record->place;
    size_t count = record->places.count ? record->places.count : 1;
    struct location *locations = arena_array(reading->mem, count, sizeof *locations);
    if (!locations)
        return arena_err(reading->mem, err, "locations");
    for (size_t i = 0; i < count; i++) {
        struct location *location = &locations[package->location_count];
        bool escapes = false;
        if (places[i].path.len == 0)
            continue;
        if (places[i].path.len > reading->limits->path_bytes) {
            notes_add(reading->notes, NOTE_LIMIT, record->ref, "a path is too long");
            continue;
        }
        if (!path_normalise(places[i].path, reading->limits, reading->mem, &location->path,
                            &escapes))
            return arena_err(reading->mem, err, "locations");
        if (!find_layer(reading, places[i].layer_id, &location->layer, err))
            return false;
        package->location_count++;
    }
    package->locations = locations;
    return true;
}

// ---------------------------------------------------------------- the package

static bool keep_texts(struct reading *reading, struct package *package, struct err *err)
{
    span *const texts[] = {
        &package->type,        &package->name,           &package->version, &package->arch,
        &package->source_name, &package->source_version, &package->module,  &package->vendor,
        &package->repository,  &package->licenses,       &package->owner,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!keep_text(reading, *texts[i], texts[i], err))
            return false;
    return true;
}

static bool is_too_long(const struct reading *reading, const struct package *package)
{
    const span texts[] = {
        package->type,           package->name,   package->version, package->source_name,
        package->source_version, package->vendor, package->arch,    package->licenses,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].len > reading->limits->field_bytes)
            return true;
    return false;
}

// A purl that is none is noted; the component goes on without it.
static bool take_purl(struct reading *reading, struct record *record, struct package *package,
                      struct err *err)
{
    struct purl purl = {0};
    struct distro distro = {0};
    struct err failed = {0};
    if (record->purl.len == 0)
        return true;
    if (record->purl.len > reading->limits->field_bytes) {
        notes_add(reading->notes, NOTE_LIMIT, record->ref, "a package URL is too long");
        return true;
    }
    if (!purl_parse(record->purl, reading->mem, &purl, &failed)) {
        if (failed.kind == ERR_LIMIT)
            return err_copy(err, &failed);
        notes_add_err(reading->notes, record->ref, &failed);
        return true;
    }
    if (!package_from_purl(&purl, reading->mem, package, &distro))
        return arena_err(reading->mem, err, "purl");
    return distro_add_of_purl(reading, &distro, err);
}

static void take_rest(const struct record *record, struct package *package)
{
    if (record->type.len)
        package->type = record->type;
    if (record->is_ours || package->version.len == 0)
        package->version = record->version;
    if (record->arch.len)
        package->arch = record->arch;
    if (record->module.len)
        package->module = record->module;
    package->vendor = record->vendor;
    package->repository = record->repository;
    package->owner = record->owner;
    package->removed = span_equal(record->removed, S("true"));
}

static bool keep_hashes(struct reading *reading, const struct record *record,
                        struct package *package, struct err *err)
{
    span *items = arena_array(reading->mem, record->hash_count, sizeof *items);
    if (!items)
        return arena_err(reading->mem, err, "hashes");
    for (size_t i = 0; i < record->hash_count; i++)
        items[i] = record->hashes[i];
    package->hashes = (struct spans){.items = items, .count = record->hash_count};
    return true;
}

static bool keep_package(struct reading *reading, const struct record *record,
                         const struct package *package, struct err *err)
{
    if (reading->packages.count >= reading->limits->packages) {
        if (reading->packages.count == reading->limits->packages)
            notes_add(reading->notes, NOTE_LIMIT, (span){0}, "more than %llu packages",
                      (unsigned long long)reading->limits->packages);
        return true;
    }
    struct package *kept = LIST_ADD(&reading->packages, struct package);
    if (!kept)
        return arena_err(reading->mem, err, "packages");
    *kept = *package;
    if (record->ref.len == 0)
        return true;
    struct ref *ref = LIST_ADD(&reading->refs, struct ref);
    if (!ref)
        return arena_err(reading->mem, err, "references");
    *ref = (struct ref){.name = record->ref, .package = reading->packages.count - 1};
    return true;
}

bool record_finish(struct reading *reading, struct record *record, struct err *err)
{
    struct package package = {0};
    if (!take_purl(reading, record, &package, err))
        return false;
    take_rest(record, &package);
    if (package.type.len == 0) {
        package.type = S("generic");
        reading->nameless++;
    }
    if (!choose_name(reading, record, &package, err) ||
        !choose_source(reading, record, &package, err) ||
        !join_licenses(reading, record, package.type, &package.licenses, err))
        return false;
    if (package.name.len == 0) {
        notes_add(reading->notes, NOTE_DAMAGED, record->ref, "a component without a name");
        return true;
    }
    if (is_too_long(reading, &package)) {
        notes_add(reading->notes, NOTE_LIMIT, record->ref, "a component with a field too long");
        return true;
    }
    return keep_texts(reading, &package, err) && keep_places(reading, record, &package, err) &&
           keep_hashes(reading, record, &package, err) &&
           keep_package(reading, record, &package, err);
}

bool purl_is_image(span purl)
{
    return span_starts_with(purl, S("pkg:oci/")) || span_starts_with(purl, S("pkg:docker/"));
}
