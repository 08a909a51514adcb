#include "model/model_inner.h"

// doc/formats/bom-wire.md describes these bytes.

#define MAGIC S("plimbom\x04")

// ---------------------------------------------------------------- fields in the order of the wire

enum { DISTRO_FIELDS = 7, PACKAGE_FIELDS = 14 };
static_assert(WIRE_PACKAGE_BYTES == 4 * PACKAGE_FIELDS + 2 * 4 + 1 + 4, "the least of a package");

static void list_distro(struct distro *distro, span *ret[static DISTRO_FIELDS])
{
    span *const fields[DISTRO_FIELDS] = {
        &distro->id,      &distro->version_id, &distro->codename,    &distro->pretty_name,
        &distro->id_like, &distro->cpe,        &distro->end_of_life,
    };
    for (size_t i = 0; i < DISTRO_FIELDS; i++)
        ret[i] = fields[i];
}

static void list_package(struct package *package, span *ret[static PACKAGE_FIELDS])
{
    span *const fields[PACKAGE_FIELDS] = {
        &package->id,     &package->type,        &package->name,           &package->version,
        &package->arch,   &package->source_name, &package->source_version, &package->module,
        &package->vendor, &package->repository,  &package->licenses,       &package->purl,
        &package->owner,  &package->member,
    };
    for (size_t i = 0; i < PACKAGE_FIELDS; i++)
        ret[i] = fields[i];
}

// ---------------------------------------------------------------- writing

static void write_fields(span *const *fields, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++)
        text_add_field(out, *fields[i]);
}

void wire_write_spans(struct spans spans, struct text *out)
{
    wire_write_count(out, spans.count);
    for (size_t i = 0; i < spans.count; i++)
        text_add_field(out, spans.items[i]);
}

void wire_write_package(const struct package *package, struct text *out)
{
    struct package copy = *package;
    span *fields[PACKAGE_FIELDS] = {0};
    list_package(&copy, fields);
    write_fields(fields, PACKAGE_FIELDS, out);
    wire_write_spans(package->hashes, out);
    wire_write_spans(package->depends, out);
    text_add_u8(out, package->removed);
    wire_write_count(out, package->location_count);
    for (size_t i = 0; i < package->location_count; i++) {
        text_add_field(out, package->locations[i].path);
        text_add_u32le(out, package->locations[i].layer);
    }
}

void bom_write(const struct bom *bom, struct text *out)
{
    struct distro distro = bom->distro;
    span *fields[DISTRO_FIELDS] = {0};
    list_distro(&distro, fields);
    text_add(out, MAGIC);
    write_fields(fields, DISTRO_FIELDS, out);
    wire_write_count(out, bom->content_set_count);
    for (size_t i = 0; i < bom->content_set_count; i++)
        text_add_field(out, bom->content_sets[i]);
    wire_write_notes(&bom->notes, out);
    wire_write_count(out, bom->package_count);
    for (size_t i = 0; i < bom->package_count; i++)
        wire_write_package(&bom->packages[i], out);
    wire_write_count(out, bom->binary_count);
    for (size_t i = 0; i < bom->binary_count; i++) {
        text_add_field(out, bom->binaries[i].location.path);
        text_add_u32le(out, bom->binaries[i].location.layer);
        wire_write_binary(&bom->binaries[i].binary, out);
    }
}

// ---------------------------------------------------------------- reading

static void read_fields(struct wire *wire, span *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *fields[i] = wire_field(wire);
}

bool wire_read_spans(struct wire *wire, const char *what, struct spans *ret, struct err *err)
{
    uint32_t count = 0;
    if (!wire_count(wire, 4, UINT32_MAX, what, &count, err))
        return false;
    span *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, what);
    for (uint32_t i = 0; i < count; i++)
        items[i] = wire_field(wire);
    *ret = (struct spans){.items = items, .count = count};
    return wire_ok(wire, what, err);
}

static bool read_content_sets(struct wire *wire, struct bom *bom, struct err *err)
{
    uint32_t count = 0;
    if (!wire_count(wire, 4, UINT32_MAX, "bom: content sets", &count, err))
        return false;
    bom->content_sets = arena_array(wire->mem, count, sizeof *bom->content_sets);
    if (!bom->content_sets)
        return arena_err(wire->mem, err, "bom: content sets");
    bom->content_set_count = count;
    for (uint32_t i = 0; i < count; i++) {
        bom->content_sets[i] = wire_field(wire);
        if (i && span_compare(bom->content_sets[i - 1], bom->content_sets[i]) > 0)
            return err_set(err, ERR_INPUT, "bom: content set %u is out of order", i);
    }
    return wire_ok(wire, "bom: content sets", err);
}

