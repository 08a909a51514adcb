// The report for programs: plimsoll.scan/1, doc/formats/scan.md.
#include "report/report_inner.h"

#include "format/json/json.h"

#include <stdio.h>

// Nothing known is null, never an empty text.
static void field(struct json_out *out, const char *key, span value)
{
    json_key(out, key);
    if (value.len)
        json_write_text(out, value);
    else
        json_write_null(out);
}

// What is out of range is not known either.
static void number(struct json_out *out, const char *key, double value, double most,
                   unsigned decimals)
{
    json_key(out, key);
    if (value >= 0 && value <= most)
        json_write_number(out, value, decimals);
    else
        json_write_null(out);
}

static void texts(struct json_out *out, const char *key, struct spans values)
{
    json_key(out, key);
    json_begin_array(out);
    for (size_t i = 0; i < values.count; i++)
        if (values.items[i].len)
            json_write_text(out, values.items[i]);
    json_end_array(out);
}

// ---------------------------------------------------------------- target, distro

static void add_platform(struct json_out *out, const struct platform *platform)
{
    struct text text;
    text_init(&text, out->text->mem, SIZE_MAX);
    text_add(&text, platform->os);
    text_add_byte(&text, '/');
    text_add(&text, platform->architecture);
    if (platform->variant.len)
        text_add_byte(&text, '/');
    text_add(&text, platform->variant);
    field(out, "platform", platform->architecture.len ? text_span(&text) : (span){0});
}

static void add_layer(struct json_out *out, const struct layer *layer)
{
    json_begin_object(out);
    field(out, "diff_id", layer->diff_id);
    field(out, "digest", layer->digest);
    field(out, "created_by", layer->created_by);
    field(out, "base", layer->base);
    json_end_object(out);
}

static void add_target(struct json_out *out, const struct image *image)
{
    json_key(out, "target");
    json_begin_object(out);
    field(out, "name", image->name);
    field(out, "kind", image->kind);
    field(out, "manifest_digest", image->manifest_digest);
    field(out, "image_id", image->image_id);
    add_platform(out, &image->platform);
    json_key(out, "layers");
    json_begin_array(out);
    for (size_t i = 0; i < image->layer_count; i++)
        add_layer(out, &image->layers[i]);
    json_end_array(out);
    json_end_object(out);
}

// The day, if it is one.
static span end_of_life(const struct distro *distro)
{
    uint32_t day = 0;
    span date = span_first(distro->end_of_life, sizeof "YYYY-MM-DD" - 1);
    return date_parse(date, &day) ? date : (span){0};
}

static void add_distro(struct json_out *out, const struct distro *distro)
{
    json_key(out, "distro");
    json_begin_object(out);
    field(out, "id", distro->id);
    field(out, "version_id", distro->version_id);
    field(out, "codename", distro->codename);
    field(out, "end_of_life", end_of_life(distro));
    json_end_object(out);
}

// ---------------------------------------------------------------- packages

static void add_locations(struct json_out *out, const struct scan *scan,
                          const struct package *package)
{
    json_key(out, "locations");
    json_begin_array(out);
    for (size_t i = 0; i < package->location_count; i++) {
        json_begin_object(out);
        field(out, "path", package->locations[i].path);
        field(out, "layer", report_layer(scan, package->locations[i].layer));
        json_end_object(out);
    }
    json_end_array(out);
}

static void add_package(struct json_out *out, const struct scan *scan,
                        const struct package *package)
{
    json_begin_object(out);
    field(out, "id", package->id);
    field(out, "type", package->type);
    field(out, "name", package->name);
    field(out, "version", package->version);
    field(out, "arch", package->arch);
    field(out, "purl", package->purl);
    json_key(out, "source");
    json_begin_object(out);
    field(out, "name", package->source_name);
    field(out, "version", package->source_version);
    json_end_object(out);
    texts(out, "licenses", (struct spans){&package->licenses, package->licenses.len != 0});
    add_locations(out, scan, package);
    field(out, "owner", package->owner);
    if (package->removed)
        json_field_bool(out, "removed", true);
    json_end_object(out);
}

static void add_packages(struct json_out *out, const struct scan *scan)
{
    json_key(out, "packages");
    json_begin_array(out);
    for (size_t i = 0; i < scan->bom.package_count; i++)
        add_package(out, scan, &scan->bom.packages[i]);
    json_end_array(out);
}

