#include "model/model.h"

// Where ids of each kind are explained; what is not here but looks like an id is known to OSV.
static const struct {
    const char *prefix;
    const char *page;
} pages[] = {
    {"CVE-", "https://www.cve.org/CVERecord?id="},
    {"GHSA-", "https://github.com/advisories/"},
    {"DSA-", "https://security-tracker.debian.org/tracker/"},
    {"DLA-", "https://security-tracker.debian.org/tracker/"},
    {"TEMP-", "https://security-tracker.debian.org/tracker/"},
    {"USN-", "https://ubuntu.com/security/notices/"},
    {"RHSA-", "https://access.redhat.com/errata/"},
    {"RHBA-", "https://access.redhat.com/errata/"},
    {"RHEA-", "https://access.redhat.com/errata/"},
    {"RUSTSEC-", "https://rustsec.org/advisories/"},
    {"GO-", "https://pkg.go.dev/vuln/"},
    {"CWE-", "https://cwe.mitre.org/data/definitions/"},
    {"ALSA-", "https://osv.dev/vulnerability/"},
    {"RLSA-", "https://osv.dev/vulnerability/"},
    {"PYSEC-", "https://osv.dev/vulnerability/"},
    {"MAL-", "https://osv.dev/vulnerability/"},
    {"OSV-", "https://osv.dev/vulnerability/"},
    {"HSEC-", "https://osv.dev/vulnerability/"},
    {"BIT-", "https://osv.dev/vulnerability/"},
};

// Only what cannot mean anything in a URL.
static bool is_plain(span id)
{
    for (size_t i = 0; i < id.len; i++) {
        uint8_t byte = id.ptr[i];
        if (!ascii_is_alpha(byte) && !ascii_is_digit(byte) && byte != '-' && byte != ':' &&
            byte != '_' && byte != '.')
            return false;
    }
    return true;
}

bool advisory_url(span id, struct text *out)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        span prefix = span_of_text(pages[i].prefix);
        if (!span_starts_with(id, prefix) || id.len == prefix.len || !is_plain(id))
            continue;
        bool is_weakness = span_equal(prefix, S("CWE-"));
        text_add(out, span_of_text(pages[i].page));
        text_add(out, is_weakness ? span_from(id, prefix.len) : id);
        text_add(out, is_weakness ? S(".html") : (span){0});
        return true;
    }
    return false;
}
