#include "scan/catalog/go_inner.h"

struct module {
    span path;
    span version; // empty: unknown
};

struct building {
    struct module main;
    struct list modules; // of struct module, in the inspection's scratch
    struct module *last; // what a "=>" line replaces
    span linker_flags;
    span revision;
    span time; // of the revision
};

// ---------------------------------------------------------------- the standard library

// "go1.22.3 X:boringcrypto", "go1.22.3-custom", "go1.20.5b7" and "devel go1.23-abcdef" have the
// fixes of 1.22.3 and so on; "go1.21rc2" stands before 1.21. Empty: a toolchain without a number.
static span toolchain_version(span text)
{
    span rest = text;
    if (span_starts_with(rest, S("devel ")))
        rest = span_from(rest, 6);
    if (!span_starts_with(rest, S("go")) || rest.len < 3 || !ascii_is_digit(rest.ptr[2]))
        return (span){0};
    span version = span_from(rest, 2);
    rest = version;
    (void)span_cut_digits(&rest);
    while (rest.len > 1 && rest.ptr[0] == '.' && ascii_is_digit(rest.ptr[1])) {
        rest = span_from(rest, 1);
        (void)span_cut_digits(&rest);
    }
    size_t word = span_starts_with(rest, S("rc")) ? 2 : span_starts_with(rest, S("beta")) ? 4 : 0;
    if (word && rest.len > word && ascii_is_digit(rest.ptr[word])) {
        rest = span_from(rest, word);
        (void)span_cut_digits(&rest);
    }
    return span_first(version, version.len - rest.len);
}

// ---------------------------------------------------------------- the main module's version

// Names of variables that programs are built to hold their own version in.
static bool is_version_variable(span name)
{
    static const span names[] = {
        S("version"),        S("ver"),          S("gitversion"),
        S("gitver"),         S("buildversion"), S("gitbuildversion"),
        S("releaseversion"), S("appversion"),   S("tag"),
        S("gittag"),         S("releasetag"),
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equal_nocase(name, names[i]))
            return true;
    return false;
}

// "v1.2.3-rc.1", "1.2.3~ds1": at least two numbers.
static bool is_version(span s)
{
    span rest = span_from(s, span_starts_with(s, S("v")));
    if (rest.len == 0 || !ascii_is_digit(rest.ptr[0]))
        return false;
    (void)span_cut_digits(&rest);
    return rest.len > 1 && rest.ptr[0] == '.' && ascii_is_digit(rest.ptr[1]);
}

static bool is_separator(uint8_t c)
{
    return ascii_is_space(c) || c == '"' || c == '\'' || c == '`' || c == '\\';
}

// The flags are text for a shell, quoted once more: words are what quotes and spaces leave.
static span cut_word(span *rest)
{
    while (rest->len && is_separator(rest->ptr[0]))
        *rest = span_from(*rest, 1);
    size_t len = 0;
    while (len < rest->len && !is_separator(rest->ptr[len]))
        len++;
    span word = span_first(*rest, len);
    *rest = span_from(*rest, len);
    return word;
}

// The VERSION of a word "PACKAGE.variable=VERSION" or "-X=…", which the linker puts into variables.
static span set_version(span word)
{
    span value = word;
    if (span_starts_with(value, S("-X=")))
        value = span_from(value, 3);
    span name = span_cut(&value, '=');
    size_t dot = span_find_last(name, '.');
    if (dot == SPAN_NONE || !is_version_variable(span_from(name, dot + 1)) || !is_version(value))
        return (span){0};
    return value;
}

static span version_of_flags(span flags)
{
    span rest = flags;
    while (rest.len) {
        span version = set_version(cut_word(&rest));
        if (version.len)
            return version;
    }
    return (span){0};
}

// Module versions begin with 'v'; what is said otherwise often does not.
static void add_version(struct text *out, span version)
{
    if (!span_starts_with(version, S("v")))
        text_add_byte(out, 'v');
    text_add(out, version);
}

// https://go.dev/ref/mod#pseudo-versions: v0.0.0-20230524183715-0123456789ab, with the major
// version that the path ends in.
static void add_pseudo_version(struct text *out, const struct building *building)
{
    enum { DATE_DIGITS = 14, REVISION_DIGITS = 12 };
    uint8_t digits[DATE_DIGITS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < building->time.len && count < DATE_DIGITS; i++)
        if (ascii_is_digit(building->time.ptr[i]))
            digits[count++] = building->time.ptr[i];
    if (count < DATE_DIGITS || building->revision.len < REVISION_DIGITS)
        return;
    size_t slash = span_find_last(building->main.path, '/');
    span major = slash == SPAN_NONE ? (span){0} : span_from(building->main.path, slash + 1);
    uint64_t number = 0;
    bool has_major = span_starts_with(major, S("v")) && span_to_u64(span_from(major, 1), &number);
    text_add(out, has_major ? major : S("v0"));
    text_add(out, S(".0.0-"));
    text_add(out, span_of(digits, DATE_DIGITS));
    text_add_byte(out, '-');
    text_add(out, span_first(building->revision, REVISION_DIGITS));
}

