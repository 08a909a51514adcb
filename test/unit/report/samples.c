#include "samples.h"

#include <string.h>

#define COUNT(items) (sizeof(items) / sizeof *(items))

// ---------------------------------------------------------------- debian

static struct layer layers[] = {
    {.diff_id = S("sha256:a36efe6def81e51e9412057c3c964fc767f3f71a4e2f5fe260c0f92f0068117a"),
     .digest = S("sha256:9e78ca94a40dd9b8a08ebee8d82d58fa7932e0a1312a27ab94c38a17afdd5b72"),
     .created_by = S("debootstrap --variant=minbase bullseye"),
     .base = S("registry.example/debian:11")},
    {.diff_id = S("sha256:d6d0d7bcafa38ec22c18e3edacea59071d5902b0fe5ca0f7360572fc3f23cc10"),
     .digest = S("sha256:eb6925e4661d6b71a1de70e04277cc07a3d1d912a91cb0c177f6563da5bc40ec"),
     .created_by = S("apt-get install --no-install-recommends curl zlib1g "
                     "a-package-with-a-long-name-that-nobody-would-choose")},
    {.diff_id = S("sha256:6260ace2a99f1e390d10e5203fe67457dafc8701da7f789fd73b722784da8f8a"),
     .created_by = S("COPY . /app")},
};

static struct location lower[] = {{S("var/lib/dpkg/status"), 0}};
static struct location program[] = {{S("usr/bin/bash"), 0}};
static struct location upper[] = {{S("var/lib/dpkg/status"), 1}};

#define DEB(the_name, the_version, the_source, the_source_version, where)                          \
    {                                                                                              \
        .id = S("id-" the_name), .type = S("deb"), .name = S(the_name), .version = S(the_version), \
        .arch = S("amd64"), .source_name = S(the_source), .source_version = S(the_source_version), \
        .purl = S("pkg:deb/debian/" the_name "@" the_version), .locations = (where),               \
        .location_count = 1                                                                        \
    }

enum { LONG_NAME, BASH, CURL, GNUTLS, LIBCURL, LIBMOUNT, ZLIB, REMOVED };
static struct package debian_packages[] = {
    DEB("a-package-with-a-long-name-that-nobody-would-choose", "1.0-1+really0.9",
        "a-source-with-a-long-name-too", "1.0-1", upper),
    DEB("bash", "5.1-2", "bash", "5.1-2", lower),
    DEB("curl", "7.74.0-1.3+deb11u13", "curl", "7.74.0-1.3+deb11u13", upper),
    DEB("libcurl3-gnutls", "7.74.0-1.3+deb11u13", "curl", "7.74.0-1.3+deb11u13", upper),
    DEB("libcurl4", "7.74.0-1.3+deb11u13+b1", "curl", "7.74.0-1.3+deb11u13", upper),
    DEB("libmount1", "2.36.1-8", "util-linux", "2.36.1-8", lower),
    DEB("zlib1g", "1:1.2.11.dfsg-2", "zlib", "1:1.2.11.dfsg-2", lower),
    DEB("vim-tiny", "2:8.2.2434-3", "vim", "2:8.2.2434-3", lower),
    {.id = S("id-generic-bash"),
     .type = S("generic"),
     .name = S("bash"),
     .version = S("5.1.4"),
     .purl = S("pkg:generic/bash@5.1.4"),
     .owner = S("id-bash"),
     .locations = program,
     .location_count = 1},
};

