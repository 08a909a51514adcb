// Haskell: GHC's package database, and what stack and cabal lock (docs.haskellstack.org, "Lock
// files"; the Cabal User Guide, "cabal freeze").
#include "scan/catalog/catalog_inner.h"

#include "format/stanza/stanza.h"
#include "format/yaml/yaml.h"

// ---------------------------------------------------------------- the package database

enum { NAME, VERSION, LICENSE, PACKAGE_NAME, FIELDS };

static const span keys[FIELDS] = {
    [NAME] = S("name"),
    [VERSION] = S("version"),
    [LICENSE] = S("license"),
    [PACKAGE_NAME] = S("package-name"),
};
static const struct stanza_syntax syntax = {.keys = keys, .count = FIELDS, .any_case = true};

// A registration with a package-name is that of a library within the package of that name, which
// has one of its own.
static bool read_registration(struct inspection *inspection, struct err *err)
{
    struct stanzas stanzas = {.rest = inspection->text};
    span fields[FIELDS] = {0};
    size_t line = 0;
    if (!stanza_next(&stanzas, &syntax, fields, &line) || fields[NAME].len == 0 ||
        fields[VERSION].len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no name or no version");
        return true;
    }
    if (fields[PACKAGE_NAME].len)
        return true;
    struct package package = {
        .type = S("hackage"),
        .name = fields[NAME],
        .version = fields[VERSION],
        .licenses = fields[LICENSE],
    };
    return inspection_add(inspection, &package, err);
}

// ---------------------------------------------------------------- stack

// "name-1.2@sha256:digest,size" or "name-1.2@rev:0": the digest is that of the description, not of
// the package.
static bool read_identifier(struct inspection *inspection, span text, struct err *err)
{
    span identifier = span_cut(&text, '@');
    size_t dash = span_find_last(identifier, '-');
    struct package package = {.type = S("hackage")};
    if (dash == SPAN_NONE)
        return true;
    package.name = span_first(identifier, dash);
    package.version = span_from(identifier, dash + 1);
    if (package.version.len == 0 || !ascii_is_digit(package.version.ptr[0]))
        return true;
    return inspection_add(inspection, &package, err);
}

// A package that is no text comes from a repository or an archive: it has a name and a version
// where stack has completed it.
static bool read_completed(struct inspection *inspection, const struct yaml *completed,
                           struct err *err)
{
    span identifier = yaml_member_text(completed, S("hackage"));
    if (identifier.len)
        return read_identifier(inspection, identifier, err);
    struct package package = {
        .type = S("hackage"),
        .name = yaml_member_text(completed, S("name")),
        .version = yaml_member_text(completed, S("version")),
    };
    if (package.version.len == 0)
        return true;
    return inspection_add(inspection, &package, err);
}

static bool read_stack_lock(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = inspection_yaml(inspection);
    const struct yaml *each = yaml_first(yaml_member(document, S("packages")));
    for (; each; each = each->next)
        if (!read_completed(inspection, yaml_member(each, S("completed")), err))
            return false;
    return true;
}

static bool read_stack(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = inspection_yaml(inspection);
    const struct yaml *each = yaml_first(yaml_member(document, S("extra-deps")));
    for (; each; each = each->next)
        if (!read_identifier(inspection, each->text, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- cabal

// "any.aeson ==2.0.3.0". Other constraints choose flags.
static bool read_constraint(struct inspection *inspection, span constraint, struct err *err)
{
    if (!span_starts_with(constraint, S("any.")))
        return true;
    span version = constraint;
    span name = span_trim(span_cut(&version, '='));
    if (!span_starts_with(version, S("=")))
        return true;
    struct package package = {
        .type = S("hackage"),
        .name = span_from(name, 4),
        .version = span_trim(span_from(version, 1)),
    };
    if (package.version.len == 0)
        return true;
    return inspection_add(inspection, &package, err);
}

// "constraints: A," and a constraint on every line after that; other fields hold none.
static bool read_freeze(struct inspection *inspection, struct err *err)
{
    span rest = inspection->text;
    while (rest.len) {
        span line = span_trim(span_cut_line(&rest));
        if (span_starts_with(line, S("constraints:")))
            line = span_from(line, S("constraints:").len);
        while (line.len)
            if (!read_constraint(inspection, span_trim(span_cut(&line, ',')), err))
                return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/package.conf.d/*.conf"), read_registration, 0},
    {S("**/cabal.project.freeze"), read_freeze, CATALOG_DECLARED},
    {S("**/stack.yaml"), read_stack, CATALOG_DECLARED},
    {S("**/stack.yaml.lock"), read_stack_lock, CATALOG_DECLARED},
};
const struct catalogers haskell_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
