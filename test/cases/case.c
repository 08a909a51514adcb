#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---------------------------------------------------------------- words

enum {
    WORDS_MAX = 32,
};

struct words {
    span items[WORDS_MAX];
    size_t count;
    bool indented;
};

// key="a b" is one word, key=a b without the quotes.
static bool take_word(span *line, struct arena *mem, span *ret, struct err *err)
{
    struct text word = {0};
    text_init(&word, mem, 4096);
    bool quoted = false;
    for (; line->len; *line = span_from(*line, 1)) {
        uint8_t c = line->ptr[0];
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && ascii_is_space(c))
            break;
        else
            text_add_byte(&word, c);
    }
    *line = span_trim(*line);
    *ret = text_span(&word);
    if (quoted)
        return err_set(err, ERR_INPUT, "a quote is not closed");
    return text_ok(&word) ? true : arena_err(mem, err, "words");
}

static bool split(span line, struct arena *mem, struct words *ret, struct err *err)
{
    struct words words = {.indented = line.len && ascii_is_space(line.ptr[0])};
    span rest = span_trim(line);
    while (rest.len && rest.ptr[0] != '#') {
        if (words.count == WORDS_MAX)
            return err_set(err, ERR_INPUT, "more than %d words", WORDS_MAX);
        if (!take_word(&rest, mem, &words.items[words.count], err))
            return false;
        words.count++;
    }
    *ret = words;
    return true;
}

struct field {
    const char *key;
    span *value;
};

// Words from `from` on are key=value; each key must be one of the fields.
static bool take_fields(const struct words *words, size_t from, const struct field *fields,
                        size_t count, struct err *err)
{
    for (size_t i = from; i < words->count; i++) {
        span value = words->items[i];
        span key = span_cut(&value, '=');
        size_t at = 0;
        while (at < count && !span_equal(key, span_of_text(fields[at].key)))
            at++;
        if (at == count)
            return err_set(err, ERR_INPUT, "\"%s\" is no key here", quote(key).text);
        *fields[at].value = value;
    }
    return true;
}
#define TAKE_FIELDS(words, from, fields, err) \
    take_fields((words), (from), (fields), sizeof(fields) / sizeof(fields)[0], (err))

static bool take_list(span text, struct arena *mem, struct spans *ret, struct err *err)
{
    span *items = arena_array(mem, WORDS_MAX, sizeof(span));
    if (!items)
        return arena_err(mem, err, "names");
    size_t count = 0;
    while (text.len && count < WORDS_MAX)
        items[count++] = span_cut(&text, ',');
    *ret = (struct spans){.items = items, .count = count};
    return true;
}

static bool is_yes(span text)
{
    return span_equal(text, S("yes"));
}

static bool take_severity(span text, enum severity *ret, struct err *err)
{
    if (text.len == 0 || severity_parse(text, ret))
        return true;
    return err_set(err, ERR_INPUT, "\"%s\" is no severity", quote(text).text);
}

static bool take_number(span text, double *ret, struct err *err)
{
    *ret = -1;
    if (text.len == 0)
        return true;
    char buffer[32] = {0};
    char *end = buffer;
    if (text.len < sizeof buffer) {
        memcpy(buffer, text.ptr, text.len);
        *ret = strtod(buffer, &end);
    }
    return end != buffer ? true : err_set(err, ERR_INPUT, "\"%s\" is no number", quote(text).text);
}

static bool take_date(span text, uint32_t *ret, struct err *err)
{
    if (text.len == 0 || date_parse(text, ret))
        return true;
    return err_set(err, ERR_INPUT, "\"%s\" is no date", quote(text).text);
}

static bool take_status(span text, enum status *ret, struct err *err)
{
    for (int i = 0; i <= STATUS_NOT_AFFECTED; i++) {
        if (span_equal(text, span_of_text(status_name((enum status)i)))) {
            *ret = (enum status)i;
            return true;
        }
    }
    return err_set(err, ERR_INPUT, "\"%s\" is no status", quote(text).text);
}

