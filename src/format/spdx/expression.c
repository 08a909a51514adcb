// Reading and writing of expressions.
#include "format/spdx/spdx_inner.h"

struct parser {
    span rest;
    span word; // the one to be looked at; empty at the end
    unsigned depth;
    struct arena *mem;
};

static bool is_parenthesis(uint8_t c)
{
    return c == '(' || c == ')';
}

static void advance(struct parser *parser)
{
    parser->rest = span_trim(parser->rest);
    size_t len = 0;
    while (len < parser->rest.len && !ascii_is_space(parser->rest.ptr[len]) &&
           !is_parenthesis(parser->rest.ptr[len]))
        len++;
    if (len == 0 && parser->rest.len)
        len = 1; // a parenthesis
    parser->word = span_of(parser->rest.ptr, len);
    parser->rest = span_from(parser->rest, len);
}

static bool take_word(struct parser *parser, span word)
{
    if (!span_equal_nocase(parser->word, word))
        return false;
    advance(parser);
    return true;
}

static bool unexpected(const struct parser *parser, struct err *err)
{
    if (parser->word.len == 0)
        return err_set(err, ERR_INPUT, "license expression: ends too early");
    return err_set(err, ERR_INPUT, "license expression: '%s' cannot stand there",
                   quote(parser->word).text);
}

// ---------------------------------------------------------------- nodes

// "GPL-2.0+" stands on the list as a whole; of others the '+' is no part of the identifier.
static bool read_license(span word, struct spdx_expression *ret)
{
    *ret = (struct spdx_expression){.kind = SPDX_LICENSE, .license = spdx_find_license(word)};
    if (ret->license.len)
        return true;
    if (spdx_is_reference(word)) {
        ret->license = word;
        return true;
    }
    ret->or_later = span_ends_with(word, S("+"));
    if (ret->or_later)
        ret->license = spdx_find_license(span_first(word, word.len - 1));
    return ret->license.len != 0;
}

struct spdx_expression *spdx_new_license(struct arena *mem, span word, bool *ret_full)
{
    struct spdx_expression license = {0};
    *ret_full = false;
    if (!read_license(word, &license))
        return NULL;
    struct spdx_expression *node = ARENA_NEW(mem, struct spdx_expression);
    *ret_full = !node;
    if (node)
        *node = license;
    return node;
}

void chain_add(struct chain *chain, struct spdx_expression *node)
{
    struct spdx_expression *first = node->kind == chain->kind ? node->first : node;
    if (chain->first)
        chain->last->next = first;
    else
        chain->first = first;
    chain->last = first;
    while (chain->last->next)
        chain->last = chain->last->next;
}

struct spdx_expression *chain_end(const struct chain *chain, struct arena *mem)
{
    if (!chain->first->next)
        return chain->first;
    struct spdx_expression *node = ARENA_NEW(mem, struct spdx_expression);
    if (node)
        *node = (struct spdx_expression){.kind = chain->kind, .first = chain->first};
    return node;
}

// ---------------------------------------------------------------- reading

// AND binds closer than OR: each level of the grammar is a row here.
typedef struct spdx_expression *parse_level(struct parser *parser, struct err *err);

static struct spdx_expression *parse_chain(struct parser *parser, enum spdx_kind kind, span word,
                                           parse_level *operand, struct err *err)
{
    struct chain chain = {.kind = kind};
    do {
        struct spdx_expression *node = operand(parser, err);
        if (!node)
            return NULL;
        chain_add(&chain, node);
    } while (take_word(parser, word));
    struct spdx_expression *all = chain_end(&chain, parser->mem);
    if (!all)
        (void)arena_err(parser->mem, err, "license expression"); // null says it
    return all;
}

static struct spdx_expression *parse_license(struct parser *parser, struct err *err)
{
    bool full = false;
    struct spdx_expression *node = spdx_new_license(parser->mem, parser->word, &full);
    if (!node) {
        (void)(full ? arena_err(parser->mem, err, "license expression") : unexpected(parser, err));
        return NULL;
    }
    advance(parser);
    if (!take_word(parser, S("WITH")))
        return node;
    node->exception = spdx_find_exception(parser->word);
    if (node->exception.len == 0) {
        (void)unexpected(parser, err);
        return NULL;
    }
    advance(parser);
    return node;
}

static struct spdx_expression *parse_any(struct parser *parser, struct err *err);

static struct spdx_expression *parse_operand(struct parser *parser, struct err *err)
{
    if (!take_word(parser, S("(")))
        return parse_license(parser, err);
    if (parser->depth++ == SPDX_DEPTH) {
        (void)err_set(err, ERR_LIMIT, "license expression: more than %d parentheses",
                      (int)SPDX_DEPTH);
        return NULL;
    }
    struct spdx_expression *node = parse_any(parser, err);
    parser->depth--;
    if (node && !take_word(parser, S(")"))) {
        (void)unexpected(parser, err);
        return NULL;
    }
    return node;
}

static struct spdx_expression *parse_all(struct parser *parser, struct err *err)
{
    return parse_chain(parser, SPDX_AND, S("AND"), parse_operand, err);
}

static struct spdx_expression *parse_any(struct parser *parser, struct err *err)
{
    return parse_chain(parser, SPDX_OR, S("OR"), parse_all, err);
}

bool spdx_parse(span text, struct arena *mem, struct spdx_expression **ret, struct err *err)
{
    struct parser parser = {.rest = text, .mem = mem};
    advance(&parser);
    struct spdx_expression *expression = parse_any(&parser, err);
    if (!expression)
        return false;
    if (parser.word.len)
        return unexpected(&parser, err);
    *ret = expression;
    return true;
}

// ---------------------------------------------------------------- writing

static void write_license(const struct spdx_expression *license, struct text *out)
{
    text_add(out, license->license);
    if (license->or_later)
        text_add_byte(out, '+');
    if (license->exception.len) {
        text_add(out, S(" WITH "));
        text_add(out, license->exception);
    }
}

static void write_operand(const struct spdx_expression *operand, enum spdx_kind of,
                          struct text *out)
{
    bool enclosed = of == SPDX_AND && operand->kind == SPDX_OR;
    if (enclosed)
        text_add_byte(out, '(');
    spdx_write(operand, out);
    if (enclosed)
        text_add_byte(out, ')');
}

void spdx_write(const struct spdx_expression *expression, struct text *out)
{
    if (expression->kind == SPDX_LICENSE) {
        write_license(expression, out);
        return;
    }
    for (const struct spdx_expression *each = expression->first; each; each = each->next) {
        if (each != expression->first)
            text_add(out, expression->kind == SPDX_AND ? S(" AND ") : S(" OR "));
        write_operand(each, expression->kind, out);
    }
}
