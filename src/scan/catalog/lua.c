// Lua: the rockspecs and the manifest that LuaRocks leaves in its tree of rocks (LuaRocks
// documentation, "Rockspec format", "Manifest file format"). They are programs; what is read of
// them are assignments of texts, joined texts, names of texts and tables.
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/lexer_inner.h"

static const struct lexer_syntax lua = {
    .line_comments = {S("--")},
    .comment_begin = S("--[["),
    .comment_end = S("]]"),
    .quotes = S("\"'"),
    .long_brackets = true,
};

// A rockspec has a dozen; a value may hold those before it, so that many would take all memory.
enum { MOST_ASSIGNMENTS = 256 };

struct assignment {
    span name;
    span value;
};

struct rockspec {
    struct inspection *inspection;
    struct lexer lexer;
    struct token token;      // the next one
    uint64_t depth;          // of open braces
    struct list assignments; // of struct assignment: of names that are in no table
    span table;              // the name of the outermost table that is open
    struct candidate candidate;
};

static void advance(struct rockspec *rockspec)
{
    rockspec->token = lexer_next(&rockspec->lexer);
}

// The last assignment to it.
static span value_of(const struct rockspec *rockspec, span name)
{
    const struct list *assignments = &rockspec->assignments;
    for (size_t i = assignments->count; i > 0; i--) {
        const struct assignment *each = LIST_AT(assignments, struct assignment, i - 1);
        if (span_equal(each->name, name))
            return each->value;
    }
    return (span){0};
}

// TEXT or NAME, with ".." and another behind it or not. Empty for anything else.
static bool read_value(struct rockspec *rockspec, span *ret, struct err *err)
{
    struct text value = {0};
    text_init(&value, rockspec->inspection->scratch, rockspec->inspection->limits->field_bytes);
    for (;;) {
        if (rockspec->token.kind != TOKEN_TEXT && rockspec->token.kind != TOKEN_WORD)
            break;
        text_add(&value, rockspec->token.kind == TOKEN_TEXT
                             ? rockspec->token.text
                             : value_of(rockspec, rockspec->token.text));
        advance(rockspec);
        if (!token_is(rockspec->token, '.'))
            break;
        advance(rockspec);
        if (token_is(rockspec->token, '.'))
            advance(rockspec);
    }
    *ret = text_span(&value);
    if (text_ok(&value) || arena_left(rockspec->inspection->scratch) > value.max)
        return true;
    return arena_err(rockspec->inspection->scratch, err, "rockspec");
}

// Of what is in tables only the licence counts, and the first one.
static bool assign(struct rockspec *rockspec, span name, struct err *err)
{
    span *license = &rockspec->candidate.package.licenses;
    if (rockspec->depth > 0) {
        bool wanted = rockspec->depth == 1 && span_equal(rockspec->table, S("description")) &&
                      span_equal(name, S("license")) && license->len == 0;
        return !wanted || read_value(rockspec, license, err);
    }
    if (rockspec->assignments.count >= MOST_ASSIGNMENTS)
        return true;
    span value = {0};
    if (!read_value(rockspec, &value, err))
        return false;
    struct assignment *added = LIST_ADD(&rockspec->assignments, struct assignment);
    if (!added)
        return arena_err(rockspec->inspection->scratch, err, "rockspec");
    *added = (struct assignment){.name = name, .value = value};
    return true;
}

// "luasocket >= 3.0": the name. Lua itself is no rock.
static void add_dependency(struct rockspec *rockspec, span text)
{
    text = span_trim(text);
    size_t end = 0;
    while (end < text.len && !ascii_is_space(text.ptr[end]) &&
           span_find(S("<>=~"), text.ptr[end]) == SPAN_NONE)
        end++;
    span name = span_first(text, end);
    if (!span_equal(name, S("lua")))
        candidate_depend(&rockspec->candidate, name);
}

// NAME = ..., or a brace, or a text in a table; everything else is passed over.
static bool read_statement(struct rockspec *rockspec, struct err *err)
{
    struct token token = rockspec->token;
    advance(rockspec);
    if (token_is(token, '{'))
        rockspec->depth++;
    if (token_is(token, '}') && rockspec->depth > 0)
        rockspec->depth--;
    if (token.kind == TOKEN_TEXT && rockspec->depth == 1 &&
        span_equal(rockspec->table, S("dependencies")))
        add_dependency(rockspec, token.text);
    if (token.kind != TOKEN_WORD || !token_is(rockspec->token, '='))
        return true;
    advance(rockspec);
    if (rockspec->depth == 0)
        rockspec->table = token.text;
    return assign(rockspec, token.text, err);
}

