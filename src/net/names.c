// What there is in a registry: catalogue, tags, and what tags name.
#include "crypto/crypto.h"
#include "format/json/json.h"
#include "net/registry_inner.h"

#define PAGE "1000" // names asked for; registries give fewer

enum { MOST_PATH_BYTES = 4096 };

// One list while its pages come.
struct name_list {
    struct registry *registry;
    const char *member; // of the pages: "repositories", "tags"
    bool (*is_valid)(span name);
    struct arena *mem;
    struct list names; // of span
};

// ---------------------------------------------------------------- pages

// The target of the link with rel="next" (RFC 8288, section 3); empty: there is none.
static span next_target(span link)
{
    while (link.len) {
        span value = span_trim(span_cut(&link, ','));
        span target = span_cut(&value, '>');
        bool next = span_contains(value, S("rel=\"next\"")) || span_contains(value, S("rel=next"));
        if (next && span_starts_with(target, S("<")))
            return span_from(target, 1);
    }
    return (span){0};
}

// Only the path and the query of the target are used: whatever host it names, the next page is
// asked of the registry that gave this one.
static bool next_path(span path, span link, struct arena *mem, span *ret)
{
    struct text base = {0};
    span target = next_target(link);
    span url = {0};
    *ret = (span){0};
    if (target.len == 0)
        return true;
    text_init(&base, mem, MOST_PATH_BYTES);
    text_add(&base, S("https://registry.invalid"));
    text_add(&base, path);
    if (!text_ok(&base) || !http_url_join(text_span(&base), target, mem, &url))
        return false;
    size_t host = span_find(url, ':') + 3; // "https://"
    size_t slash = span_find(span_from(url, host), '/');
    span next = slash == SPAN_NONE ? (span){0} : span_from(url, host + slash);
    if (!span_starts_with(next, S("/v2/")) || next.len > MOST_PATH_BYTES || span_equal(next, path))
        return false;
    *ret = next;
    return true;
}

static bool add_names(struct name_list *list, span body, size_t *ret_count, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    const struct limits *limits = registry_limits(list->registry);
    if (!json_parse(body, limits->document_bytes, &json, err))
        return false;
    const struct json *names = json_get(json, list->member);
    for (size_t i = 0; i < json_count(names); i++) {
        span name = json_text(json_at(names, i));
        if (!list->is_valid(name))
            continue;
        if (list->names.count == limits->index_entries)
            return err_set(err, ERR_LIMIT, "more than %llu names",
                           (unsigned long long)limits->index_entries);
        span *added = LIST_ADD(&list->names, span);
        if (!added || !arena_span(list->mem, name, added))
            return arena_err(list->mem, err, "names");
    }
    *ret_count = json_count(names);
    return true;
}

// An etag stands for one answer: a list of several pages has none.
static bool read_pages(struct name_list *list, span first, span known, struct registry_names *ret,
                       struct err *err)
{
    span path = first;
    span etag = {0};
    size_t pages = 0;
    for (; path.len; pages++) {
        size_t count = 0;
        struct http_response response = {0};
        struct errand errand = {
            .path = path,
            .request.accept = S("application/json"),
            .request.most = registry_limits(list->registry)->document_bytes,
            .request.if_none_match = pages == 0 ? known : (span){0},
        };
        if (!registry_fetch(list->registry, &errand, list->mem, &response, err))
            return false;
        if (response.status == 304) {
            *ret = (struct registry_names){.etag = known, .unchanged = true};
            return true;
        }
        if (!add_names(list, response.body, &count, err))
            return false;
        if (!next_path(path, response.link, list->mem, &path) || (path.len && count == 0))
            return err_set(err, ERR_INPUT, "the list of names does not end");
        etag = response.etag;
    }
    *ret = (struct registry_names){
        .names = {.items = list->names.items, .count = list->names.count},
        .etag = pages == 1 ? etag : (span){0},
    };
    return true;
}

bool registry_catalog(struct registry *registry, span known, struct arena *mem,
                      struct registry_names *ret, struct err *err)
{
    struct name_list list = {
        .registry = registry,
        .member = "repositories",
        .is_valid = repository_is_valid,
        .mem = mem,
    };
    list_init(&list.names, mem, sizeof(span), SIZE_MAX);
    return read_pages(&list, S("/v2/_catalog?n=" PAGE), known, ret, err) ||
           err_add(err, "catalogue");
}

bool registry_tags(struct registry *registry, span known, struct arena *mem,
                   struct registry_names *ret, struct err *err)
{
    struct text path = {0};
    struct name_list list = {
        .registry = registry,
        .member = "tags",
        .is_valid = tag_is_valid,
        .mem = mem,
    };
    list_init(&list.names, mem, sizeof(span), SIZE_MAX);
    text_init(&path, mem, MOST_PATH_BYTES);
    text_add(&path, S("/v2/"));
    text_add(&path, registry_repository(registry));
    text_add(&path, S("/tags/list?n=" PAGE));
    if (!text_ok(&path))
        return arena_err(mem, err, "names");
    return read_pages(&list, text_span(&path), known, ret, err) || err_add(err, "tags");
}

// ---------------------------------------------------------------- what a tag names

static bool digest_by_head(struct registry *registry, span tag, struct arena *mem, span *ret,
                           struct err *err)
{
    struct http_response response = {0};
    struct errand errand = {
        .kind = S("/manifests/"),
        .what = tag,
        .request.head = true,
        .request.accept = registry_manifest_types(),
    };
    if (!registry_fetch(registry, &errand, mem, &response, err))
        return err_add(err, "manifest %s", quote(tag).text);
    *ret = response.content_digest;
    return true;
}

static bool digest_by_body(struct registry *registry, span tag, struct arena *mem, span *ret,
                           struct err *err)
{
    struct registry_document document = {0};
    digest value = {0};
    if (!registry_manifest(registry, tag, mem, &document, err) ||
        !digest_of(DIGEST_SHA256, document.bytes, &value, err))
        return false;
    struct digest_text text = digest_text(value);
    return arena_span(mem, span_of_text(text.text), ret) || arena_err(mem, err, "digest");
}

bool registry_digest(struct registry *registry, span tag, struct arena *mem, span *ret,
                     struct err *err)
{
    span said = {0};
    if (!digest_by_head(registry, tag, mem, &said, err))
        return false;
    if (!manifest_digest_is_valid(said))
        return digest_by_body(registry, tag, mem, ret, err);
    *ret = said;
    return true;
}
