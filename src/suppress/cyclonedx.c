// CycloneDX with an analysis of vulnerabilities: VEX about the components of the same document, or
// of another that it links to.
#include "suppress/suppress_inner.h"

struct cyclonedx {
    const struct reading *reading;
    struct arena *scratch; // while the document is read
    struct labels components;
    struct component *root; // what the document is about; null: it does not say, or nobody can tell
    span root_ref;
};

bool cyclonedx_is(const struct json *root)
{
    return span_equal(json_get_text(root, "bomFormat"), S("CycloneDX"));
}

// ---------------------------------------------------------------- components

static bool read_hashes(const struct cyclonedx *bom, const struct json *hashes,
                        struct component *component, struct err *err)
{
    for (size_t i = 0; i < json_count(hashes); i++)
        if (span_equal(json_get_text(json_at(hashes, i), "alg"), S("SHA-256")) &&
            !reading_set_digest(bom->reading, json_get_text(json_at(hashes, i), "content"),
                                component, err))
            return false;
    return true;
}

static struct component *read_component(const struct cyclonedx *bom, const struct json *json,
                                        struct err *err)
{
    struct component *component = reading_component(bom->reading, err);
    if (!component ||
        !component_identify(component, json_get_text(json, "purl"), bom->reading->suppress->mem,
                            err) ||
        !read_hashes(bom, json_get(json, "hashes"), component, err))
        return NULL;
    // A version that the purl leaves out; that of an image is its digest.
    bool bare = component->purl.type.len && component->purl.version.len == 0 &&
                !span_equal(component->purl.type, S("oci"));
    bool ok = !bare || reading_keep(bom->reading, json_get_text(json, "version"),
                                    &component->purl.version, err);
    return ok ? component : NULL;
}

static bool read_components(struct cyclonedx *bom, const struct json *components,
                            uint64_t depth_left, struct err *err)
{
    if (json_count(components) && depth_left == 0)
        return err_set(err, ERR_LIMIT, "nested too deep");
    for (size_t i = 0; i < json_count(components); i++) {
        const struct json *json = json_at(components, i);
        struct component *component = read_component(bom, json, err);
        struct label *label = labels_add(&bom->components, json_get_text(json, "bom-ref"));
        if (!component)
            return err_add(err, "components[%zu]", i);
        if (!label)
            return arena_err(bom->scratch, err, "cyclonedx");
        label->component = component;
        if (!read_components(bom, json_get(json, "components"), depth_left - 1, err))
            return err_add(err, "components[%zu]", i);
    }
    return true;
}

static bool read_root(struct cyclonedx *bom, const struct json *json, struct err *err)
{
    struct component *root = json ? read_component(bom, json, err) : NULL;
    if (json && !root)
        return false;
    bom->root = root && component_is_known(root) ? root : NULL;
    bom->root_ref = json_get_text(json, "bom-ref");
    return true;
}

// ---------------------------------------------------------------- references

static uint8_t hex_value(uint8_t c)
{
    return ascii_is_digit(c) ? (uint8_t)(c - '0') : (uint8_t)(ascii_lower(c) - 'a' + 10);
}

// Percent-encoded bytes of a URN's fragment (RFC 3986, 2.1).
static span decode(span text, struct text *out)
{
    for (size_t i = 0; i < text.len; i++) {
        bool encoded = text.ptr[i] == '%' && i + 2 < text.len && ascii_is_hex(text.ptr[i + 1]) &&
                       ascii_is_hex(text.ptr[i + 2]);
        text_add_byte(
            out, encoded ? (uint8_t)(hex_value(text.ptr[i + 1]) * 16 + hex_value(text.ptr[i + 2]))
                         : text.ptr[i]);
        i += encoded ? 2 : 0;
    }
    return text_span(out);
}

