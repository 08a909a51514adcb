// JavaScript: bun.lock (Bun documentation, "Lockfile"): JSON with comments and trailing commas.
// What is for development only follows from what the projects need.
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

// ---------------------------------------------------------------- what the projects need

// A key is where a package lies: "a", or "b/a" where what is hoisted to "a" did not suit b.
struct entry {
    span key;
    const struct json *value;
};

struct lock {
    struct inspection *inspection;
    const struct json *packages;
    struct reach reach; // of struct entry
    struct text key;    // that is being looked up
    uint64_t work_left; // bytes of keys: where many names lie deep, looking for them has an end
};

static const char *const needs[] = {"dependencies", "optionalDependencies", "peerDependencies"};

enum { NEEDS = sizeof needs / sizeof *needs };

// "a" of "a/@s/b": what it lies in; empty: nothing.
static span around(span key)
{
    size_t slash = span_find_last(key, '/');
    span outer = span_first(key, slash == SPAN_NONE ? 0 : slash);
    bool is_scope = span_starts_with(path_name(outer), S("@"));
    return is_scope ? path_parent(outer) : outer;
}

static bool is_there(struct lock *lock, span within, span name)
{
    lock->key.len = 0;
    text_add(&lock->key, within);
    text_add(&lock->key, within.len ? S("/") : (span){0});
    text_add(&lock->key, name);
    uint64_t cost = lock->key.len;
    lock->work_left -= cost < lock->work_left ? cost : lock->work_left;
    return reach_has(&lock->reach, text_span(&lock->key));
}

// The package of this name that is nearest to where another lies.
static void mark_need(struct lock *lock, span key, span name)
{
    while (!is_there(lock, key, name) && key.len > 0 && lock->work_left > 0)
        key = around(key);
    reach_mark(&lock->reach, text_span(&lock->key));
}

static void mark_needs(struct lock *lock, span key, const struct json *of)
{
    for (size_t i = 0; i < NEEDS; i++) {
        struct json_member member = {0};
        while (json_next(json_get(of, needs[i]), &member))
            mark_need(lock, key, member.key);
    }
}

static bool follow(struct lock *lock, const struct json *projects, struct err *err)
{
    struct json_member project = {0};
    while (json_next(projects, &project))
        mark_needs(lock, json_get_text(project.value, "name"), project.value);
    for (const struct entry *entry = reach_next(&lock->reach); entry;
         entry = reach_next(&lock->reach))
        mark_needs(lock, entry->key, json_at(entry->value, 2));
    if (lock->work_left == 0)
        notes_add(lock->inspection->notes, NOTE_LIMIT, lock->inspection->path,
                  "too much to follow: not all that is needed is listed");
    return text_ok(&lock->key) || arena_err(lock->reach.scratch, err, "bun.lock");
}

static bool list_entries(struct lock *lock, struct err *err)
{
    struct json_member member = {0};
    while (json_next(lock->packages, &member)) {
        struct entry *entry = ARENA_NEW(lock->reach.scratch, struct entry);
        if (!entry)
            return arena_err(lock->reach.scratch, err, "bun.lock");
        *entry = (struct entry){.key = member.key, .value = member.value};
        reach_add(&lock->reach, member.key, entry);
    }
    return reach_start(&lock->reach, err);
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

static bool add_needed(struct lock *lock, struct err *err)
{
    struct json_member member = {0};
    while (json_next(lock->packages, &member))
        if (reach_find(&lock->reach, member.key) &&
            !add_package(lock->inspection, member.value, err))
            return false;
    return true;
}

static bool read_bun_lock(struct inspection *inspection, struct err *err)
{
    enum { WORK_FACTOR = 100 };
    struct inspection plain = *inspection;
    if (!make_plain(inspection->text, inspection->scratch, &plain.text))
        return arena_err(inspection->scratch, err, "bun.lock");
    CLEANUP(json_cleanup) struct json *document = inspection_json(&plain);
    struct lock lock = {
        .inspection = inspection,
        .packages = json_get(document, "packages"),
        .work_left = WORK_FACTOR * (uint64_t)inspection->text.len,
    };
    reach_init(&lock.reach, inspection->scratch);
    text_init(&lock.key, inspection->scratch, SIZE_MAX);
    return list_entries(&lock, err) && follow(&lock, json_get(document, "workspaces"), err) &&
           add_needed(&lock, err);
}

static const struct cataloger catalogers[] = {
    {S("**/bun.lock"), read_bun_lock, CATALOG_DECLARED},
};
const struct catalogers javascript_bun_catalogers = {catalogers,
                                                     sizeof catalogers / sizeof *catalogers};
