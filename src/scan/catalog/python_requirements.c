// Python: requirements files, as far as they pin versions (pip documentation, "Requirements File
// Format"; PEP 508, PEP 440).
#include "scan/catalog/catalog_inner.h"

// ---------------------------------------------------------------- requirements

static bool is_name_byte(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-' || c == '_';
}

static span cut_name(span *s)
{
    size_t length = 0;
    while (length < s->len && is_name_byte(s->ptr[length]))
        length++;
    span name = span_first(*s, length);
    *s = span_trim(span_from(*s, length));
    return name;
}

span python_requirement_name(span requirement)
{
    span name = span_cut(&requirement, ';');
    return span_contains(requirement, S("extra")) ? (span){0} : cut_name(&name);
}

// What comes before "; marker" and " --option".
static span without_tail(span s)
{
    s = span_cut(&s, ';');
    for (size_t i = 0; i < s.len; i++)
        if (ascii_is_space(s.ptr[i]) && span_starts_with(span_from(s, i + 1), S("--")))
            return span_trim(span_first(s, i));
    return span_trim(s);
}

// Letters, digits and what PEP 440 puts between them. Templates put other things there.
static bool is_version(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_name_byte(s.ptr[i]) && s.ptr[i] != '+' && s.ptr[i] != '!')
            return false;
    return true;
}

// The version of "== 1.0" or "===1.0"; empty for all else: ranges, lists of them, "== 1.*".
static span pinned_version(span specifier)
{
    if (span_starts_with(specifier, S("(")) && span_ends_with(specifier, S(")")))
        specifier = span_slice(specifier, 1, specifier.len - 2);
    specifier = span_trim(specifier);
    if (!span_starts_with(specifier, S("==")))
        return (span){0};
    specifier = span_from(specifier, span_starts_with(specifier, S("===")) ? 3 : 2);
    specifier = span_trim(span_cut(&specifier, '#'));
    return is_version(specifier) ? specifier : (span){0};
}

static void take_hashes(struct candidate *candidate, span line)
{
    while (line.len) {
        span word = span_cut(&line, ' ');
        if (!span_starts_with(word, S("--hash=")))
            continue;
        word = span_from(word, S("--hash=").len);
        span algorithm = span_cut(&word, ':');
        candidate_hash(candidate, algorithm, word);
    }
}

static bool add_requirement(struct inspection *inspection, span line, struct err *err)
{
    span rest = without_tail(line);
    span name = cut_name(&rest);
    if (span_starts_with(rest, S("["))) { // extras
        (void)span_cut(&rest, ']');
        rest = span_trim(rest);
    }
    struct candidate candidate = candidate_of(inspection, S("pypi"), name, pinned_version(rest));
    if (candidate.package.version.len == 0)
        return true;
    take_hashes(&candidate, line);
    return candidate_add(&candidate, err);
}

// ---------------------------------------------------------------- lines

// A '#' begins a comment at the start of a line or behind white space.
static span without_comment(span line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '#' && (i == 0 || ascii_is_space(line.ptr[i - 1])))
            return span_first(line, i);
    return line;
}

static bool goes_on(span line)
{
    return span_ends_with(line, S("\\")) && without_comment(line).len == line.len;
}

// The next line, with those that it goes on in joined by spaces. False when memory is out.
static bool next_line(span *rest, struct arena *scratch, span *ret)
{
    span line = span_cut_line(rest);
    struct text whole;
    text_init(&whole, scratch, SIZE_MAX);
    while (goes_on(line)) {
        text_add(&whole, span_first(line, line.len - 1));
        text_add_byte(&whole, ' ');
        line = span_cut_line(rest);
    }
    if (text_span(&whole).len == 0) {
        *ret = span_trim(without_comment(line));
        return true;
    }
    text_add(&whole, line);
    *ret = span_trim(without_comment(text_span(&whole)));
    return text_ok(&whole);
}

// ---------------------------------------------------------------- other files

// The file that "-r FILE", "-rFILE", "--requirement FILE" or "--requirement=FILE" names; empty for
// other options. What -c names only chooses among versions.
static span included_file(span option)
{
    static const span long_form = S("--requirement");
    if (span_starts_with(option, long_form))
        option = span_from(option, long_form.len);
    else if (span_starts_with(option, S("-r")))
        option = span_from(option, 2);
    else
        return (span){0};
    span file = span_trim(span_starts_with(option, S("=")) ? span_from(option, 1) : option);
    return span_starts_with(file, S("./")) ? span_from(file, 2) : file;
}

// Will the catalog be shown this file under a name by which it is read? "base.txt" next to one in a
// directory "requirements" will.
static bool is_read_for_itself(span path, span file)
{
    span directory = span_find(file, '/') == SPAN_NONE ? path_parent(path) : path_parent(file);
    return span_ends_with(file, S(".txt")) && (span_contains(path_name(file), S("requirements")) ||
                                               span_equal(path_name(directory), S("requirements")));
}

static void take_option(struct inspection *inspection, span option)
{
    span file = included_file(option);
    if (file.len > 0 && !is_read_for_itself(inspection->path, file))
        notes_add(inspection->notes, NOTE_UNSUPPORTED, inspection->path,
                  "what '%s' requires is not read: the name does not tell what it is",
                  quote(file).text);
}

static bool take_line(struct inspection *inspection, span line, struct err *err)
{
    if (line.len > 0 && line.ptr[0] != '-')
        return add_requirement(inspection, line, err);
    take_option(inspection, line);
    return true;
}

// The files that options name are read for themselves, each by its own name.
static bool read_requirements(struct inspection *inspection, struct err *err)
{
    span rest = inspection->text;
    while (rest.len) {
        span line = {0};
        if (!next_line(&rest, inspection->scratch, &line))
            return arena_err(inspection->scratch, err, "requirements");
        if (!take_line(inspection, line, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/*requirements*.txt"), read_requirements, CATALOG_DECLARED},
    {S("**/requirements/*.txt"), read_requirements, CATALOG_DECLARED},
};
const struct catalogers python_requirements_catalogers = {catalogers,
                                                          sizeof catalogers / sizeof *catalogers};