// A bom-ref of this document, or a BOM-Link, "urn:cdx:SERIAL/VERSION#BOM-REF", into another, whose
// bom-refs say what they mean only where they are purls.
static struct component *resolve(const struct cyclonedx *bom, span ref, struct err *err)
{
    struct text decoded;
    span serial = {0};
    text_init(&decoded, bom->scratch, SIZE_MAX);
    if (span_starts_with(ref, S("urn:cdx:"))) {
        span link = span_from(span_cut(&ref, '#'), sizeof "urn:cdx:" - 1);
        serial = span_cut(&link, '/');
        ref = decode(ref, &decoded);
    } else if (labels_find(&bom->components, ref)) {
        return labels_find(&bom->components, ref)->component;
    }
    struct component *component = reading_component(bom->reading, err);
    if (!text_ok(&decoded)) {
        (void)arena_err(bom->scratch, err, "cyclonedx"); // null says that it failed
        return NULL;
    }
    bool ok = component && component_identify(component, ref, bom->reading->suppress->mem, err) &&
              reading_keep(bom->reading, serial, &component->bom, err);
    return ok ? component : NULL;
}

// ---------------------------------------------------------------- statements

// What is said of a component in another product is not said of it here.
static bool add_clause(const struct cyclonedx *bom, uint32_t vex, struct component *component,
                       struct err *err)
{
    return bom->root ? reading_add_clause(bom->reading, vex, bom->root, component, err)
                     : reading_add_clause(bom->reading, vex, component, NULL, err);
}

// One of the versions that are named. Ranges leave a doubt, and so does a status other than what
// the analysis says.
static bool add_version(const struct cyclonedx *bom, uint32_t vex, bool silences,
                        const struct component *component, const struct json *json, struct err *err)
{
    struct component *one = reading_component(bom->reading, err);
    span version = json_get_text(json, "version");
    span status = json_get_text(json, "status");
    bool contradicts = silences && span_equal(status, S("affected"));
    if (!one)
        return false;
    if (version.len == 0 || contradicts || span_equal(status, S("unknown")) ||
        (component->purl.version.len && !span_equal(component->purl.version, version)))
        return true;
    one->purl = component->purl;
    one->digest = component->digest;
    one->cpe = component->cpe;
    one->bom = component->bom;
    return reading_keep(bom->reading, version, &one->purl.version, err) &&
           add_clause(bom, vex, one, err);
}

static bool read_affected(const struct cyclonedx *bom, uint32_t vex, bool silences,
                          const struct json *json, struct err *err)
{
    const struct json *versions = json_get(json, "versions");
    span ref = json_get_text(json, "ref");
    if (ref.len == 0)
        return err_set(err, ERR_INPUT, "it has no ref");
    if (bom->root && span_equal(ref, bom->root_ref))
        return reading_add_clause(bom->reading, vex, bom->root, NULL, err);
    struct component *component = resolve(bom, ref, err);
    if (!component)
        return false;
    if (json_count(versions) == 0 || component->purl.type.len == 0)
        return add_clause(bom, vex, component, err);
    for (size_t i = 0; i < json_count(versions); i++)
        if (!add_version(bom, vex, silences, component, json_at(versions, i), err))
            return false;
    return true;
}

static bool read_state(span word, enum vex_status *ret, struct err *err)
{
    static const struct {
        const char *word;
        enum vex_status status;
    } words[] = {
        {"resolved", VEX_FIXED},
        {"resolved_with_pedigree", VEX_FIXED},
        {"exploitable", VEX_AFFECTED},
        {"in_triage", VEX_UNDER_INVESTIGATION},
        {"false_positive", VEX_NOT_AFFECTED},
        {"not_affected", VEX_NOT_AFFECTED},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!span_equal(word, span_of_text(words[i].word)))
            continue;
        *ret = words[i].status;
        return true;
    }
    return err_set(err, ERR_INPUT, "analysis: state '%s' is none of CycloneDX", quote(word).text);
}

