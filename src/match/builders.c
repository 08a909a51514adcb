// Who built a package, and under which name its source is known: what advisories do not say and
// everybody in the field knows.
#include "match/match_inner.h"

// ---------------------------------------------------------------- other people's packages

// A mark by which the packages of another repository are known.
struct mark {
    span text;
    span builder;
};

// In the version of a deb.
static const struct mark in_version[] = {
    {S(".pgdg"), S("apt.postgresql.org")},
    {S("nodesource"), S("NodeSource")},
    {S("deb.sury.org"), S("deb.sury.org")},
    {S(".gbp"), S("deb.sury.org")}, // 8.2.12-1+0~20231026.48+debian12~1.gbp3a4b5c
    {S("+maria~"), S("MariaDB")},
    {S("~bpo.nginx"), S("nginx.org")},
    {S("~ppa"), S("a personal package archive")},
};

// From the '@' of a deb's maintainer on, sorted.
static const struct mark in_address[] = {
    {S("@chromium.org"), S("Google")},     {S("@containerd.io"), S("Docker")},
    {S("@docker.com"), S("Docker")},       {S("@elastic.co"), S("Elastic")},
    {S("@f5.com"), S("nginx.org")},        {S("@gitlab.com"), S("GitLab")},
    {S("@google.com"), S("Google")},       {S("@grafana.com"), S("Grafana")},
    {S("@hashicorp.com"), S("HashiCorp")}, {S("@mariadb.org"), S("MariaDB")},
    {S("@microsoft.com"), S("Microsoft")}, {S("@mongodb.com"), S("MongoDB")},
    {S("@nginx.com"), S("nginx.org")},     {S("@nodesource.com"), S("NodeSource")},
    {S("@nvidia.com"), S("NVIDIA")},       {S("@oss.oracle.com"), S("MySQL")},
    {S("@percona.com"), S("Percona")},     {S("@redis.com"), S("Redis")},
};

// Every rpm names its vendor. Rebuilds of RHEL take over each other's packages when a system is
// migrated, in the same versions, so they count as one.
struct vendors {
    span distro;
    span prefixes[4];
};

static const struct vendors vendors[] = {
    {S("rhel"), {S("Red Hat"), S("CentOS")}},
    {S("centos"), {S("CentOS"), S("Red Hat")}},
    {S("almalinux"), {S("AlmaLinux"), S("CentOS"), S("Rocky"), S("Red Hat")}},
    {S("rocky"), {S("Rocky"), S("CentOS"), S("AlmaLinux"), S("Red Hat")}},
    {S("ol"), {S("Oracle")}},
    {S("amzn"), {S("Amazon")}},
    {S("sles"), {S("SUSE")}},
    {S("sles_sap"), {S("SUSE")}},
    {S("sle_hpc"), {S("SUSE")}},
    {S("sled"), {S("SUSE")}},
    {S("suse-microos"), {S("SUSE")}},
    {S("opensuse-leap-micro"), {S("SUSE"), S("openSUSE")}},
    {S("sle-micro"), {S("SUSE")}},
    {S("sl-micro"), {S("SUSE")}},
    {S("opensuse-leap"), {S("SUSE"), S("openSUSE")}},
    {S("opensuse-tumbleweed"), {S("openSUSE"), S("SUSE")}},
    {S("photon"), {S("VMware"), S("Broadcom")}},
    {S("mariner"), {S("Microsoft")}},
    {S("azurelinux"), {S("Microsoft")}},
};

static bool is_vendor(const struct vendors *row, span vendor)
{
    enum { PREFIXES = sizeof row->prefixes / sizeof *row->prefixes };
    for (size_t i = 0; i < PREFIXES && row->prefixes[i].len; i++)
        if (span_starts_with(vendor, row->prefixes[i]))
            return true;
    return false;
}

static span foreign_vendor(span distro, span vendor)
{
    for (size_t i = 0; i < sizeof vendors / sizeof vendors[0]; i++)
        if (span_equal(vendors[i].distro, distro))
            return is_vendor(&vendors[i], vendor) ? (span){0} : vendor;
    return (span){0};
}

static span builder_by_address(span maintainer)
{
    if (maintainer.len == 0)
        return (span){0};
    size_t at = span_find(maintainer, '@');
    span address = at == SPAN_NONE ? (span){0} : span_from(maintainer, at);
    if (address.len < 2)
        return (span){0};
    for (size_t i = 0; i < sizeof in_address / sizeof *in_address; i++) {
        const struct mark *mark = &in_address[i];
        if (mark->text.ptr[1] > address.ptr[1])
            break;
        if (mark->text.ptr[1] == address.ptr[1] && span_starts_with(address, mark->text))
            return mark->builder;
    }
    return (span){0};
}

