// Packages of programming languages: whose advisories speak of them, and how these write names and
// versions (doc/formats/ecosystem.md).
#include "match/match_inner.h"

enum name_form {
    NAME_AS_IT_IS,
    NAME_LOWER,
    NAME_PEP503,       // lower case; runs of '-', '_' and '.' are one '-'
    NAME_OWNER_ACTION, // lower case; what lies deeper in the repository is left out
};

struct language {
    span type;      // purl type
    span ecosystem; // key
    span known;     // a name that every collection of advisories has
    enum name_form form;
};

static const struct language languages[] = {
    {S("npm"), S("npm"), S("lodash"), NAME_AS_IT_IS},
    {S("pypi"), S("pypi"), S("django"), NAME_PEP503},
    {S("golang"), S("golang"), S("stdlib"), NAME_AS_IT_IS},
    {S("cargo"), S("cargo"), S("tokio"), NAME_AS_IT_IS},
    {S("gem"), S("gem"), S("nokogiri"), NAME_AS_IT_IS},
    {S("maven"), S("maven"), S("org.apache.logging.log4j:log4j-core"), NAME_AS_IT_IS},
    {S("nuget"), S("nuget"), S("newtonsoft.json"), NAME_LOWER},
    {S("composer"), S("composer"), S("symfony/symfony"), NAME_LOWER},
    {S("hex"), S("hex"), S("phoenix"), NAME_AS_IT_IS},
    {S("pub"), S("pub"), S("http"), NAME_AS_IT_IS},
    {S("swift"), S("swift"), S("github.com/vapor/vapor"), NAME_LOWER},
    {S("githubactions"), S("githubactions"), S("tj-actions/changed-files"), NAME_OWNER_ACTION},
    {S("github"), S("githubactions"), S("tj-actions/changed-files"), NAME_OWNER_ACTION},
    {S("conan"), S("conan"), S("openssl"), NAME_AS_IT_IS},
    {S("hackage"), S("hackage"), S("aeson"), NAME_AS_IT_IS},
    {S("cran"), S("cran"), S("commonmark"), NAME_AS_IT_IS},
    {S("bitnami"), S("bitnami"), S("wordpress"), NAME_LOWER},
    {S("generic"), S("generic"), S("python"), NAME_AS_IT_IS},
    {S("wordpress-plugin"), S("wordpress-plugin"), S("woocommerce"), NAME_AS_IT_IS},
    {S("wordpress-theme"), S("wordpress-theme"), S("divi"), NAME_AS_IT_IS},
    {CPE_ECOSYSTEM, CPE_ECOSYSTEM, S("openssl:openssl"), NAME_AS_IT_IS},
    {JVM_ECOSYSTEM, JVM_ECOSYSTEM, S("oracle:jdk"), NAME_AS_IT_IS},
};
static_assert(sizeof languages / sizeof *languages <= LANGUAGES_MOST, "room for all languages");

size_t language_ecosystems(struct ecosystem *ret)
{
    size_t count = sizeof languages / sizeof *languages;
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct ecosystem){
            .key = languages[i].ecosystem,
            .scheme = SCHEME_GENERIC, // until its packages come
            .is_usual_scheme = true,
            .language = &languages[i],
        };
    return count;
}

bool language_has_type(const struct language *language, span type)
{
    return span_equal(language->type, type);
}

span language_known_name(const struct language *language)
{
    return language->known;
}

// ---------------------------------------------------------------- names

static bool is_separator(uint8_t c)
{
    return c == '-' || c == '_' || c == '.';
}

static void add_byte(struct text *out, uint8_t c, bool pep503)
{
    bool separator = pep503 && is_separator(c);
    if (separator && out->len && out->ptr[out->len - 1] == '-')
        return;
    text_add_byte(out, separator ? '-' : ascii_lower(c));
}

// Most names are written as they should be.
static bool is_written_so(span name, bool pep503)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        bool separator = pep503 && is_separator(c);
        bool repeated = separator && i && is_separator(name.ptr[i - 1]);
        if (c != ascii_lower(c) || (separator && c != '-') || repeated)
            return false;
    }
    return true;
}