// Its id, and those of the same flaw elsewhere.
static bool read_names(const struct cyclonedx *bom, const struct json *flaw, struct spans *ret,
                       struct err *err)
{
    const struct json *references = json_get(flaw, "references");
    span *names = arena_array(bom->scratch, json_count(references) + 1, sizeof *names);
    size_t count = 0;
    if (!names)
        return arena_err(bom->scratch, err, "cyclonedx");
    names[count++] = json_get_text(flaw, "id");
    for (size_t i = 0; i < json_count(references); i++)
        names[count++] = json_get_text(json_at(references, i), "id");
    *ret = (struct spans){.items = names, .count = count};
    return true;
}

// In its own words, or what will be done about it: "will_not_fix, workaround_available".
static bool read_text(const struct cyclonedx *bom, const struct json *analysis, span *ret,
                      struct err *err)
{
    const struct json *responses = json_get(analysis, "response");
    struct text text;
    text_init(&text, bom->scratch, SIZE_MAX);
    text_add(&text, json_get_text(analysis, "detail"));
    for (size_t i = 0; i < json_count(responses); i++) {
        text_add(&text, text.len ? S(", ") : (span){0});
        text_add(&text, json_text(json_at(responses, i)));
    }
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(bom->scratch, err, "cyclonedx");
}

static span first_of(span a, span b)
{
    return a.len ? a : b;
}

static bool read_flaw(const struct cyclonedx *bom, const struct json *flaw, struct err *err)
{
    const struct reading *reading = bom->reading;
    const struct json *analysis = json_get(flaw, "analysis");
    const struct json *affects = json_get(flaw, "affects");
    uint64_t dated = suppress_document(reading->suppress, reading->document)->timestamp;
    span when = first_of(json_get_text(analysis, "lastUpdated"), json_get_text(flaw, "updated"));
    uint32_t number = 0;
    struct vex vex = {
        .justification = json_get_text(analysis, "justification"),
        .timestamp = parse_timestamp(when, dated),
    };
    if (!json_get(analysis, "state"))
        return true; // an advisory, which says nothing of this product
    if (!read_state(json_get_text(analysis, "state"), &vex.status, err) ||
        !read_names(bom, flaw, &vex.flaws, err) || !read_text(bom, analysis, &vex.text, err) ||
        !reading_add_vex(reading, &vex, &number, err))
        return false;
    bool silences = vex.status == VEX_NOT_AFFECTED || vex.status == VEX_FIXED;
    for (size_t i = 0; i < json_count(affects); i++)
        if (!read_affected(bom, number, silences, json_at(affects, i), err))
            return err_add(err, "affects[%zu]", i);
    return true;
}

static bool read_all(struct cyclonedx *bom, const struct json *root, struct err *err)
{
    const struct json *flaws = json_get(root, "vulnerabilities");
    labels_init(&bom->components, bom->scratch);
    if (!read_root(bom, json_get(json_get(root, "metadata"), "component"), err) ||
        !read_components(bom, json_get(root, "components"), bom->reading->suppress->limits->depth,
                         err) ||
        !labels_close(&bom->components, err))
        return false;
    for (size_t i = 0; i < json_count(flaws); i++)
        if (!read_flaw(bom, json_at(flaws, i), err))
            return err_add(err, "vulnerabilities[%zu]", i);
    return true;
}

bool cyclonedx_read(const struct reading *reading, const struct json *root, struct err *err)
{
    const struct limits *limits = reading->suppress->limits;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->feed_bytes * 4);
    struct cyclonedx bom = {.reading = reading, .scratch = scratch};
    span version = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "cyclonedx: no memory");
    return (reading_number(reading, json_get(root, "version"), &version, err) &&
            reading_set_document(reading, "cyclonedx", json_get_text(root, "serialNumber"), version,
                                 json_get_text(json_get(root, "metadata"), "timestamp"), err) &&
            read_all(&bom, root, err)) ||
           err_add(err, "cyclonedx");
}
