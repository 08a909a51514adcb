#include "scan/source/oci_inner.h"

#include "format/json/json.h"

struct media_name {
    span name;
    enum media media;
};

#define DOCKER "application/vnd.docker."
#define OCI "application/vnd.oci.image."

enum media media_of(span media_type)
{
    const struct media_name names[] = {
        {S(OCI "index.v1+json"), MEDIA_INDEX},
        {S(DOCKER "distribution.manifest.list.v2+json"), MEDIA_INDEX},
        {S(OCI "manifest.v1+json"), MEDIA_MANIFEST},
        {S(DOCKER "distribution.manifest.v2+json"), MEDIA_MANIFEST},
        {S(DOCKER "distribution.manifest.v1+json"), MEDIA_SCHEMA1},
        {S(DOCKER "distribution.manifest.v1+prettyjws"), MEDIA_SCHEMA1},
        {S(OCI "config.v1+json"), MEDIA_CONFIG},
        {S(DOCKER "container.image.v1+json"), MEDIA_CONFIG},
        {S("application/octet-stream"), MEDIA_CONFIG}, // old registries call it so
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equal(media_type, names[i].name))
            return names[i].media;

    bool layer = span_starts_with(media_type, S(OCI "layer.")) ||
                 span_starts_with(media_type, S(DOCKER "image.rootfs."));
    if (!layer)
        return MEDIA_OTHER;
    return span_ends_with(media_type, S("+encrypted")) ? MEDIA_ENCRYPTED_LAYER : MEDIA_LAYER;
}

// ---------------------------------------------------------------- grammar of fields

static bool all_of(span s, const char *extra)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        bool fine = ascii_is_digit(c) || ascii_is_alpha(c);
        for (const char *e = extra; *e && !fine; e++)
            fine = c == (uint8_t)*e;
        if (!fine)
            return false;
    }
    return true;
}

// algorithm ::= component (separator component)*, component ::= [a-z0-9]+, separator ::= [+._-]
static bool algorithm_valid(span algorithm)
{
    bool separated = true;
    for (size_t i = 0; i < algorithm.len; i++) {
        uint8_t c = algorithm.ptr[i];
        bool separator = c == '+' || c == '.' || c == '_' || c == '-';
        if (separator && separated)
            return false;
        if (!separator && !ascii_is_digit(c) && (c < 'a' || c > 'z'))
            return false;
        separated = separator;
    }
    return !separated;
}

bool oci_digest_valid(span digest)
{
    span encoded = digest;
    span algorithm = span_cut(&encoded, ':');
    if (!algorithm_valid(algorithm) || encoded.len == 0 || !all_of(encoded, "=_-"))
        return false;
    if (span_equal(algorithm, S("sha256")))
        return encoded.len == 64 && span_is_lower_hex(encoded);
    if (span_equal(algorithm, S("sha512")))
        return encoded.len == 128 && span_is_lower_hex(encoded);
    return true;
}

// RFC 6838 section 4.2: two restricted names.
static bool media_type_valid(span media_type)
{
    span subtype = media_type;
    span type = span_cut(&subtype, '/');
    const span names[] = {type, subtype};
    for (size_t i = 0; i < 2; i++) {
        span name = names[i];
        if (name.len == 0 || name.len > 127 || !all_of(name, "!#$&-^_.+"))
            return false;
        if (!ascii_is_digit(name.ptr[0]) && !ascii_is_alpha(name.ptr[0]))
            return false;
    }
    return true;
}

static bool base64_valid(span s)
{
    size_t padding = s.len - span_trim_end(s, '=').len;
    return s.len % 4 == 0 && padding <= 2 && all_of(span_first(s, s.len - padding), "+/");
}

static bool url_valid(span url)
{
    size_t colon = span_find(url, ':');
    return colon != SPAN_NONE && colon > 0 && ascii_is_alpha(url.ptr[0]);
}

// ---------------------------------------------------------------- descriptors

// A string field that may be absent: false only if something else stands there.
static bool optional_text(const struct json *object, const char *key, struct arena *mem, span *ret,
                          struct err *err)
{
    const struct json *value = json_get(object, key);
    if (!value)
        return true;
    if (!json_is_string(value))
        return err_set(err, ERR_INPUT, "%s is not a string", key);
    return arena_span(mem, json_text(value), ret) || arena_err(mem, err, key);
}