// ---------------------------------------------------------------- binaries

static void add_binary(struct json_out *out, const struct scan *scan,
                       const struct found_binary *found)
{
    json_begin_object(out);
    field(out, "path", found->location.path);
    field(out, "layer", report_layer(scan, found->location.layer));
    field(out, "build_id", found->binary.build_id);
    field(out, "interpreter", found->binary.interpreter);
    texts(out, "needed", found->binary.needed);
    json_end_object(out);
}

static void add_binaries(struct json_out *out, const struct scan *scan)
{
    json_key(out, "binaries");
    json_begin_array(out);
    for (size_t i = 0; i < scan->bom.binary_count; i++)
        add_binary(out, scan, &scan->bom.binaries[i]);
    json_end_array(out);
}

// ---------------------------------------------------------------- findings

static void add_evidence(struct json_out *out, const struct finding *finding)
{
    json_key(out, "evidence");
    json_begin_array(out);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        json_begin_object(out);
        field(out, "database", evidence->database);
        field(out, "advisory", evidence->advisory);
        field(out, "range", evidence->range);
        field(out, "compared", evidence->compared);
        json_end_object(out);
    }
    json_end_array(out);
}

static void add_cvss(struct json_out *out, double score, span vector)
{
    json_key(out, "cvss");
    bool has_score = score >= 0 && score <= 10;
    if (!has_score && vector.len == 0) {
        json_write_null(out);
        return;
    }
    json_begin_object(out);
    number(out, "score", score, 10, 1);
    field(out, "vector", vector);
    json_end_object(out);
}

static void add_ratings(struct json_out *out, const struct finding *finding)
{
    json_key(out, "ratings");
    json_begin_array(out);
    for (size_t i = 0; i < finding->rating_count; i++) {
        const struct rating *rating = &finding->ratings[i];
        json_begin_object(out);
        field(out, "database", rating->database);
        json_field_text(out, "severity", span_of_text(severity_name(rating->severity)));
        add_cvss(out, rating->score, rating->cvss);
        json_end_object(out);
    }
    json_end_array(out);
}

static void add_weaknesses(struct json_out *out, const struct finding *finding)
{
    json_key(out, "weaknesses");
    json_begin_array(out);
    for (size_t i = 0; i < finding->weakness_count; i++) {
        json_begin_object(out);
        field(out, "id", finding->weaknesses[i].id);
        field(out, "name", finding->weaknesses[i].name);
        json_end_object(out);
    }
    json_end_array(out);
}

// Null where it is not known what the image was built on.
static void add_inherited(struct json_out *out, const struct image *image, uint32_t layer)
{
    json_key(out, "inherited");
    if (!report_knows_base(image) || layer >= image->layer_count)
        json_write_null(out);
    else
        json_write_bool(out, report_is_inherited(image, layer));
}

static void add_suppression(struct json_out *out, const struct suppression *suppression)
{
    char day[11] = {0};
    json_key(out, "suppression");
    if (!suppression) {
        json_write_null(out);
        return;
    }
    if (suppression->expires)
        date_format(suppression->expires, day);
    json_begin_object(out);
    json_field_text(out, "kind", span_of_text(suppression_kind_name(suppression->kind)));
    field(out, "source", suppression->source);
    field(out, "origin", suppression->origin);
    json_key(out, "line");
    if (suppression->line)
        json_write_u64(out, suppression->line);
    else
        json_write_null(out);
    field(out, "reason", suppression->reason);
    field(out, "justification", suppression->justification);
    field(out, "expires", span_of_text(day));
    json_end_object(out);
}

static void add_finding(struct json_out *out, const struct scan *scan,
                        const struct finding *finding)
{
    const struct package *package = report_package(scan, finding);
    json_begin_object(out);
    field(out, "id", finding->id);
    json_field_text(out, "kind", span_of_text(finding_kind_name(finding->kind)));
    field(out, "package", package ? package->id : (span){0});
    json_field_text(out, "severity", span_of_text(severity_name(finding->severity)));
    field(out, "fixed_version", finding->fixed_version);
    json_field_text(out, "status", span_of_text(status_name(finding->status)));
    texts(out, "aliases", finding->aliases);
    add_cvss(out, finding->score, finding->cvss);
    add_ratings(out, finding);
    add_weaknesses(out, finding);
    number(out, "epss", finding->epss, 1, 5);
    json_field_bool(out, "kev", finding->exploited);
    json_field_bool(out, "disputed", finding->disputed);
    number(out, "risk", finding->risk, 100, 1);
    add_evidence(out, finding);
    field(out, "location", report_location(scan, finding));
    field(out, "text", finding->text);
    field(out, "layer", report_layer(scan, finding->layer));
    add_inherited(out, &scan->image, finding->layer);
    field(out, "suppressed", finding->suppressed);
    add_suppression(out, finding->suppression);
    json_end_object(out);
}

