// Go: the modules that a go.mod asks for (The Go Modules Reference, "go.mod files"). What is built
// into a program stands in the program.
#include "scan/catalog/catalog_inner.h"

struct requirement {
    span path;
    span version;
};

struct replacement {
    span path;
    span version;             // empty: of any version
    struct requirement other; // without a version: a directory
};

struct module_file {
    struct inspection *inspection;
    struct list requirements; // of struct requirement
    struct list replacements; // of struct replacement
    span block;               // the verb of the block that is open
};

// ---------------------------------------------------------------- lines

// The next word of a line. Words may be quoted: "x" or `x`.
static span next_word(span *line)
{
    *line = span_trim(*line);
    if (line->len && (line->ptr[0] == '"' || line->ptr[0] == '`')) {
        uint8_t quote = line->ptr[0];
        *line = span_from(*line, 1);
        return span_cut(line, quote);
    }
    size_t end = 0;
    while (end < line->len && !ascii_is_space(line->ptr[end]))
        end++;
    span word = span_first(*line, end);
    *line = span_from(*line, end);
    return word;
}

static bool add_requirement(struct module_file *file, span path, span version, struct err *err)
{
    if (path.len == 0 || version.len == 0)
        return true;
    struct requirement *added = LIST_ADD(&file->requirements, struct requirement);
    if (!added)
        return arena_err(file->inspection->scratch, err, "go.mod");
    *added = (struct requirement){.path = path, .version = version};
    return true;
}

// PATH [VERSION] => PATH VERSION, or => DIRECTORY.
static bool add_replacement(struct module_file *file, span line, struct err *err)
{
    struct replacement replacement = {.path = next_word(&line)};
    span word = next_word(&line);
    if (!span_equal(word, S("=>"))) {
        replacement.version = word;
        word = next_word(&line);
    }
    replacement.other.path = next_word(&line);
    replacement.other.version = next_word(&line);
    if (!span_equal(word, S("=>")) || replacement.other.path.len == 0)
        return true;
    struct replacement *added = LIST_ADD(&file->replacements, struct replacement);
    if (!added)
        return arena_err(file->inspection->scratch, err, "go.mod");
    *added = replacement;
    return true;
}

// "toolchain go1.22.3": the standard library is as old as that.
static bool add_toolchain(struct module_file *file, span line, struct err *err)
{
    span toolchain = next_word(&line);
    if (!span_starts_with(toolchain, S("go1.")))
        return true;
    return add_requirement(file, S("stdlib"), span_from(toolchain, 2), err);
}

static bool read_directive(struct module_file *file, span verb, span line, struct err *err)
{
    if (span_equal(verb, S("replace")))
        return add_replacement(file, line, err);
    if (span_equal(verb, S("toolchain")))
        return add_toolchain(file, line, err);
    if (!span_equal(verb, S("require")))
        return true;
    span path = next_word(&line);
    return add_requirement(file, path, next_word(&line), err);
}

static span without_comment(span line)
{
    for (size_t i = 0; i + 1 < line.len; i++)
        if (line.ptr[i] == '/' && line.ptr[i + 1] == '/')
            return span_first(line, i);
    return line;
}

static bool read_line(struct module_file *file, span line, struct err *err)
{
    line = span_trim(without_comment(line));
    if (span_equal(line, S(")"))) {
        file->block = (span){0};
        return true;
    }
    if (file->block.len)
        return read_directive(file, file->block, line, err);
    size_t bracket = line.len && line.ptr[line.len - 1] == '(' ? line.len - 1 : SPAN_NONE;
    if (bracket != SPAN_NONE) {
        file->block = span_trim(span_first(line, bracket));
        return true;
    }
    span verb = next_word(&line);
    return read_directive(file, verb, line, err);
}

// ---------------------------------------------------------------- replacements

static int compare_replacements(const void *a, const void *b)
{
    const struct replacement *left = a;
    const struct replacement *right = b;
    int order = span_compare(left->path, right->path);
    return order != 0 ? order : span_compare(left->version, right->version);
}

static const struct replacement *find_replacement(const struct list *sorted, span path,
                                                  span version)
{
    struct replacement wanted = {.path = path, .version = version};
    size_t low = 0;
    for (size_t high = sorted->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (compare_replacements(LIST_AT(sorted, struct replacement, middle), &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct replacement *found =
        low < sorted->count ? LIST_AT(sorted, struct replacement, low) : NULL;
    return found && compare_replacements(found, &wanted) == 0 ? found : NULL;
}

// One for this version goes before one for all versions. What a directory replaces has no version.
static struct requirement resolve(const struct list *replacements, struct requirement required)
{
    const struct replacement *found =
        find_replacement(replacements, required.path, required.version);
    if (!found)
        found = find_replacement(replacements, required.path, (span){0});
    return found ? found->other : required;
}

static bool add_packages(struct module_file *file, struct err *err)
{
    struct inspection *inspection = file->inspection;
    struct list packages = inspection_found(inspection);
    struct list *replacements = &file->replacements;
    sort_items(replacements->items, replacements->count, sizeof(struct replacement),
               compare_replacements);
    for (size_t i = 0; i < file->requirements.count; i++) {
        struct requirement module =
            resolve(replacements, *LIST_AT(&file->requirements, struct requirement, i));
        struct package *added = module.version.len ? LIST_ADD(&packages, struct package) : NULL;
        if (added)
            *added = (struct package){
                .type = S("golang"), .name = module.path, .version = module.version};
    }
    return inspection_add_once(inspection, &packages, err);
}

static bool read_go_mod(struct inspection *inspection, struct err *err)
{
    struct module_file file = {
        .inspection = inspection,
        .requirements = inspection_list(inspection, sizeof(struct requirement)),
        .replacements = inspection_list(inspection, sizeof(struct replacement)),
    };
    span rest = inspection->text;
    while (rest.len)
        if (!read_line(&file, span_cut_line(&rest), err))
            return false;
    return add_packages(&file, err);
}

static const struct cataloger catalogers[] = {
    {S("**/go.mod"), read_go_mod, CATALOG_DECLARED},
};
const struct catalogers go_mod_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
