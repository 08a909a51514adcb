// Files that are found by way of others.
#include "flow/upstream_inner.h"
#include "format/xml/xml.h"
#include "net/net.h"
#include "os/os.h"

span upstream_local_name(span url, struct arena *mem)
{
    span path = url;
    struct text name = {0};
    text_init(&name, mem, SIZE_MAX);
    for (unsigned slashes = 0; slashes < 3 && path.len; slashes++)
        (void)span_cut(&path, '/');
    for (size_t i = 0; i < path.len; i++) {
        uint8_t c = path.ptr[i];
        bool plain = ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-' || c == '_';
        text_add_byte(&name, plain ? c : '_');
    }
    return text_span(&name);
}

static bool read_guide(struct web *web, span url, const char *directory,
                       const struct limits *limits, struct arena *mem, span *ret, struct err *err)
{
    struct text name = {0};
    text_init(&name, mem, SIZE_MAX);
    text_add_byte(&name, '.');
    text_add(&name, upstream_local_name(url, mem));
    const char *file = text_ok(&name) ? arena_text(mem, text_span(&name)) : NULL;
    const char *path = file ? file_in(mem, directory, file) : NULL;
    if (!path)
        return arena_err(mem, err, "update");
    return upstream_fetch(web, url, directory, text_span(&name), limits, mem, err) &&
           os_read_file(path, limits->document_bytes, mem, ret, err);
}

static bool join(span first, span second, struct arena *mem, span *ret, struct err *err)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, first);
    text_add(&text, second);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(mem, err, "update");
}

// ---------------------------------------------------------------- what guides say

// Of all machines' repositories one is enough: bulletins are the same for each of them.
static bool replace_architecture(span url, struct arena *mem, span *ret, struct err *err)
{
    span variable = S("$basearch");
    span rest = url;
    span before = span_cut(&rest, '$');
    span after = span_from(url, before.len);
    if (!span_starts_with(after, variable)) {
        *ret = url;
        return true;
    }
    return join(before, S("x86_64"), mem, &before, err) &&
           join(before, span_from(after, variable.len), mem, ret, err);
}

// A list that came by TLS leads to nothing that comes without: hosts of both kinds have both.
static bool keep_secure(span url, span repository, struct arena *mem, span *ret, struct err *err)
{
    span plain = S("http://");
    if (!span_starts_with(url, S("https://")) || !span_starts_with(repository, plain)) {
        *ret = repository;
        return true;
    }
    return join(S("https://"), span_from(repository, plain.len), mem, ret, err);
}

static bool find_metadata(span url, span guide, struct arena *mem, span *ret, struct err *err)
{
    span repository = span_trim_end(span_trim(span_cut_line(&guide)), '/');
    if (!web_is_url(repository))
        return err_set(err, ERR_INPUT, "a list of mirrors without one");
    return keep_secure(url, repository, mem, &repository, err) &&
           replace_architecture(repository, mem, &repository, err) &&
           join(repository, S("/repodata/repomd.xml"), mem, ret, err);
}

// <data type="updateinfo"><location href="repodata/DIGEST-updateinfo.xml.gz"/></data>
static bool find_updateinfo(span url, span guide, const struct limits *limits, struct arena *mem,
                            span *ret, struct err *err)
{
    const struct xml_node *root = NULL;
    span suffix = S("repodata/repomd.xml");
    if (!span_ends_with(url, suffix))
        return err_set(err, ERR_USAGE, "metadata outside of a repository");
    if (!xml_parse(guide, limits, mem, &root, err))
        return false;
    const struct xml_node *data = xml_child(root, "data");
    while (data && !span_equal(xml_attribute(data, "type"), S("updateinfo")))
        data = xml_again(data);
    span place = xml_attribute(xml_child(data, "location"), "href");
    if (!place.len)
        return err_set(err, ERR_MISSING, "a repository that says nothing of its updates");
    return join(span_first(url, url.len - suffix.len), place, mem, ret, err);
}

static bool find_neighbour(span url, span guide, struct arena *mem, span *ret, struct err *err)
{
    span name = span_trim(span_cut_line(&guide));
    size_t slash = span_find_last(url, '/');
    if (!name.len || span_find(name, '/') != SPAN_NONE || slash == SPAN_NONE)
        return err_set(err, ERR_INPUT, "it names no file");
    return join(span_first(url, slash + 1), name, mem, ret, err);
}

// ---------------------------------------------------------------- following

bool upstream_follow(struct web *web, span url, const char *directory, const struct limits *limits,
                     struct arena *mem, span *ret, struct err *err)
{
    bool is_mirrors = span_ends_with(url, S("/mirror.list"));
    bool is_metadata = span_ends_with(url, S("/repomd.xml"));
    bool is_latest = span_ends_with(url, S("_latest.txt"));
    span guide = {0};
    span next = {0};
    if (!is_mirrors && !is_metadata && !is_latest) {
        *ret = url;
        return true;
    }
    if (!read_guide(web, url, directory, limits, mem, &guide, err))
        return false;
    if (is_latest)
        return find_neighbour(url, guide, mem, ret, err) || err_add(err, "%s", quote(url).text);
    if (is_metadata)
        return find_updateinfo(url, guide, limits, mem, ret, err) ||
               err_add(err, "%s", quote(url).text);
    return (find_metadata(url, guide, mem, &next, err) &&
            upstream_follow(web, next, directory, limits, mem, ret, err)) ||
           err_add(err, "%s", quote(url).text);
}
