#include "scan/catalog/lexer_inner.h"

static bool is_word_byte(const struct lexer_syntax *syntax, uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_' || c > 0x7f ||
           span_find(syntax->word_bytes, c) != SPAN_NONE;
}

// Cuts off what stands before `end`, and `end`; all there is where nothing closes it.
static span cut_before(span *rest, span end)
{
    span all = *rest;
    while (rest->len && !span_starts_with(*rest, end))
        *rest = span_from(*rest, 1);
    span before = span_first(all, all.len - rest->len);
    *rest = span_from(*rest, end.len);
    return before;
}

static bool skip_comment(struct lexer *lexer)
{
    const struct lexer_syntax *syntax = lexer->syntax;
    if (syntax->comment_begin.len && span_starts_with(lexer->rest, syntax->comment_begin)) {
        lexer->rest = span_from(lexer->rest, syntax->comment_begin.len);
        (void)cut_before(&lexer->rest, syntax->comment_end);
        return true;
    }
    for (size_t i = 0; i < 2; i++)
        if (syntax->line_comments[i].len &&
            span_starts_with(lexer->rest, syntax->line_comments[i])) {
            (void)span_cut_line(&lexer->rest);
            return true;
        }
    return false;
}

static void skip_blanks(struct lexer *lexer)
{
    do
        while (lexer->rest.len && ascii_is_space(lexer->rest.ptr[0]))
            lexer->rest = span_from(lexer->rest, 1);
    while (skip_comment(lexer));
}

// A backslash protects the byte behind it.
static span cut_quoted(span *rest, uint8_t quote)
{
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != quote)
        end += rest->ptr[end] == '\\' ? 2 : 1;
    span text = span_first(*rest, end);
    *rest = span_from(*rest, end + 1);
    return text;
}

// "[", any number of "=" that fits, "[": the same with "]" ends it.
static bool cut_long_bracket(span *rest, span *ret)
{
    static const char closings[][5] = {"]]", "]=]", "]==]"};
    static const size_t levels = sizeof closings / sizeof *closings;
    size_t level = 0;
    if (!span_starts_with(*rest, S("[")))
        return false;
    while (level < levels && level + 1 < rest->len && rest->ptr[level + 1] == '=')
        level++;
    if (level == levels || rest->len < level + 2 || rest->ptr[level + 1] != '[')
        return false;
    *rest = span_from(*rest, level + 2);
    *ret = cut_before(rest, span_of_text(closings[level]));
    return true;
}

static bool cut_text(struct lexer *lexer, span *ret)
{
    uint8_t first = lexer->rest.ptr[0];
    if (lexer->syntax->triple_quotes && span_starts_with(lexer->rest, S("\"\"\""))) {
        lexer->rest = span_from(lexer->rest, 3);
        *ret = cut_before(&lexer->rest, S("\"\"\""));
        return true;
    }
    if (span_find(lexer->syntax->quotes, first) != SPAN_NONE) {
        lexer->rest = span_from(lexer->rest, 1);
        *ret = cut_quoted(&lexer->rest, first);
        return true;
    }
    return lexer->syntax->long_brackets && cut_long_bracket(&lexer->rest, ret);
}

struct token lexer_next(struct lexer *lexer)
{
    skip_blanks(lexer);
    struct token token = {.kind = TOKEN_END};
    if (lexer->rest.len == 0)
        return token;
    if (cut_text(lexer, &token.text)) {
        token.kind = TOKEN_TEXT;
        return token;
    }
    size_t len = 0;
    while (len < lexer->rest.len && is_word_byte(lexer->syntax, lexer->rest.ptr[len]))
        len++;
    token.kind = len ? TOKEN_WORD : TOKEN_SIGN;
    token.text = span_first(lexer->rest, len ? len : 1);
    lexer->rest = span_from(lexer->rest, token.text.len);
    return token;
}

bool token_is(struct token token, char sign)
{
    return token.kind == TOKEN_SIGN && token.text.ptr[0] == (uint8_t)sign;
}

bool token_is_word(struct token token, span word)
{
    return token.kind == TOKEN_WORD && span_equal(token.text, word);
}
