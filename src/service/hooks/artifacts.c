// Artifactory, Nexus, GitHub Packages: stores of all kinds of packages, images among them.
#include "service/hooks/hooks_inner.h"

// ---------------------------------------------------------------- Artifactory

// A repository of Artifactory is the first part of the path of its images, unless it has a host of
// its own: "KEY.example", "NAME-KEY.jfrog.io".
static bool host_is_of(span host, span key)
{
    span first = span_cut(&host, '.');
    if (!span_ends_with(first, key))
        return false;
    return first.len == key.len || first.ptr[first.len - key.len - 1] == '-';
}

static bool artifactory_repository(const struct reading *reading, const struct json *data,
                                   span *ret)
{
    struct text repository = {0};
    span key = json_get_text(data, "repo_key");
    text_init(&repository, reading->mem, 1024);
    if (!host_is_of(reading->registry->host, key)) {
        text_add(&repository, key);
        text_add_byte(&repository, '/');
    }
    text_add(&repository, json_get_text(data, "image_name"));
    *ret = text_span(&repository);
    return text_ok(&repository);
}

// "Webhooks", domain docker. What was promoted or copied comes as a push of its own. There is
// neither a time nor an id.
bool read_artifactory(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *data = json_get(body, "data");
    span type = json_get_text(body, "event_type");
    struct event event = {
        .tag = json_get_text(data, "tag"),
        .digest = json_get_text(data, "sha256"),
    };
    if (type.len == 0)
        return err_set(err, ERR_INPUT, "there is no event_type");
    bool push = span_equal(type, S("pushed"));
    if (!span_equal(json_get_text(body, "domain"), S("docker")) ||
        (!push && !span_equal(type, S("deleted")))) {
        reading_ignore(reading);
        return true;
    }
    event.kind = push ? PUSH_IMAGE : PUSH_DELETE;
    if (!artifactory_repository(reading, data, &event.repository))
        return err_set(err, ERR_INPUT, "the name of a repository is too long");
    return reading_add(reading, &event, err);
}

// ---------------------------------------------------------------- Nexus

// "v2/NAME/manifests/TAG-OR-DIGEST"; false for blobs and what is no path of an image.
static bool split_asset(span path, struct event *event)
{
    static const char manifests[] = "/manifests/";
    const size_t len = sizeof manifests - 1;
    if (span_starts_with(path, S("/")))
        path = span_from(path, 1);
    size_t slash = span_find_last(path, '/');
    if (!span_starts_with(path, S("v2/")) || slash == SPAN_NONE || slash + 1 < len)
        return false;
    size_t end = slash + 1 - len;
    if (end <= 3 || !span_equal(span_slice(path, end, len), S("/manifests/")))
        return false;
    event->repository = span_slice(path, 3, end - 3);
    event->tag = span_from(path, slash + 1);
    return true;
}

// Their time zone has no colon: "+0000".
static bool nexus_time(struct arena *mem, span said, span *ret)
{
    struct text time = {0};
    bool bare = said.len > 5 && (said.ptr[said.len - 5] == '+' || said.ptr[said.len - 5] == '-');
    text_init(&time, mem, 64);
    text_add(&time, bare ? span_first(said, said.len - 2) : said);
    if (bare) {
        text_add_byte(&time, ':');
        text_add(&time, span_from(said, said.len - 2));
    }
    *ret = text_span(&time);
    return text_ok(&time);
}

// "Webhook: Repository": components (one for each tag) and assets (each file of it). The header
// with the id of the notice is not signed, its time is.
bool read_nexus(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *component = json_get(body, "component");
    const struct json *asset = json_get(body, "asset");
    const struct json *subject = component ? component : asset;
    span action = json_get_text(body, "action");
    struct event event = {
        .repository = json_get_text(component, "name"),
        .tag = json_get_text(component, "version"),
        .name = json_get_text(body, "timestamp"),
    };
    bool push = span_equal(action, S("CREATED")) || span_equal(action, S("UPDATED"));
    bool gone = span_equal(action, S("DELETED")) || span_equal(action, S("PURGED"));
    if (!json_is_object(body))
        return err_set(err, ERR_INPUT, "it is no object");
    if (!span_equal(json_get_text(subject, "format"), S("docker")) || (!push && !gone) ||
        (!component && !split_asset(json_get_text(asset, "name"), &event))) {
        reading_ignore(reading);
        return true;
    }
    event.kind = push ? PUSH_IMAGE : PUSH_DELETE;
    if (!nexus_time(reading->mem, event.name, &event.time))
        return err_set(err, ERR_INPUT, "the time is too long");
    return reading_add(reading, &event, err);
}

// ---------------------------------------------------------------- GitHub Packages

// "OWNER/PACKAGE" in lower case, as ghcr.io has it.
static bool github_repository(const struct json *package, struct arena *mem, span *ret)
{
    struct text repository = {0};
    span owner = json_get_text(json_get(package, "owner"), "login");
    span name = json_get_text(package, "name");
    text_init(&repository, mem, 1024);
    for (size_t i = 0; i < owner.len; i++)
        text_add_byte(&repository, ascii_lower(owner.ptr[i]));
    text_add_byte(&repository, '/');
    for (size_t i = 0; i < name.len; i++)
        text_add_byte(&repository, ascii_lower(name.ptr[i]));
    *ret = text_span(&repository);
    return text_ok(&repository);
}

static bool is_container(const struct json *package)
{
    return span_equal_nocase(json_get_text(package, "package_type"), S("container")) ||
           span_equal_nocase(json_get_text(package, "ecosystem"), S("container"));
}

// Events "registry_package" and, before it, "package". That a package was deleted is not told.
bool read_github(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *newer = json_get(body, "registry_package");
    const struct json *package = newer ? newer : json_get(body, "package");
    const struct json *version = json_get(package, "package_version");
    const struct json *metadata = json_get(version, "container_metadata");
    const struct json *tag = json_get(metadata, "tag");
    struct event event = {
        .kind = PUSH_IMAGE,
        .tag = json_get_text(tag, "name"),
        .digest = json_get_text(tag, "digest"),
        .name = json_get_text(version, "updated_at"),
        .time = json_get_text(version, "updated_at"),
    };
    if (!json_is_object(body))
        return err_set(err, ERR_INPUT, "it is no object");
    if (!is_container(package)) {
        reading_ignore(reading); // "ping", and all that is no image
        return true;
    }
    if (event.digest.len == 0)
        event.digest = json_get_text(version, "version");
    if (!github_repository(package, reading->mem, &event.repository))
        return err_set(err, ERR_INPUT, "the name of a package is too long");
    return reading_add(reading, &event, err);
}