static const struct evidence curl_evidence[] = {
    {S("debian-osv"), S("CVE-2024-8096"), S("< 7.74.0-1.3+deb11u14"),
     S("7.74.0-1.3+deb11u13 < 7.74.0-1.3+deb11u14 (deb, source curl)")},
    {S("debian-osv"), S("DLA-3920-1"), S("< 7.74.0-1.3+deb11u14"),
     S("7.74.0-1.3+deb11u13 < 7.74.0-1.3+deb11u14 (deb, source curl)")},
};
static const struct evidence zlib_evidence[] = {
    {S("debian-osv"), S("CVE-2023-45853"), S("all versions"),
     S("1:1.2.11.dfsg-2 (deb, source zlib)")},
};
static const struct rating curl_ratings[] = {
    {S("debian-osv"), SEVERITY_UNKNOWN, {0}, -1},
    {S("nvd"), SEVERITY_MEDIUM,
     S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N"), 6.9},
    {S("redhat-cve"), SEVERITY_HIGH, S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N"), 6.5},
};
static const struct weakness curl_weaknesses[] = {
    {.id = S("CWE-295"), .name = S("Improper Certificate Validation")},
};
static const struct rating zlib_ratings[] = {
    {S("nvd"), SEVERITY_CRITICAL, S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), 9.8},
    {S("nvd-2"), SEVERITY_HIGH, S("AV:N/AC:L/Au:N/C:P/I:P/A:P"), 7.5},
};
static const struct weakness zlib_weaknesses[] = {
    {.id = S("CWE-190"), .name = S("Integer Overflow or Wraparound")},
    {.id = S("CWE-noinfo")},
};
static const struct suppression not_reached = {
    .kind = SUPPRESSION_NOT_AFFECTED,
    .source = S("crane.vex.json"),
    .origin = S("file"),
    .justification = S("vulnerable_code_not_in_execute_path"),
};
static span curl_aliases[] = {S("CURL-CVE-2024-8096"), S("DLA-3920-1")};

#define CURL_FIXED(which)                                                                         \
    {                                                                                             \
        .id = S("CVE-2024-8096"), .package = (which), .severity = SEVERITY_HIGH,                  \
        .severity_source = S("redhat-cve"), .status = STATUS_FIXED,                               \
        .fixed_version = S("7.74.0-1.3+deb11u14"), .aliases = {curl_aliases, 2},                  \
        .cvss = S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N"), .score = 6.5, .epss = 0.02134, \
        .risk = 1.4, .ratings = curl_ratings, .rating_count = 3, .weaknesses = curl_weaknesses,   \
        .weakness_count = 1, .evidence = curl_evidence, .evidence_count = 2, .layer = 1           \
    }
#define CURL_OPEN(which)                                                                       \
    {                                                                                          \
        .id = S("CVE-2021-22922"), .package = (which), .severity = SEVERITY_NEGLIGIBLE,        \
        .status = STATUS_UNDER_INVESTIGATION, .score = -1, .epss = -1, .risk = 0.2, .layer = 1 \
    }

static struct finding debian_findings[] = {
    {.id = S("CVE-2023-45853"),
     .package = ZLIB,
     .severity = SEVERITY_CRITICAL,
     .severity_source = S("debian-osv"),
     .status = STATUS_WONT_FIX,
     .cvss = S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
     .score = 9.8,
     .epss = 0.9437,
     .exploited = true,
     .risk = 99.8,
     .ratings = zlib_ratings,
     .rating_count = 2,
     .weaknesses = zlib_weaknesses,
     .weakness_count = 2,
     .evidence = zlib_evidence,
     .evidence_count = 1},
    {.id = S("CVE-2022-3715"),
     .package = BASH,
     .severity = SEVERITY_HIGH,
     .status = STATUS_END_OF_LIFE,
     .score = 7.8,
     .epss = -1,
     .risk = 3.8},
    CURL_FIXED(CURL),
    CURL_FIXED(GNUTLS),
    CURL_FIXED(LIBCURL),
    {.id = S("CVE-2022-0001"),
     .disputed = true,
     .package = REMOVED,
     .severity = SEVERITY_HIGH,
     .status = STATUS_AFFECTED,
     .score = 7.0,
     .epss = -1,
     .risk = 3.5},
    {.id = S("CVE-2024-28085"),
     .package = LIBMOUNT,
     .severity = SEVERITY_MEDIUM,
     .status = STATUS_NOT_AFFECTED,
     .score = 3.3,
     .epss = -1,
     .risk = 1,
     .suppressed = S("the database says that this release is not affected"),
     .suppression = &not_reached},
    {.id = S("CVE-2020-0001"),
     .package = LONG_NAME,
     .severity = SEVERITY_LOW,
     .status = STATUS_AFFECTED,
     .score = -1,
     .epss = 0,
     .risk = 0,
     .layer = 1},
    CURL_OPEN(CURL),
    CURL_OPEN(GNUTLS),
    CURL_OPEN(LIBCURL),
    {.id = S("DLA-4016-1"),
     .package = BASH,
     .severity = SEVERITY_UNKNOWN,
     .status = STATUS_FIXED,
     .fixed_version = S("5.1-2+deb11u1"),
     .score = -1,
     .epss = -1,
     .risk = 0},
};

static span debian_sources[] = {
    S("alpine-osv 2025-02-16"), S("debian-osv 2025-02-12"), S("epss 2025-07-02"),
    S("kev 2026-11-19"),        S("redhat-cve 2025-02-14"), S("releases unknown"),
};

static const struct image debian_image = {
    .name = S("registry.example/harbour/crane:1.4"),
    .kind = S("registry"),
    .manifest_digest = S("sha256:8ae82102d2645998947e8c29ba7d6e0ff9793a11f74c09134c99f771218f44b2"),
    .image_id = S("sha256:26a2570b0e7a8d386a2d20ed7f8f2c853b7249985924a010c8b20e078bfed398"),
    .platform = {.os = S("linux"), .architecture = S("arm64"), .variant = S("v8")},
    .layers = layers,
    .layer_count = COUNT(layers),
};

static const struct distro bullseye = {
    .id = S("debian"),
    .version_id = S("11"),
    .codename = S("bullseye"),
    .end_of_life = S("2024-08-14"),
    .end_of_extended_life = S("2026-08-31"),
};

static void make_debian(struct scan *scan)
{
    debian_packages[REMOVED].removed = true;
    scan->image = debian_image;
    scan->bom.distro = bullseye;
    scan->bom.packages = debian_packages;
    scan->bom.package_count = COUNT(debian_packages);
    scan->findings = (struct findings){debian_findings, COUNT(debian_findings)};
    scan->database.sources = (struct spans){debian_sources, COUNT(debian_sources)};
    scan->complete = false;
    notes_add(&scan->bom.notes, NOTE_DAMAGED, S("layer 3"), "tar: entry 17: checksum is wrong");
    notes_add(&scan->bom.notes, NOTE_INFORMATION, S("debian:11"),
              "support ended on 2026-08-31: nobody fixes or looks for flaws any more");
    notes_add(&scan->bom.notes, NOTE_LIMIT, S("opt/data.bin"), "past the limit file_bytes");
}

// ---------------------------------------------------------------- tampered

static const struct evidence bash_evidence[] = {
    {.database = S("deb"),
     .range = S("md5:7063c3930affe123baecd3b340f1ad2c"),
     .compared = S("md5:d41d8cd98f00b204e9800998ecf8427e")},
};

static const struct evidence malware_evidence[] = {
    {S("malicious-packages"), S("MAL-2026-77"), S("all versions"), S("7.74.0 (npm)")},
};

static struct finding tampered_findings[] = {
    {.id = S("MAL-2026-77"),
     .kind = FINDING_MALWARE,
     .package = CURL,
     .severity = SEVERITY_CRITICAL,
     .status = STATUS_AFFECTED,
     .evidence = malware_evidence,
     .evidence_count = 1,
     .score = -1,
     .epss = -1,
     .risk = 100,
     .layer = 1},
    {.id = S("file-changed"),
     .kind = FINDING_INTEGRITY,
     .package = BASH,
     .severity = SEVERITY_HIGH,
     .status = STATUS_AFFECTED,
     .location = S("usr/bin/bash"),
     .text = S("a program that is not the one that the package installed"),
     .evidence = bash_evidence,
     .evidence_count = 1,
     .score = -1,
     .epss = -1,
     .risk = 75,
     .layer = 1},
    {.id = S("set-id-unrecorded"),
     .kind = FINDING_INTEGRITY,
     .package = NO_PACKAGE,
     .severity = SEVERITY_HIGH,
     .status = STATUS_AFFECTED,
     .location = S("usr/local/lib/a/directory/with/a/long/name/and/a/\033[31mprogram"),
     .text = S("runs with the rights of its owner or group, and no package lists it"),
     .score = -1,
     .epss = -1,
     .risk = 75,
     .layer = 1},
    {.id = S("file-missing"),
     .kind = FINDING_INTEGRITY,
     .package = ZLIB,
     .severity = SEVERITY_LOW,
     .status = STATUS_AFFECTED,
     .location = S("usr/share/zlib/data"),
     .text = S("the package lists it, and it is not there"),
     .score = -1,
     .epss = -1,
     .risk = 10,
     .suppressed = S("accepted")},
};

// Nothing but files is wrong with it.
static void make_tampered(struct scan *scan)
{
    make_debian(scan);
    scan->findings = (struct findings){tampered_findings, COUNT(tampered_findings)};
    scan->complete = true;
}

// ---------------------------------------------------------------- modern

static span modern_sources[] = {S("alpine-osv 2026-11-14"), S("alpine-secdb unknown")};

static void make_modern(struct scan *scan)
{
    static struct location location[] = {{S("lib/apk/db/installed"), 0}};
    static struct package packages[] = {
        {.id = S("id-musl"),
         .type = S("apk"),
         .name = S("musl"),
         .version = S("1.2.5-r0"),
         .arch = S("x86_64"),
         .source_name = S("musl"),
         .source_version = S("1.2.5-r0"),
         .licenses = S("MIT"),
         .locations = location,
         .location_count = 1},
    };
    static struct finding findings[] = {
        {.id = S("CVE-2025-26519"),
         .severity = SEVERITY_MEDIUM,
         .status = STATUS_FIXED,
         .fixed_version = S("1.2.5-r1"),
         .score = -1,
         .epss = -1,
         .risk = 2.5},
    };
    scan->image =
        (struct image){.name = S("alpine"), .kind = S("dir"), .layer_count = 1, .layers = layers};
    scan->bom.distro = (struct distro){
        .id = S("alpine"), .version_id = S("3.23.0"), .end_of_life = S("2027-11-01")};
    scan->bom.packages = packages;
    scan->bom.package_count = COUNT(packages);
    scan->findings = (struct findings){findings, COUNT(findings)};
    scan->database.sources = (struct spans){modern_sources, COUNT(modern_sources)};
}

// ---------------------------------------------------------------- hostile

static struct location hostile_location[] = {{S("var/\033[2Jstatus"), 1}};
static struct package hostile_packages[] = {
    {.id = S("id-1"),
     .type = S("deb"),
     .name = S("\033]0;owned\007\033[31mred\r\nfake line"),
     .version = S("1.0\xe2\x80\xae"
                  "0.2\xe2\x80\xac-1"),
     .arch = S("am\0d64"),
     .source_name = S("\x9b"
                      "31m\xc2\x9b"
                      "31m"),
     .source_version = S("1\t2\v3\b4\x7f"),
     .licenses = S("\"quoted\" \\ and \xff\xfe"),
     .locations = hostile_location,
     .location_count = 1},
    {.id = S("id-2"),
     .type = S("deb"),
     .name = S("\xe6\xb8\xaf\xe3\x81\xae\xe3\x82\xaf\xe3\x83\xac\xe3\x83\xbc\xe3\x83\xb3"),
     .version = S("2:e\xcc\x81t\xcc\x81-1"),
     .source_name = S("crane"),
     .source_version = S("2"),
     .locations = hostile_location,
     .location_count = 1},
    {.id = S("id-3"),
     .type = S("npm"),
     .name = S("@evil/<script>alert('1')</script>&\"]]>--><style>"),
     .version = S("=HYPERLINK(\"http://x.example\",\"[a](b)\")"),
     .source_name = S("+1"),
     .source_version = S("-2"),
     .locations = hostile_location,
     .location_count = 1},
    {.id = S("id-4"),
     .type = S("deb"),
     .name = S("cut\xe6\xb8"),
     .version = S(""),
     .source_name = S("\xed\xa0\x80 \xf4\x90\x80\x80 \xc0\xaf \xef\xbb\xbf"),
     .locations = hostile_location,
     .location_count = 1},
};
static span hostile_aliases[] = {S("\033c"), S("GHSA-\xe2\x80\x8bxxxx")};
static const struct evidence hostile_evidence[] = {
    {S("data\nbase"), S("CVE-\033[8m1"),
     S("< \xe2\x81\xa6"
       "2"),
     S("\xf3\xa0\x81\x81 < 2")},
};
static const struct rating hostile_ratings[] = {
    {S("a<b>\"'"), SEVERITY_LOW, S("CVSS:3.1/\"><script>"), 1e300},
};
static const struct weakness hostile_weaknesses[] = {
    {.id = S("CWE-99999999999999999999"), .name = S("</details><script>")},
    {.id = S("\xff"), .name = S("\xe2\x80\xae")},
};
static struct finding hostile_findings[] = {
    {.id = S("CVE-\033[1A1"),
     .package = 0,
     .severity = SEVERITY_HIGH,
     .status = STATUS_FIXED,
     .fixed_version = S("1.0\n2"),
     .aliases = {hostile_aliases, COUNT(hostile_aliases)},
     .score = 1e300,
     .epss = 7,
     .risk = 1e300,
     .evidence = hostile_evidence,
     .evidence_count = 1,
     .layer = 1,
     .severity_source = S("\xc2\x85")},
    {.id = S("CVE-2"),
     .package = 1,
     .severity = SEVERITY_LOW,
     .status = STATUS_FIXED,
     .fixed_version = S(""),
     .score = -1,
     .epss = -1,
     .risk = -1,
     .layer = 99},
    {.id = S("CVE-2024-1<svg onload=alert(1)>"),
     .package = 2,
     .severity = SEVERITY_MEDIUM,
     .status = STATUS_FIXED,
     .fixed_version = S("@SUM(1,1)\r\n,\"x\""),
     .text = S("javascript:alert(1) ]]> <!-- --> \x01"),
     .score = -1,
     .epss = -1,
     .risk = -1,
     .ratings = hostile_ratings,
     .rating_count = COUNT(hostile_ratings),
     .weaknesses = hostile_weaknesses,
     .weakness_count = COUNT(hostile_weaknesses)},
    {.id = S("CVE-3"),
     .package = 3,
     .severity = SEVERITY_LOW,
     .status = STATUS_AFFECTED,
     .score = 0,
     .epss = 1,
     .risk = 0,
     .suppressed = S("\033[0m because\r")},
};
static struct layer hostile_layers[] = {
    {.diff_id = S("not a digest \033[5m")},
    {.diff_id = S(":\033[5m"), .created_by = S("RUN \033[2J \xe2\x80\xaetxt.exe")},
};

static void make_hostile(struct scan *scan)
{
    scan->image = (struct image){.name = S("oci\033[2J-dir"),
                                 .kind = S("dir\r"),
                                 .manifest_digest = S("sha256:\x1b"),
                                 .layers = hostile_layers,
                                 .layer_count = 2};
    scan->bom.distro = (struct distro){.id = S("deb\033[31mian"),
                                       .version_id = S("\xff"),
                                       .codename = S("\x07"),
                                       .end_of_life = S("soon\033")};
    scan->bom.packages = hostile_packages;
    scan->bom.package_count = COUNT(hostile_packages);
    scan->findings = (struct findings){hostile_findings, COUNT(hostile_findings)};
    scan->database.sources = (struct spans){modern_sources, COUNT(modern_sources)};
    notes_add(&scan->bom.notes, NOTE_SUSPICIOUS, S("..\033[2J/etc"), "a name \x9b that climbs");
}

// ---------------------------------------------------------------- kernel

static void make_kernel(struct scan *scan, struct arena *mem)
{
    enum { FLAWS = 60 };
    struct finding *findings = arena_array(mem, FLAWS, sizeof *findings);
    assert(findings);
    scan->image = (struct image){.name = S("host"), .kind = S("host")};
    scan->bom.distro = (struct distro){.id = S("debian"), .version_id = S("12")};
    scan->bom.packages = &debian_packages[BASH];
    scan->bom.package_count = 1;
    for (size_t i = 0; i < FLAWS; i++) {
        struct text id;
        text_init(&id, mem, 64);
        text_addf(&id, "CVE-2024-%zu", 10000 + i * 37);
        findings[i] = (struct finding){
            .id = text_span(&id),
            .severity = (enum severity)(SEVERITY_CRITICAL - i / 10),
            .status = (enum status)(i % 5),
            .fixed_version = i % 5 ? (span){0} : S("5.1-3"),
            .score = -1,
            .epss = -1,
        };
    }
    scan->findings = (struct findings){findings, FLAWS};
    scan->database.sources = (struct spans){modern_sources, COUNT(modern_sources)};
    scan->database.built = S("2026-11-14T00:00:00Z");
}

// ---------------------------------------------------------------- by name

bool sample_make(const char *name, struct arena *mem, struct scan *ret)
{
    const struct limits limits = limits_default();
    *ret = (struct scan){.matched = true, .bom_complete = true, .complete = true};
    ret->database.built = S("2026-11-19T00:00:00Z");
    notes_init(&ret->bom.notes, mem, &limits);
    if (strcmp(name, "hostile") == 0)
        make_hostile(ret);
    else if (strcmp(name, "kernel") == 0)
        make_kernel(ret, mem);
    else if (strcmp(name, "modern") == 0 || strcmp(name, "clean") == 0 ||
             strcmp(name, "unjudged") == 0)
        make_modern(ret);
    else if (strcmp(name, "debian") == 0 || strcmp(name, "bom") == 0)
        make_debian(ret);
    else if (strcmp(name, "tampered") == 0)
        make_tampered(ret);
    else if (strcmp(name, "empty") == 0)
        ret->image = (struct image){.name = S("scratch"), .kind = S("oci-archive")};
    else
        return false;
    if (strcmp(name, "clean") == 0 || strcmp(name, "unjudged") == 0)
        ret->findings = (struct findings){0};
    if (strcmp(name, "unjudged") == 0) {
        notes_add(&ret->bom.notes, NOTE_UNSUPPORTED, S("alpine:3.23"), "no advisories");
        ret->complete = false;
    }
    if (strcmp(name, "bom") == 0) {
        ret->findings = (struct findings){0};
        ret->matched = false;
    }
    return true;
}
