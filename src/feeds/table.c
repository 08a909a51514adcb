// The feeds and their files.
#include "feeds/feeds_inner.h"

#include <string.h>

// The largest first, so that threads which take them in turn end together.
static const struct feed feeds[] = {
    {"nvd", "nvd-json11-feeds.tar.zst", "public domain", translate_nvd},
    {"cve5", "cve5-vulnrichment.tar.zst", "CC0-1.0", translate_cve5},
    {"nvd-overrides", "nvd-cpe-overrides.tar.zst", "CC0-1.0", translate_nvd_overrides},
    {"purl2cpe", "purl2cpe-map.tar.zst", "MIT", translate_purl2cpe},
    {"cpe-index", "cpe-samples.tar.zst", "Apache-2.0; CPE names public domain",
     translate_cpe_index},
    {"cwe", "cwe.tar.zst", "MITRE CWE terms of use", translate_cwe},
    {"ubuntu", "ubuntu-cve-tracker-json.tar.zst", "none stated", translate_ubuntu},
    {"debian-osv", "debian-osv.tar.zst", "none stated", translate_debian},
    {"redhat-osv", "redhat-osv.tar.zst", "CC-BY-4.0", translate_redhat_osv},
    {"redhat-cve", "redhat-cve-api.tar.zst", "CC-BY-4.0", translate_redhat_cve},
    {"ghsa", "ghsa-osv.tar.zst", "CC-BY-4.0", translate_ghsa},
    {"ossf-malicious", "malicious-packages-osv.tar.zst", "Apache-2.0", translate_malicious},
    {"pypa", "pypa-advisory-db.tar.zst", "CC-BY-4.0", translate_pypa},
    {"suse", "suse-osv.tar.zst", "none stated", translate_suse},
    {"alpine-osv", "alpine-osv.tar.zst", "none stated", translate_alpine_osv},
    {"amazon", "amazon-alas.tar.zst", "none stated", translate_amazon},
    {"almalinux-errata", "almalinux-errata.tar.zst", "none stated", translate_almalinux_errata},
    {"almalinux-osv", "almalinux-osv.tar.zst", "MIT", translate_almalinux_osv},
    {"rocky", "rocky.tar.zst", "BSD", translate_rocky},
    {"bitnami", "bitnami-vulndb-osv.tar.zst", "Apache-2.0", translate_bitnami},
    {"oss-fuzz", "oss-fuzz-osv.tar.zst", "CC-BY-4.0", translate_oss_fuzz},
    {"go", "go-vulndb-osv.tar.zst", "CC-BY-4.0", translate_go},
    {"rustsec", "rustsec.tar.zst", "CC0-1.0 (a few CC-BY-4.0)", translate_rustsec},
    {"ruby", "ruby-advisory-db.tar.zst", "public domain", translate_ruby},
    {"php", "php-security-advisories.tar.zst", "Unlicense", translate_php},
    {"osv-export", "osv-extra-ecosystems.tar.zst", "CC-BY-4.0", translate_osv_export},
    {"gitlab", "osv-extra-ecosystems.tar.zst", "MIT", translate_gitlab},
    {"nodejs", "language-misc-advisories.tar.zst", "MIT", translate_nodejs},
    {"haskell", "language-misc-advisories.tar.zst", "CC0-1.0", translate_haskell},
    {"psf", "language-misc-advisories.tar.zst", "CC-BY-4.0", translate_psf},
    {"kubernetes", "language-misc-advisories.tar.zst", "CC-BY-4.0", translate_kubernetes},
    {"epss", "epss-partial-2025-07-05.csv.zst", "free use with attribution to FIRST EPSS",
     translate_epss},
    {"photon", "com.vmware.phsa-photon5.xml.gz", "none stated", translate_oval},
    {"oracle", "com.oracle.elsa-all.xml.bz2", "none stated", translate_oval},
    {"gentoo", "gentoo-glsa.tar.zst", "CC-BY-SA-4.0", translate_gentoo},
    {"azurelinux", "azurelinux-oval.tar.zst", "MIT", translate_oval},
    {"arch", "arch-avg.tar.zst", "none stated", translate_arch},
    {"alpine-secdb", "alpine-secdb.tar.zst", "none stated", translate_secdb},
    {"wolfi", "wolfi-security.json", "none stated", translate_secdb},
    {"chainguard", "chainguard-security.json", "none stated", translate_secdb},
    {"kev", "kev.json.zst", "CC0-1.0", translate_kev},
    {"eol-products", "eol-products.tar.zst", "MIT", translate_end_of_life},
};

size_t feeds_count(void)
{
    return sizeof feeds / sizeof *feeds;
}

const struct feed *feeds_at(size_t index)
{
    return index < feeds_count() ? &feeds[index] : NULL;
}

// Other files of a feed: the same from another time, or in another form.
struct other_file {
    const char *feed;
    const char *file;
    enum file_form form;
};
static const struct other_file other_files[] = {
    {"redhat-cve", "redhat-csaf-vex.tar.zst", FORM_DOCUMENT},
    {"ubuntu", "ubuntu-cve-tracker.tar.zst", FORM_DOCUMENT},
    {"ubuntu", "database-all.json.bz2", FORM_MAP},
    {"azurelinux", "azurelinux-3.0-oval.xml", FORM_DOCUMENT},
    {"azurelinux", "cbl-mariner-2.0-oval.xml", FORM_DOCUMENT},
    {"photon", "com.vmware.phsa-photon4.xml.gz", FORM_DOCUMENT},
    {"photon", "com.vmware.phsa-photon3.xml.gz", FORM_DOCUMENT},
    {"debian-osv", "debian-tracker-lists.tar.zst", FORM_DOCUMENT},
    {"debian-osv", "debian-tracker.json", FORM_MAP},
    {"epss", "epss-2021-08-31.csv.zst", FORM_DOCUMENT},
    {"kev", "kev.csv.zst", FORM_DOCUMENT},
};

// Null past the last one.
static const struct other_file *find_other(const struct feed *feed, size_t index)
{
    for (size_t i = 0; i < sizeof other_files / sizeof *other_files; i++)
        if (strcmp(other_files[i].feed, feed->name) == 0 && --index == 0)
            return &other_files[i];
    return NULL;
}

const char *feeds_file(const struct feed *feed, size_t index)
{
    const struct other_file *other = index ? find_other(feed, index) : NULL;
    if (index == 0)
        return feed->file;
    return other ? other->file : NULL;
}

enum file_form feed_file_form(const struct feed *feed, size_t index)
{
    const struct other_file *other = index ? find_other(feed, index) : NULL;
    if (other)
        return other->form;
    return feed->translate == translate_nvd ? FORM_LIST : FORM_DOCUMENT;
}