static bool read_rockspec(struct inspection *inspection, struct err *err)
{
    struct rockspec rockspec = {
        .inspection = inspection,
        .lexer = {.rest = inspection->text, .syntax = &lua},
        .assignments = inspection_list(inspection, sizeof(struct assignment)),
        .candidate = candidate_of(inspection, S("luarocks"), (span){0}, (span){0}),
    };
    advance(&rockspec);
    while (rockspec.token.kind != TOKEN_END)
        if (!read_statement(&rockspec, err))
            return false;
    struct package *package = &rockspec.candidate.package;
    package->name = value_of(&rockspec, S("package"));
    package->version = value_of(&rockspec, S("version"));
    if (package->name.len && package->version.len)
        return candidate_add(&rockspec.candidate, err);
    notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no package or no version");
    return true;
}

// ---------------------------------------------------------------- manifest

// repository = {NAME = {VERSION = {{arch = "installed", dependencies = {NAME = VERSION}}}}}
enum manifest_depth {
    IN_FILE,
    IN_REPOSITORY,
    IN_ROCK,
    IN_VERSION,
    IN_ENTRY,
    IN_ENTRY_TABLE,
    MANIFEST_DEPTHS,
};

struct lua_manifest {
    struct inspection *inspection;
    uint64_t depth;             // of open braces
    span keys[MANIFEST_DEPTHS]; // what is being assigned at each depth
    span last;                  // a word or text, which is a key if '=' follows
    bool assigns;               // '=' was seen: what follows is a value
    bool installed;             // the entry that is open
    struct candidate candidate; // the same
};

static void open_table(struct lua_manifest *manifest)
{
    manifest->depth++;
    manifest->assigns = false;
    if (manifest->depth < MANIFEST_DEPTHS)
        manifest->keys[manifest->depth] = (span){0};
    if (manifest->depth != IN_ENTRY)
        return;
    manifest->installed = false;
    manifest->candidate = candidate_of(manifest->inspection, S("luarocks"),
                                       manifest->keys[IN_REPOSITORY], manifest->keys[IN_ROCK]);
}

// A manifest of a server has entries with other words for "arch".
static bool close_table(struct lua_manifest *manifest, struct err *err)
{
    bool is_rock = manifest->depth == IN_ENTRY && manifest->installed &&
                   span_equal(manifest->keys[IN_FILE], S("repository"));
    manifest->assigns = false;
    if (manifest->depth > 0)
        manifest->depth--;
    return !is_rock || candidate_add(&manifest->candidate, err);
}

static void take_value(struct lua_manifest *manifest, span value)
{
    if (manifest->depth == IN_ENTRY && span_equal(manifest->keys[IN_ENTRY], S("arch")))
        manifest->installed = span_equal(value, S("installed"));
    if (manifest->depth == IN_ENTRY_TABLE &&
        span_equal(manifest->keys[IN_ENTRY], S("dependencies")))
        candidate_depend(&manifest->candidate, manifest->keys[IN_ENTRY_TABLE]);
}

static void take_token(struct lua_manifest *manifest, struct token token)
{
    if (token_is(token, '=')) {
        manifest->assigns = true;
        if (manifest->depth < MANIFEST_DEPTHS)
            manifest->keys[manifest->depth] = manifest->last;
    } else if (token.kind != TOKEN_SIGN && manifest->assigns) {
        manifest->assigns = false;
        take_value(manifest, token.text);
    } else if (token.kind != TOKEN_SIGN) {
        manifest->last = token.text;
    }
}

static bool read_manifest(struct inspection *inspection, struct err *err)
{
    struct lua_manifest manifest = {.inspection = inspection};
    struct lexer lexer = {.rest = inspection->text, .syntax = &lua};
    for (struct token token = lexer_next(&lexer); token.kind != TOKEN_END;
         token = lexer_next(&lexer)) {
        if (token_is(token, '{'))
            open_table(&manifest);
        else if (!token_is(token, '}'))
            take_token(&manifest, token);
        else if (!close_table(&manifest, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/rocks-*/manifest"), read_manifest, 0},
    {S("**/rocks/manifest"), read_manifest, 0},
    {S("**/rocks-*/*/*/*.rockspec"), read_rockspec, 0},
    {S("**/rocks/*/*/*.rockspec"), read_rockspec, 0},
    {S("**/*.rockspec"), read_rockspec, CATALOG_DECLARED},
};
const struct catalogers lua_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
