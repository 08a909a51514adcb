// Prolog: the facts that a pack of SWI-Prolog says of itself in pack.pl (SWI-Prolog manual,
// "Structure of a pack").
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/lexer_inner.h"

static const struct lexer_syntax prolog = {
    .line_comments = {S("%")},
    .comment_begin = S("/*"),
    .comment_end = S("*/"),
    .quotes = S("'\""),
};

// name(text): the value is what stands first in the brackets.
static void take_fact(struct candidate *candidate, span name, struct token value)
{
    if (value.kind != TOKEN_WORD && value.kind != TOKEN_TEXT)
        return;
    if (span_equal(name, S("name")))
        candidate->package.name = value.text;
    if (span_equal(name, S("version")))
        candidate->package.version = value.text;
}

static bool read_pack(struct inspection *inspection, struct err *err)
{
    struct candidate candidate = candidate_of(inspection, S("swiplpack"), (span){0}, (span){0});
    struct lexer lexer = {.rest = inspection->text, .syntax = &prolog};
    size_t depth = 0;
    struct token before = {0};
    struct token token = lexer_next(&lexer);
    while (token.kind != TOKEN_END) {
        struct token next = lexer_next(&lexer);
        if (depth == 0 && before.kind == TOKEN_WORD && token_is(token, '('))
            take_fact(&candidate, before.text, next);
        depth += token_is(token, '(');
        depth -= depth && token_is(token, ')');
        before = token;
        token = next;
    }
    bool is_pack = candidate.package.name.len && candidate.package.version.len;
    return !is_pack || candidate_add(&candidate, err);
}

static const struct cataloger catalogers[] = {
    {S("**/pack/*/pack.pl"), read_pack, 0},
    {S("**/pack.pl"), read_pack, CATALOG_DECLARED},
};
const struct catalogers prolog_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
