// What a VEX document may be wrapped in: an in-toto statement, and that in a DSSE envelope.
#include "suppress/suppress_inner.h"

static bool read_document(const struct reading *reading, const struct json *root, struct err *err)
{
    if (openvex_is(root))
        return openvex_read(reading, root, err);
    if (csaf_is(root))
        return csaf_read(reading, root, err);
    if (cyclonedx_is(root))
        return cyclonedx_read(reading, root, err);
    return err_set(err, ERR_UNSUPPORTED, "it is neither OpenVEX nor CSAF nor CycloneDX");
}

// in-toto's subject is what the predicate is about; of several nobody knows which.
static bool read_subject(const struct reading *reading, const struct json *statement,
                         struct component **ret, struct err *err)
{
    const struct json *subjects = json_get(statement, "subject");
    span hex = json_get_text(json_get(json_at(subjects, 0), "digest"), "sha256");
    struct component *subject = NULL;
    if (hex.len == 0 || json_count(subjects) != 1) {
        *ret = NULL;
        return true;
    }
    subject = reading_component(reading, err);
    if (!subject || !reading_set_digest(reading, hex, subject, err))
        return false;
    *ret = subject;
    return true;
}

static bool is_statement(const struct json *root)
{
    return span_starts_with(json_get_text(root, "_type"), S("https://in-toto.io/Statement/"));
}

// Attestations are about many things; of VEX there are these.
static bool is_about_vex(span predicate_type)
{
    const span types[] = {S("https://openvex.dev/ns"), S("https://cyclonedx.org/"),
                          S("https://docs.oasis-open.org/csaf/")};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_starts_with(predicate_type, types[i]))
            return true;
    return false;
}

static bool read_statement(const struct reading *reading, const struct json *root, struct err *err)
{
    struct reading inner = *reading;
    if (!is_statement(root))
        return read_document(reading, root, err);
    span type = json_get_text(root, "predicateType");
    if (!is_about_vex(type))
        return err_set(err, ERR_UNSUPPORTED, "a statement about something else: '%s'",
                       quote(type).text);
    return (read_subject(reading, root, &inner.subject, err) &&
            read_document(&inner, json_get(root, "predicate"), err)) ||
           err_add(err, "predicate");
}

static bool is_envelope(const struct json *root)
{
    return json_is_string(json_get(root, "payload")) &&
           json_is_string(json_get(root, "payloadType"));
}

static bool read_payload(const struct reading *reading, const struct json *root, struct err *err)
{
    CLEANUP(json_cleanup) struct json *inner = NULL;
    struct suppress *suppress = reading->suppress;
    span payload = {0};
    struct err failed = {0};
    if (!base64_decode(json_get_text(root, "payload"), suppress->mem, &payload))
        return err_set(err, ERR_INPUT, "it is no base64, or too long");
    if (!json_parse_strict(payload, suppress->limits->feed_bytes, &inner, &failed))
        return err_copy(err, &failed);
    return read_statement(reading, inner, err);
}

bool envelope_read(const struct reading *reading, const struct json *root, struct err *err)
{
    const struct json *bundled = json_get(root, "dsseEnvelope"); // a Sigstore bundle
    if (bundled)
        root = bundled;
    if (is_envelope(root))
        return read_payload(reading, root, err) || err_add(err, "payload");
    return read_statement(reading, root, err);
}