// ---------------------------------------------------------------- sections

struct parse {
    struct test_case *test;
    struct arena *mem;
};

typedef bool read_line(struct parse *parse, const struct words *words, struct err *err);

static bool read_distro(struct parse *parse, const struct words *words, struct err *err)
{
    struct distro *distro = &parse->test->bom.distro;
    const struct field fields[] = {
        {"id", &distro->id},
        {"version_id", &distro->version_id},
        {"codename", &distro->codename},
        {"pretty_name", &distro->pretty_name},
        {"id_like", &distro->id_like},
    };
    return TAKE_FIELDS(words, 0, fields, err);
}

static bool read_content_set(struct parse *parse, const struct words *words, struct err *err)
{
    span *item = LIST_ADD(&parse->test->content_sets, span);
    if (!item)
        return arena_err(parse->mem, err, "content sets");
    *item = words->items[0];
    return true;
}

static bool read_release(struct parse *parse, const struct words *words, struct err *err)
{
    struct release *release = LIST_ADD(&parse->test->releases, struct release);
    if (!release)
        return arena_err(parse->mem, err, "releases");
    span end = {0};
    span extended = {0};
    const struct field fields[] = {{"end_of_life", &end}, {"extended", &extended}};
    release->distro = words->items[0];
    release->version_id = words->items[1];
    return TAKE_FIELDS(words, 2, fields, err) && take_date(end, &release->end_of_life, err) &&
           take_date(extended, &release->end_of_extended_life, err);
}

static bool read_package(struct parse *parse, const struct words *words, struct err *err)
{
    if (words->count < 3)
        return err_set(err, ERR_INPUT, "a package is TYPE NAME VERSION");
    struct package *package = LIST_ADD(&parse->test->packages, struct package);
    if (!package)
        return arena_err(parse->mem, err, "packages");
    span depends = {0};
    const struct field fields[] = {
        {"arch", &package->arch},
        {"source_name", &package->source_name},
        {"source_version", &package->source_version},
        {"module", &package->module},
        {"owner", &package->owner},
        {"vendor", &package->vendor},
        {"repository", &package->repository},
        {"member", &package->member},
        {"depends", &depends},
    };
    package->type = words->items[0];
    package->name = words->items[1];
    package->version = words->items[2];
    package->id = package->name;
    package->source_name = package->name;
    package->source_version = package->version;
    return TAKE_FIELDS(words, 3, fields, err) &&
           take_list(depends, parse->mem, &package->depends, err);
}

static bool read_affected(struct parse *parse, const struct words *words, struct err *err)
{
    if (words->count < 3 || parse->test->advisories.count == 0)
        return err_set(err, ERR_INPUT, "a statement is ECOSYSTEM NAME source|binary");
    struct case_affected *item = LIST_ADD(&parse->test->affected, struct case_affected);
    if (!item)
        return arena_err(parse->mem, err, "statements");
    struct affected *affected = &item->affected;
    span status = S("fixed");
    span severity = {0};
    span after = {0};
    const struct field fields[] = {
        {"status", &status},           {"after_introduced", &after},
        {"severity", &severity},       {"introduced", &affected->introduced},
        {"fixed", &affected->fixed},   {"last_affected", &affected->last_affected},
        {"module", &affected->module}, {"repository", &affected->repository},
    };
    item->advisory = parse->test->advisories.count - 1;
    affected->ecosystem = words->items[0];
    affected->name = words->items[1];
    affected->name_kind = span_equal(words->items[2], S("source")) ? NAME_SOURCE : NAME_BINARY;
    if (!TAKE_FIELDS(words, 3, fields, err))
        return false;
    affected->after_introduced = is_yes(after);
    return take_status(status, &affected->status, err) &&
           take_severity(severity, &affected->severity, err);
}

