#include "feeds/feeds_inner.h"

// What OSS-Fuzz found, in OSV form as YAML. The ranges are of commits, which nothing installed
// names; beside them stand the tags that are affected. Those that name a release are taken over, as
// versions of the program or library that the project is called after.

// "v1.2.3", "curl-7_80_0", "release-1.9.0": the version in a tag, empty where it names none.
static span version_in_tag(struct draft *draft, span project, span tag)
{
    static const span prefixes[] = {S("v"), S("V"), S("release-"), S("Release_")};
    bool named = span_starts_with(tag, project) && tag.len > project.len &&
                 (tag.ptr[project.len] == '-' || tag.ptr[project.len] == '_');
    if (named)
        tag = span_from(tag, project.len + 1);
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (span_starts_with(tag, prefixes[i])) {
            tag = span_from(tag, prefixes[i].len);
            break;
        }
    struct text text = {0};
    text_init(&text, draft->translation->mem, SIZE_MAX);
    for (size_t i = 0; i < tag.len; i++)
        text_add_byte(&text, tag.ptr[i] == '_' ? '.' : tag.ptr[i]);
    draft->affected.failed |= !text_ok(&text);
    return text_span(&text);
}

// Numbers between dots, with a word such as "rc1" behind them at most.
static bool is_release(span version)
{
    size_t dots = 0;
    span rest = version;
    for (bool more = true; more;) {
        if (!span_cut_digits(&rest).len)
            return false;
        more = rest.len && rest.ptr[0] == '.';
        dots += more;
        rest = span_from(rest, more);
    }
    span word = rest.len && rest.ptr[0] == '-' ? span_from(rest, 1) : rest;
    (void)span_cut_letters(&word);
    (void)span_cut_digits(&word);
    return dots > 0 && !word.len;
}

static void add_tags(struct draft *draft, const struct json *tags, const struct affected *pattern)
{
    for (size_t i = 0; i < json_count(tags); i++) {
        struct affected affected = *pattern;
        span version = version_in_tag(draft, pattern->name, json_text(json_at(tags, i)));
        affected.introduced = version;
        affected.last_affected = version;
        if (is_release(version))
            draft_add(draft, &affected);
    }
}

static void add_package(struct draft *draft, const struct json *affected)
{
    struct affected pattern = {
        .ecosystem = S("generic"),
        .name = osv_name(affected),
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
    (void)severity_parse(json_get_text(json_get(affected, "ecosystem_specific"), "severity"),
                         &pattern.severity);
    if (span_equal(osv_ecosystem(affected), S("OSS-Fuzz")))
        add_tags(draft, json_get(affected, "versions"), &pattern);
    else
        language_add_package(draft, affected);
}

bool translate_oss_fuzz(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_all_names,
        .add_package = add_package,
        .rates_flaws = true,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
