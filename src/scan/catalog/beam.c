// Erlang and Elixir: what releases install (OTP's app(4)), the lock files of rebar3 and mix. All
// are terms: brackets, words and texts.
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/lexer_inner.h"

// ---------------------------------------------------------------- terms

// An atom, a number or a text; or a tuple, a list or a map, whose keys and values are members one
// behind the other.
struct term {
    span text;
    const struct term *first; // member
    const struct term *next;  // in what this is a member of
};

// A bracket that is open, and its last member so far.
struct open {
    struct term *term;
    struct term *last;
};

struct terms {
    struct inspection *inspection;
    struct lexer lexer;
    struct open *stack;
    size_t depth;
};

static bool is_opening(struct token token)
{
    return token_is(token, '{') || token_is(token, '[') || token_is(token, '(');
}

static bool is_closing(struct token token)
{
    return token_is(token, '}') || token_is(token, ']') || token_is(token, ')');
}

static struct term *add_term(struct terms *terms, span text)
{
    struct open *open = &terms->stack[terms->depth];
    struct term *term = ARENA_NEW(terms->inspection->scratch, struct term);
    if (!term)
        return NULL;
    term->text = text;
    if (open->last)
        open->last->next = term;
    else
        open->term->first = term;
    open->last = term;
    return term;
}

// False with a note for brackets that do not fit, or with an error. The signs between terms say
// nothing that their places do not.
static bool read_term(struct terms *terms, struct token token, bool *ret_sound, struct err *err)
{
    *ret_sound = !(is_opening(token) && terms->depth >= terms->inspection->limits->depth) &&
                 !(is_closing(token) && terms->depth == 0);
    if (!*ret_sound)
        return true;
    if (is_closing(token)) {
        terms->depth--;
        return true;
    }
    if (token.kind == TOKEN_SIGN && !is_opening(token))
        return true;
    struct term *term = add_term(terms, is_opening(token) ? (span){0} : token.text);
    if (!term)
        return arena_err(terms->inspection->scratch, err, "terms");
    if (is_opening(token))
        terms->stack[++terms->depth] = (struct open){.term = term};
    return true;
}

// What stands side by side in the text become the members of *ret; null with a note if brackets do
// not fit.
static bool read_terms(struct inspection *inspection, const struct lexer_syntax *syntax,
                       const struct term **ret, struct err *err)
{
    struct terms terms = {
        .inspection = inspection,
        .lexer = {.rest = inspection->text, .syntax = syntax},
        .stack =
            arena_array(inspection->scratch, inspection->limits->depth + 1, sizeof(struct open)),
    };
    struct term *root = ARENA_NEW(inspection->scratch, struct term);
    if (!terms.stack || !root)
        return arena_err(inspection->scratch, err, "terms");
    terms.stack[0].term = root;
    bool sound = true;
    struct token token = lexer_next(&terms.lexer);
    for (; sound && token.kind != TOKEN_END; token = lexer_next(&terms.lexer))
        if (!read_term(&terms, token, &sound, err))
            return false;
    *ret = sound && terms.depth == 0 ? root : NULL;
    if (!*ret)
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
                  "brackets do not fit, or are nested too deep");
    return true;
}

static const struct lexer_syntax erlang = {
    .line_comments = {S("%")},
    .quotes = S("\"'"),
    .word_bytes = S("@"),
};
static const struct lexer_syntax elixir = {
    .line_comments = {S("#")},
    .quotes = S("\""),
    .word_bytes = S("@?!"),
};

// The member at a place, null if there is none.
static const struct term *member(const struct term *term, size_t index)
{
    const struct term *each = term ? term->first : NULL;
    for (; each && index > 0; index--)
        each = each->next;
    return each;
}

static span member_text(const struct term *term, size_t index)
{
    const struct term *found = member(term, index);
    return found ? found->text : (span){0};
}

// ---------------------------------------------------------------- applications

static void take_applications(struct candidate *candidate, const struct term *list)
{
    for (const struct term *each = member(list, 0); each; each = each->next)
        candidate_depend(candidate, each->text);
}

static void take_pair(struct candidate *candidate, const struct term *pair)
{
    span key = member_text(pair, 0);
    if (span_equal(key, S("vsn")))
        candidate->package.version = member_text(pair, 1);
    if (span_equal(key, S("applications")))
        take_applications(candidate, member(pair, 1));
}

// {application, Name, [{Key, Value}, ...]}.
static bool read_application(struct inspection *inspection, struct err *err)
{
    const struct term *root = NULL;
    if (!read_terms(inspection, &erlang, &root, err))
        return false;
    const struct term *application = member(root, 0);
    if (!root || !span_equal(member_text(application, 0), S("application"))) {
        if (root)
            notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "is no application");
        return true;
    }
    struct candidate candidate =
        candidate_of(inspection, S("otp"), member_text(application, 1), (span){0});
    for (const struct term *each = member(member(application, 2), 0); each; each = each->next)
        take_pair(&candidate, each);
    return candidate.package.version.len == 0 || candidate_add(&candidate, err);
}

// ---------------------------------------------------------------- mix

// {:hex, name, version, inner checksum, managers, dependencies, repository, outer checksum}: the
// last one, since Hex 0.20.2, is that of the archive as it is published. A dependency is a tuple
// that begins with its name.
static bool read_mix_package(struct inspection *inspection, const struct term *tuple,
                             struct err *err)
{
    struct candidate candidate =
        candidate_of(inspection, S("hex"), member_text(tuple, 1), member_text(tuple, 2));
    for (const struct term *each = member(member(tuple, 5), 0); each; each = each->next)
        candidate_depend(&candidate, member_text(each, 0));
    candidate_hash(&candidate, S("sha256"), member_text(tuple, 7));
    return candidate.package.version.len == 0 || candidate_add(&candidate, err);
}

// %{"key": {:hex, ...}, "key": {:git, ...}, ...}. What comes from elsewhere has no version.
static bool read_mix_lock(struct inspection *inspection, struct err *err)
{
    const struct term *root = NULL;
    if (!read_terms(inspection, &elixir, &root, err))
        return false;
    for (const struct term *each = member(member(root, 0), 0); each; each = each->next)
        if (span_equal(member_text(each, 0), S("hex")) && !read_mix_package(inspection, each, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- rebar3

// {<<"key">>, {pkg, <<"name">>, <<"version">>}, Level}
static bool read_rebar_package(struct inspection *inspection, const struct term *entry,
                               struct err *err)
{
    const struct term *source = member(entry, 1);
    struct package package = {
        .type = S("hex"),
        .name = member_text(source, 1),
        .version = member_text(source, 2),
    };
    if (!span_equal(member_text(source, 0), S("pkg")) || package.version.len == 0)
        return true;
    return inspection_add(inspection, &package, err);
}

// {"1.2.0", [Package, ...]}. [{pkg_hash, ...}]., or of old [Package, ...]. alone.
static bool read_rebar_lock(struct inspection *inspection, struct err *err)
{
    const struct term *root = NULL;
    if (!read_terms(inspection, &erlang, &root, err))
        return false;
    const struct term *packages = member(root, 0);
    if (member_text(packages, 0).len)
        packages = member(packages, 1);
    for (const struct term *each = member(packages, 0); each; each = each->next)
        if (!read_rebar_package(inspection, each, err))
            return false;
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/ebin/*.app"), read_application, 0},
    {S("**/mix.lock"), read_mix_lock, CATALOG_DECLARED},
    {S("**/rebar.lock"), read_rebar_lock, CATALOG_DECLARED},
};
const struct catalogers beam_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