static bool read_advisory(struct parse *parse, const struct words *words, struct err *err)
{
    if (words->indented)
        return read_affected(parse, words, err);
    if (words->count < 2)
        return err_set(err, ERR_INPUT, "an advisory is DATABASE ID");
    struct advisory *advisory = LIST_ADD(&parse->test->advisories, struct advisory);
    if (!advisory)
        return arena_err(parse->mem, err, "advisories");
    span flaws = {0};
    span aliases = {0};
    span severity = {0};
    span score = {0};
    span withdrawn = {0};
    span disputed = {0};
    span malicious = {0};
    const struct field fields[] = {
        {"flaws", &flaws},       {"aliases", &aliases},     {"severity", &severity},
        {"score", &score},       {"cvss", &advisory->cvss}, {"withdrawn", &withdrawn},
        {"disputed", &disputed}, {"malicious", &malicious},
    };
    advisory->database = words->items[0];
    advisory->id = words->items[1];
    if (!TAKE_FIELDS(words, 2, fields, err))
        return false;
    advisory->withdrawn = is_yes(withdrawn);
    advisory->disputed = is_yes(disputed);
    advisory->malicious = is_yes(malicious);
    return take_list(flaws, parse->mem, &advisory->flaws, err) &&
           take_list(aliases, parse->mem, &advisory->aliases, err) &&
           take_severity(severity, &advisory->severity, err) &&
           take_number(score, &advisory->score, err);
}

static bool read_flaw(struct parse *parse, const struct words *words, struct err *err)
{
    struct flaw *flaw = LIST_ADD(&parse->test->flaws, struct flaw);
    if (!flaw)
        return arena_err(parse->mem, err, "flaws");
    span severity = {0};
    span score = {0};
    span epss = {0};
    span exploited = {0};
    span rejected = {0};
    span disputed = {0};
    span weaknesses = {0};
    const struct field fields[] = {
        {"rejected", &rejected},     {"disputed", &disputed},
        {"weaknesses", &weaknesses}, {"database", &flaw->database},
        {"severity", &severity},     {"cvss", &flaw->cvss},
        {"score", &score},           {"epss", &epss},
        {"exploited", &exploited},
    };
    flaw->id = words->items[0];
    if (!TAKE_FIELDS(words, 1, fields, err))
        return false;
    flaw->exploited = is_yes(exploited);
    flaw->rejected = is_yes(rejected);
    flaw->disputed = is_yes(disputed);
    return take_list(weaknesses, parse->mem, &flaw->weaknesses, err) &&
           take_severity(severity, &flaw->severity, err) && take_number(score, &flaw->score, err) &&
           take_number(epss, &flaw->epss, err);
}

static bool read_product(struct parse *parse, const struct words *words, struct err *err)
{
    if (words->count != 3)
        return err_set(err, ERR_INPUT, "a product is TYPE NAME VENDOR:PRODUCT");
    struct cpe_product *product = LIST_ADD(&parse->test->products, struct cpe_product);
    if (!product)
        return arena_err(parse->mem, err, "products");
    product->type = words->items[0];
    product->name = words->items[1];
    product->cpe = words->items[2];
    return true;
}

static bool read_options(struct parse *parse, const struct words *words, struct err *err)
{
    span today = {0};
    span suppressed = {0};
    span kind = {0};
    const struct field fields[] = {{"today", &today}, {"suppressed", &suppressed}, {"kind", &kind}};
    if (!TAKE_FIELDS(words, 0, fields, err))
        return false;
    parse->test->options.suppressed = is_yes(suppressed);
    if (span_equal(kind, S("malware")))
        parse->test->options.kinds = UINT32_C(1) << FINDING_MALWARE;
    if (span_equal(kind, S("vulnerability")))
        parse->test->options.kinds = UINT32_C(1) << FINDING_VULNERABILITY;
    return take_date(today, &parse->test->options.today, err);
}

