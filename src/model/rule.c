#include "model/model.h"

static const char *const kinds[] = {[RULE_IGNORE] = "ignore"};

const char *rule_kind_name(enum rule_kind kind)
{
    return kinds[kind];
}

bool rule_kind_parse(span text, enum rule_kind *ret)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_equal(text, span_of_text(kinds[i]))) {
            *ret = (enum rule_kind)i;
            return true;
        }
    return false;
}

// ---------------------------------------------------------------- checks

// Lines end words where they are kept, and control characters mean something to whoever shows them.
static bool is_line(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return false;
    return utf8_is_valid(text);
}

static bool check_words(const struct spans *words, const char *field, struct err *err)
{
    if (words->count > RULE_WORDS_MOST)
        return err_set(err, ERR_USAGE, "%s: more than %d", field, RULE_WORDS_MOST);
    for (size_t i = 0; i < words->count; i++) {
        span word = words->items[i];
        if (word.len == 0 || word.len > RULE_WORD_BYTES || !is_line(word))
            return err_set(err, ERR_USAGE, "%s: '%s' is no word of at most %d bytes", field,
                           quote(word).text, RULE_WORD_BYTES);
    }
    return true;
}

static bool check_packages(const struct spans *packages, struct arena *mem, struct err *err)
{
    for (size_t i = 0; i < packages->count; i++) {
        struct purl purl = {0};
        struct err why = {0};
        if (!span_starts_with(packages->items[i], S("pkg:")) ||
            purl_parse(packages->items[i], mem, &purl, &why))
            continue;
        return why.kind == ERR_LIMIT ? err_copy(err, &why)
                                     : err_set(err, ERR_USAGE, "package: '%s': %s",
                                               quote(packages->items[i]).text, why.text);
    }
    return true;
}

bool project_rule_check(const struct project_rule *rule, struct arena *mem, struct err *err)
{
    if (!check_words(&rule->ids, "id", err) || !check_words(&rule->packages, "package", err) ||
        !check_words(&rule->paths, "path", err) || !check_packages(&rule->packages, mem, err))
        return false;
    if (rule->ids.count + rule->packages.count + rule->paths.count == 0)
        return err_set(err, ERR_USAGE, "id, package or path is wanted");
    if (rule->image.len > RULE_WORD_BYTES || !is_line(rule->image))
        return err_set(err, ERR_USAGE, "image: '%s' is no pattern of at most %d bytes",
                       quote(rule->image).text, RULE_WORD_BYTES);
    if (rule->reason.len == 0 || rule->reason.len > RULE_REASON_BYTES || !is_line(rule->reason))
        return err_set(err, ERR_USAGE, "reason: a line of at most %d bytes is wanted",
                       RULE_REASON_BYTES);
    return rule->expires > 0 || err_set(err, ERR_USAGE, "expires: a date is wanted, YYYY-MM-DD");
}

// ---------------------------------------------------------------- keys

int64_t rule_key_of_flaw(span name)
{
    return question_hash(QUESTION_NAME, S("flaw"), name);
}

int64_t rule_key_of_package(span name)
{
    return question_hash(QUESTION_NAME, S("package"), name);
}

static bool key_of_package(span package, struct arena *mem, int64_t *ret, struct err *err)
{
    struct purl purl = {.name = package};
    if (span_starts_with(package, S("pkg:")) && !purl_parse(package, mem, &purl, err))
        return false;
    *ret = rule_key_of_package(purl.name);
    return true;
}

// Those of the flaws say most: where a rule names some, a package that has none of them is not
// meant.
bool project_rule_keys(const struct project_rule *rule, struct arena *mem, const int64_t **ret,
                       size_t *ret_count, struct err *err)
{
    size_t count = rule->ids.count ? rule->ids.count : rule->packages.count;
    int64_t *keys = arena_array(mem, count, sizeof *keys);
    if (!keys)
        return arena_err(mem, err, "rules");
    for (size_t i = 0; i < count; i++)
        if (rule->ids.count)
            keys[i] = rule_key_of_flaw(rule->ids.items[i]);
        else if (!key_of_package(rule->packages.items[i], mem, &keys[i], err))
            return false;
    *ret_count = sort_distinct(keys, count);
    *ret = keys;
    return true;
}

// ---------------------------------------------------------------- bytes

static void write_words(const struct spans *words, struct text *out)
{
    text_add_u32le(out, (uint32_t)words->count);
    for (size_t i = 0; i < words->count; i++)
        text_add_field(out, words->items[i]);
}

void project_rules_write(const struct project_rules *rules, struct text *out)
{
    text_add_u32le(out, (uint32_t)rules->count);
    for (size_t i = 0; i < rules->count; i++) {
        const struct project_rule *rule = &rules->items[i];
        text_add_u64le(out, (uint64_t)rule->id);
        write_words(&rule->ids, out);
        write_words(&rule->packages, out);
        write_words(&rule->paths, out);
        text_add_field(out, rule->image);
        text_add_field(out, rule->reason);
        text_add_u32le(out, rule->expires);
    }
}

static bool read_words(reader *r, struct arena *mem, struct spans *ret, struct err *err)
{
    uint32_t count = read_u32le(r);
    if (count > RULE_WORDS_MOST || count > r->rest.len / sizeof count)
        return err_set(err, ERR_INPUT, "rules: %u words", count);
    span *words = arena_array(mem, count, sizeof *words);
    if (!words)
        return arena_err(mem, err, "rules");
    for (uint32_t i = 0; i < count; i++)
        words[i] = read_field(r);
    *ret = (struct spans){.items = words, .count = count};
    return true;
}

static bool read_rule(reader *r, struct arena *mem, struct project_rule *ret, struct err *err)
{
    struct err why = {0};
    struct project_rule rule = {.kind = RULE_IGNORE, .id = (int64_t)read_u64le(r)};
    if (!read_words(r, mem, &rule.ids, err) || !read_words(r, mem, &rule.packages, err) ||
        !read_words(r, mem, &rule.paths, err))
        return false;
    rule.image = read_field(r);
    rule.reason = read_field(r);
    rule.expires = read_u32le(r);
    if (!project_rule_check(&rule, mem, &why))
        return err_set(err, why.kind == ERR_USAGE ? ERR_INPUT : why.kind, "rules: %s", why.text);
    *ret = rule;
    return true;
}

bool project_rules_read(span bytes, struct arena *mem, struct project_rules *ret, struct err *err)
{
    enum { RULE_LEAST_BYTES = 8 + 3 * 4 + 2 * 4 + 4 };
    reader r = reader_of(bytes);
    uint32_t count = read_u32le(&r);
    if (count > r.rest.len / RULE_LEAST_BYTES)
        return err_set(err, ERR_INPUT, "rules: %u of them", count);
    struct project_rule *rules = arena_array(mem, count, sizeof *rules);
    if (!rules)
        return arena_err(mem, err, "rules");
    for (uint32_t i = 0; i < count; i++)
        if (!read_rule(&r, mem, &rules[i], err))
            return false;
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "rules: damaged");
    *ret = (struct project_rules){.items = rules, .count = count};
    return true;
}