static bool required_text(const struct json *object, const char *key, struct arena *mem, span *ret,
                          struct err *err)
{
    if (json_get_text(object, key).len == 0)
        return err_set(err, ERR_INPUT, "%s is missing or no string", key);
    return optional_text(object, key, mem, ret, err);
}

static bool parse_platform(const struct json *json, struct arena *mem, struct platform *ret,
                           struct err *err)
{
    if (!json)
        return true;
    if (!json_is_object(json))
        return err_set(err, ERR_INPUT, "platform is not an object");
    return required_text(json, "os", mem, &ret->os, err) &&
           required_text(json, "architecture", mem, &ret->architecture, err) &&
           optional_text(json, "variant", mem, &ret->variant, err);
}

static bool parse_annotations(const struct json *json, struct arena *mem, struct descriptor *ret,
                              struct err *err)
{
    const struct json *notes = json_get(json, "annotations");
    ret->attestation = json_get_text(notes, "vnd.docker.reference.type").len > 0;
    return optional_text(notes, "org.opencontainers.image.ref.name", mem, &ret->ref_name, err) &&
           optional_text(notes, "io.containerd.image.name", mem, &ret->image_name, err);
}

static bool check_urls(const struct json *urls, struct err *err)
{
    if (urls && !json_is_array(urls))
        return err_set(err, ERR_INPUT, "urls is not an array");
    for (size_t i = 0; i < json_count(urls); i++)
        if (!url_valid(json_text(json_at(urls, i))))
            return err_set(err, ERR_INPUT, "urls holds what is no URL");
    return true;
}

static bool check_optional_fields(const struct json *json, struct err *err)
{
    const struct json *type = json_get(json, "artifactType");
    if (type && !media_type_valid(json_text(type)))
        return err_set(err, ERR_INPUT, "artifactType is no media type");
    const struct json *data = json_get(json, "data");
    if (data && !(json_is_string(data) && base64_valid(json_text(data))))
        return err_set(err, ERR_INPUT, "data is not base64");
    return check_urls(json_get(json, "urls"), err);
}

static bool parse_descriptor(const struct json *json, struct arena *mem, struct descriptor *ret,
                             struct err *err)
{
    if (!json_is_object(json))
        return err_set(err, ERR_INPUT, "a descriptor is not an object");
    struct descriptor d = {0};
    if (!required_text(json, "mediaType", mem, &d.media_type, err) ||
        !required_text(json, "digest", mem, &d.digest, err))
        return false;
    if (!media_type_valid(d.media_type))
        return err_set(err, ERR_INPUT, "'%s' is no media type", quote(d.media_type).text);
    if (!oci_digest_valid(d.digest))
        return err_set(err, ERR_INPUT, "'%s' is no digest", quote(d.digest).text);
    if (!json_get_u64(json, "size", &d.size))
        return err_set(err, ERR_INPUT, "size of %s is missing or no number", quote(d.digest).text);
    if (!check_optional_fields(json, err) || !parse_annotations(json, mem, &d, err) ||
        !parse_platform(json_get(json, "platform"), mem, &d.platform, err) ||
        !optional_text(json, "artifactType", mem, &d.artifact_type, err))
        return false;
    d.foreign = json_count(json_get(json, "urls")) > 0;
    *ret = d;
    return true;
}

static bool parse_descriptors(const struct json *array, uint64_t most, struct arena *mem,
                              const struct descriptor **ret, size_t *ret_count, struct err *err)
{
    if (!json_is_array(array))
        return err_set(err, ERR_INPUT, "the list of descriptors is missing");
    size_t count = json_count(array);
    if (count > most)
        return err_set(err, ERR_LIMIT, "%zu descriptors, at most %llu are read", count,
                       (unsigned long long)most);
    struct descriptor *items = arena_array(mem, count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "descriptors");
    for (size_t i = 0; i < count; i++)
        if (!parse_descriptor(json_at(array, i), mem, &items[i], err))
            return err_add(err, "descriptor %zu", i + 1);
    *ret = items;
    *ret_count = count;
    return true;
}

