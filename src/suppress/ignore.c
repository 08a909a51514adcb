// .plimsollignore: doc/formats/ignore.md.
#include "suppress/suppress_inner.h"

#include "format/yaml/yaml.h"

// What may be one word or a list of words.
static bool read_words(const struct yaml *member, struct arena *mem, struct spans *ret,
                       struct err *err)
{
    struct list words;
    list_init(&words, mem, sizeof(span), SIZE_MAX);
    const struct yaml *each = member->kind == YAML_SEQUENCE ? member->first : member;
    for (; each; each = member->kind == YAML_SEQUENCE ? each->next : NULL) {
        if (each->kind != YAML_SCALAR || each->text.len == 0)
            return err_set(err, ERR_INPUT,
                           "line %u, column %u: '%s' takes a word or a list of words", each->line,
                           each->column, quote(member->key).text);
        span *word = LIST_ADD(&words, span);
        if (!word)
            return arena_err(mem, err, "ignore file");
        *word = each->text;
    }
    if (words.count == 0)
        return err_set(err, ERR_INPUT, "line %u, column %u: '%s' is empty", member->line,
                       member->column, quote(member->key).text);
    *ret = (struct spans){.items = words.items, .count = words.count};
    return true;
}

static bool read_word(const struct yaml *member, struct arena *mem, span *ret, struct err *err)
{
    struct spans words = {0};
    if (!read_words(member, mem, &words, err))
        return false;
    if (words.count > 1)
        return err_set(err, ERR_INPUT, "line %u, column %u: '%s' takes one word", member->line,
                       member->column, quote(member->key).text);
    *ret = words.items[0];
    return true;
}

static bool read_day(const struct yaml *member, uint32_t *ret, struct err *err)
{
    bool is_day = member->kind == YAML_SCALAR && member->text.len == sizeof "YYYY-MM-DD" - 1 &&
                  date_parse(member->text, ret);
    return is_day || err_set(err, ERR_INPUT, "line %u, column %u: '%s' takes a date, YYYY-MM-DD",
                             member->line, member->column, quote(member->key).text);
}

static bool read_member(const struct yaml *member, struct arena *mem, struct rule *rule,
                        struct err *err)
{
    if (span_equal(member->key, S("id")))
        return read_words(member, mem, &rule->flaws, err);
    if (span_equal(member->key, S("package")))
        return read_words(member, mem, &rule->packages, err);
    if (span_equal(member->key, S("path")))
        return read_words(member, mem, &rule->paths, err);
    if (span_equal(member->key, S("image")))
        return read_word(member, mem, &rule->image, err);
    if (span_equal(member->key, S("reason")))
        return read_word(member, mem, &rule->reason, err);
    if (span_equal(member->key, S("expires")))
        return read_day(member, &rule->expires, err);
    return err_set(
        err, ERR_INPUT,
        "line %u, column %u: '%s' is unknown (id, package, path, image, reason, expires)",
        member->key_line, member->key_column, quote(member->key).text);
}

static bool read_entry(struct suppress *suppress, uint32_t document, const struct yaml *entry,
                       struct err *err)
{
    struct rule rule = {.document = document, .line = entry->line, .kinds = ALL_KINDS};
    const char *missing = NULL;
    if (entry->kind != YAML_MAPPING)
        return err_set(err, ERR_INPUT, "line %u, column %u: an entry has members, such as id",
                       entry->line, entry->column);
    for (const struct yaml *each = entry->first; each; each = each->next)
        if (!read_member(each, suppress->mem, &rule, err))
            return false;
    if (rule.reason.len == 0)
        missing = "reason";
    else if (rule.expires == 0)
        missing = "expires";
    else if (rule.flaws.count + rule.packages.count + rule.paths.count == 0)
        missing = "id, package or path";
    if (missing)
        return err_set(err, ERR_INPUT, "line %u, column %u: the entry has no %s", entry->line,
                       entry->column, missing);
    return add_rule(suppress, &rule, err) ||
           err_add(err, "line %u, column %u", entry->line, entry->column);
}

bool read_ignore(struct suppress *suppress, uint32_t document, span text, struct err *err)
{
    const struct yaml *root = NULL;
    if (!yaml_parse(text, suppress->limits, suppress->mem, &root, err))
        return false;
    if (root && root->kind != YAML_SEQUENCE)
        return err_set(err, ERR_INPUT, "line %u, column %u: a list of entries is wanted",
                       root->line, root->column);
    for (const struct yaml *each = root ? root->first : NULL; each; each = each->next)
        if (!read_entry(suppress, document, each, err))
            return false;
    return true;
}
