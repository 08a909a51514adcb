// JavaScript: bun.lock (Bun documentation, "Lockfile"): JSON with comments and trailing commas. It
// does not say what is for development only.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- JSON with comments

// The length of the string, comment or single byte that `s` begins with.
static size_t token_length(span s)
{
    size_t end = 1;
    if (s.ptr[0] == '"') {
        while (end < s.len && s.ptr[end] != '"')
            end += s.ptr[end] == '\\' ? 2 : 1;
        return end < s.len ? end + 1 : s.len;
    }
    if (span_starts_with(s, S("//"))) {
        end = span_find(s, '\n');
        return end == SPAN_NONE ? s.len : end;
    }
    if (span_starts_with(s, S("/*"))) {
        for (end = 2; end + 1 < s.len; end++)
            if (s.ptr[end] == '*' && s.ptr[end + 1] == '/')
                return end + 2;
        return s.len;
    }
    return end;
}

static bool is_comment(span token)
{
    return token.len > 1 && token.ptr[0] == '/';
}

// The same text without comments, and without commas before a closing bracket.
static bool make_plain(span text, struct arena *scratch, span *ret)
{
    struct text out;
    bool comma = false; // seen and not yet written
    text_init(&out, scratch, text.len);
    while (text.len) {
        span token = span_first(text, token_length(text));
        text = span_from(text, token.len);
        if (is_comment(token) || ascii_is_space(token.ptr[0]))
            continue;
        if (comma && token.ptr[0] != ']' && token.ptr[0] != '}')
            text_add_byte(&out, ',');
        comma = token.ptr[0] == ',';
        text_add(&out, comma ? (span){0} : token);
    }
    *ret = text_span(&out);
    return text_ok(&out);
}

// ---------------------------------------------------------------- packages

// ["name@version", "registry", {"dependencies": {…}}, "sha512-…"]; fewer for what is from
// elsewhere.
static bool add_package(struct inspection *inspection, const struct json *entry, struct err *err)
{
    span name = {0};
    span version = {0};
    if (!javascript_split(json_text(json_at(entry, 0)), &name, &version) ||
        javascript_is_local(version))
        return true;
    struct candidate candidate = candidate_of(inspection, S("npm"), name, version);
    candidate_integrity(&candidate, json_text(json_at(entry, 3)));
    struct json_member member = {0};
    while (json_next(json_get(json_at(entry, 2), "dependencies"), &member))
        candidate_depend(&candidate, member.key);
    return candidate_add(&candidate, err);
}

static bool read_bun_lock(struct inspection *inspection, struct err *err)
{
    struct inspection plain = *inspection;
    if (!make_plain(inspection->text, inspection->scratch, &plain.text))
        return arena_err(inspection->scratch, err, "bun.lock");
    CLEANUP(json_cleanup) struct json *document = inspection_json(&plain);
    struct json_member member = {0};
    while (json_next(json_get(document, "packages"), &member))
        if (!add_package(inspection, member.value, err))
            return false;
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/bun.lock"), read_bun_lock, CATALOG_DECLARED},
};
const struct catalogers javascript_bun_catalogers = {catalogers,
                                                     sizeof catalogers / sizeof *catalogers};