static bool read_finding(struct parse *parse, const struct words *words, struct err *err)
{
    enum { COLUMNS = 5 };
    if (words->count < COLUMNS)
        return err_set(err, ERR_INPUT, "a finding is FLAW PACKAGE SEVERITY STATUS FIXED");
    struct expected_finding *finding = LIST_ADD(&parse->test->findings, struct expected_finding);
    struct span_pair *extra = arena_array(parse->mem, words->count, sizeof(struct span_pair));
    if (!finding || !extra)
        return arena_err(parse->mem, err, "findings");
    *finding = (struct expected_finding){
        .flaw = words->items[0],
        .package = words->items[1],
        .severity = words->items[2],
        .status = words->items[3],
        .fixed = words->items[4],
        .extra = extra,
        .extra_count = words->count - COLUMNS,
    };
    for (size_t i = COLUMNS; i < words->count; i++) {
        span value = words->items[i];
        span key = span_cut(&value, '=');
        extra[i - COLUMNS] = (struct span_pair){.key = key, .value = value};
    }
    return true;
}

static bool read_note(struct parse *parse, const struct words *words, struct err *err)
{
    struct expected_note *note = LIST_ADD(&parse->test->notes, struct expected_note);
    if (!note)
        return arena_err(parse->mem, err, "notes");
    *note = (struct expected_note){.kind = words->items[0], .part = words->items[1]};
    return true;
}

struct section {
    const char *name;
    read_line *read;
};

static const struct section sections[] = {
    {"distro", read_distro},    {"content-sets", read_content_set}, {"releases", read_release},
    {"packages", read_package}, {"advisories", read_advisory},      {"flaws", read_flaw},
    {"products", read_product}, {"options", read_options},          {"findings", read_finding},
    {"notes", read_note},
};

static read_line *section_of(span line)
{
    if (!span_starts_with(line, S("[")))
        return NULL;
    span name = span_from(line, 1);
    name = span_cut(&name, ']');
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (span_equal(name, span_of_text(sections[i].name)))
            return sections[i].read;
    return NULL;
}

static void init(struct test_case *test, struct arena *mem)
{
    enum { MOST = 1 << 16 };
    *test = (struct test_case){0};
    list_init(&test->packages, mem, sizeof(struct package), MOST);
    list_init(&test->content_sets, mem, sizeof(span), MOST);
    list_init(&test->releases, mem, sizeof(struct release), MOST);
    list_init(&test->advisories, mem, sizeof(struct advisory), MOST);
    list_init(&test->affected, mem, sizeof(struct case_affected), MOST);
    list_init(&test->flaws, mem, sizeof(struct flaw), MOST);
    list_init(&test->products, mem, sizeof(struct cpe_product), MOST);
    list_init(&test->findings, mem, sizeof(struct expected_finding), MOST);
    list_init(&test->notes, mem, sizeof(struct expected_note), MOST);
}

static bool read_lines(span bytes, struct parse *parse, struct err *err)
{
    read_line *read = NULL;
    for (unsigned number = 1; bytes.len; number++) {
        span line = span_cut_line(&bytes);
        struct words words = {0};
        if (!split(line, parse->mem, &words, err))
            return err_add(err, "line %u", number);
        if (words.count == 0)
            continue;
        read_line *section = section_of(line);
        if (section)
            read = section;
        else if (!read)
            return err_set(err, ERR_INPUT, "line %u is in no section", number);
        else if (!read(parse, &words, err))
            return err_add(err, "line %u", number);
    }
    return true;
}

bool case_read(span bytes, struct arena *mem, struct test_case *ret, struct err *err)
{
    struct test_case test = {0};
    init(&test, mem);
    struct parse parse = {.test = &test, .mem = mem};
    if (!read_lines(bytes, &parse, err))
        return false;
    test.bom.packages = test.packages.items;
    test.bom.package_count = test.packages.count;
    test.bom.content_sets = test.content_sets.items;
    test.bom.content_set_count = test.content_sets.count;
    bom_sort(&test.bom);
    *ret = test;
    return true;
}
