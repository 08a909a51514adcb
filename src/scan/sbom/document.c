// What a document is: JSON, XML or tags, and what encloses it. An attestation is a bill of
// materials in an in-toto statement, in a DSSE envelope, and maybe that in a bundle of Sigstore.
// Nothing here looks at signatures, and a note says so.
#include "scan/sbom/sbom_inner.h"

// A bundle, its envelope, the statement, what cosign puts around a predicate.
enum { MOST_ENVELOPES = 4 };

static bool read_enclosed(struct reading *reading, span bytes, struct err *err);
static bool read_value(struct reading *reading, const struct json *document, struct err *err);

// ---------------------------------------------------------------- envelopes

static bool enclosed_by(struct reading *reading, struct err *err)
{
    if (reading->enclosed == MOST_ENVELOPES)
        return err_set(err, ERR_LIMIT, "sbom: envelopes within envelopes");
    reading->enclosed++;
    return true;
}

// DSSE: {"payloadType", "payload": base64, "signatures"}.
static bool read_envelope(struct reading *reading, const struct json *envelope, struct err *err)
{
    span payload = json_get_text(envelope, "payload");
    struct text joined = {0};
    span bytes = {0};
    text_init(&joined, reading->mem, SIZE_MAX);
    for (span line = {0}; payload.len;) {
        line = span_cut_line(&payload);
        text_add(&joined, line);
    }
    if (!text_ok(&joined))
        return arena_err(reading->mem, err, "envelope");
    if (!base64_decode(text_span(&joined), reading->mem, &bytes))
        return arena_left(reading->mem) < joined.len
                   ? arena_err(reading->mem, err, "envelope")
                   : err_set(err, ERR_INPUT, "sbom: the payload of the envelope is no base64");
    return enclosed_by(reading, err) && read_enclosed(reading, bytes, err);
}

// What the statement is about is what its bill of materials is of.
static bool take_subject(struct reading *reading, const struct json *statement, struct err *err)
{
    const struct json *subject = json_at(json_get(statement, "subject"), 0);
    span hex = json_get_text(json_get(subject, "digest"), "sha256");
    struct text digest = {0};
    text_init(&digest, reading->mem, SIZE_MAX);
    text_add(&digest, S("sha256:"));
    text_add(&digest, hex);
    if (!text_ok(&digest))
        return arena_err(reading->mem, err, "statement");
    reading->enclosed_digest = hex.len == 64 ? text_span(&digest) : (span){0};
    return keep_text(reading, json_get_text(subject, "name"), &reading->enclosed_name, err);
}

// in-toto: {"_type", "subject", "predicateType", "predicate"}.
static bool read_statement(struct reading *reading, const struct json *statement, struct err *err)
{
    const struct json *predicate = json_get(statement, "predicate");
    const struct json *data = json_get(predicate, "Data");
    if (!take_subject(reading, statement, err) || !enclosed_by(reading, err))
        return false;
    if (json_is_string(data))
        return read_enclosed(reading, json_text(data), err);
    return read_value(reading, data ? data : predicate, err);
}

// ---------------------------------------------------------------- forms

typedef bool read_form(struct reading *reading, const struct json *document, struct err *err);

static read_form *form_of(const struct json *document)
{
    if (is_cyclonedx(document))
        return read_cyclonedx;
    if (is_spdx(document))
        return read_spdx;
    return is_syft(document) ? read_syft : NULL;
}

static bool refuse(const struct json *document, struct err *err)
{
    if (json_get(document, "@context") || json_get(document, "@graph"))
        return err_set(err, ERR_UNSUPPORTED, "sbom: SPDX 3 is not read, 2.2 and 2.3 are");
    if (json_get(document, "predicateType") || json_get(document, "_type"))
        return err_set(err, ERR_INPUT, "sbom: the statement holds no bill of materials");
    return err_set(err, ERR_INPUT, "sbom: neither CycloneDX nor SPDX nor Syft's JSON");
}

static bool read_value(struct reading *reading, const struct json *document, struct err *err)
{
    const struct json *bundled = json_get(document, "dsseEnvelope");
    read_form *read = form_of(document);
    if (read)
        return read(reading, document, err) && edges_resolve(reading, err);
    if (bundled)
        return enclosed_by(reading, err) && read_envelope(reading, bundled, err);
    if (json_get(document, "payloadType"))
        return read_envelope(reading, document, err);
    if (json_get(document, "predicate"))
        return read_statement(reading, document, err);
    return refuse(document, err);
}

static bool read_json(struct reading *reading, span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, reading->limits->file_bytes, &document, err))
        return err_add(err, "sbom");
    return read_value(reading, document, err);
}

static bool read_xml(struct reading *reading, span bytes, struct err *err)
{
    struct limits limits = *reading->limits;
    const struct xml_node *document = NULL;
    limits.document_bytes = limits.file_bytes;
    if (!xml_parse(bytes, &limits, reading->mem, &document, err))
        return err_add(err, "sbom");
    return read_cyclonedx_xml(reading, document, err) && edges_resolve(reading, err);
}

// Comments may stand before the first tag.
static bool is_tags(span text)
{
    while (text.len && (text.ptr[0] == '#' || ascii_is_space(text.ptr[0])))
        (void)span_cut_line(&text);
    return span_starts_with(text, S("SPDXVersion:"));
}

static bool read_enclosed(struct reading *reading, span bytes, struct err *err)
{
    span mark = S("\xef\xbb\xbf");
    if (span_starts_with(bytes, mark))
        bytes = span_from(bytes, mark.len);
    if (span_starts_with(span_trim(bytes), S("<")))
        return read_xml(reading, bytes, err);
    if (is_tags(bytes))
        return read_spdx_tags(reading, bytes, err) && edges_resolve(reading, err);
    return read_json(reading, bytes, err);
}

bool document_read(struct reading *reading, span bytes, struct err *err)
{
    if (bytes.len > reading->limits->file_bytes)
        return err_set(err, ERR_LIMIT, "sbom: longer than %llu bytes",
                       (unsigned long long)reading->limits->file_bytes);
    if (!read_enclosed(reading, bytes, err))
        return false;
    struct image *image = &reading->image;
    if (image->manifest_digest.len == 0)
        image->manifest_digest = reading->enclosed_digest;
    if (image->name.len == 0)
        image->name = reading->enclosed_name;
    return true;
}
