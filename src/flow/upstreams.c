// Where the publishers of feeds have them, in the forms that feeds/ reads.
#include "flow/upstream_inner.h"
#include "format/yaml/yaml.h"
#include "os/os.h"

#include <string.h>

#define OSV "https://osv-vulnerabilities.storage.googleapis.com/"
#define FORGE "https://github.com/"
#define AMAZON "https://cdn.amazonlinux.com/"
#define ROCKY "https://download.rockylinux.org/pub/rocky/"
#define ROCKY_REST \
    "HighAvailability,ResilientStorage,RT,NFV,SAP,SAPHANA,extras}/x86_64/os/repodata/repomd.xml"

// The extras of Amazon Linux 2 that have had bulletins.
#define AMAZON_EXTRAS                                                                             \
    "{GraphicsMagick1.3,R3.4,R4,ansible2,aws-nitro-enclaves-cli,corretto8,dnsmasq,docker,ecs,"    \
    "firefox,golang1.19,haproxy2,httpd_modules,java-openjdk11,kernel-5.10,kernel-5.15,"           \
    "kernel-5.4,libreoffice,livepatch,lynis,mariadb10.5,mate-desktop1.x,mono,nginx1,php8.0,"      \
    "php8.1,php8.2,postgresql11,postgresql12,postgresql13,postgresql14,python3.8,redis6,ruby2.6," \
    "ruby3.0,selinux-ng,squid4,tomcat8.5,tomcat9,unbound1.13,unbound1.17}"

