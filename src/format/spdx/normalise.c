// Expressions made of what people write: names instead of identifiers, "and", commas, prose.
#include "format/spdx/spdx_inner.h"

#include <inttypes.h>

enum { LONGEST_NAME = 64 }; // what is longer is prose

enum token {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_WITH,
    TOKEN_COMMA,
    TOKEN_OPEN,
    TOKEN_CLOSE,
};

struct loose {
    span rest;
    span word; // of TOKEN_WORD
    enum token token;
    enum spdx_speaker speaker;
    unsigned depth;
    struct arena *mem;
    bool is_full;
};

enum spdx_speaker spdx_speaker_of(span purl_type)
{
    if (span_equal(purl_type, S("deb")))
        return SPDX_DEBIAN;
    if (span_equal(purl_type, S("apk")))
        return SPDX_APK;
    return span_equal(purl_type, S("cargo")) ? SPDX_CARGO : SPDX_ANYBODY;
}

// ---------------------------------------------------------------- tokens

static bool is_one_of(span word, const span *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_nocase(word, words[i]))
            return true;
    return false;
}

static bool ends_word(const struct loose *loose, uint8_t c)
{
    return ascii_is_space(c) || c == '(' || c == ')' || c == ',' || c == ';' || c == '|' ||
           c == '&' || (c == '/' && loose->speaker == SPDX_CARGO);
}

static size_t word_length(const struct loose *loose, span text)
{
    size_t len = 0;
    while (len < text.len && !ends_word(loose, text.ptr[len]))
        len++;
    return len;
}

// "or later", "or any newer version": part of a name.
static bool is_or_later(const struct loose *loose, span rest)
{
    static const span words[] = {S("above"),  S("any"),   S("greater"),
                                 S("higher"), S("later"), S("newer")};
    rest = span_trim(rest);
    return is_one_of(span_first(rest, word_length(loose, rest)), words,
                     sizeof words / sizeof *words);
}

static enum token kind_of_word(const struct loose *loose, span word, span rest)
{
    if (span_equal_nocase(word, S("and/or")))
        return TOKEN_OR;
    if (span_equal_nocase(word, S("with")))
        return TOKEN_WITH;
    bool is_or = span_equal_nocase(word, S("or"));
    if ((!is_or && !span_equal_nocase(word, S("and"))) || is_or_later(loose, rest))
        return TOKEN_WORD;
    return is_or ? TOKEN_OR : TOKEN_AND;
}

static enum token kind_of_byte(uint8_t c)
{
    switch (c) {
    case '(':
        return TOKEN_OPEN;
    case ')':
        return TOKEN_CLOSE;
    case '&':
        return TOKEN_AND;
    case '|':
    case '/':
        return TOKEN_OR;
    default:
        return TOKEN_COMMA;
    }
}

// "(>= 2)" as R writes it behind a name.
static size_t comparison_length(span text)
{
    if (!span_starts_with(text, S("(>")))
        return 0;
    size_t close = span_find(text, ')');
    return close == SPAN_NONE ? 0 : close + 1;
}

static void advance(struct loose *loose)
{
    loose->rest = span_trim(loose->rest);
    span text = loose->rest;
    size_t compared = comparison_length(text);
    size_t len = compared ? compared : word_length(loose, text);
    if (text.len == 0) {
        loose->token = TOKEN_END;
    } else if (len) {
        loose->word = span_first(text, len);
        loose->rest = span_from(text, len);
        loose->token = kind_of_word(loose, loose->word, loose->rest);
    } else {
        bool is_doubled = text.len > 1 && text.ptr[1] == text.ptr[0] &&
                          (text.ptr[0] == '|' || text.ptr[0] == '&');
        loose->rest = span_from(text, is_doubled ? 2 : 1);
        loose->token = kind_of_byte(text.ptr[0]);
    }
}

static bool take_token(struct loose *loose, enum token token)
{
    if (loose->token != token)
        return false;
    advance(loose);
    return true;
}

// All words up to the next operator, with what stands between them.
static span take_words(struct loose *loose)
{
    span all = loose->word;
    while (loose->token == TOKEN_WORD) {
        all.len = (size_t)(loose->word.ptr + loose->word.len - all.ptr);
        advance(loose);
    }
    return all;
}

// ---------------------------------------------------------------- names

static bool is_id_byte(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.';
}

// LicenseRef-NAME; empty where nothing of the name is left.
static void add_reference(struct text *out, span name)
{
    bool has_byte = false;
    bool has_gap = false;
    for (size_t i = 0; i < name.len; i++) {
        if (!is_id_byte(name.ptr[i])) {
            has_gap = has_byte;
            continue;
        }
        text_add(out, has_byte ? (has_gap ? S("-") : (span){0}) : S(SPDX_REF));
        text_add_byte(out, name.ptr[i]);
        has_byte = true;
        has_gap = false;
    }
}