static span builder_at(span version, size_t at)
{
    span rest = span_from(version, at);
    for (size_t i = 0; i < sizeof in_version / sizeof *in_version; i++)
        if (span_starts_with(rest, in_version[i].text))
            return in_version[i].builder;
    return (span){0};
}

// The first two bytes of the marks in versions.
enum { IS_FIRST = 1, IS_SECOND = 2 };
static const uint8_t in_marks[UINT8_MAX + 1] = {
    ['.'] = IS_FIRST,  ['+'] = IS_FIRST,  ['~'] = IS_FIRST,  ['d'] = IS_FIRST,
    ['n'] = IS_FIRST,  ['b'] = IS_SECOND, ['e'] = IS_SECOND, ['g'] = IS_SECOND,
    ['m'] = IS_SECOND, ['o'] = IS_SECOND, ['p'] = IS_SECOND,
};

// Every package is looked at, and versions are mostly digits: marks are looked for only where one
// may begin.
static span builder_by_version(span version)
{
    for (size_t i = 1; i < version.len; i++) {
        if (in_marks[version.ptr[i]] != IS_SECOND || in_marks[version.ptr[i - 1]] != IS_FIRST)
            continue;
        span builder = builder_at(version, i - 1);
        if (builder.len)
            return builder;
    }
    return (span){0};
}

static span foreign_maintainer(span maintainer, span version)
{
    span builder = builder_by_address(maintainer);
    return builder.len ? builder : builder_by_version(version);
}

span foreign_builder(const struct distro *distro, const struct package *package)
{
    if (span_equal(package->type, S("rpm")))
        return foreign_vendor(distro->id, package->vendor);
    if (span_equal(package->type, S("deb")))
        return foreign_maintainer(package->vendor, package->version);
    bool by_makepkg = span_equal(package->type, S("alpm")) &&
                      span_contains(package->vendor, S("Unknown Packager"));
    return by_makepkg ? S("somebody by makepkg") : (span){0};
}

// ---------------------------------------------------------------- sources by another name

// Signed kernels are built from sources of their own, out of binaries of the source that the
// advisories speak of, whose version they have.
struct alias {
    span distro;
    span prefix; // of the source's name
    span name;   // what stands for the prefix
    bool whole;  // ... or for the whole name
};

#define SIGNED S("linux-signed")
static const struct alias aliases[] = {
    {S("debian"), S("linux-signed-"), S("linux"), true},
    {S("ubuntu"), SIGNED, S("linux"), false},
};

bool source_alias(const struct distro *distro, const struct package *package, struct arena *mem,
                  span *ret_source, struct err *err)
{
    *ret_source = (span){0};
    if (!span_starts_with(package->source_name, SIGNED))
        return true;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        const struct alias *alias = &aliases[i];
        if (!span_starts_with(package->source_name, alias->prefix) ||
            !span_equal(alias->distro, distro->id))
            continue;
        span rest = span_from(package->source_name, alias->prefix.len);
        struct text name = {0};
        text_init(&name, mem, alias->name.len + rest.len);
        text_add(&name, alias->name);
        text_add(&name, alias->whole ? (span){0} : rest);
        if (!text_ok(&name))
            return arena_err(mem, err, "source name");
        *ret_source = text_span(&name);
    }
    return true;
}

// ---------------------------------------------------------------- versions with a mark

struct rebuild {
    span mark; // in the version; what stands before it was published
    span builder;
};

static const struct rebuild rebuilds[] = {
    {S("redhat-"), S("Red Hat")}, {S("jbossorg-"), S("JBoss")},   {S("cgr."), S("Chainguard")},
    {S("tuxcare"), S("TuxCare")}, {S("cloudera"), S("Cloudera")}, {S("cdh"), S("Cloudera")},
    {S("amzn-"), S("Amazon")},    {S("mapr-"), S("MapR")},        {S("hw-ei-"), S("Huawei")},
};

static bool is_separator(uint8_t c)
{
    return c == '.' || c == '-' || c == '+' || c == '_';
}

span rebuilt_by(span version, span *ret_published)
{
    for (size_t at = 1; at + 1 < version.len; at++) {
        if (!ascii_is_alpha(version.ptr[at + 1]) || !is_separator(version.ptr[at])) // as marks are
            continue;
        span rest = span_from(version, at + 1);
        for (size_t i = 0; i < sizeof rebuilds / sizeof *rebuilds; i++) {
            if (!span_starts_with(rest, rebuilds[i].mark))
                continue;
            *ret_published = span_first(version, at);
            return rebuilds[i].builder;
        }
    }
    return (span){0};
}