static void add_findings(struct json_out *out, const struct scan *scan,
                         const struct report_options *options)
{
    json_key(out, "findings");
    json_begin_array(out);
    for (size_t i = 0; i < scan->findings.count; i++)
        if (report_shows(&scan->findings.items[i], options))
            add_finding(out, scan, &scan->findings.items[i]);
    json_end_array(out);
}

// ---------------------------------------------------------------- what does not count

static void add_suppressors(struct json_out *out, const struct scan *scan)
{
    json_key(out, "suppressors");
    json_begin_array(out);
    for (size_t i = 0; i < scan->suppressor_count; i++) {
        const struct suppressor *suppressor = &scan->suppressors[i];
        json_begin_object(out);
        field(out, "source", suppressor->source);
        field(out, "format", suppressor->format);
        field(out, "origin", suppressor->origin);
        json_field_u64(out, "statements", suppressor->statements);
        json_field_u64(out, "findings", suppressor->findings);
        json_end_object(out);
    }
    json_end_array(out);
}

static void add_baseline(struct json_out *out, const struct baseline *baseline)
{
    json_key(out, "baseline");
    if (baseline->source.len == 0) {
        json_write_null(out);
        return;
    }
    json_begin_object(out);
    field(out, "source", baseline->source);
    json_field_u64(out, "known", baseline->known);
    json_field_u64(out, "resolved", baseline->resolved);
    json_end_object(out);
}

// ---------------------------------------------------------------- the rest

static void add_note(struct json_out *out, const struct note *note)
{
    json_begin_object(out);
    json_field_text(out, "kind", span_of_text(note_kind_name(note->kind)));
    field(out, "location", note->location);
    json_field_text(out, "text", note->text);
    json_end_object(out);
}

// Notes that were not kept are a note.
static void add_dropped(struct json_out *out, uint64_t dropped)
{
    char buffer[64];
    int len = snprintf(buffer, sizeof buffer, "%llu more notes were not kept",
                       (unsigned long long)dropped);
    assert(len > 0 && (size_t)len < sizeof buffer);
    add_note(out, &(struct note){.kind = NOTE_LIMIT, .text = span_of_text(buffer)});
}

static void add_notes(struct json_out *out, const struct notes *notes)
{
    json_key(out, "notes");
    json_begin_array(out);
    for (size_t i = 0; i < notes->items.count; i++)
        add_note(out, LIST_AT(&notes->items, struct note, i));
    if (notes->dropped)
        add_dropped(out, notes->dropped);
    json_end_array(out);
}

static void add_database(struct json_out *out, const struct scan *scan)
{
    json_key(out, "database");
    if (!scan->matched) {
        json_write_null(out);
        return;
    }
    json_begin_object(out);
    field(out, "built", scan->database.built);
    texts(out, "sources", scan->database.sources);
    json_end_object(out);
}

void report_json(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct json_out json = {.text = out, .indent = 2};
    json_begin_object(&json);
    json_field_text(&json, "schema", S("plimsoll.scan/1"));
    add_target(&json, &scan->image);
    add_distro(&json, &scan->bom.distro);
    add_packages(&json, scan);
    add_binaries(&json, scan);
    add_findings(&json, scan, options);
    add_suppressors(&json, scan);
    add_baseline(&json, &scan->baseline);
    add_notes(&json, &scan->bom.notes);
    json_field_bool(&json, "complete", scan->complete);
    add_database(&json, scan);
    json_key(&json, "tool");
    json_begin_object(&json);
    json_field_text(&json, "name", S("plimsoll"));
    json_field_text(&json, "version", options->tool_version);
    json_end_object(&json);
    json_end_object(&json);
    text_add_byte(out, '\n');
}
