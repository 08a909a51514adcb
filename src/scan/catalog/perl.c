// Perl: the record that cpanm, cpm and Carton leave of every distribution that they install from
// CPAN (App::cpanminus, "install.json"). What a system's own packages bring has none.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// "libwww-perl-6.77" or "Moo-2.005004-TRIAL": the version begins behind the last '-' that a digit
// follows, or a 'v' and a digit.
static bool split(span distribution, span *ret_name, span *ret_version)
{
    for (size_t i = distribution.len; i > 1; i--) {
        span version = span_from(distribution, i);
        span digits = span_from(version, span_starts_with(version, S("v")) ? 1 : 0);
        if (distribution.ptr[i - 1] != '-' || digits.len == 0 || !ascii_is_digit(digits.ptr[0]))
            continue;
        *ret_name = span_first(distribution, i - 1);
        *ret_version = version;
        return true;
    }
    return false;
}

// `name` is that of its first module; advisories speak of the distribution.
static bool read_install(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    span name = {0};
    span version = {0};
    if (!split(json_get_text(document, "dist"), &name, &version))
        return true;
    struct candidate candidate = candidate_of(inspection, S("cpan"), name, version);
    return candidate_add(&candidate, err);
}

static const struct cataloger catalogers[] = {
    {S("**/.meta/*/install.json"), read_install, 0},
};
const struct catalogers perl_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