static const struct upstream upstreams[] = {
    {"nvd", NULL, "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{2002..now}.json.gz"},
    {"cve5", NULL, FORGE "cisagov/vulnrichment/archive/refs/heads/develop.tar.gz"},
    {"nvd-overrides", NULL, FORGE "anchore/nvd-data-overrides/archive/refs/heads/main.tar.gz"},
    {"ubuntu", NULL,
     "https://git.launchpad.net/ubuntu-cve-tracker/snapshot/ubuntu-cve-tracker-master.tar.gz"},
    {"debian-osv", NULL, OSV "Debian/all.zip"},
    {"redhat-osv", NULL, OSV "Red%20Hat/all.zip"},
    {"ghsa", NULL, OSV "{npm,PyPI,Maven,RubyGems,NuGet,Packagist,crates.io,Hex,SwiftURL}/all.zip"},
    {"ossf-malicious", NULL, FORGE "ossf/malicious-packages/archive/refs/heads/main.tar.gz"},
    {"pypa", NULL, FORGE "pypa/advisory-database/archive/refs/heads/main.tar.gz"},
    {"suse", NULL, OSV "{SUSE,openSUSE}/all.zip"},
    {"alpine-osv", NULL, OSV "Alpine/all.zip"},
    {"almalinux-errata", NULL, "https://errata.almalinux.org/{8,9,10}/errata.json"},
    {"almalinux-osv", NULL, FORGE "AlmaLinux/osv-database/archive/refs/heads/master.tar.gz"},
    {"bitnami", NULL, FORGE "bitnami/vulndb/archive/refs/heads/main.tar.gz"},
    {"oss-fuzz", NULL, FORGE "google/oss-fuzz-vulns/archive/refs/heads/main.tar.gz"},
    {"go", NULL, "https://vuln.go.dev/vulndb.zip"},
    {"rustsec", "md", FORGE "rustsec/advisory-db/archive/refs/heads/main.tar.gz"},
    {"ruby", NULL, FORGE "rubysec/ruby-advisory-db/archive/refs/heads/master.tar.gz"},
    {"php", NULL, FORGE "FriendsOfPHP/security-advisories/archive/refs/heads/master.tar.gz"},
    {"osv-export", NULL, OSV "{GitHub%20Actions,Pub,SwiftURL,Hex}/all.zip"},
    {"nodejs", "nodejs", FORGE "nodejs/security-wg/archive/refs/heads/main.tar.gz"},
    {"haskell", "haskell", FORGE "haskell/security-advisories/archive/refs/heads/main.tar.gz"},
    {"psf", "psf-cpython", FORGE "psf/advisory-database/archive/refs/heads/main.tar.gz"},
    {"epss", NULL, "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"},
    {"gentoo", NULL, "https://gitweb.gentoo.org/data/glsa.git/snapshot/glsa-master.tar.gz"},
    {"azurelinux", NULL,
     FORGE "microsoft/AzureLinuxVulnerabilityData/archive/refs/heads/main.tar.gz"},
    {"alpine-secdb", NULL, "https://secdb.alpinelinux.org/v3.{10..22}/{main,community}.json"},
    {"alpine-secdb", NULL, "https://secdb.alpinelinux.org/edge/{main,community}.json"},
    {"kev", NULL,
     "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"},
    {"redhat-cve", NULL, "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt"},
    {"amazon", NULL, AMAZON "2/core/latest/x86_64/mirror.list"},
    {"amazon", NULL, AMAZON "2/extras/" AMAZON_EXTRAS "/latest/x86_64/mirror.list"},
    {"amazon", NULL, AMAZON "al2023/{core,kernel-livepatch}/mirrors/latest/x86_64/mirror.list"},
    {"rocky", NULL, ROCKY "8/{BaseOS,AppStream,PowerTools," ROCKY_REST},
    {"rocky", NULL, ROCKY "{9,10}/{BaseOS,AppStream,CRB," ROCKY_REST},
    {"oracle", NULL, "https://linux.oracle.com/security/oval/com.oracle.elsa-{2007..now}.xml.bz2"},
    {"photon", NULL,
     "https://packages.vmware.com/photon/photon_oval_definitions/"
     "com.vmware.phsa-photon{3,4,5}.xml.gz"},
    {"arch", NULL, "https://security.archlinux.org/issues/all.json"},
    {"wolfi", NULL, "https://packages.wolfi.dev/os/security.json"},
    {"chainguard", NULL, "https://packages.cgr.dev/chainguard/security.json"},
    {"gitlab", "conan-gitlab",
     "https://gitlab.com/gitlab-org/advisories-community/-/archive/main/"
     "advisories-community-main.tar.gz"},
    {"kubernetes", "kubernetes", FORGE "aquasecurity/vuln-list-k8s/archive/refs/heads/main.tar.gz"},
    {"cwe", NULL, "https://cwe.mitre.org/data/xml/cwec_latest.xml.zip"},
    {"purl2cpe", NULL, FORGE "scanoss/purl2cpe/archive/refs/heads/main.tar.gz"},
    {"cpe-index", NULL,
     "https://raw.githubusercontent.com/anchore/syft/main/syft/pkg/cataloger/internal/"
     "cpegenerate/dictionary/data/cpe-index.json"},
    {"eol-products", NULL, FORGE "endoflife-date/endoflife.date/archive/refs/heads/master.tar.gz"},
};

const struct upstream *upstream_at(size_t index)
{
    return index < sizeof upstreams / sizeof *upstreams ? &upstreams[index] : NULL;
}

// ---------------------------------------------------------------- addresses

enum { MOST_ADDRESSES = 1000 };

// The pattern with one choice in place of its first braces.
static bool add_choice(span before, span choice, span after, struct list *addresses)
{
    struct text address = {0};
    span *added = LIST_ADD(addresses, span);
    text_init(&address, addresses->mem, SIZE_MAX);
    text_add(&address, before);
    text_add(&address, choice);
    text_add(&address, after);
    if (!added || !text_ok(&address))
        return false;
    *added = text_span(&address);
    return true;
}

static bool add_number(span before, uint64_t number, span after, struct list *addresses)
{
    struct text digits = {0};
    text_init(&digits, addresses->mem, SIZE_MAX);
    text_add_u64(&digits, number);
    return text_ok(&digits) && add_choice(before, text_span(&digits), after, addresses);
}

// "FIRST..LAST"; false for what is no range.
static bool parse_range(span choices, uint64_t year, uint64_t *ret_first, uint64_t *ret_last)
{
    span rest = choices;
    span first = span_cut(&rest, '.');
    if (!span_starts_with(rest, S(".")) || !span_to_u64(first, ret_first))
        return false;
    span last = span_from(rest, 1);
    if (span_equal(last, S("now")))
        *ret_last = year;
    return span_equal(last, S("now")) || span_to_u64(last, ret_last);
}

