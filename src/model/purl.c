// Package URLs (purl-spec): text to parts and back, both in canonical form.
#include "model/model.h"

// ---------------------------------------------------------------- types

enum purl_namespace {
    NAMESPACE_ALLOWED,
    NAMESPACE_NEEDED,
    NAMESPACE_NONE,
};

// What purl-spec's definition of a type says beyond the grammar. A type that is not listed keeps
// its case and may have a namespace.
struct purl_rule {
    const char *type;
    bool lower_namespace;
    bool lower_name;
    bool lower_version;
    bool dashes;       // '_' in names is '-'
    bool name_is_path; // only the first component is the namespace
    enum purl_namespace space;
    const char *lower_where; // names are lower case if repository_url contains this
    bool (*allows)(const struct purl *purl);
};

static bool allows_cpan(const struct purl *purl)
{
    return !span_contains(purl->name, S("::")); // that is a module, not a distribution
}

static bool allows_julia(const struct purl *purl)
{
    return purl_qualifier(purl, S("uuid")).len != 0;
}

// An extension is named by 32 letters from a to p, its version is one to four numbers.
static bool allows_chrome_extension(const struct purl *purl)
{
    size_t dots = 0;
    for (size_t i = 0; i < purl->name.len; i++)
        if (purl->name.ptr[i] < 'a' || purl->name.ptr[i] > 'p')
            return false;
    for (size_t i = 0; i < purl->version.len; i++) {
        if (purl->version.ptr[i] != '.' && !ascii_is_digit(purl->version.ptr[i]))
            return false;
        dots += purl->version.ptr[i] == '.';
    }
    return purl->name.len == 32 && dots < 4;
}

