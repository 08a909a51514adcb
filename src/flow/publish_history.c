#include "flow/publish_inner.h"
#include "os/os.h"

enum { MOST_FILES = 1 << 20 };

static bool list_files(const char *directory, struct arena *mem, struct os_names *ret,
                       struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    return os_open_directory(directory, &fd, err) &&
           os_list_directory(fd, MOST_FILES, mem, ret, err);
}

// The N of "N.targets.json"; false for every other name.
static bool parse_name(span name, const char *rest, uint64_t *ret)
{
    span number = span_cut(&name, '.');
    return span_equal(name, span_of_text(rest)) && span_to_u64(number, ret);
}

static uint64_t newest_of(const struct os_names *names, const char *rest)
{
    uint64_t newest = 0;
    for (size_t i = 0; i < names->count; i++) {
        uint64_t version = 0;
        if (parse_name(names->items[i], rest, &version) && version > newest)
            newest = version;
    }
    return newest;
}

static bool read_metadata(const struct publish_request *request, uint64_t version,
                          enum tuf_role role, struct arena *mem, span *ret, struct err *err)
{
    const char *path = file_in(mem, request->directory, metadata_name(version, role).text);
    return path ? os_read_file(path, request->limits.document_bytes, mem, ret, err)
                : arena_err(mem, err, "published");
}

static bool read_root(const struct publish_request *request, uint64_t version, struct arena *mem,
                      struct tuf_root *ret, struct err *err)
{
    span bytes = {0};
    struct tuf_trust trust = {0};
    if (!read_metadata(request, version, TUF_ROOT, mem, &bytes, err) ||
        !tuf_begin(bytes, &request->limits, mem, &trust, err))
        return false;
    *ret = trust.root;
    return true;
}

// A version that cannot be read gives no patches, and what only it names is removed.
static bool read_versions(const struct publish_request *request, struct arena *mem,
                          struct publish_history *history, struct err *err)
{
    history->versions = arena_array(mem, request->keep, sizeof *history->versions);
    if (!history->versions)
        return arena_err(mem, err, "published");
    for (uint64_t back = 0; back < request->keep && back < history->version; back++) {
        span bytes = {0};
        if (read_metadata(request, history->version - back, TUF_TARGETS, mem, &bytes, NULL) &&
            tuf_read_targets(bytes, &request->limits, mem, &history->versions[history->count],
                             NULL))
            history->count++;
    }
    return true;
}

bool publish_history_read(const struct publish_request *request, struct arena *mem,
                          struct publish_history *ret, struct err *err)
{
    struct os_names names = {0};
    struct publish_history history = {0};
    if (!list_files(request->directory, mem, &names, err))
        return false;
    history.root_version = newest_of(&names, "root.json");
    uint64_t snapshot = newest_of(&names, "snapshot.json");
    history.version = newest_of(&names, "targets.json");
    history.version = snapshot > history.version ? snapshot : history.version;
    if (history.root_version && !read_root(request, history.root_version, mem, &history.root, err))
        return err_add(err, "%s", quote(span_of_text(request->directory)).text);
    if (!read_versions(request, mem, &history, err))
        return false;
    *ret = history;
    return true;
}

// ---------------------------------------------------------------- what is there already

static const struct tuf_target *find(const struct publish_history *history,
                                     const struct tuf_target *segment, const digest *base)
{
    for (size_t v = 0; v < history->count; v++)
        for (size_t i = 0; i < history->versions[v].count; i++) {
            const struct tuf_target *target = &history->versions[v].items[i];
            if (target->is_patch == (base != NULL) && target->format == segment->format &&
                digest_equal(target->content, segment->content) &&
                (!base || digest_equal(target->base, *base)))
                return target;
        }
    return NULL;
}

const struct tuf_target *publish_find_whole(const struct publish_history *history,
                                            const struct tuf_target *segment)
{
    return find(history, segment, NULL);
}

const struct tuf_target *publish_find_patch(const struct publish_history *history,
                                            const struct tuf_target *segment, digest base)
{
    return find(history, segment, &base);
}

// ---------------------------------------------------------------- removing

static bool names_file(const struct tuf_targets *targets, span name)
{
    for (size_t i = 0; i < targets->count; i++) {
        struct file_name file = target_name(&targets->items[i]);
        span path = span_of_text(file.text);
        (void)span_cut(&path, '/'); // "targets"
        if (span_equal(path, name))
            return true;
    }
    return false;
}

static bool is_kept(const struct publish_history *history, const struct tuf_targets *newest,
                    span name)
{
    bool kept = names_file(newest, name);
    for (size_t v = 0; v < history->count && !kept; v++)
        kept = names_file(&history->versions[v], name);
    return kept;
}

static bool remove_file(const char *directory, span name, struct arena *mem, struct err *err)
{
    char *text = arena_text(mem, name);
    const char *path = text ? file_in(mem, directory, text) : NULL;
    return path ? os_remove_file(path, err) : arena_err(mem, err, "published");
}

static bool prune_targets(const struct publish_request *request,
                          const struct publish_history *history, const struct tuf_targets *newest,
                          struct arena *mem, struct err *err)
{
    struct os_names names = {0};
    const char *directory = file_in(mem, request->directory, "targets");
    if (!directory)
        return arena_err(mem, err, "published");
    if (!list_files(directory, mem, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (!is_kept(history, newest, names.items[i]) &&
            !remove_file(directory, names.items[i], mem, err))
            return false;
    return true;
}

// Roots are never removed: a client may have seen none but the first.
bool publish_history_prune(const struct publish_request *request,
                           const struct publish_history *history, const struct tuf_targets *newest,
                           struct arena *mem, struct err *err)
{
    struct os_names names = {0};
    if (!prune_targets(request, history, newest, mem, err) ||
        !list_files(request->directory, mem, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        uint64_t version = 0;
        bool versioned = parse_name(names.items[i], "targets.json", &version) ||
                         parse_name(names.items[i], "snapshot.json", &version);
        if (versioned && newest->version - version > request->keep &&
            !remove_file(request->directory, names.items[i], mem, err))
            return false;
    }
    return true;
}