// What the linker was told of the version, or else the commit.
static bool find_main_version(struct building *building, struct arena *mem, struct err *err)
{
    struct text out = {0};
    span flagged = version_of_flags(building->linker_flags);
    text_init(&out, mem, SIZE_MAX);
    if (flagged.len)
        add_version(&out, flagged);
    else
        add_pseudo_version(&out, building);
    if (!text_ok(&out))
        return arena_err(mem, err, "go");
    building->main.version = text_span(&out);
    return true;
}

// ---------------------------------------------------------------- lines

// "(devel)" is what cmd/go writes for a directory: no version.
static struct module read_module(span line)
{
    span rest = line;
    struct module module = {.path = span_cut(&rest, '\t')};
    module.version = span_cut(&rest, '\t'); // behind it comes a checksum
    if (span_equal(module.version, S("(devel)")))
        module.version = (span){0};
    return module;
}

static bool is_directory(span path)
{
    return span_starts_with(path, S("./")) || span_starts_with(path, S("../")) ||
           span_starts_with(path, S("/")) || (path.len > 1 && path.ptr[1] == ':');
}

// The replacement is what is built in. A directory has no name that means anything elsewhere, and
// the version that it stands in for is not its own.
static void replace(struct building *building, struct module replacement)
{
    if (!building->last)
        return;
    if (is_directory(replacement.path))
        building->last->version = (span){0};
    else
        *building->last = replacement;
    building->last = NULL;
}

static void take_setting(struct building *building, span setting)
{
    span value = setting;
    span key = span_cut(&value, '=');
    if (span_equal(key, S("-ldflags")))
        building->linker_flags = value;
    else if (span_equal(key, S("vcs.revision")))
        building->revision = value;
    else if (span_equal(key, S("vcs.time")))
        building->time = value;
}

static bool take_line(struct building *building, span line)
{
    span rest = line;
    span word = span_cut(&rest, '\t');
    if (span_equal(word, S("mod"))) {
        building->main = read_module(rest);
        building->last = &building->main;
    } else if (span_equal(word, S("dep"))) {
        building->last = LIST_ADD(&building->modules, struct module);
        if (!building->last)
            return false;
        *building->last = read_module(rest);
    } else if (span_equal(word, S("=>"))) {
        replace(building, read_module(rest));
    } else if (span_equal(word, S("build"))) {
        take_setting(building, rest);
    }
    return true;
}

// ---------------------------------------------------------------- packages

static bool take_module(struct inspection *inspection, const struct module *module,
                        struct spans depends, struct err *err)
{
    struct package package = {
        .type = S("golang"),
        .name = module->path,
        .version = module->version,
        .depends = depends,
    };
    return module->path.len == 0 || inspection_add(inspection, &package, err);
}

// The main module needs all the others and the standard library: which of them for the sake of
// which is not said.
static bool take_main(struct inspection *inspection, const struct building *building,
                      struct err *err)
{
    size_t count = building->modules.count;
    span *names = arena_array(inspection->scratch, count + 1, sizeof *names);
    if (!names)
        return arena_err(inspection->scratch, err, "go");
    for (size_t i = 0; i < count; i++)
        names[i] = LIST_AT(&building->modules, struct module, i)->path;
    names[count] = S("stdlib");
    return take_module(inspection, &building->main, (struct spans){names, count + 1}, err);
}

static bool take_all(struct inspection *inspection, const struct building *building, span toolchain,
                     struct err *err)
{
    struct module library = {.path = S("stdlib"), .version = toolchain_version(toolchain)};
    if (!take_main(inspection, building, err))
        return false;
    for (size_t i = 0; i < building->modules.count; i++)
        if (!take_module(inspection, LIST_AT(&building->modules, struct module, i),
                         (struct spans){0}, err))
            return false;
    return library.version.len == 0 || take_module(inspection, &library, (struct spans){0}, err);
}

bool go_take_build(struct inspection *inspection, const struct go_build *build, struct err *err)
{
    struct building building = {0};
    span rest = build->modules;
    list_init(&building.modules, inspection->scratch, sizeof(struct module),
              (size_t)inspection->limits->packages);
    while (rest.len)
        if (!take_line(&building, span_cut_line(&rest))) {
            notes_add(inspection->notes, NOTE_LIMIT, inspection->path,
                      "is built from more than %zu modules", building.modules.count);
            break;
        }
    if (building.main.version.len == 0 && !find_main_version(&building, inspection->scratch, err))
        return false;
    return take_all(inspection, &building, build->toolchain, err);
}