static bool expand_first(span pattern, uint64_t year, struct list *addresses)
{
    span after = pattern;
    span before = span_cut(&after, '{');
    span choices = span_cut(&after, '}');
    uint64_t first = 0;
    uint64_t last = 0;
    bool ok = true;
    if (parse_range(choices, year, &first, &last)) {
        for (uint64_t number = first; number <= last && ok; number++)
            ok = add_number(before, number, after, addresses);
        return ok;
    }
    while (choices.len && ok)
        ok = add_choice(before, span_cut(&choices, ','), after, addresses);
    return ok;
}

bool address_expand(span pattern, uint64_t year, struct list *addresses, struct err *err)
{
    struct list pending = {0};
    list_init(&pending, addresses->mem, sizeof(span), MOST_ADDRESSES);
    bool ok = add_choice(pattern, (span){0}, (span){0}, &pending);
    for (size_t i = 0; i < pending.count && ok; i++) {
        span next = *LIST_AT(&pending, span, i);
        if (span_find(next, '{') != SPAN_NONE)
            ok = expand_first(next, year, &pending);
        else
            ok = add_choice(next, (span){0}, (span){0}, addresses);
    }
    return ok || err_set(err, ERR_USAGE, "address '%s': too many of them", quote(pattern).text);
}

// ---------------------------------------------------------------- the user's own

// A name that is misspelt would leave a feed as it is, unnoticed.
static bool check_names(const struct yaml *document, struct err *err)
{
    for (const struct yaml *entry = document->first; entry; entry = entry->next) {
        bool known = false;
        for (size_t i = 0; i < feeds_count() && !known; i++)
            known = span_equal(entry->key, span_of_text(feeds_at(i)->name));
        if (!known)
            return err_set(err, ERR_INPUT, "line %u: there is no feed '%s'", entry->line,
                           quote(entry->key).text);
    }
    return true;
}

bool source_list_read(const char *path, const struct limits *limits, struct arena *mem,
                      struct source_list *ret, struct err *err)
{
    span text = {0};
    const struct yaml *document = NULL;
    if (!os_read_file(path, limits->document_bytes, mem, &text, err))
        return false;
    if (!yaml_parse(text, limits, mem, &document, err))
        return err_add(err, "%s", path);
    if (!document || document->kind != YAML_MAPPING)
        return err_set(err, ERR_INPUT, "%s: no feeds and their addresses", path);
    if (!check_names(document, err))
        return err_add(err, "%s", path);
    *ret = (struct source_list){.document = document};
    return true;
}

static bool find_own(const struct yaml *document, uint64_t year, struct upstream_feed *feed,
                     struct err *err)
{
    for (const struct yaml *entry = document->first; entry; entry = entry->next) {
        if (!span_equal(entry->key, span_of_text(feed->feed->name)))
            continue;
        const struct yaml *item = entry->kind == YAML_SCALAR ? entry : entry->first;
        for (; item; item = entry->kind == YAML_SCALAR ? NULL : item->next)
            if (item->kind != YAML_SCALAR ||
                !address_expand(item->text, year, &feed->addresses, err))
                return err_add(err, "line %u", item->line);
        if (feed->addresses.count == 0)
            return err_set(err, ERR_INPUT, "line %u: no address of %s", entry->line,
                           feed->feed->name);
    }
    return true;
}

bool upstream_find(const struct source_list *sources, const struct feed *feed, uint64_t year,
                   struct arena *mem, struct upstream_feed *ret, struct err *err)
{
    struct upstream_feed found = {.feed = feed};
    list_init(&found.addresses, mem, sizeof(span), MOST_ADDRESSES);
    if (sources->document && !find_own(sources->document, year, &found, err))
        return false;
    for (size_t i = 0; upstream_at(i); i++) {
        const struct upstream *upstream = upstream_at(i);
        if (strcmp(upstream->feed, feed->name) != 0)
            continue;
        found.below = upstream->below;
        if (!sources->document &&
            !address_expand(span_of_text(upstream->address), year, &found.addresses, err))
            return false;
    }
    *ret = found;
    return true;
}