static bool reference_of(span name, struct arena *mem, span *ret)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    if (name.len <= LONGEST_NAME)
        add_reference(&out, name);
    if (text_ok(&out) && out.len == 0)
        text_addf(&out, SPDX_REF "plimsoll-%016" PRIx64, span_hash(name, 0));
    *ret = text_span(&out);
    return text_ok(&out);
}

static struct spdx_expression *full(struct loose *loose)
{
    loose->is_full = true;
    return NULL;
}

static struct spdx_expression *new_reference(struct loose *loose, span name)
{
    span reference = {0};
    if (name.len > LONGEST_NAME)
        return NULL;
    struct spdx_expression *node = ARENA_NEW(loose->mem, struct spdx_expression);
    if (!node || !reference_of(name, loose->mem, &reference))
        return full(loose);
    *node = (struct spdx_expression){.kind = SPDX_LICENSE, .license = reference};
    return node;
}

// Null: it is not known, or there is no room.
static struct spdx_expression *known_name(struct loose *loose, span name)
{
    struct spdx_expression *node = spdx_new_license(loose->mem, name, &loose->is_full);
    span known = node || loose->is_full ? (span){0} : spdx_find_name(name, loose->speaker);
    struct err err = {0};
    if (known.len && !spdx_parse(known, loose->mem, &node, &err))
        return full(loose); // the table holds nothing else than expressions
    return node;
}

// "MIT BSD GPL2+"
static struct spdx_expression *each_word(struct loose *loose, span words)
{
    struct chain chain = {.kind = SPDX_AND};
    while (words.len) {
        span word = span_first(words, word_length(loose, words));
        words = span_trim(span_from(words, word.len));
        struct spdx_expression *node = word.len ? known_name(loose, word) : NULL;
        if (!node && !loose->is_full)
            node = new_reference(loose, word);
        if (!node)
            return NULL;
        chain_add(&chain, node);
    }
    struct spdx_expression *all = chain_end(&chain, loose->mem);
    return all ? all : full(loose);
}

static struct spdx_expression *any_name(struct loose *loose, span name)
{
    struct spdx_expression *node = known_name(loose, name);
    if (node || loose->is_full)
        return node;
    return loose->speaker == SPDX_APK ? each_word(loose, name) : new_reference(loose, name);
}

static span find_exception(span name)
{
    static const struct spdx_name known[] = {
        {S("Bison exception"), S("Bison-exception-2.2")},
        {S("Classpath exception"), S("Classpath-exception-2.0")},
        {S("Font exception"), S("Font-exception-2.0")},
        {S("Libtool exception"), S("Libtool-exception")},
        {S("Texinfo exception"), S("Texinfo-exception")},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_equal_nocase(name, known[i].key))
            return known[i].value;
    return spdx_find_exception(name);
}

// An exception that is on no list makes another licence of it.
static struct spdx_expression *take_exception(struct loose *loose, span name)
{
    if (loose->token != TOKEN_WORD)
        return NULL;
    span exception = take_words(loose);
    span all = {.ptr = name.ptr, .len = (size_t)(exception.ptr + exception.len - name.ptr)};
    span known = find_exception(exception);
    struct spdx_expression *node = known.len ? known_name(loose, name) : NULL;
    if (loose->is_full)
        return NULL;
    if (!node || node->kind != SPDX_LICENSE || node->exception.len)
        return new_reference(loose, all);
    node->exception = known;
    return node;
}

// ---------------------------------------------------------------- grammar

typedef struct spdx_expression *loose_level(struct loose *loose);

static struct spdx_expression *read_list(struct loose *loose);

static struct spdx_expression *read_operand(struct loose *loose)
{
    if (loose->token == TOKEN_WORD) {
        span name = take_words(loose);
        return take_token(loose, TOKEN_WITH) ? take_exception(loose, name) : any_name(loose, name);
    }
    if (loose->token != TOKEN_OPEN || loose->depth == SPDX_DEPTH)
        return NULL;
    advance(loose);
    loose->depth++;
    struct spdx_expression *node = read_list(loose);
    loose->depth--;
    return node && take_token(loose, TOKEN_CLOSE) ? node : NULL;
}

static struct spdx_expression *read_chain(struct loose *loose, enum spdx_kind kind,
                                          enum token token, loose_level *operand)
{
    struct chain chain = {.kind = kind};
    do {
        struct spdx_expression *node = operand(loose);
        if (!node)
            return NULL;
        chain_add(&chain, node);
    } while (take_token(loose, token));
    struct spdx_expression *all = chain_end(&chain, loose->mem);
    return all ? all : full(loose);
}

