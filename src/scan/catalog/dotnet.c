// .NET: what a published program brings with it (.NET SDK, "runtime configuration files":
// NAME.deps.json).
#include "scan/catalog/executable_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- NAME.deps.json

struct library {
    span key; // "NAME/VERSION"
    span type;
    span hash;                // subresource integrity: "sha512-…"
    const struct json *parts; // its entry in the target; null: there is none
    bool deployed;            // files of it, or of something that it needs, belong to the program
};

// The index of a library, of what it needs.
struct need {
    size_t library;
    size_t needed;
};

struct program {
    struct inspection *inspection;
    span member; // of a bundle; empty: the file itself
    const struct json *target;
    struct list libraries; // of struct library, sorted by key
    struct list needs;     // of struct need
};

static int compare_libraries(const void *a, const void *b)
{
    const struct library *left = a;
    const struct library *right = b;
    return span_compare(left->key, right->key);
}

static const struct json *find_member(const struct json *object, span key)
{
    struct json_member member = {0};
    while (json_next(object, &member))
        if (span_equal(member.key, key))
            return member.value;
    return NULL;
}

// A program is published for one target, which runtimeTarget names; old ones do not always.
static const struct json *target_of(const struct json *document)
{
    const struct json *targets = json_get(document, "targets");
    const struct json *named =
        find_member(targets, json_get_text(json_get(document, "runtimeTarget"), "name"));
    struct json_member member = {0};
    return named || !json_next(targets, &member) ? named : member.value;
}

static bool has_files(const struct json *parts)
{
    static const char *const kinds[] = {"runtime", "runtimeTargets", "native", "resources"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct json_member file = {0};
        if (json_next(json_get(parts, kinds[i]), &file))
            return true;
    }
    return false;
}

static bool list_libraries(struct program *program, const struct json *libraries, struct err *err)
{
    struct json_member member = {0};
    while (json_next(libraries, &member)) {
        struct library *added = LIST_ADD(&program->libraries, struct library);
        char *key = arena_text(program->inspection->scratch, member.key);
        if (!added || !key)
            return arena_err(program->inspection->scratch, err, "libraries");
        added->key = member.key;
        added->type = json_get_text(member.value, "type");
        added->hash = json_get_text(member.value, "sha512");
        added->parts = json_get(program->target, key);
        added->deployed = has_files(added->parts);
    }
    sort_items(program->libraries.items, program->libraries.count, sizeof(struct library),
               compare_libraries);
    return true;
}

static size_t find_library(const struct program *program, span key)
{
    struct library wanted = {.key = key};
    size_t low = 0;
    for (size_t high = program->libraries.count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (compare_libraries(LIST_AT(&program->libraries, struct library, middle), &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct library *found =
        low < program->libraries.count ? LIST_AT(&program->libraries, struct library, low) : NULL;
    return found && span_equal(found->key, key) ? low : SPAN_NONE;
}

static bool list_needs(struct program *program, size_t index, struct err *err)
{
    struct inspection *inspection = program->inspection;
    const struct library *library = LIST_AT(&program->libraries, struct library, index);
    struct json_member member = {0};
    while (json_next(json_get(library->parts, "dependencies"), &member)) {
        struct text key = {0};
        text_init(&key, inspection->scratch, SIZE_MAX);
        text_add(&key, member.key);
        text_add_byte(&key, '/');
        text_add(&key, json_text(member.value));
        size_t needed = find_library(program, text_span(&key));
        struct need *added = needed == SPAN_NONE ? NULL : LIST_ADD(&program->needs, struct need);
        if (!text_ok(&key) || !list_ok(&program->needs))
            return arena_err(inspection->scratch, err, "libraries");
        if (added)
            *added = (struct need){.library = index, .needed = needed};
    }
    return true;
}

// A package may have no files and be there for those that it needs: advisories name it all the
// same. So it is deployed with them, through at most limits->depth of its like.
static void spread_deployment(struct program *program)
{
    bool changed = true;
    for (uint64_t round = 0; changed && round < program->inspection->limits->depth; round++) {
        changed = false;
        for (size_t i = 0; i < program->needs.count; i++) {
            const struct need *need = LIST_AT(&program->needs, struct need, i);
            struct library *library = LIST_AT(&program->libraries, struct library, need->library);
            if (library->deployed ||
                !LIST_AT(&program->libraries, struct library, need->needed)->deployed)
                continue;
            library->deployed = true;
            changed = true;
        }
    }
}

// "NAME/VERSION". The runtime that a program brings with it is called "runtimepack.NAME".
static bool add_library(const struct program *program, const struct library *library,
                        struct err *err)
{
    span version = library->key;
    span name = span_cut(&version, '/');
    if (span_equal(library->type, S("runtimepack")) && span_starts_with(name, S("runtimepack.")))
        name = span_from(name, S("runtimepack.").len);
    struct candidate candidate = candidate_of(program->inspection, S("nuget"), name, version);
    struct json_member member = {0};
    candidate.package.member = program->member;
    while (json_next(json_get(library->parts, "dependencies"), &member))
        candidate_depend(&candidate, member.key);
    candidate_integrity(&candidate, library->hash);
    return version.len == 0 || candidate_add(&candidate, err);
}

static bool add_libraries(struct program *program, struct err *err)
{
    for (size_t i = 0; i < program->libraries.count; i++) {
        const struct library *library = LIST_AT(&program->libraries, struct library, i);
        bool known = span_equal(library->type, S("package")) ||
                     span_equal(library->type, S("project")) ||
                     span_equal(library->type, S("runtimepack"));
        if (known && library->deployed && !add_library(program, library, err))
            return false;
    }
    return true;
}

static bool read_document(struct inspection *inspection, const struct json *document, span member,
                          struct err *err)
{
    struct program program = {
        .inspection = inspection,
        .member = member,
        .target = target_of(document),
        .libraries = inspection_list(inspection, sizeof(struct library)),
        .needs = inspection_list(inspection, sizeof(struct need)),
    };
    if (!list_libraries(&program, json_get(document, "libraries"), err))
        return false;
    for (size_t i = 0; i < program.libraries.count; i++)
        if (!list_needs(&program, i, err))
            return false;
    spread_deployment(&program);
    return add_libraries(&program, err);
}

static bool read_deps(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    return !document || read_document(inspection, document, (span){0}, err);
}

bool dotnet_read_deps(struct inspection *inspection, span text, span member, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct err damage = {0};
    if (json_parse(text, inspection->limits->document_bytes, &document, &damage))
        return read_document(inspection, document, member, err);
    (void)err_add(&damage, "%s", quote(member).text);
    inspection_damaged(inspection, &damage);
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/*.deps.json"), read_deps, 0},
};
const struct catalogers dotnet_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
