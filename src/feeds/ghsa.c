#include "feeds/feeds_inner.h"

// GitHub's advisories in OSV form. One id may stand in the folders of several ecosystems, in each
// with the packages of that ecosystem.

// Skips the marks of a heading or of emphasis in front of a text.
static span skip_marks(span text)
{
    while (text.len && !ascii_is_alpha(text.ptr[0]) && !ascii_is_digit(text.ptr[0]))
        text = span_from(text, 1);
    return text;
}

// The copies at hand have lost the member "withdrawn"; what is left of it stands in front of the
// title or of the text.
static bool says_withdrawn(span text)
{
    static const span words[] = {
        S("withdrawn"),          S("duplicate advisory"),     S("duplicate of"),
        S("advisory withdrawn"), S("cve has been withdrawn"), S("this advisory has been withdrawn"),
    };
    span start = skip_marks(text);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (span_equal_nocase(span_first(start, words[i].len), words[i]))
            return true;
    return false;
}

// CWE-506 is "Embedded Malicious Code": the package, not a mistake in it.
static bool is_malware(const struct json *document)
{
    const struct json *ids = json_get(json_get(document, "database_specific"), "cwe_ids");
    for (size_t i = 0; i < json_count(ids); i++)
        if (span_equal(json_text(json_at(ids, i)), S("CWE-506")))
            return true;
    return false;
}

void ghsa_add_names(struct draft *draft, const struct json *document)
{
    struct advisory *advisory = &draft->advisory;
    osv_add_all_names(draft, document);
    advisory->withdrawn |= says_withdrawn(json_get_text(document, "summary")) ||
                           says_withdrawn(json_get_text(document, "details"));
    advisory->malicious = is_malware(document);
}

bool translate_ghsa(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = ghsa_add_names,
        .add_package = language_add_package,
        .rates_flaws = true,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
