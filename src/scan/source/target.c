// What a target means (DESIGN section 5): a scheme, a path, a name within what is at the path.
#include "scan/source/target_inner.h"

#include "os/os.h"

struct scheme {
    span prefix;
    enum target_kind kind;
};

static bool exists(span path, struct arena *mem, struct os_stat *ret)
{
    char *text = arena_text(mem, path);
    return path.len && text && os_stat_path(text, ret, NULL);
}

// The name may hold ':' and so may the path: the shortest prefix that is there is the path.
static bool split_path(span text, struct arena *mem, struct target *ret, struct os_stat *ret_stat)
{
    if (exists(text, mem, ret_stat)) {
        ret->path = text;
        ret->name = (span){0};
        return true;
    }
    for (size_t i = 1; i < text.len; i++) {
        bool separator = text.ptr[i] == ':' || text.ptr[i] == '@';
        if (!separator || !exists(span_first(text, i), mem, ret_stat))
            continue;
        ret->path = span_first(text, i);
        ret->name = span_from(text, i + 1);
        return true;
    }
    return false;
}

static bool parse_path(span text, enum target_kind kind, struct arena *mem, struct target *ret,
                       struct err *err)
{
    struct target target = {.kind = kind, .path = text};
    struct os_stat stat = {0};
    bool archive = kind == TARGET_DOCKER_ARCHIVE || kind == TARGET_OCI_ARCHIVE;
    bool document = kind == TARGET_SBOM;
    span after_dash = span_from(text, 1);
    bool input = span_starts_with(text, S("-")) &&
                 (after_dash.len == 0 || span_starts_with(after_dash, S(":")));
    if (archive && input) {
        target.path = S("-");
        target.name = span_from(after_dash, 1);
    } else if (document && span_equal(text, S("-"))) {
        target.path = text;
    } else if (text.len == 0) {
        return err_set(err, ERR_USAGE, "the target names no path");
    } else if (kind == TARGET_DIRECTORY || kind == TARGET_FILE || document) {
        target.name = (span){0};
    } else if (!split_path(text, mem, &target, &stat)) {
        return err_set(err, ERR_MISSING, "%s: no such file or directory", quote(text).text);
    }
    *ret = target;
    return true;
}

static bool is_layout(span path, struct arena *mem)
{
    struct os_stat stat = {0};
    struct text marker = {0};
    text_init(&marker, mem, 8192);
    text_add(&marker, path);
    text_add(&marker, S("/oci-layout"));
    return text_ok(&marker) && exists(text_span(&marker), mem, &stat);
}

static bool looks_like_path(span text)
{
    return span_starts_with(text, S("/")) || span_starts_with(text, S("./")) ||
           span_starts_with(text, S("../")) || span_equal(text, S(".")) ||
           span_equal(text, S(".."));
}

// A directory that merely has the name of an image is no target unless it is written as a path.
static struct target parse_word(span word, struct arena *mem)
{
    struct target target = {.kind = TARGET_IMAGE, .name = word};
    struct target found = {0};
    struct os_stat stat = {0};
    if (span_equal(word, S("-")))
        return (struct target){.kind = TARGET_ARCHIVE, .path = word};
    if (!split_path(word, mem, &found, &stat))
        return looks_like_path(word) ? (struct target){.kind = TARGET_ARCHIVE, .path = word}
                                     : target;
    if (stat.kind == OS_FILE)
        found.kind = TARGET_ARCHIVE;
    else if (stat.kind == OS_DIRECTORY && is_layout(found.path, mem))
        found.kind = TARGET_OCI_DIRECTORY;
    else if (stat.kind == OS_DIRECTORY && looks_like_path(word) && found.name.len == 0)
        found.kind = TARGET_DIRECTORY;
    else
        return target;
    return found;
}

bool target_parse(span text, struct arena *mem, struct target *ret, struct err *err)
{
    const struct scheme schemes[] = {
        {S("registry:"), TARGET_REGISTRY},
        {S("docker:"), TARGET_DOCKER},
        {S("podman:"), TARGET_PODMAN},
        {S("docker-archive:"), TARGET_DOCKER_ARCHIVE},
        {S("oci-archive:"), TARGET_OCI_ARCHIVE},
        {S("oci-dir:"), TARGET_OCI_DIRECTORY},
        {S("dir:"), TARGET_DIRECTORY},
        {S("sbom:"), TARGET_SBOM},
        {S("file:"), TARGET_FILE},
    };
    const span later[] = {S("containerd:"), S("container:")};
    if (text.len == 0)
        return err_set(err, ERR_USAGE, "the target is empty");
    if (span_equal(text, S("host"))) {
        *ret = (struct target){.kind = TARGET_HOST};
        return true;
    }
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (span_starts_with(text, later[i]))
            return err_set(err, ERR_UNSUPPORTED, "targets of the scheme '%s' are not read",
                           quote(later[i]).text);
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (!span_starts_with(text, schemes[i].prefix))
            continue;
        span rest = span_from(text, schemes[i].prefix.len);
        enum target_kind kind = schemes[i].kind;
        if (kind != TARGET_REGISTRY && kind != TARGET_DOCKER && kind != TARGET_PODMAN)
            return parse_path(rest, kind, mem, ret, err);
        *ret = (struct target){.kind = kind, .name = rest};
        return rest.len || err_set(err, ERR_USAGE, "the target names no image");
    }
    *ret = parse_word(text, mem);
    return true;
}