static bool rewrite(span name, bool pep503, struct arena *mem, span *ret, struct err *err)
{
    *ret = name;
    if (is_written_so(name, pep503))
        return true;
    struct text out = {0};
    text_init(&out, mem, name.len);
    for (size_t i = 0; i < name.len; i++)
        add_byte(&out, name.ptr[i], pep503);
    if (!text_ok(&out))
        return arena_err(mem, err, "name");
    *ret = text_span(&out);
    return true;
}

bool language_can_name(const struct language *language, span name)
{
    return !span_equal(language->ecosystem, S("maven")) || span_find(name, ':') != SPAN_NONE;
}

// "owner/action/sub/path" is in the repository "owner/action".
static span owner_and_action(span name)
{
    span rest = name;
    size_t owner = span_cut(&rest, '/').len;
    size_t action = span_cut(&rest, '/').len;
    return action ? span_first(name, owner + 1 + action) : name;
}

bool language_name(const struct language *language, span name, struct arena *mem, span *ret,
                   struct err *err)
{
    switch (language->form) {
    case NAME_AS_IT_IS:
        *ret = name;
        return true;
    case NAME_LOWER:
        return rewrite(name, false, mem, ret, err);
    case NAME_PEP503:
        return rewrite(name, true, mem, ret, err);
    case NAME_OWNER_ACTION:
        return rewrite(owner_and_action(name), false, mem, ret, err);
    }
    return false;
}

// ---------------------------------------------------------------- versions

static span until(span text, uint8_t byte)
{
    return span_cut(&text, byte);
}

// "go1.21.0 X:boringcrypto" is built with an experiment, "go1.22.5-1" by somebody else's builders:
// the library is that of the release.
static span release_of_go(span version)
{
    return until(until(until(version, ' '), '-'), '+');
}

// Only of the module that a program was built from is it known that it needs the library.
static bool is_main_module(const struct package *package)
{
    for (size_t i = 0; i < package->depends.count; i++)
        if (span_equal(package->depends.items[i], S("stdlib")))
            return true;
    return false;
}

// v0.0.0-20210226172049-e18ecbb05110: no release came before, as far as the builder's copy of the
// repository showed (https://go.dev/ref/mod#pseudo-versions).
static bool is_without_base(span version)
{
    enum { DATE_DIGITS = 14, REVISION_DIGITS = 12 };
    span rest = until(version, '+');
    span numbers = span_cut(&rest, '-');
    span date = span_cut(&rest, '-');
    return span_ends_with(numbers, S(".0.0")) && date.len == DATE_DIGITS &&
           span_cut_digits(&date).len == DATE_DIGITS && rest.len == REVISION_DIGITS;
}

// Of a dependency the go command has seen to it that the pseudo-version is right. The main module's
// is made from whatever the builder had cloned, often without a single tag: it is no version.
static span version_of_module(const struct package *package)
{
    if (span_equal(package->name, S("stdlib")) || span_equal(package->name, S("toolchain")) ||
        package_is_go(package))
        return release_of_go(package->version);
    bool guessed = is_main_module(package) && is_without_base(package->version);
    return guessed ? (span){0} : package->version;
}

// 6.3.2-12 is the twelfth build of 6.3.2; advisories do not count builds.
static span version_of_bitnami(span version)
{
    size_t at = span_find_last(version, '-');
    span build = at == SPAN_NONE ? (span){0} : span_from(version, at + 1);
    bool is_build = build.len && span_cut_digits(&build).len && build.len == 0;
    return is_build ? span_first(version, at) : version;
}

// "v4" and "v4.1" move to each new release: nobody knows which one was meant.
static span version_of_action(span version)
{
    span rest = version;
    (void)span_cut(&rest, '.');
    (void)span_cut(&rest, '.');
    return rest.len ? version : (span){0};
}

span language_version(const struct language *language, const struct package *package)
{
    if (span_equal(language->ecosystem, S("golang")))
        return version_of_module(package);
    if (span_equal(language->ecosystem, S("bitnami")))
        return version_of_bitnami(package->version);
    if (span_equal(language->ecosystem, S("githubactions")))
        return version_of_action(package->version);
    return package->version;
}