static bool check_subject(const struct json *document, struct arena *mem, struct err *err)
{
    const struct json *subject = json_get(document, "subject");
    struct descriptor ignored = {0};
    return !subject || parse_descriptor(subject, mem, &ignored, err) || err_add(err, "subject");
}

// ---------------------------------------------------------------- documents

static bool parse_object(span document, const struct limits *limits, struct json **ret,
                         struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!json_parse(document, limits->document_bytes, &json, err))
        return false;
    if (!json_is_object(json))
        return err_set(err, ERR_INPUT, "the document is not a JSON object");
    *ret = take(&json);
    return true;
}

bool oci_media(span document, span sent_as, const struct limits *limits, enum media *ret,
               struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!parse_object(document, limits, &json, err))
        return false;
    uint64_t schema = 0;
    span said = json_get_text(json, "mediaType");
    enum media media = media_of(said.len ? said : span_trim(span_cut(&sent_as, ';')));
    bool undecided = media != MEDIA_INDEX && media != MEDIA_MANIFEST && media != MEDIA_SCHEMA1;

    if (json_get_u64(json, "schemaVersion", &schema) && schema == 1)
        media = MEDIA_SCHEMA1;
    else if (undecided && json_is_array(json_get(json, "manifests")))
        media = MEDIA_INDEX;
    else if (undecided && json_is_array(json_get(json, "layers")))
        media = MEDIA_MANIFEST;
    *ret = media;
    return true;
}

static bool check_schema_version(const struct json *document, struct err *err)
{
    uint64_t version = 0;
    if (!json_get_u64(document, "schemaVersion", &version))
        return err_set(err, ERR_INPUT, "schemaVersion is missing or no number");
    if (version != 2)
        return err_set(err, ERR_UNSUPPORTED, "schemaVersion is %llu, only 2 is read",
                       (unsigned long long)version);
    return true;
}

bool oci_index_parse(span document, const struct limits *limits, struct arena *mem,
                     struct oci_index *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct oci_index index = {0};
    if (!parse_object(document, limits, &json, err) || !check_schema_version(json, err) ||
        !check_subject(json, mem, err))
        return err_add(err, "image index");
    // A file that is both index and manifest means different things to different readers
    // (image-spec, CVE-2021-41190).
    if (json_get(json, "layers") || json_get(json, "config"))
        return err_set(err, ERR_INPUT, "image index: it has layers or a config as well");
    if (!parse_descriptors(json_get(json, "manifests"), limits->index_entries, mem,
                           &index.manifests, &index.count, err))
        return err_add(err, "image index");
    *ret = index;
    return true;
}

bool oci_manifest_parse(span document, const struct limits *limits, struct arena *mem,
                        struct oci_manifest *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct oci_manifest manifest = {0};
    if (!parse_object(document, limits, &json, err) || !check_schema_version(json, err) ||
        !check_subject(json, mem, err))
        return err_add(err, "image manifest");
    if (json_get(json, "manifests"))
        return err_set(err, ERR_INPUT, "image manifest: it has manifests as well");
    if (!parse_descriptor(json_get(json, "config"), mem, &manifest.config, err))
        return err_add(err, "image manifest: config");
    if (!parse_descriptors(json_get(json, "layers"), limits->layers, mem, &manifest.layers,
                           &manifest.layer_count, err))
        return err_add(err, "image manifest: layers");
    if (manifest.layer_count == 0)
        return err_set(err, ERR_INPUT, "image manifest: it has no layers");
    span base = json_get_text(json_get(json, "annotations"), "org.opencontainers.image.base.name");
    if (!arena_span(mem, base, &manifest.base_name) ||
        !arena_span(mem, json_get_text(json, "artifactType"), &manifest.artifact_type))
        return arena_err(mem, err, "image manifest");
    *ret = manifest;
    return true;
}

bool oci_layout_parse(span document, const struct limits *limits, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!parse_object(document, limits, &json, err))
        return err_add(err, "oci-layout");
    span version = json_get_text(json, "imageLayoutVersion");
    if (version.len == 0)
        return err_set(err, ERR_INPUT, "oci-layout: imageLayoutVersion is missing");
    if (!span_starts_with(version, S("1.")))
        return err_set(err, ERR_UNSUPPORTED, "oci-layout: version %s is not read",
                       quote(version).text);
    return true;
}
