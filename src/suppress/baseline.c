// What an earlier result has, too. A finding is the same when its flaw, its kind, the type and the
// name of its package and its place are; not its version, for a newer version that is not the fix
// is nothing new.
#include "suppress/suppress_inner.h"

struct identity {
    span id;
    span kind;
    span type; // of the package; empty: it is about none
    span name;
    span path;
};

// A finding of the earlier result under one of its names.
struct entry {
    struct identity identity;
    size_t finding;
    bool is_alias;
};

struct earlier {
    struct arena *mem; // of all this
    struct json *root; // the document, which names and paths point into
    span name;
    struct labels packages; // by their ids
    struct list entries;    // of struct entry, sorted by identity
    bool *still_there;      // by the findings of the earlier result
    size_t count;
};

// ---------------------------------------------------------------- identities

static int compare_entries(const void *left, const void *right)
{
    const struct identity *a = &((const struct entry *)left)->identity;
    const struct identity *b = &((const struct entry *)right)->identity;
    const span pairs[][2] = {
        {a->id, b->id},     {a->name, b->name}, {a->path, b->path},
        {a->type, b->type}, {a->kind, b->kind},
    };
    int order = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs && order == 0; i++)
        order = span_compare(pairs[i][0], pairs[i][1]);
    return order;
}

// The path without the version, which many ecosystems write into it: "lib/foo-1.2.jar".
static bool plain_path(span path, span version, struct arena *mem, span *ret, struct err *err)
{
    struct text plain;
    text_init(&plain, mem, SIZE_MAX);
    while (path.len) {
        bool here = version.len && span_starts_with(path, version);
        text_add_byte(&plain, here ? '*' : path.ptr[0]);
        path = span_from(path, here ? version.len : 1);
    }
    *ret = text_span(&plain);
    return text_ok(&plain) || arena_err(mem, err, "baseline");
}

// ---------------------------------------------------------------- the earlier result

static bool read_packages(struct earlier *earlier, const struct json *packages, struct err *err)
{
    labels_init(&earlier->packages, earlier->mem);
    for (size_t i = 0; i < json_count(packages); i++) {
        const struct json *json = json_at(packages, i);
        struct label *label = labels_add(&earlier->packages, json_get_text(json, "id"));
        if (label)
            label->json = json;
    }
    return labels_close(&earlier->packages, err);
}

static bool add_entry(struct earlier *earlier, struct identity identity, span id, size_t finding,
                      bool is_alias, struct err *err)
{
    struct entry *entry = LIST_ADD(&earlier->entries, struct entry);
    if (!entry)
        return arena_err(earlier->mem, err, "baseline");
    identity.id = id;
    *entry = (struct entry){.identity = identity, .finding = finding, .is_alias = is_alias};
    return true;
}

static bool read_finding(struct earlier *earlier, const struct json *json, size_t number,
                         struct err *err)
{
    const struct json *aliases = json_get(json, "aliases");
    span id = json_get_text(json, "id");
    span package_id = json_get_text(json, "package");
    const struct label *package = labels_find(&earlier->packages, package_id);
    struct identity identity = {.kind = json_get_text(json, "kind")};
    if (id.len == 0 || identity.kind.len == 0 || (package_id.len && !package))
        return err_set(err, ERR_INPUT, "it has no id, no kind or a package that is not there");
    // What did not count then is not known from then.
    earlier->still_there[number] = json_get_text(json, "suppressed").len != 0;
    if (earlier->still_there[number])
        return true;
    span version = {0};
    if (package) {
        identity.type = json_get_text(package->json, "type");
        identity.name = json_get_text(package->json, "name");
        version = json_get_text(package->json, "version");
    }
    if (!plain_path(json_get_text(json, "location"), version, earlier->mem, &identity.path, err) ||
        !add_entry(earlier, identity, id, number, false, err))
        return false;
    for (size_t i = 0; i < json_count(aliases); i++)
        if (!add_entry(earlier, identity, json_text(json_at(aliases, i)), number, true, err))
            return false;
    return true;
}

static bool read_result(struct earlier *earlier, const struct json *root, struct err *err)
{
    const struct json *findings = json_get(root, "findings");
    list_init(&earlier->entries, earlier->mem, sizeof(struct entry), SIZE_MAX);
    if (!span_equal(json_get_text(root, "schema"), S("plimsoll.scan/1")) ||
        !json_is_array(findings))
        return err_set(err, ERR_INPUT, "it is no result of 'plimsoll scan -o json'");
    earlier->count = json_count(findings);
    earlier->still_there = arena_array(earlier->mem, earlier->count, sizeof(bool));
    if (!earlier->still_there)
        return arena_err(earlier->mem, err, "baseline");
    if (!read_packages(earlier, json_get(root, "packages"), err))
        return false;
    for (size_t i = 0; i < earlier->count; i++)
        if (!read_finding(earlier, json_at(findings, i), i, err))
            return err_add(err, "findings[%zu]", i);
    sort_items(earlier->entries.items, earlier->entries.count, sizeof(struct entry),
               compare_entries);
    return true;
}

