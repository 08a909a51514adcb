// The release files from before os-release: one line of text, each in its own way.
#include "scan/identify/identify_inner.h"

static span first_line(const struct search *search, span content)
{
    return span_first(span_trim(span_cut_line(&content)), search->limits->field_bytes);
}

// etc/alpine-release: "3.20.3"
bool alpine_release_read(const struct search *search, span path, span content, struct distro *ret,
                         struct err *err)
{
    (void)path, (void)err; // nothing to complain about
    *ret = (struct distro){.id = S("alpine"), .version_id = first_line(search, content)};
    return true;
}

// etc/debian_version: "7.11" or "jessie/sid". The point release is not part of VERSION_ID.
bool debian_version_read(const struct search *search, span path, span content, struct distro *ret,
                         struct err *err)
{
    (void)path, (void)err; // nothing to complain about
    span line = first_line(search, content);
    struct distro distro = {.id = S("debian")};
    if (line.len && ascii_is_digit(line.ptr[0])) {
        distro.version_id = span_cut(&line, '.');
        distro.codename = codename_of(distro.id, distro.version_id);
    } else {
        distro.codename = span_cut(&line, '/');
        distro.version_id = codename_version(distro.id, distro.codename);
    }
    *ret = distro;
    return true;
}

// etc/arch-release: exists, and is empty.
bool arch_release_read(const struct search *search, span path, span content, struct distro *ret,
                       struct err *err)
{
    (void)search, (void)path, (void)content, (void)err; // that it is there says it all
    *ret = (struct distro){.id = S("arch")};
    return true;
}

// How the one-line files of Red Hat's family begin; a longer name stands before a shorter one that
// it starts with.
static const struct {
    span start;
    span id;
} redhat_names[] = {
    {S("Red Hat Enterprise Linux"), S("rhel")},
    {S("CentOS"), S("centos")},
    {S("Fedora"), S("fedora")},
    {S("Rocky Linux"), S("rocky")},
    {S("AlmaLinux"), S("almalinux")},
    {S("Oracle Linux"), S("ol")},
    {S("Enterprise Linux Enterprise Linux"), S("ol")},
    {S("Amazon Linux"), S("amzn")},
};

static span word_after_release(span line)
{
    while (line.len)
        if (span_equal(span_cut(&line, ' '), S("release")))
            return span_cut(&line, ' ');
    return (span){0};
}

// etc/redhat-release and its like: "CentOS release 6.10 (Final)"
bool redhat_release_read(const struct search *search, span path, span content, struct distro *ret,
                         struct err *err)
{
    (void)err; // allocates nothing
    span line = first_line(search, content);
    struct distro distro = {.pretty_name = line, .version_id = word_after_release(line)};
    for (size_t i = 0; i < sizeof redhat_names / sizeof *redhat_names; i++)
        if (distro.id.len == 0 && span_starts_with(line, redhat_names[i].start))
            distro.id = redhat_names[i].id;
    if (distro.id.len == 0)
        notes_add(search->notes, NOTE_UNSUPPORTED, path, "'%s' is no distribution that is known",
                  quote(line).text);
    *ret = distro;
    return true;
}
