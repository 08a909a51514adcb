// SPDX 2 as tags and values (SPDX 2.3, clauses 6 to 12): "Tag: value" on a line, or
// "Tag: <text>value" and lines up to "</text>". A tag that begins a package, a file, a snippet or a
// licence ends the one before. Of a value of several lines the first is read.
#include "scan/sbom/sbom_inner.h"

// ---------------------------------------------------------------- lines

struct tags {
    span rest;
    size_t bad; // lines that are no tags, texts that do not end
};

struct tag {
    span name;
    span value;
};

static span cut_text(struct tags *tags, span value)
{
    span end = S("</text>");
    value = span_from(value, S("<text>").len);
    if (span_ends_with(value, end))
        return span_trim(span_first(value, value.len - end.len));
    bool ended = span_contains(value, end);
    while (!ended && tags->rest.len)
        ended = span_contains(span_cut_line(&tags->rest), end);
    tags->bad += !ended;
    return value;
}

// False at the end.
static bool next_tag(struct tags *tags, struct tag *ret)
{
    while (tags->rest.len) {
        span line = span_trim(span_cut_line(&tags->rest));
        size_t colon = span_find(line, ':');
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (colon == SPAN_NONE) {
            tags->bad++;
            continue;
        }
        ret->name = span_first(line, colon);
        ret->value = span_trim(span_from(line, colon + 1));
        if (span_starts_with(ret->value, S("<text>")))
            ret->value = cut_text(tags, ret->value);
        return true;
    }
    return false;
}

static span cut_word(span *rest)
{
    *rest = span_trim(*rest);
    return span_cut(rest, ' ');
}

// ---------------------------------------------------------------- relationships

struct relation {
    span from;
    span type;
    span to;
};

static struct relation relation_of(span value)
{
    struct relation relation = {.from = cut_word(&value)};
    relation.type = cut_word(&value);
    relation.to = cut_word(&value);
    return relation;
}

// The element that the document is about, where it is about one: the image.
static span described(span document)
{
    struct tags tags = {.rest = document};
    struct tag tag = {0};
    span found = {0};
    while (next_tag(&tags, &tag)) {
        struct relation relation = {0};
        if (span_equal(tag.name, S("Relationship")))
            relation = relation_of(tag.value);
        if (!span_equal(relation.type, S("DESCRIBES")) ||
            !span_equal(relation.from, S("SPDXRef-DOCUMENT")))
            continue;
        if (found.len)
            return (span){0};
        found = relation.to;
    }
    return found;
}

// ---------------------------------------------------------------- licences of its own

// Of one licence: the last tag of it is the next one's first.
static bool take_extracted(struct reading *reading, span document, struct err *err)
{
    struct tags tags = {.rest = document};
    struct tag tag = {0};
    span id = {0};
    span name = {0};
    span text = {0};
    while (next_tag(&tags, &tag)) {
        if (span_equal(tag.name, S("ExtractedText")))
            text = tag.value;
        if (span_equal(tag.name, S("LicenseName")))
            name = tag.value;
        if (!span_equal(tag.name, S("LicenseID")))
            continue;
        if (!extracted_add(reading, id, name, text, err))
            return false;
        id = tag.value;
        name = text = (span){0};
    }
    if (!extracted_add(reading, id, name, text, err))
        return false;
    extracted_sort(reading);
    return true;
}

// ---------------------------------------------------------------- packages

// "PACKAGE-MANAGER purl pkg:npm/a@1"
static void read_reference(span value, struct spdx_package *package)
{
    (void)cut_word(&value); // the category
    span type = cut_word(&value);
    if (spdx_is_purl(type) && package->purl.len == 0)
        package->purl = cut_word(&value);
}

// "SHA1: 85ed"
static void read_checksum(span value, struct spdx_package *package)
{
    span algorithm = span_cut(&value, ':');
    component_add_pair(&package->checksums, algorithm, span_trim(value));
}

static void take_field(const struct tag *tag, struct spdx_package *package)
{
    const struct {
        span name;
        span *text;
    } fields[] = {
        {S("SPDXID"), &package->id},
        {S("PackageVersion"), &package->version},
        {S("PackageSupplier"), &package->supplier},
        {S("PackageOriginator"), &package->originator},
        {S("PackageSourceInfo"), &package->source_info},
        {S("PackageLicenseDeclared"), &package->declared},
        {S("PackageLicenseConcluded"), &package->concluded},
        {S("PrimaryPackagePurpose"), &package->purpose},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (span_equal(tag->name, fields[i].name))
            *fields[i].text = tag->value;
    if (span_equal(tag->name, S("ExternalRef")))
        read_reference(tag->value, package);
    if (span_equal(tag->name, S("PackageChecksum")))
        read_checksum(tag->value, package);
}

// ---------------------------------------------------------------- the document

static bool ends_package(span tag)
{
    const span tags[] = {S("PackageName"), S("FileName"), S("SnippetSPDXID"), S("LicenseID"),
                         S("Reviewer")};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (span_equal(tag, tags[i]))
            return true;
    return false;
}

struct walk {
    struct reading *reading;
    struct spdx_package package;
    bool is_open; // `package` has been begun
    span root;
};

static bool end_package(struct walk *walk, struct err *err)
{
    if (!walk->is_open)
        return true;
    walk->is_open = false;
    return spdx_take_package(walk->reading, &walk->package, walk->root, err);
}

static bool take_tag(struct walk *walk, const struct tag *tag, struct err *err)
{
    if (ends_package(tag->name) && !end_package(walk, err))
        return false;
    if (span_equal(tag->name, S("PackageName"))) {
        spdx_package_clear(&walk->package);
        walk->package.name = tag->value;
        walk->is_open = true;
    }
    if (walk->is_open)
        take_field(tag, &walk->package);
    if (span_equal(tag->name, S("SPDXVersion")))
        spdx_check_version(walk->reading, tag->value);
    if (span_equal(tag->name, S("DocumentName")))
        return keep_text(walk->reading, tag->value, &walk->reading->image.name, err);
    if (!span_equal(tag->name, S("Relationship")))
        return true;
    struct relation relation = relation_of(tag->value);
    return spdx_take_relation(walk->reading, relation.from, relation.type, relation.to, err);
}

bool read_spdx_tags(struct reading *reading, span document, struct err *err)
{
    struct tags tags = {.rest = document};
    struct walk walk = {.reading = reading, .root = described(document)};
    struct tag tag = {0};
    spdx_package_init(reading, &walk.package);
    if (!take_extracted(reading, document, err))
        return false;
    while (next_tag(&tags, &tag))
        if (!take_tag(&walk, &tag, err))
            return false;
    if (tags.bad)
        notes_add(reading->notes, NOTE_DAMAGED, (span){0},
                  "%zu lines are no tags, or texts that do not end", tags.bad);
    return end_package(&walk, err);
}
