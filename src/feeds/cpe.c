// The configurations of products that NVD and those who write like it call affected.
#include "feeds/feeds_inner.h"

// ---------------------------------------------------------------- names

// What a CPE 2.3 name says, each part as it is written there: quoted by backslashes, "*" for any
// and
// "-" for none.
struct cpe {
    span part; // "a": application, "o": operating system, "h": hardware
    span vendor;
    span product;
    span version;
    span update;
    span target_software;
};

// A backslash takes away the meaning of the byte behind it.
static span cut_attribute(span *rest)
{
    size_t at = 0;
    while (at < rest->len && rest->ptr[at] != ':')
        at += rest->ptr[at] == '\\' ? 2 : 1;
    span attribute = span_first(*rest, at);
    *rest = span_from(*rest, at + 1);
    return attribute;
}

static bool read_name(span text, struct cpe *ret)
{
    span prefix = S("cpe:2.3:");
    if (!span_starts_with(text, prefix))
        return false;
    span rest = span_from(text, prefix.len);
    struct cpe cpe = {0};
    cpe.part = cut_attribute(&rest);
    cpe.vendor = cut_attribute(&rest);
    cpe.product = cut_attribute(&rest);
    cpe.version = cut_attribute(&rest);
    cpe.update = cut_attribute(&rest);
    (void)cut_attribute(&rest); // edition
    (void)cut_attribute(&rest); // language
    (void)cut_attribute(&rest); // software edition
    cpe.target_software = cut_attribute(&rest);
    if (!cpe.target_software.len)
        return false;
    *ret = cpe;
    return true;
}

static bool is_any(span attribute)
{
    return span_equal(attribute, S("*"));
}

static bool is_none(span attribute)
{
    return span_equal(attribute, S("-"));
}

static void add_plain(struct text *out, span attribute)
{
    for (size_t i = 0; i < attribute.len; i++)
        if (attribute.ptr[i] != '\\')
            text_add_byte(out, ascii_lower(attribute.ptr[i]));
}

// Both parts without quotes, in lower case; without room for them the draft fails.
static span join(struct draft *draft, span left, span between, span right)
{
    struct text joined = {0};
    text_init(&joined, draft->translation->mem, SIZE_MAX);
    add_plain(&joined, left);
    text_add(&joined, between);
    add_plain(&joined, right);
    if (!text_ok(&joined))
        draft->affected.failed = true;
    return text_span(&joined);
}

span cpe_product_of(struct arena *mem, span text)
{
    struct cpe cpe = {0};
    struct text product = {0};
    if (!read_name(text, &cpe) || !span_equal(cpe.part, S("a")))
        return (span){0};
    text_init(&product, mem, SIZE_MAX);
    add_plain(&product, cpe.vendor);
    text_add_byte(&product, ':');
    add_plain(&product, cpe.product);
    return text_span(&product);
}

// ---------------------------------------------------------------- what a container can be

// Operating systems by another name that a container's files can come from.
static const span linux_vendors[] = {
    S("linux"),     S("debian"),       S("canonical"), S("redhat"),    S("fedoraproject"),
    S("centos"),    S("suse"),         S("opensuse"),  S("gentoo"),    S("alpinelinux"),
    S("archlinux"), S("rocky"),        S("almalinux"), S("ubuntu"),    S("ubuntulinux"),
    S("mandriva"),  S("mandrakesoft"), S("slackware"), S("conectiva"), S("turbolinux"),
    S("trustix"),   S("unix"),
};

static bool is_linux(const struct cpe *cpe)
{
    for (size_t i = 0; i < sizeof linux_vendors / sizeof *linux_vendors; i++)
        if (span_equal(cpe->vendor, linux_vendors[i]))
            return true;
    return span_contains(cpe->product, S("linux"));
}

// What applications are made for, when it is not Linux.
static const span foreign_targets[] = {
    S("windows"), S("mac"),       S("android"), S("iphone"),  S("ipad"),
    S("ios"),     S("chrome_os"), S("solaris"), S("sunos"),   S("hp-ux"),
    S("aix"),     S("freebsd"),   S("tvos"),    S("watchos"), S("blackberry"),
};

// Can software for this target lie in a container? The target may be a language or an application.
static bool is_possible_target(span target)
{
    for (size_t i = 0; i < sizeof foreign_targets / sizeof *foreign_targets; i++)
        if (span_starts_with(target, foreign_targets[i]))
            return false;
    return true;
}

static bool can_be_present(const struct cpe *cpe)
{
    if (span_equal(cpe->part, S("o")))
        return is_linux(cpe);
    return span_equal(cpe->part, S("a")) && is_possible_target(cpe->target_software);
}

// ---------------------------------------------------------------- configurations

// A node has an operator, CPE names to which it applies, and perhaps nodes within. Feeds 1.1 call
// those children; in 2.0 a configuration is what has nodes.
struct node {
    bool is_and;
    const struct json *matches;
    const struct json *children;
};

static const struct json *either(const struct json *object, const char *one, const char *other)
{
    const struct json *value = json_get(object, one);
    return value ? value : json_get(object, other);
}

