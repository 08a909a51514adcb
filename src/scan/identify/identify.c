#include "scan/identify/identify.h"

#include "scan/identify/identify_inner.h"

static const span patterns[] = {
    S("etc/os-release"),         S("usr/lib/os-release"),
    S("usr/lib/os.release.d/*"), // where Fedora's usr/lib/os-release points to
    S("etc/lsb-release"),        S("etc/alpine-release"),    S("etc/oracle-release"),
    S("etc/rocky-release"),      S("etc/almalinux-release"), S("etc/fedora-release"),
    S("etc/centos-release"),     S("etc/system-release"),    S("etc/redhat-release"),
    S("etc/debian_version"),     S("etc/arch-release"),
};

const struct wants identify_wants = {
    .patterns = patterns,
    .count = sizeof patterns / sizeof *patterns,
};

// In order of trust: the first that names a distribution decides. Derivatives keep the release
// files of what they derive from, so those of the derivatives come first.
static const struct {
    span path;
    bool (*read)(const struct search *search, span path, span content, struct distro *ret,
                 struct err *err);
} release_files[] = {
    {S("etc/os-release"), os_release_read},
    {S("usr/lib/os-release"), os_release_read},
    {S("etc/lsb-release"), lsb_release_read},
    {S("etc/alpine-release"), alpine_release_read},
    {S("etc/oracle-release"), redhat_release_read},
    {S("etc/rocky-release"), redhat_release_read},
    {S("etc/almalinux-release"), redhat_release_read},
    {S("etc/fedora-release"), redhat_release_read},
    {S("etc/centos-release"), redhat_release_read},
    {S("etc/system-release"), redhat_release_read},
    {S("etc/redhat-release"), redhat_release_read},
    {S("etc/debian_version"), debian_version_read},
    {S("etc/arch-release"), arch_release_read},
};

static bool find_content(const struct tree *tree, const struct search *search, span path,
                         span *ret_content)
{
    const struct file *file = tree_find(tree, path, search->limits, search->mem, NULL);
    if (!file || file->type != FILE_REGULAR)
        return false;
    if (!file->has_content) {
        notes_add(search->notes, NOTE_LIMIT, path,
                  "was not kept: what it says of the distribution is unknown");
        return false;
    }
    *ret_content = file->content;
    return true;
}

bool identify_distro(const struct tree *tree, const struct limits *limits, struct arena *mem,
                     struct notes *notes, struct distro *ret, struct err *err)
{
    struct search search = {.limits = limits, .mem = mem, .notes = notes};
    for (size_t i = 0; i < sizeof release_files / sizeof *release_files; i++) {
        span path = release_files[i].path;
        span content = {0};
        struct distro distro = {0};
        if (!find_content(tree, &search, path, &content))
            continue;
        if (!release_files[i].read(&search, path, content, &distro, err))
            return err_add(err, "%s", quote(path).text);
        if (distro.id.len == 0)
            continue;
        *ret = distro;
        return true;
    }
    notes_add(notes, NOTE_INFORMATION, S("etc/os-release"),
              "no file says which distribution this is");
    *ret = (struct distro){0};
    return true;
}

bool identify_parse_override(span text, struct arena *mem, struct distro *ret, struct err *err)
{
    span version = text;
    span id = {0};
    if (!distro_id(mem, span_cut(&version, ':'), &id, err))
        return false;
    if (id.len == 0 || version.len == 0)
        return err_set(err, ERR_USAGE, "'%s' is no distribution: NAME:VERSION is wanted",
                       quote(text).text);
    struct distro distro = {.id = id, .version_id = codename_version(id, version)};
    if (distro.version_id.len == 0 && !arena_span(mem, version, &distro.version_id))
        return arena_err(mem, err, "version of the distribution");
    distro.codename = codename_of(id, distro.version_id);
    *ret = distro;
    return true;
}
