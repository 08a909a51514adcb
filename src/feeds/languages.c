#include "feeds/feeds_inner.h"

// The ecosystems of programming languages as OSV calls them, and how the database writes the names
// of their packages: doc/formats/ecosystem.md.

enum spelling {
    SPELLING_AS_IS,
    SPELLING_LOWER,
    SPELLING_PYTHON,     // PEP 503: lower case, runs of -, _ and . as one hyphen
    SPELLING_REPOSITORY, // lower case, without scheme and ".git"
};

struct language {
    span osv;
    span key;
    enum spelling spelling;
};

static const struct language languages[] = {
    {S("npm"), S("npm"), SPELLING_AS_IS},
    {S("PyPI"), S("pypi"), SPELLING_PYTHON},
    {S("Maven"), S("maven"), SPELLING_AS_IS},
    {S("Go"), S("golang"), SPELLING_AS_IS},
    {S("crates.io"), S("cargo"), SPELLING_AS_IS},
    {S("RubyGems"), S("gem"), SPELLING_AS_IS},
    {S("Packagist"), S("composer"), SPELLING_LOWER},
    {S("NuGet"), S("nuget"), SPELLING_LOWER},
    {S("Hex"), S("hex"), SPELLING_AS_IS},
    {S("Pub"), S("pub"), SPELLING_AS_IS},
    {S("SwiftURL"), S("swift"), SPELLING_REPOSITORY},
    {S("GitHub Actions"), S("githubactions"), SPELLING_LOWER},
    {S("Hackage"), S("hackage"), SPELLING_AS_IS},
    {S("CRAN"), S("cran"), SPELLING_AS_IS},
    {S("ConanCenter"), S("conan"), SPELLING_AS_IS},
    {S("Bitnami"), S("bitnami"), SPELLING_AS_IS},
};

static const struct language *find_language(span osv)
{
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
        if (span_equal(osv, languages[i].osv))
            return &languages[i];
    return NULL;
}

static bool is_separator(uint8_t byte)
{
    return byte == '-' || byte == '_' || byte == '.';
}

static void add_python(struct text *text, span name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!is_separator(name.ptr[i]))
            text_add_byte(text, ascii_lower(name.ptr[i]));
        else if (i == 0 || !is_separator(name.ptr[i - 1]))
            text_add_byte(text, '-');
    }
}

static void add_lower(struct text *text, span name)
{
    for (size_t i = 0; i < name.len; i++)
        text_add_byte(text, ascii_lower(name.ptr[i]));
}

static span without_scheme(span url)
{
    static const span schemes[] = {S("https://"), S("http://")};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (span_starts_with(url, schemes[i]))
            url = span_from(url, schemes[i].len);
    span suffix = S(".git");
    return span_ends_with(url, suffix) ? span_first(url, url.len - suffix.len) : url;
}

static span spelled(struct draft *draft, enum spelling spelling, span name)
{
    struct text text = {0};
    text_init(&text, draft->translation->mem, SIZE_MAX);
    switch (spelling) {
    case SPELLING_AS_IS:
        return name;
    case SPELLING_LOWER:
        add_lower(&text, name);
        break;
    case SPELLING_PYTHON:
        add_python(&text, name);
        break;
    case SPELLING_REPOSITORY:
        add_lower(&text, without_scheme(name));
        break;
    }
    draft->affected.failed |= !text_ok(&text);
    return text_span(&text);
}

bool language_package(struct draft *draft, span ecosystem, span name, struct affected *ret)
{
    const struct language *language = find_language(ecosystem);
    if (!language)
        return false;
    *ret = (struct affected){
        .ecosystem = language->key,
        .name = spelled(draft, language->spelling, name),
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
    return true;
}

void language_add_package(struct draft *draft, const struct json *affected)
{
    struct affected pattern = {0};
    if (language_package(draft, osv_ecosystem(affected), osv_name(affected), &pattern))
        osv_add_versions(draft, affected, &pattern);
}