// ---------------------------------------------------------------- the comparison

// Marks all findings of this name; of an alias of the new finding only the very id of an old one
// counts, for two flaws may share the name of an update.
static bool mark(struct earlier *earlier, const struct identity *identity, bool is_alias)
{
    const struct entry wanted = {.identity = *identity};
    const struct entry *entries = earlier->entries.items;
    bool found = false;
    size_t low = 0;
    size_t high = earlier->entries.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_entries(&entries[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < earlier->entries.count; i++) {
        if (compare_entries(&entries[i], &wanted) != 0)
            break;
        if (is_alias && entries[i].is_alias)
            continue;
        earlier->still_there[entries[i].finding] = true;
        found = true;
    }
    return found;
}

static bool is_known(struct earlier *earlier, const struct scan *scan,
                     const struct finding *finding, bool *ret, struct err *err)
{
    const struct package *package =
        finding->package == NO_PACKAGE ? NULL : &scan->bom.packages[finding->package];
    struct identity identity = {
        .id = finding->id,
        .kind = span_of_text(finding_kind_name(finding->kind)),
        .type = package ? package->type : (span){0},
        .name = package ? package->name : (span){0},
    };
    span path = finding->location;
    if (path.len == 0 && package && package->location_count)
        path = package->locations[0].path; // as the report says it
    if (!plain_path(path, package ? package->version : (span){0}, earlier->mem, &identity.path,
                    err))
        return false;
    bool known = mark(earlier, &identity, false);
    for (size_t i = 0; i < finding->aliases.count; i++) {
        identity.id = finding->aliases.items[i];
        known |= mark(earlier, &identity, true);
    }
    *ret = known;
    return true;
}

static bool compare(struct earlier *earlier, struct scan *scan,
                    const struct suppression *suppression, span reason, struct err *err)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        struct finding *finding = &scan->findings.items[i];
        bool known = false;
        if (!is_known(earlier, scan, finding, &known, err))
            return false;
        if (!known || finding->suppressed.len)
            continue;
        finding->suppressed = reason;
        finding->suppression = suppression;
        scan->baseline.known++;
    }
    for (size_t i = 0; i < earlier->count; i++)
        scan->baseline.resolved += !earlier->still_there[i];
    return true;
}

static bool make_reason(span name, struct arena *mem, struct scan *scan,
                        const struct suppression **ret_suppression, span *ret_reason,
                        struct err *err)
{
    struct suppression *suppression = ARENA_NEW(mem, struct suppression);
    struct text reason;
    text_init(&reason, mem, SIZE_MAX);
    text_add(&reason, S("known since "));
    text_add(&reason, name);
    if (!suppression || !text_ok(&reason) || !arena_span(mem, name, &scan->baseline.source))
        return arena_err(mem, err, "baseline");
    *suppression = (struct suppression){
        .kind = SUPPRESSION_KNOWN,
        .source = scan->baseline.source,
        .origin = S("file"),
    };
    *ret_suppression = suppression;
    *ret_reason = text_span(&reason);
    return true;
}

void suppress_free_earlier(struct earlier *earlier)
{
    if (!earlier)
        return;
    struct arena *mem = earlier->mem;
    json_cleanup(&earlier->root);
    arena_cleanup(&mem); // the baseline itself, too
}

static void earlier_cleanup(struct earlier **earlier)
{
    suppress_free_earlier(*earlier);
}

bool suppress_read_earlier(span name, span text, const struct limits *limits, struct earlier **ret,
                           struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->kept_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a baseline");
    struct earlier *made = ARENA_NEW(mem, struct earlier);
    if (!made)
        return arena_err(mem, err, "baseline");
    made->mem = take(&mem);
    CLEANUP(earlier_cleanup) struct earlier *earlier = made;
    if (!arena_span(earlier->mem, name, &earlier->name))
        return arena_err(earlier->mem, err, "baseline");
    if (!json_parse_strict(text, limits->feed_bytes, &earlier->root, err) ||
        !read_result(earlier, earlier->root, err))
        return err_add(err, "%s", quote(name).text);
    *ret = take(&earlier);
    return true;
}

bool suppress_known(struct earlier *earlier, struct scan *scan, struct arena *mem,
                    struct notes *notes, struct err *err)
{
    const struct suppression *suppression = NULL;
    span reason = {0};
    if (!make_reason(earlier->name, mem, scan, &suppression, &reason, err) ||
        !compare(earlier, scan, suppression, reason, err))
        return false;
    if (!json_is_true(json_get(earlier->root, "complete")))
        notes_add(notes, NOTE_INFORMATION, scan->baseline.source,
                  "the earlier scan was incomplete: what it did not see counts as new");
    return true;
}