static struct purl_rule rule_of(span type)
{
    static const struct purl_rule rules[] = {
        {"alpm", .lower_namespace = true, .lower_name = true},
        {"apk", .lower_namespace = true, .lower_name = true},
        {"bitbucket", .lower_namespace = true, .lower_name = true},
        {"bitnami", .lower_name = true},
        {"brew", .lower_namespace = true, .lower_name = true},
        {"chrome-extension", .allows = allows_chrome_extension},
        {"composer", .lower_namespace = true, .lower_name = true},
        {"cpan", .allows = allows_cpan},
        {"deb", .lower_namespace = true, .lower_name = true},
        {"git", .lower_namespace = true, .lower_name = true, .name_is_path = true},
        {"github", .lower_namespace = true, .lower_name = true},
        {"golang", .lower_namespace = true, .lower_name = true},
        {"hex", .lower_namespace = true, .lower_name = true},
        {"huggingface", .lower_version = true},
        {"julia", .allows = allows_julia},
        {"mlflow", .lower_where = "databricks"},
        {"oci", .lower_name = true},
        {"otp", .space = NAMESPACE_NONE},
        {"pub", .lower_name = true},
        {"pypi", .lower_name = true, .dashes = true},
        {"qpkg", .lower_namespace = true},
        {"rpm", .lower_namespace = true},
        {"swift", .space = NAMESPACE_NEEDED},
        {"vcpkg", .space = NAMESPACE_NONE},
        {"vscode-extension", .space = NAMESPACE_NEEDED},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (span_equal(type, span_of_text(rules[i].type)))
            return rules[i];
    return (struct purl_rule){0};
}

// ---------------------------------------------------------------- canonical form

static bool changes_in_lower(span s, bool dashes)
{
    for (size_t i = 0; i < s.len; i++)
        if (ascii_lower(s.ptr[i]) != s.ptr[i] || (dashes && s.ptr[i] == '_'))
            return true;
    return false;
}

// Nothing is copied where nothing changes, here and below: there are very many purls.
static bool lower(struct arena *mem, bool dashes, span *s)
{
    struct text text = {0};
    if (!changes_in_lower(*s, dashes))
        return true;
    text_init(&text, mem, SIZE_MAX);
    for (size_t i = 0; i < s->len; i++) {
        uint8_t c = ascii_lower(s->ptr[i]);
        text_add_byte(&text, dashes && c == '_' ? '-' : c);
    }
    *s = text_span(&text);
    return text_ok(&text);
}

static bool is_left_out(span component, bool is_subpath)
{
    bool dots = span_equal(component, S(".")) || span_equal(component, S(".."));
    return component.len == 0 || (is_subpath && dots);
}

static bool is_squeezed(span path, bool is_subpath)
{
    if (span_ends_with(path, S("/")))
        return false;
    while (path.len)
        if (is_left_out(span_cut(&path, '/'), is_subpath))
            return false;
    return true;
}

// Components with one '/' between them; empty ones are none, nor are dots in a subpath.
static bool squeeze(struct arena *mem, bool is_subpath, span *path)
{
    struct text out = {0};
    span rest = *path;
    if (is_squeezed(*path, is_subpath))
        return true;
    text_init(&out, mem, SIZE_MAX);
    while (rest.len) {
        span component = span_cut(&rest, '/');
        if (is_left_out(component, is_subpath))
            continue;
        if (out.len)
            text_add_byte(&out, '/');
        text_add(&out, component);
    }
    *path = text_span(&out);
    return text_ok(&out);
}

static bool is_key_byte(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-' || c == '_';
}

// purl-spec, "type": ASCII letters, digits, '.' and '-', the first a letter. Keys of qualifiers may
// have '_' as well.
static bool is_type(span type)
{
    if (type.len == 0 || !ascii_is_alpha(type.ptr[0]))
        return false;
    for (size_t i = 0; i < type.len; i++)
        if (!is_key_byte(type.ptr[i]) || type.ptr[i] == '_')
            return false;
    return true;
}

static bool is_key(span key)
{
    if (key.len == 0 || !ascii_is_alpha(key.ptr[0]))
        return false;
    for (size_t i = 0; i < key.len; i++)
        if (!is_key_byte(key.ptr[i]))
            return false;
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    return span_compare(((const struct purl_qualifier *)a)->key,
                        ((const struct purl_qualifier *)b)->key);
}

// Keys in lower case and sorted, one a key; those without a value are none.
static bool order_qualifiers(struct purl *purl, struct arena *mem, struct err *err)
{
    struct purl_qualifier *kept = arena_array(mem, purl->qualifier_count, sizeof *kept);
    size_t count = 0;
    if (!kept)
        return arena_err(mem, err, "purl");
    for (size_t i = 0; i < purl->qualifier_count; i++) {
        if (!is_key(purl->qualifiers[i].key))
            return err_set(err, ERR_INPUT, "purl: '%s' is no key of a qualifier",
                           quote(purl->qualifiers[i].key).text);
        if (purl->qualifiers[i].value.len == 0)
            continue;
        kept[count] = purl->qualifiers[i];
        if (!lower(mem, false, &kept[count].key))
            return arena_err(mem, err, "purl");
        count++;
    }
    sort_items(kept, count, sizeof *kept, compare_keys);
    for (size_t i = 1; i < count; i++)
        if (span_equal(kept[i - 1].key, kept[i].key))
            return err_set(err, ERR_INPUT, "purl: more than one qualifier '%s'",
                           quote(kept[i].key).text);
    purl->qualifiers = kept;
    purl->qualifier_count = count;
    return true;
}

static bool apply_rule(struct purl *purl, const struct purl_rule *rule, struct arena *mem,
                       struct err *err)
{
    span repository = purl_qualifier(purl, S("repository_url"));
    bool lower_name =
        rule->lower_name ||
        (rule->lower_where && span_contains(repository, span_of_text(rule->lower_where)));
    bool ok = (!rule->lower_namespace || lower(mem, false, &purl->space)) &&
              (!lower_name || lower(mem, rule->dashes, &purl->name)) &&
              (!rule->lower_version || lower(mem, false, &purl->version));
    if (!ok)
        return arena_err(mem, err, "purl");
    if (rule->space == NAMESPACE_NEEDED && purl->space.len == 0)
        return err_set(err, ERR_INPUT, "purl: the type needs a namespace");
    if (rule->space == NAMESPACE_NONE && purl->space.len)
        return err_set(err, ERR_INPUT, "purl: the type has no namespaces");
    if (rule->allows && !rule->allows(purl))
        return err_set(err, ERR_INPUT, "purl: the type does not allow '%s'",
                       quote(purl->name).text);
    return true;
}

static bool make_canonical(struct purl *purl, struct arena *mem, struct err *err)
{
    if (!is_type(purl->type))
        return err_set(err, ERR_INPUT, "purl: '%s' is no type", quote(purl->type).text);
    if (!lower(mem, false, &purl->type) || !squeeze(mem, false, &purl->space) ||
        !squeeze(mem, true, &purl->subpath))
        return arena_err(mem, err, "purl");
    struct purl_rule rule = rule_of(purl->type);
    if (rule.name_is_path && !squeeze(mem, false, &purl->name))
        return arena_err(mem, err, "purl");
    if (purl->name.len == 0)
        return err_set(err, ERR_INPUT, "purl: there is no name");
    return order_qualifiers(purl, mem, err) && apply_rule(purl, &rule, mem, err);
}

span purl_qualifier(const struct purl *purl, span key)
{
    for (size_t i = 0; i < purl->qualifier_count; i++)
        if (span_equal(purl->qualifiers[i].key, key))
            return purl->qualifiers[i].value;
    return (span){0};
}

// ---------------------------------------------------------------- building

static bool is_plain(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-' || c == '_' || c == '~' ||
           c == ':';
}

// purl-spec, "Character encoding": all but letters, digits, ".-_~" and ':' is percent-encoded.
static void add_encoded(struct text *out, span s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if (is_plain(c))
            text_add_byte(out, c);
        else
            text_add(out, span_of((char[]){'%', hex[c >> 4], hex[c & 15]}, 3));
    }
}

static void add_path(struct text *out, span path)
{
    while (path.len) {
        add_encoded(out, span_cut(&path, '/'));
        if (path.len)
            text_add_byte(out, '/');
    }
}

