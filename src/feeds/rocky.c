#include "feeds/updateinfo_inner.h"

// Rocky Linux: the errata of its Apollo server, or the updateinfo.xml that it makes of them for
// each repository. The OSV records beside them are left alone: they name a few source packages
// where the errata name every binary package, and cut the first digit off some epochs ("2:9.16" for
// 32:9.16 of bind).

// Fills ecosystem and repository from "Rocky Linux 8" or "Rocky Linux SIG Cloud 8".
static bool read_product(struct draft *draft, span product, struct affected *ret)
{
    span prefix = S("Rocky Linux ");
    size_t blank = span_find_last(product, ' ');
    if (!span_starts_with(product, prefix) || blank == SPAN_NONE)
        return false;
    span release = span_from(product, blank + 1);
    uint64_t number = 0;
    if (!span_to_u64(release, &number))
        return false;
    ret->ecosystem = draft_ecosystem(draft, S("rocky"), release);
    ret->repository =
        span_trim(span_slice(product, prefix.len, product.len - prefix.len - release.len));
    return true;
}

// "libxml2-0:2.9.7-13.el8_6.1.aarch64.rpm": name-epoch:version-release.arch.rpm. False for source
// packages, which are not what is installed.
static bool read_build(span nvra, struct affected *ret)
{
    span suffix = S(".rpm");
    if (!span_ends_with(nvra, suffix))
        return false;
    span rest = span_first(nvra, nvra.len - suffix.len);
    size_t dot = span_find_last(rest, '.');
    if (dot == SPAN_NONE || span_equal(span_from(rest, dot + 1), S("src")))
        return false;
    rest = span_first(rest, dot);
    size_t release = span_find_last(rest, '-');
    size_t version =
        release == SPAN_NONE ? SPAN_NONE : span_find_last(span_first(rest, release), '-');
    if (version == SPAN_NONE || !version)
        return false;
    ret->name = span_first(rest, version);
    ret->fixed = span_from(rest, version + 1);
    return !rpm_is_debug(ret->name);
}

static void add_product(struct draft *draft, span product, const struct json *nvras)
{
    struct affected affected = {.name_kind = NAME_BINARY, .status = STATUS_FIXED};
    if (!read_product(draft, product, &affected))
        return;
    for (size_t i = 0; i < json_count(nvras); i++)
        if (read_build(json_text(json_at(nvras, i)), &affected))
            rpm_add_titled(draft, &affected);
}

static bool give_erratum(struct translation *translation, const struct json *document, span id,
                         struct err *err)
{
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    draft.advisory.modified = translation_day(translation, json_get_text(document, "publishedAt"));
    span severity = json_get_text(document, "severity"); // "SEVERITY_MODERATE"
    (void)span_cut(&severity, '_');
    (void)severity_parse(severity, &draft.advisory.severity);
    rpm_read_title(&draft, json_get_text(document, "synopsis"));
    const struct json *cves = json_get(document, "cves");
    for (size_t i = 0; i < json_count(cves); i++) {
        span cve = json_get_text(json_at(cves, i), "name");
        if (is_cve(cve))
            draft_add_flaw(&draft, cve);
    }
    struct json_member product = {0};
    while (json_next(json_get(document, "rpms"), &product))
        add_product(&draft, product.key, json_get(product.value, "nvras"));
    return draft_give(&draft, err);
}

// ---------------------------------------------------------------- XML

// The first number that stands alone in a name: "rocky-linux-9-x86-64-baseos-rpms",
// "pub_rocky_9_BaseOS_x86_64_os_repodata_repomd.xml".
static span find_release(span name)
{
    for (size_t at = 0; at < name.len;) {
        size_t end = at;
        while (end < name.len && name.ptr[end] != '-' && name.ptr[end] != '_')
            end++;
        span part = span_slice(name, at, end - at);
        uint64_t number = 0;
        if (span_to_u64(part, &number))
            return part;
        at = end + 1;
    }
    return (span){0};
}

// All repositories of a release come with it.
static bool read_collection(struct draft *draft, span name, span path, struct affected *ret)
{
    span release = find_release(name);
    if (!release.len)
        release = find_release(path_name(path));
    if (release.len)
        ret->ecosystem = draft_ecosystem(draft, S("rocky"), release);
    return release.len != 0;
}

// ---------------------------------------------------------------- documents

static bool translate_erratum(struct translation *translation, span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    span id = json_get_text(document, "name");
    if (!id.len)
        return err_set(err, ERR_INPUT, "rocky: an erratum without a name");
    return give_erratum(translation, document, id, err);
}

bool translate_rocky(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct updateinfo_dialect dialect = {.read_collection = read_collection};
    if (span_ends_with(path, S(".json")))
        return !span_starts_with(path, S("errata/")) || translate_erratum(translation, bytes, err);
    return !updateinfo_is(bytes) || updateinfo_translate(translation, &dialect, path, bytes, err);
}
