// Swift and Objective-C: the lock files of the Swift package manager (SwiftPM's "Package.resolved",
// versions 1 to 3) and of CocoaPods.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"
#include "format/yaml/yaml.h"

// ---------------------------------------------------------------- Package.resolved

// The name is where it comes from: "https://github.com/apple/swift-nio.git" and
// "git@github.com:apple/swift-nio" are github.com/apple/swift-nio.
static bool name_of_url(struct inspection *inspection, span url, span *ret, struct err *err)
{
    static const span schemes[] = {S("https://"), S("http://"), S("ssh://"), S("git://")};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (span_starts_with(url, schemes[i]))
            url = span_from(url, schemes[i].len);
    size_t at = span_find(url, '@');
    if (at != SPAN_NONE && at < span_find(url, '/'))
        url = span_from(url, at + 1);
    url = span_trim_end(url, '/');
    if (span_ends_with(url, S(".git")))
        url = span_first(url, url.len - 4);
    struct text name = {0};
    text_init(&name, inspection->scratch, SIZE_MAX);
    for (size_t i = 0; i < url.len; i++)
        text_add_byte(&name, url.ptr[i] == ':' ? '/' : url.ptr[i]);
    *ret = text_span(&name);
    return text_ok(&name) || arena_err(inspection->scratch, err, "packages");
}

// Version 1 calls the location repositoryURL; one from a registry has none. What follows a branch
// has a revision only.
static bool read_pin(struct inspection *inspection, const struct json *pin, struct err *err)
{
    const struct json *state = json_get(pin, "state");
    span url = json_get_text(pin, "location");
    if (url.len == 0)
        url = json_get_text(pin, "repositoryURL");
    struct package package = {
        .type = S("swift"),
        .name = json_get_text(pin, "identity"),
        .version = json_get_text(state, "version"),
    };
    if (package.version.len == 0)
        package.version = json_get_text(state, "revision");
    if (package.version.len == 0)
        return true;
    if (url.len && !name_of_url(inspection, url, &package.name, err))
        return false;
    return inspection_add(inspection, &package, err);
}

static bool read_package_resolved(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    if (!document)
        return true;
    const struct json *pins = json_get(document, "pins");
    if (!pins)
        pins = json_get(json_get(document, "object"), "pins");
    if (!json_is_array(pins))
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no pins");
    for (size_t i = 0; i < json_count(pins); i++)
        if (!read_pin(inspection, json_at(pins, i), err))
            return false;
    return true;
}

// ---------------------------------------------------------------- Podfile.lock

// "Name (1.2)", or "Name/Subspec (1.2)": subspecs are parts of their pod.
static void add_pod(struct list *pods, span text)
{
    span name = span_trim(span_cut(&text, '('));
    span version = span_cut(&text, ')');
    struct package *pod = version.len ? LIST_ADD(pods, struct package) : NULL;
    if (pod)
        *pod = (struct package){
            .type = S("cocoapods"),
            .name = span_cut(&name, '/'),
            .version = version,
        };
}

// PODS is a sequence of texts, and of mappings from such a text to what it needs.
static bool read_podfile_lock(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = inspection_yaml(inspection);
    struct list pods = inspection_found(inspection);
    const struct yaml *each = yaml_first(yaml_member(document, S("PODS")));
    for (; each; each = each->next) {
        const struct yaml *needing = yaml_first(each);
        add_pod(&pods, needing ? needing->key : each->text);
    }
    return inspection_add_once(inspection, &pods, err);
}

static const struct cataloger catalogers[] = {
    {S("**/Package.resolved"), read_package_resolved, CATALOG_DECLARED},
    {S("**/Podfile.lock"), read_podfile_lock, CATALOG_DECLARED},
};
const struct catalogers swift_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