static void add_parts(struct text *out, const struct purl *purl)
{
    text_add(out, S("pkg:"));
    text_add(out, purl->type);
    text_add_byte(out, '/');
    add_path(out, purl->space);
    if (purl->space.len)
        text_add_byte(out, '/');
    if (rule_of(purl->type).name_is_path)
        add_path(out, purl->name);
    else
        add_encoded(out, purl->name);
    if (purl->version.len)
        text_add_byte(out, '@');
    add_encoded(out, purl->version);
    for (size_t i = 0; i < purl->qualifier_count; i++) {
        text_add_byte(out, i == 0 ? '?' : '&');
        text_add(out, purl->qualifiers[i].key);
        text_add_byte(out, '=');
        add_encoded(out, purl->qualifiers[i].value);
    }
    if (purl->subpath.len)
        text_add_byte(out, '#');
    add_path(out, purl->subpath);
}

bool purl_build(const struct purl *purl, struct arena *mem, span *ret, struct err *err)
{
    struct purl canonical = *purl;
    if (!make_canonical(&canonical, mem, err))
        return false;
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    add_parts(&out, &canonical);
    if (!text_ok(&out))
        return arena_err(mem, err, "purl");
    *ret = text_span(&out);
    return true;
}

// ---------------------------------------------------------------- parsing

// Percent-encoding undone; a '%' that begins none stands for itself.
static bool decode(struct arena *mem, span s, span *ret)
{
    struct text out = {0};
    if (span_find(s, '%') == SPAN_NONE)
        return arena_span(mem, s, ret);
    text_init(&out, mem, SIZE_MAX);
    for (size_t i = 0; i < s.len; i++) {
        uint64_t byte = 0;
        bool encoded =
            s.ptr[i] == '%' && s.len - i > 2 && span_to_u64_hex(span_slice(s, i + 1, 2), &byte);
        text_add_byte(&out, encoded ? (uint8_t)byte : s.ptr[i]);
        i += encoded ? 2 : 0;
    }
    *ret = text_span(&out);
    return text_ok(&out);
}

static bool parse_qualifiers(struct purl *purl, span text, struct arena *mem, struct err *err)
{
    struct list list;
    list_init(&list, mem, sizeof(struct purl_qualifier), SIZE_MAX);
    while (text.len) {
        span value = span_cut(&text, '&');
        span key = span_cut(&value, '=');
        if (key.len == 0 && value.len == 0)
            continue;
        struct purl_qualifier *qualifier = LIST_ADD(&list, struct purl_qualifier);
        if (!qualifier || !decode(mem, value, &qualifier->value) ||
            !arena_span(mem, key, &qualifier->key))
            return arena_err(mem, err, "purl");
    }
    purl->qualifiers = list.items;
    purl->qualifier_count = list.count;
    return true;
}

// Cuts off what follows the last `byte`.
static span cut_last(span *s, uint8_t byte)
{
    size_t at = span_find_last(*s, byte);
    span tail = at == SPAN_NONE ? (span){0} : span_from(*s, at + 1);
    *s = at == SPAN_NONE ? *s : span_first(*s, at);
    return tail;
}

// The version is behind the last '@', unless that begins a component that is not the last one: many
// write an npm scope without encoding it.
static span cut_version(span *s)
{
    size_t at = span_find_last(*s, '@');
    bool scope = at != SPAN_NONE && (at == 0 || s->ptr[at - 1] == '/') &&
                 span_find(span_from(*s, at), '/') != SPAN_NONE;
    return scope ? (span){0} : cut_last(s, '@');
}

static bool parse_path(struct purl *purl, span path, struct arena *mem, struct err *err)
{
    span space = {0};
    span name = path;
    span version = cut_version(&name);
    if (rule_of(purl->type).name_is_path && span_find(name, '/') != SPAN_NONE) {
        space = span_cut(&name, '/');
    } else if (span_find(name, '/') != SPAN_NONE) {
        space = name;
        name = cut_last(&space, '/');
    }
    return (decode(mem, space, &purl->space) && decode(mem, name, &purl->name) &&
            decode(mem, version, &purl->version)) ||
           arena_err(mem, err, "purl");
}

bool purl_parse(span text, struct arena *mem, struct purl *ret, struct err *err)
{
    struct purl purl = {0};
    span rest = text;
    span subpath = cut_last(&rest, '#');
    span path = span_cut(&rest, '?');
    if (!span_equal_nocase(span_cut(&path, ':'), S("pkg")))
        return err_set(err, ERR_INPUT, "purl: '%s' does not begin with pkg:", quote(text).text);
    while (span_starts_with(path, S("/")))
        path = span_from(path, 1);
    span type = span_cut(&path, '/');
    while (span_starts_with(path, S("/")))
        path = span_from(path, 1);
    if (!arena_span(mem, type, &purl.type) || !lower(mem, false, &purl.type) ||
        !decode(mem, subpath, &purl.subpath))
        return arena_err(mem, err, "purl");
    if (!parse_qualifiers(&purl, rest, mem, err) || !parse_path(&purl, path, mem, err) ||
        !make_canonical(&purl, mem, err))
        return false;
    *ret = purl;
    return true;
}
