// OCaml: the description of each package that opam keeps in a switch (the opam manual, "opam").
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/lexer_inner.h"

static const struct lexer_syntax syntax = {
    .line_comments = {S("#")},
    .comment_begin = S("(*"),
    .comment_end = S("*)"),
    .quotes = S("\""),
    .word_bytes = S("-+"),
    .triple_quotes = true,
};

// ---------------------------------------------------------------- fields

// Where a text stands: in which field, in which section, in how many brackets; not within the
// conditions behind another text.
struct place {
    span section;
    span field;
    span word; // that no colon has made a field
    uint64_t brackets;
    uint64_t conditions;
};

struct description {
    struct candidate candidate;
    struct text licenses;
};

// "MIT", ["ISC" "BSD-3-Clause"]: the manual does not say how several go together, so that all are
// taken to hold.
static void take_license(struct text *licenses, span license)
{
    text_add(licenses, licenses->len ? S(" AND ") : (span){0});
    text_add(licenses, license);
}

static void take_text(struct description *description, const struct place *place, span text)
{
    struct candidate *candidate = &description->candidate;
    if (place->conditions > 0)
        return;
    if (span_equal(place->section, S("url")) && span_equal(place->field, S("checksum")) &&
        span_starts_with(text, S("sha256=")))
        candidate_hash(candidate, S("sha256"), span_from(text, 7));
    if (place->section.len)
        return;
    if (span_equal(place->field, S("name")))
        candidate->package.name = text;
    if (span_equal(place->field, S("version")))
        candidate->package.version = text;
    if (span_equal(place->field, S("license")))
        take_license(&description->licenses, text);
    if (span_equal(place->field, S("depends")))
        candidate_depend(candidate, text);
}

// `word {` and `word "text" {` open a section, any other brace a condition.
static void take_brace(struct place *place, bool opening)
{
    bool within = place->conditions > 0 || place->brackets > 0 || place->word.len == 0;
    if (opening && within)
        place->conditions++;
    else if (opening)
        *place = (struct place){.section = place->word};
    else if (place->conditions > 0)
        place->conditions--;
    else
        *place = (struct place){0};
}

static void take_sign(struct place *place, struct token token)
{
    if (token_is(token, '{') || token_is(token, '}'))
        take_brace(place, token_is(token, '{'));
    if (place->conditions > 0)
        return;
    if (token_is(token, '[') || token_is(token, '('))
        place->brackets++;
    if ((token_is(token, ']') || token_is(token, ')')) && place->brackets > 0)
        place->brackets--;
    if (token_is(token, ':') && place->brackets == 0) {
        place->field = place->word;
        place->word = (span){0};
    }
}

static void read_fields(struct description *description, span text)
{
    struct lexer lexer = {.rest = text, .syntax = &syntax};
    struct place place = {0};
    for (struct token token = lexer_next(&lexer); token.kind != TOKEN_END;
         token = lexer_next(&lexer)) {
        if (token.kind == TOKEN_WORD && place.brackets == 0 && place.conditions == 0)
            place.word = token.text;
        if (token.kind == TOKEN_SIGN)
            take_sign(&place, token);
        if (token.kind == TOKEN_TEXT)
            take_text(description, &place, token.text);
    }
}

// ---------------------------------------------------------------- files

static bool add_description(struct inspection *inspection, span name, span version, struct err *err)
{
    struct description description = {.candidate =
                                          candidate_of(inspection, S("opam"), name, version)};
    struct package *package = &description.candidate.package;
    text_init(&description.licenses, inspection->scratch, inspection->limits->field_bytes);
    read_fields(&description, inspection->text);
    package->licenses = text_span(&description.licenses);
    return package->version.len == 0 || candidate_add(&description.candidate, err);
}

// .opam-switch/packages/NAME.VERSION/opam, which need not repeat them.
static bool read_installed(struct inspection *inspection, struct err *err)
{
    span version = path_name(path_parent(inspection->path));
    span name = span_cut(&version, '.');
    return add_description(inspection, name, version, err);
}

// NAME.opam of a source tree has a version only where somebody wrote one.
static bool read_source(struct inspection *inspection, struct err *err)
{
    span name = path_name(inspection->path);
    return add_description(inspection, span_first(name, name.len - S(".opam").len), (span){0}, err);
}

static const struct cataloger catalogers[] = {
    {S("**/.opam-switch/packages/*/opam"), read_installed, 0},
    {S("**/*.opam"), read_source, CATALOG_DECLARED},
};
const struct catalogers opam_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
