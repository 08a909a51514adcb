// .trivyignore and .trivyignore.yaml, as Trivy reads them. Neither has to give reasons or to
// expire.
#include "suppress/suppress_inner.h"

#include "format/yaml/yaml.h"

// ---------------------------------------------------------------- one id a line

static span cut_word(span *rest)
{
    span line = span_trim(*rest);
    size_t len = 0;
    while (len < line.len && !ascii_is_space(line.ptr[len]))
        len++;
    *rest = span_from(line, len);
    return span_first(line, len);
}

// Behind the id only "exp:2026-01-31" means anything.
static bool read_line(struct suppress *suppress, uint32_t document, unsigned number, span line,
                      struct err *err)
{
    span *id = ARENA_NEW(suppress->mem, span);
    struct rule rule = {.document = document, .line = number, .kinds = ALL_KINDS};
    if (!id)
        return arena_err(suppress->mem, err, "ignore file");
    *id = cut_word(&line);
    rule.flaws = (struct spans){.items = id, .count = 1};
    while (span_trim(line).len) {
        span word = cut_word(&line);
        span date = span_from(word, sizeof "exp:" - 1);
        if (span_starts_with(word, S("exp:")) &&
            (date.len != sizeof "YYYY-MM-DD" - 1 || !date_parse(date, &rule.expires)))
            return err_set(err, ERR_INPUT, "line %u: '%s' is no date, YYYY-MM-DD", number,
                           quote(date).text);
    }
    return add_rule(suppress, &rule, err);
}

bool read_trivyignore(struct suppress *suppress, uint32_t document, span text, struct err *err)
{
    if (text.len > suppress->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "%zu bytes, at most %llu are read", text.len,
                       (unsigned long long)suppress->limits->document_bytes);
    if (!utf8_is_valid(text))
        return err_set(err, ERR_INPUT, "it is no text");
    for (unsigned number = 1; text.len; number++) {
        span line = span_trim(span_cut_line(&text));
        if (line.len && line.ptr[0] != '#' && !read_line(suppress, document, number, line, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- YAML

static bool add_word(const struct yaml *value, struct list *words, struct err *err)
{
    span *word = LIST_ADD(words, span);
    if (value->kind != YAML_SCALAR)
        return err_set(err, ERR_INPUT, "line %u, column %u: a word is wanted", value->line,
                       value->column);
    if (!word)
        return arena_err(words->mem, err, "ignore file");
    *word = value->text;
    return true;
}

// A list of words, or one.
static bool read_words(const struct yaml *member, struct arena *mem, struct spans *ret,
                       struct err *err)
{
    struct list words;
    list_init(&words, mem, sizeof(span), SIZE_MAX);
    if (member->kind != YAML_SEQUENCE && !add_word(member, &words, err))
        return false;
    for (const struct yaml *each = member->kind == YAML_SEQUENCE ? member->first : NULL; each;
         each = each->next)
        if (!add_word(each, &words, err))
            return false;
    *ret = (struct spans){.items = words.items, .count = words.count};
    return true;
}

static bool read_member(const struct yaml *member, struct arena *mem, struct rule *rule,
                        struct err *err)
{
    if (span_equal(member->key, S("id")))
        return read_words(member, mem, &rule->flaws, err);
    if (span_equal(member->key, S("paths")))
        return read_words(member, mem, &rule->paths, err);
    if (span_equal(member->key, S("purls")))
        return read_words(member, mem, &rule->packages, err);
    if (span_equal(member->key, S("statement")))
        rule->reason = member->text;
    if (span_equal(member->key, S("expired_at")))
        return date_parse(member->text, &rule->expires) ||
               err_set(err, ERR_INPUT, "line %u, column %u: '%s' is no date", member->line,
                       member->column, quote(member->text).text);
    return true; // Trivy passes over what it does not know
}

static bool read_entry(struct suppress *suppress, uint32_t document, uint32_t kinds,
                       const struct yaml *entry, struct err *err)
{
    struct rule rule = {.document = document, .line = entry->line, .kinds = kinds};
    for (const struct yaml *each = entry->first; each; each = each->next)
        if (!read_member(each, suppress->mem, &rule, err))
            return false;
    if (rule.flaws.count != 1 || rule.flaws.items[0].len == 0)
        return err_set(err, ERR_INPUT, "line %u, column %u: the entry has no id", entry->line,
                       entry->column);
    return add_rule(suppress, &rule, err) ||
           err_add(err, "line %u, column %u", entry->line, entry->column);
}

static bool read_section(struct suppress *suppress, uint32_t document, const struct yaml *section,
                         struct err *err)
{
    static const struct {
        const char *name;
        enum finding_kind kind;
    } sections[] = {
        {"vulnerabilities", FINDING_VULNERABILITY},
        {"misconfigurations", FINDING_CONFIG},
        {"secrets", FINDING_SECRET},
        {"licenses", FINDING_RULE},
    };
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (!span_equal(section->key, span_of_text(sections[i].name)))
            continue;
        for (const struct yaml *each = section->first; each; each = each->next)
            if (!read_entry(suppress, document, UINT32_C(1) << sections[i].kind, each, err))
                return false;
    }
    return true;
}

bool read_trivyignore_yaml(struct suppress *suppress, uint32_t document, span text, struct err *err)
{
    const struct yaml *root = NULL;
    if (!yaml_parse(text, suppress->limits, suppress->mem, &root, err))
        return false;
    if (root && root->kind != YAML_MAPPING)
        return err_set(err, ERR_INPUT, "line %u, column %u: 'vulnerabilities:' is wanted",
                       root->line, root->column);
    for (const struct yaml *each = root ? root->first : NULL; each; each = each->next)
        if (!read_section(suppress, document, each, err))
            return false;
    return true;
}
