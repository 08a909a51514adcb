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

// From the '@' of a deb's maintainer on.
static const struct mark in_address[] = {
    {S("@docker.com"), S("Docker")},         {S("@containerd.io"), S("Docker")},
    {S("@nginx.com"), S("nginx.org")},       {S("@f5.com"), S("nginx.org")},
    {S("@nodesource.com"), S("NodeSource")}, {S("@oss.oracle.com"), S("MySQL")},
    {S("@mariadb.org"), S("MariaDB")},       {S("@mongodb.com"), S("MongoDB")},
    {S("@elastic.co"), S("Elastic")},        {S("@grafana.com"), S("Grafana")},
    {S("@hashicorp.com"), S("HashiCorp")},   {S("@redis.com"), S("Redis")},
    {S("@chromium.org"), S("Google")},       {S("@google.com"), S("Google")},
    {S("@microsoft.com"), S("Microsoft")},   {S("@nvidia.com"), S("NVIDIA")},
    {S("@percona.com"), S("Percona")},       {S("@gitlab.com"), S("GitLab")},
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

static span builder_at(const struct mark *marks, size_t count, span text)
{
    for (size_t i = 0; i < count; i++)
        if (marks[i].text.len <= text.len && marks[i].text.ptr[1] == text.ptr[1] &&
            span_starts_with(text, marks[i].text))
            return marks[i].builder;
    return (span){0};
}

// How the marks in versions begin; behind it stands a letter.
static const bool begins_mark[UINT8_MAX + 1] = {
    ['.'] = true, ['+'] = true, ['~'] = true, ['d'] = true, ['n'] = true,
};

// Every package is looked at, and versions are mostly digits: marks are looked for only where one
// may begin.
static span foreign_maintainer(span maintainer, span version)
{
    size_t at = span_find(maintainer, '@');
    span address = at == SPAN_NONE ? (span){0} : span_from(maintainer, at);
    span builder = builder_at(in_address, sizeof in_address / sizeof *in_address, address);
    for (size_t i = 0; i + 1 < version.len && builder.len == 0; i++)
        if (begins_mark[version.ptr[i]] && ascii_is_alpha(version.ptr[i + 1]))
            builder = builder_at(in_version, sizeof in_version / sizeof *in_version,
                                 span_from(version, i));
    return builder;
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

static const struct alias aliases[] = {
    {S("debian"), S("linux-signed-"), S("linux"), true},
    {S("ubuntu"), S("linux-signed"), S("linux"), false},
};

bool source_alias(const struct distro *distro, const struct package *package, struct arena *mem,
                  span *ret_source, struct err *err)
{
    *ret_source = (span){0};
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
        if (!is_separator(version.ptr[at]) || !ascii_is_alpha(version.ptr[at + 1])) // as marks are
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
