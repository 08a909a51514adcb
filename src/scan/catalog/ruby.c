// Ruby: the gem specifications that RubyGems writes when it installs: programs in Ruby, always in
// the same shape, of which lines are read and nothing is run (RubyGems, "Specification Reference").
#include "scan/catalog/catalog_inner.h"

// ---------------------------------------------------------------- pieces of Ruby

// What is between the first pair of quotes: "…", '…' or %q<…>; *s is left behind it. False: none.
static bool cut_quoted(span *s, span *ret)
{
    for (size_t i = 0; i < s->len; i++) {
        uint8_t byte = s->ptr[i];
        bool is_percent = span_starts_with(span_from(*s, i), S("%q<"));
        if (byte != '"' && byte != '\'' && !is_percent)
            continue;
        *s = span_from(*s, i + (is_percent ? 3 : 1));
        *ret = span_cut(s, is_percent ? '>' : byte);
        return true;
    }
    return false;
}

static span quoted_in(span s)
{
    span text = {0};
    return cut_quoted(&s, &text) ? text : (span){0};
}

// ["MIT".freeze, "Ruby".freeze]: any of them may be chosen.
static span join_licenses(span list, struct inspection *inspection)
{
    struct text text;
    span license = {0};
    text_init(&text, inspection->scratch, inspection->limits->field_bytes);
    while (cut_quoted(&list, &license)) {
        text_add(&text, text_span(&text).len ? S(" OR ") : S(""));
        text_add(&text, license);
    }
    return text_span(&text);
}

// ---------------------------------------------------------------- specifications

// "# stub: name version platform paths": without it RubyGems would have to run every specification.
// The next such line names extensions.
static void take_stub(struct candidate *candidate, span line)
{
    if (candidate->package.name.len)
        return;
    candidate->package.name = span_cut(&line, ' ');
    candidate->package.version = span_cut(&line, ' ');
}

// A line "s.field = value" or "s.call(value)"; the variable's name is the author's business.
static void take_line(struct candidate *candidate, span line)
{
    static const span stub = S("# stub: ");
    if (span_starts_with(line, stub)) {
        take_stub(candidate, span_from(line, stub.len));
        return;
    }
    (void)span_cut(&line, '.');
    if (span_starts_with(line, S("name =")) && candidate->package.name.len == 0)
        candidate->package.name = quoted_in(line);
    else if (span_starts_with(line, S("version =")) && candidate->package.version.len == 0)
        candidate->package.version = quoted_in(line);
    else if (span_starts_with(line, S("licenses =")) || span_starts_with(line, S("license =")))
        candidate->package.licenses = join_licenses(line, candidate->inspection);
    else if (span_starts_with(line, S("add_runtime_dependency(")) ||
             span_starts_with(line, S("add_dependency(")))
        candidate_depend(candidate, quoted_in(line));
}

static bool read_gemspec(struct inspection *inspection, struct err *err)
{
    struct candidate candidate = candidate_of(inspection, S("gem"), (span){0}, (span){0});
    span rest = inspection->text;
    while (rest.len) {
        span line = span_trim(span_cut_line(&rest));
        if (span_equal(line, S("else")))
            break; // for old versions of RubyGems, which know no difference between dependencies
        take_line(&candidate, line);
    }
    if (candidate.package.name.len == 0 || candidate.package.version.len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no name or no version");
        return true;
    }
    return candidate_add(&candidate, err);
}

static const struct cataloger catalogers[] = {
    {S("**/specifications/*.gemspec"), read_gemspec, 0},
    {S("**/specifications/default/*.gemspec"), read_gemspec, 0},
};
const struct catalogers ruby_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