static struct spdx_expression *read_all(struct loose *loose)
{
    return read_chain(loose, SPDX_AND, TOKEN_AND, read_operand);
}

static struct spdx_expression *read_any(struct loose *loose)
{
    return read_chain(loose, SPDX_OR, TOKEN_OR, read_all);
}

// The operator behind a comma. A comma alone means all of them.
static enum spdx_kind take_operator(struct loose *loose)
{
    if (take_token(loose, TOKEN_OR))
        return SPDX_OR;
    (void)take_token(loose, TOKEN_AND);
    return SPDX_AND;
}

// What is joined so far becomes one operand of another operator, which makes it one level deeper.
static bool turn_chain(struct loose *loose, struct chain *chain, enum spdx_kind kind)
{
    struct spdx_expression *node = chain_end(chain, loose->mem);
    if (!node)
        return full(loose);
    if (loose->depth++ == SPDX_DEPTH)
        return false;
    *chain = (struct chain){.kind = kind};
    chain_add(chain, node);
    return true;
}

// "A or B, and C": what stands before a comma belongs together (DEP-5, "License specification").
static struct spdx_expression *read_list(struct loose *loose)
{
    struct chain chain = {.kind = SPDX_AND};
    struct spdx_expression *node = read_any(loose);
    if (!node || loose->token != TOKEN_COMMA)
        return node;
    chain_add(&chain, node);
    while (take_token(loose, TOKEN_COMMA)) {
        enum spdx_kind kind = take_operator(loose);
        if (kind != chain.kind && !turn_chain(loose, &chain, kind))
            return NULL;
        node = read_any(loose);
        if (!node)
            return NULL;
        chain_add(&chain, node);
    }
    node = chain_end(&chain, loose->mem);
    return node ? node : full(loose);
}

static struct spdx_expression *read_loosely(struct loose *loose)
{
    if (span_find(loose->rest, '\n') != SPAN_NONE)
        return NULL;
    advance(loose);
    struct spdx_expression *node = read_list(loose);
    return loose->token == TOKEN_END ? node : NULL;
}

// "ISC License (ISCL)": the same thing twice.
static span without_repetition(span text, enum spdx_speaker speaker)
{
    size_t open = span_find(text, '(');
    if (open == SPAN_NONE || !span_ends_with(text, S(")")))
        return text;
    span before = span_trim(span_first(text, open));
    span known = spdx_find_name(before, speaker);
    span inside = span_slice(text, open + 1, text.len - open - 2);
    bool is_same = known.len && span_equal(known, spdx_find_name(inside, speaker));
    return is_same ? before : text;
}

// ---------------------------------------------------------------- the whole

static bool says_nothing(span text)
{
    static const span words[] = {S("unknown"), S("none"),        S("noassertion"),
                                 S("n/a"),     S("unspecified"), S("not specified")};
    return text.len == 0 || is_one_of(text, words, sizeof words / sizeof *words);
}

static bool write_all(const struct spdx_expression *expression, struct arena *mem, span *ret)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    spdx_write(expression, &out);
    *ret = text_span(&out);
    return text_ok(&out);
}

bool spdx_normalise(span raw, enum spdx_speaker speaker, struct arena *mem, span *ret)
{
    struct spdx_expression *expression = NULL;
    struct err err = {0};
    span text = without_repetition(span_trim(raw), speaker);
    if (says_nothing(text)) {
        *ret = (span){0};
        return true;
    }
    struct loose loose = {.rest = text, .speaker = speaker, .mem = mem};
    if (!spdx_parse(text, mem, &expression, &err))
        expression = known_name(&loose, text);
    if (!expression && !loose.is_full)
        expression = read_loosely(&loose);
    if (loose.is_full)
        return false;
    return expression ? write_all(expression, mem, ret) : reference_of(text, mem, ret);
}

// ---------------------------------------------------------------- joining

static int compare_spans(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

bool spdx_join(const span *expressions, size_t count, struct arena *mem, span *ret)
{
    struct chain chain = {.kind = SPDX_AND};
    struct err err = {0};
    span *sorted = arena_array(mem, count, sizeof *sorted);
    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = expressions[i];
    sort_items(sorted, count, sizeof *sorted, compare_spans);
    for (size_t i = 0; i < count; i++) {
        struct spdx_expression *node = NULL;
        if (sorted[i].len == 0 || (i && span_equal(sorted[i], sorted[i - 1])))
            continue;
        if (!spdx_parse(sorted[i], mem, &node, &err))
            return false;
        chain_add(&chain, node);
    }
    *ret = (span){0};
    if (!chain.first)
        return true;
    const struct spdx_expression *all = chain_end(&chain, mem);
    return all && write_all(all, mem, ret);
}