static struct node node_of(const struct json *json)
{
    return (struct node){
        .is_and = span_equal(json_get_text(json, "operator"), S("AND")),
        .matches = either(json, "cpeMatch", "cpe_match"),
        .children = either(json, "nodes", "children"),
    };
}

static bool read_match(const struct json *match, struct cpe *ret)
{
    return read_name(json_text(either(match, "criteria", "cpe23Uri")), ret);
}

enum { MOST_LEVELS = 4 }; // of nodes: NVD has two

// Can all (of an AND) or any (of an OR) of what the node names be present?
static bool is_possible(const struct json *json, unsigned level)
{
    if (level == MOST_LEVELS)
        return false;
    struct node node = node_of(json);
    size_t matches = json_count(node.matches);
    size_t terms = matches + json_count(node.children);
    for (size_t i = 0; i < terms; i++) {
        struct cpe cpe = {0};
        bool possible = i < matches
                            ? read_match(json_at(node.matches, i), &cpe) && can_be_present(&cpe)
                            : is_possible(json_at(node.children, i - matches), level + 1);
        if (possible != node.is_and)
            return possible;
    }
    return node.is_and;
}

// A name that ends with "update" and a number speaks of a JDK: 1.8.0 update_131 is 1.8.0_131.
static span version_of(struct draft *draft, span version, span update)
{
    span number = update;
    if (is_any(update) || is_none(update))
        return join(draft, version, S(""), S(""));
    if (!span_equal(span_cut_letters(&number), S("update")))
        return join(draft, version, ascii_is_digit(update.ptr[0]) ? S("-") : S(""), update);
    return join(draft, version, S("_"),
                span_starts_with(number, S("_")) ? span_from(number, 1) : number);
}

// The end of "this and all before" has an update of its own: version "*", update "beta3", up to 2.0
// is up to 2.0 beta 3. False for what names no versions.
static bool read_range(struct draft *draft, const struct json *match, span update,
                       struct affected *affected)
{
    span after = json_get_text(match, "versionStartExcluding");
    span from = json_get_text(match, "versionStartIncluding");
    affected->introduced = after.len ? after : from;
    affected->after_introduced = after.len != 0;
    affected->fixed = json_get_text(match, "versionEndExcluding");
    affected->status = affected->fixed.len ? STATUS_FIXED : STATUS_AFFECTED;
    bool has_update = !is_any(update) && !is_none(update);
    span last = json_get_text(match, "versionEndIncluding");
    if (last.len)
        affected->last_affected = has_update ? version_of(draft, last, update) : last;
    return last.len || !has_update;
}

static bool read_versions(struct draft *draft, const struct json *match, const struct cpe *cpe,
                          struct affected *affected)
{
    if (is_any(cpe->version))
        return read_range(draft, match, cpe->update, affected);
    // A pattern ("1.2.*") and "none" are no versions.
    if (is_none(cpe->version) || span_find(cpe->version, '*') != SPAN_NONE)
        return false;
    affected->status = STATUS_AFFECTED;
    affected->introduced = version_of(draft, cpe->version, cpe->update);
    affected->last_affected = affected->introduced;
    return true;
}

// Targets that say no more than where a container runs anyway.
static span module_of(struct draft *draft, span target)
{
    if (is_any(target) || is_none(target) || span_starts_with(target, S("linux")) ||
        span_equal(target, S("unix")))
        return (span){0};
    return join(draft, target, S(""), S(""));
}

// False for what is no application that a container can hold: no kernel runs out of an image, and
// distributions speak for themselves.
static bool name_product(struct draft *draft, const struct cpe *cpe, struct affected *ret)
{
    if (!span_equal(cpe->part, S("a")) || !can_be_present(cpe))
        return false;
    span name = join(draft, cpe->vendor, S(":"), cpe->product);
    *ret = (struct affected){
        .ecosystem = cpe_ecosystem_of(name),
        .name = name,
        .name_kind = NAME_BINARY,
        .module = module_of(draft, cpe->target_software),
    };
    return true;
}

bool cpe_name_product(struct draft *draft, span text, struct affected *ret)
{
    struct cpe cpe = {0};
    return read_name(text, &cpe) && name_product(draft, &cpe, ret);
}

static void add_match(struct draft *draft, const struct json *match)
{
    struct cpe cpe = {0};
    struct affected affected = {0};
    if (json_is_true(json_get(match, "vulnerable")) && read_match(match, &cpe) &&
        name_product(draft, &cpe, &affected) && read_versions(draft, match, &cpe, &affected))
        draft_add(draft, &affected);
}

static void add_node(struct draft *draft, const struct json *json, unsigned level)
{
    struct node node = node_of(json);
    if (level == MOST_LEVELS || json_is_true(json_get(json, "negate")) ||
        (node.is_and && !is_possible(json, level)))
        return;
    for (size_t i = 0; i < json_count(node.matches); i++)
        add_match(draft, json_at(node.matches, i));
    for (size_t i = 0; i < json_count(node.children); i++)
        add_node(draft, json_at(node.children, i), level + 1);
}

void cpe_add_configuration(struct draft *draft, const struct json *configuration)
{
    add_node(draft, configuration, 0);
}