static bool read_location(struct wire *wire, struct location *ret, struct err *err)
{
    struct location location = {.path = wire_field(wire)};
    location.layer = read_u32le(&wire->bytes);
    if (!wire_ok(wire, "location", err))
        return false;
    if (location.path.len > wire->limits->path_bytes || !path_is_normal(location.path))
        return err_set(err, ERR_INPUT, "path '%s' is not normal", quote(location.path).text);
    if (location.layer >= wire->limits->layers)
        return err_set(err, ERR_INPUT, "there is no layer %u", location.layer);
    *ret = location;
    return true;
}

static bool read_locations(struct wire *wire, struct package *package, struct err *err)
{
    enum { LOCATION_BYTES = 4 + 4 };
    uint32_t count = 0;
    if (!wire_count(wire, LOCATION_BYTES, UINT32_MAX, "locations", &count, err))
        return false;
    package->locations = arena_array(wire->mem, count, sizeof *package->locations);
    if (!package->locations)
        return arena_err(wire->mem, err, "locations");
    package->location_count = count;
    for (uint32_t i = 0; i < count; i++)
        if (!read_location(wire, &package->locations[i], err))
            return false;
    return true;
}

bool wire_read_package(struct wire *wire, struct package *ret, struct err *err)
{
    struct package package = {0};
    span *fields[PACKAGE_FIELDS] = {0};
    list_package(&package, fields);
    read_fields(wire, fields, PACKAGE_FIELDS);
    if (!wire_read_spans(wire, "hashes", &package.hashes, err) ||
        !wire_read_spans(wire, "depends", &package.depends, err))
        return false;
    package.removed = wire_flag(wire);
    if (!wire_ok(wire, "package", err))
        return false;
    if (package.type.len == 0 || package.name.len == 0)
        return err_set(err, ERR_INPUT, "a type or a name is missing");
    if (!read_locations(wire, &package, err))
        return false;
    *ret = package;
    return true;
}

static bool read_binaries(struct wire *wire, struct bom *bom, struct err *err)
{
    enum { BINARY_BYTES = 4 + 4 + 4 + 4 + 4 };
    uint32_t count = 0;
    if (!wire_count(wire, BINARY_BYTES, wire->limits->kept_entries, "bom: binaries", &count, err))
        return false;
    bom->binaries = arena_array(wire->mem, count, sizeof *bom->binaries);
    if (!bom->binaries)
        return arena_err(wire->mem, err, "bom: binaries");
    bom->binary_count = count;
    for (uint32_t i = 0; i < count; i++)
        if (!read_location(wire, &bom->binaries[i].location, err) ||
            !wire_read_binary(wire, &bom->binaries[i].binary, err))
            return err_add(err, "bom: binary %u", i);
    return true;
}

static bool read_packages(struct wire *wire, struct bom *bom, struct err *err)
{
    uint32_t count = 0;
    if (!wire_count(wire, WIRE_PACKAGE_BYTES, wire->limits->packages, "bom: packages", &count, err))
        return false;
    bom->packages = arena_array(wire->mem, count, sizeof *bom->packages);
    if (!bom->packages)
        return arena_err(wire->mem, err, "bom: packages");
    bom->package_count = count;
    for (uint32_t i = 0; i < count; i++) {
        if (!wire_read_package(wire, &bom->packages[i], err))
            return err_add(err, "bom: package %u", i);
        if (i && package_compare(&bom->packages[i - 1], &bom->packages[i]) > 0)
            return err_set(err, ERR_INPUT, "bom: package %u is out of order", i);
    }
    return true;
}

bool bom_read(span bytes, const struct limits *limits, struct arena *mem, struct bom *ret,
              struct err *err)
{
    struct wire wire = wire_of(bytes, limits, mem);
    struct bom bom = {0};
    span *fields[DISTRO_FIELDS] = {0};
    list_distro(&bom.distro, fields);
    if (!span_equal(read_bytes(&wire.bytes, MAGIC.len), MAGIC))
        return err_set(err, ERR_INPUT, "bom: not a bill of materials of this version");
    read_fields(&wire, fields, DISTRO_FIELDS);
    if (!wire_ok(&wire, "bom: distribution", err) || !read_content_sets(&wire, &bom, err))
        return false;
    if (!wire_read_notes(&wire, &bom.notes, err))
        return err_add(err, "bom");
    if (!read_packages(&wire, &bom, err) || !read_binaries(&wire, &bom, err) ||
        !wire_end(&wire, "bom", err))
        return false;
    *ret = bom;
    return true;
}
