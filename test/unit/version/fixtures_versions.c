// Holds the version orders to tables that others made: every row of the files named below must
// agree, but for those in deviations.tsv, each with its reason. A listed row that has come to agree
// is a failure too: the list must stay true.
//
// usage: fixtures_versions DIRECTORY deviations.tsv
#include "version/version.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum table_kind {
    TABLE_COMPARE,    // a, b, -1 | 0 | 1
    TABLE_RELATION,   // a, operator, b, true | false; without the last the relation holds
    TABLE_CONSTRAINT, // constraint, version, true | false
    TABLE_VALID,      // version, true | false
    TABLE_CONSTRAINT_VALID,
    TABLE_MISSING_EPOCH,    // a, b, strategy, -1 | 0 | 1; ours is that of the system's own tool
    TABLE_CANONICAL,        // version, another spelling of it
    TABLE_RANGE,            // constraint, another spelling of it; empty: it is none
    TABLE_PESSIMISTIC_BUMP, // version, the first one that "~> version" does not allow any more
    TABLE_TILDE_BUMP,       // the same for "~"
    TABLE_CARET_BUMP,       // the same for "^"
    TABLE_EVR,              // text, epoch, version, release
    TABLE_VULNERABLE,       // version, ranges: vulnerable, patched, unaffected; true | false
};

struct table {
    const char *file;
    enum scheme scheme;
    enum table_kind kind;
};

// Files of which no row is run.
static const struct {
    const char *file;
    const char *reason;
} left_out[] = {
    {"kb.grype.constraint-error.tsv", "numbers of Microsoft's updates; no image holds Windows"},
    {"kb.grype.constraint.tsv", "the same"},
    {"rpm-nevra.claircore.compare.tsv",
     "names and architectures are compared by the bom, not here"},
    {"rpm-nevra.claircore.parse.tsv", "records of rpm have these apart; nothing has to be cut"},
};

static const struct table tables[] = {
    {"apk.apk-tools.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"apk.apk-tools.relation.tsv", SCHEME_APK, TABLE_RELATION},
    {"apk.apk-tools.valid.tsv", SCHEME_APK, TABLE_VALID},
    {"apk.grype.constraint.tsv", SCHEME_APK, TABLE_CONSTRAINT},
    {"apk.knqyf263.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"apk.osv-generated.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"apk.osv.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"bitnami.grype.constraint.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT},
    {"bitnami.trivy.isvulnerable.tsv", SCHEME_GENERIC, TABLE_VULNERABLE},
    {"cran.osv-generated.compare.tsv", SCHEME_CRAN, TABLE_COMPARE},
    {"cran.osv.compare.tsv", SCHEME_CRAN, TABLE_COMPARE},
    {"deb.grype.compare.tsv", SCHEME_DEB, TABLE_COMPARE},
    {"deb.grype.constraint.tsv", SCHEME_DEB, TABLE_CONSTRAINT},
    {"deb.grype.missing-epoch.tsv", SCHEME_DEB, TABLE_MISSING_EPOCH},
    {"deb.knqyf263.relation.tsv", SCHEME_DEB, TABLE_RELATION},
    {"deb.knqyf263.valid.tsv", SCHEME_DEB, TABLE_VALID},
    {"deb.osv-generated.compare.tsv", SCHEME_DEB, TABLE_COMPARE},
    {"deb.osv.compare.tsv", SCHEME_DEB, TABLE_COMPARE},
    {"fuzzy.grype.compare.tsv", SCHEME_GENERIC, TABLE_COMPARE},
    {"fuzzy.grype.constraint.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT},
    {"gem.aquasecurity.bump.tsv", SCHEME_GEM, TABLE_PESSIMISTIC_BUMP},
    {"gem.aquasecurity.compare.tsv", SCHEME_GEM, TABLE_COMPARE},
    {"gem.aquasecurity.constraint-valid.tsv", SCHEME_GEM, TABLE_CONSTRAINT_VALID},
    {"gem.aquasecurity.constraint.tsv", SCHEME_GEM, TABLE_CONSTRAINT},
    {"gem.aquasecurity.relation.tsv", SCHEME_GEM, TABLE_RELATION},
    {"gem.aquasecurity.valid.tsv", SCHEME_GEM, TABLE_VALID},
    {"gem.claircore.compare.tsv", SCHEME_GEM, TABLE_COMPARE},
    {"gem.claircore.valid.tsv", SCHEME_GEM, TABLE_VALID},
    {"gem.grype.compare.tsv", SCHEME_GEM, TABLE_COMPARE},
    {"gem.grype.constraint.tsv", SCHEME_GEM, TABLE_CONSTRAINT},
    {"gem.osv-generated.compare.tsv", SCHEME_GEM, TABLE_COMPARE},
    {"gem.osv.compare.tsv", SCHEME_GEM, TABLE_COMPARE},
    {"gem.trivy.isvulnerable.tsv", SCHEME_GEM, TABLE_VULNERABLE},
    {"generic.aquasecurity.caretbump.tsv", SCHEME_GENERIC, TABLE_CARET_BUMP},
    {"generic.aquasecurity.compare.tsv", SCHEME_GENERIC, TABLE_COMPARE},
    {"generic.aquasecurity.constraint-valid.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT_VALID},
    {"generic.aquasecurity.constraint.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT},
    {"generic.aquasecurity.pessimisticbump.tsv", SCHEME_GENERIC, TABLE_PESSIMISTIC_BUMP},
    {"generic.aquasecurity.relation.tsv", SCHEME_GENERIC, TABLE_RELATION},
    {"generic.aquasecurity.tildebump.tsv", SCHEME_GENERIC, TABLE_TILDE_BUMP},
    {"generic.aquasecurity.valid.tsv", SCHEME_GENERIC, TABLE_VALID},
    {"generic.trivy.isvulnerable.tsv", SCHEME_GENERIC, TABLE_VULNERABLE},
    {"golang.grype.compare.tsv", SCHEME_GOLANG, TABLE_COMPARE},
    {"golang.grype.constraint.tsv", SCHEME_GOLANG, TABLE_CONSTRAINT},
    {"hackage.osv.compare.tsv", SCHEME_HACKAGE, TABLE_COMPARE},
    {"jvm.grype.compare.tsv", SCHEME_JVM, TABLE_COMPARE},
    {"jvm.grype.constraint.tsv", SCHEME_JVM, TABLE_CONSTRAINT},
    {"maven.claircore.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.grype.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.grype.constraint.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT},
    {"maven.masahiro331.constraint-valid.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT_VALID},
    {"maven.masahiro331.constraint.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT},
    {"maven.masahiro331.range.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT},
    {"maven.masahiro331.relation.tsv", SCHEME_MAVEN, TABLE_RELATION},
    {"maven.osv-generated.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.osv.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.trivy.isvulnerable.tsv", SCHEME_MAVEN, TABLE_VULNERABLE},
    {"npm.aquasecurity.constraint-valid.tsv", SCHEME_NPM, TABLE_CONSTRAINT_VALID},
    {"npm.aquasecurity.constraint.tsv", SCHEME_NPM, TABLE_CONSTRAINT},
    {"npm.node-semver.compare.tsv", SCHEME_NPM, TABLE_COMPARE},
    {"npm.node-semver.constraint.include-prerelease.tsv", SCHEME_SEMVER, TABLE_CONSTRAINT},
    {"npm.node-semver.constraint.loose.tsv", SCHEME_NPM, TABLE_CONSTRAINT},
    {"npm.node-semver.constraint.tsv", SCHEME_NPM, TABLE_CONSTRAINT},
    {"npm.node-semver.range-parse.tsv", SCHEME_NPM, TABLE_RANGE},
    {"npm.node-semver.valid.tsv", SCHEME_NPM, TABLE_VALID},
    {"npm.trivy.isvulnerable.tsv", SCHEME_SEMVER, TABLE_VULNERABLE},
    {"nuget.osv.compare.tsv", SCHEME_NUGET, TABLE_COMPARE},
    {"packagist.osv-generated.compare.tsv", SCHEME_COMPOSER, TABLE_COMPARE},
    {"packagist.osv.compare.tsv", SCHEME_COMPOSER, TABLE_COMPARE},
    {"pacman.grype.compare.tsv", SCHEME_PACMAN, TABLE_COMPARE},
    {"pep440.aquasecurity.canonical.tsv", SCHEME_PEP440, TABLE_CANONICAL},
    {"pep440.aquasecurity.constraint-valid.tsv", SCHEME_PEP440, TABLE_CONSTRAINT_VALID},
    {"pep440.aquasecurity.constraint.prerelease.tsv", SCHEME_PEP440, TABLE_CONSTRAINT},
    {"pep440.aquasecurity.constraint.tsv", SCHEME_PEP440, TABLE_CONSTRAINT},
    {"pep440.claircore.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.grype.constraint.tsv", SCHEME_PEP440, TABLE_CONSTRAINT},
    {"pep440.osv-generated.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.osv.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.pypa-order.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.trivy.isvulnerable.tsv", SCHEME_PEP440, TABLE_VULNERABLE},
    {"portage.grype.compare.tsv", SCHEME_PORTAGE, TABLE_COMPARE},
    {"portage.grype.constraint.tsv", SCHEME_PORTAGE, TABLE_CONSTRAINT},
    {"pub.osv.compare.tsv", SCHEME_PUB, TABLE_COMPARE},
    {"rpm.claircore-rpmvercmp.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
    {"rpm.grype.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
    {"rpm.grype.constraint.tsv", SCHEME_RPM, TABLE_CONSTRAINT},
    {"rpm.grype.missing-epoch.tsv", SCHEME_RPM, TABLE_MISSING_EPOCH},
    {"rpm.knqyf263.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
    {"rpm.knqyf263.parse.tsv", SCHEME_RPM, TABLE_EVR},
    {"rpm.osv.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
    {"semver.aquasecurity.compare.tsv", SCHEME_SEMVER, TABLE_COMPARE},
    {"semver.aquasecurity.constraint-valid.tsv", SCHEME_SEMVER, TABLE_CONSTRAINT_VALID},
    {"semver.aquasecurity.constraint.prerelease-zeropad.tsv", SCHEME_SEMVER, TABLE_CONSTRAINT},
    {"semver.aquasecurity.constraint.prerelease.tsv", SCHEME_SEMVER, TABLE_CONSTRAINT},
    {"semver.aquasecurity.constraint.tsv", SCHEME_SEMVER, TABLE_CONSTRAINT},
    {"semver.aquasecurity.valid.tsv", SCHEME_SEMVER, TABLE_VALID},
    {"semver.grype.constraint.tsv", SCHEME_SEMVER, TABLE_CONSTRAINT},
    {"semver.osv.compare.tsv", SCHEME_SEMVER, TABLE_COMPARE},
};

struct tally {
    unsigned rows;
    unsigned deviations;
    unsigned failures;
};

static span read_file(const char *path, struct arena *mem)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return (span){0};
    static const size_t most = 8 << 20;
    void *bytes = arena_alloc(mem, most);
    size_t count = bytes ? fread(bytes, 1, most, file) : 0;
    (void)fclose(file); // read only
    return span_of(bytes, count);
}

static bool word_is(span word, bool value)
{
    return span_equal(word, value ? S("true") : S("false"));
}

static bool compare_agrees(enum scheme scheme, span row)
{
    span a = span_cut(&row, '\t');
    span b = span_cut(&row, '\t');
    int order = 0;
    if (!version_compare(scheme, a, b, &order))
        return false;
    return span_equal(row, order < 0 ? S("-1") : order > 0 ? S("1") : S("0"));
}

static bool constraint_agrees(enum scheme scheme, span row)
{
    span constraint = span_cut(&row, '\t');
    span version = span_cut(&row, '\t');
    bool holds = false;
    return version_satisfies(scheme, constraint, version, &holds, NULL) && word_is(row, holds);
}

static bool constraint_valid_agrees(enum scheme scheme, span row)
{
    span constraint = span_cut(&row, '\t');
    bool holds = false;
    return word_is(row, version_satisfies(scheme, constraint, S("1.0.0"), &holds, NULL));
}

static bool relation_agrees(enum scheme scheme, span row)
{
    span a = span_cut(&row, '\t');
    span operator_text = span_cut(&row, '\t');
    span b = span_cut(&row, '\t');
    bool negated = span_starts_with(operator_text, S("!")) && operator_text.len == 2 &&
                   !span_equal(operator_text, S("!="));
    char constraint[256];
    (void)snprintf(constraint, sizeof constraint, "%.*s %.*s", (int)operator_text.len - negated,
                   (const char *)operator_text.ptr + negated, (int)b.len, (const char *)b.ptr);
    bool holds = false;
    bool valid = version_satisfies(scheme, span_of_text(constraint), a, &holds, NULL);
    if (row.len == 0)
        return (valid && holds) != negated; // what is no version satisfies nothing
    return valid && word_is(row, holds);
}

static bool satisfies(enum scheme scheme, span constraint, span version)
{
    bool holds = false;
    return version_satisfies(scheme, constraint, version, &holds, NULL) && holds;
}

static bool missing_epoch_agrees(enum scheme scheme, span row)
{
    char compare[1024];
    span a = span_cut(&row, '\t');
    span b = span_cut(&row, '\t');
    (void)span_cut(&row, '\t'); // the strategy: there is one here
    int len = snprintf(compare, sizeof compare, "%.*s\t%.*s\t%.*s", (int)a.len, (const char *)a.ptr,
                       (int)b.len, (const char *)b.ptr, (int)row.len, (const char *)row.ptr);
    return compare_agrees(scheme, span_of(compare, (size_t)len));
}

static bool canonical_agrees(enum scheme scheme, span row)
{
    span version = span_cut(&row, '\t');
    int order = 1;
    return version_compare(scheme, version, row, &order) && order == 0;
}

// Two spellings of a range allow the same of these.
static bool range_agrees(enum scheme scheme, span row)
{
    static const char *const probes[] = {
        "0.0.0",
        "0.0.1",
        "0.0.2",
        "0.1.0",
        "0.1.20",
        "0.1.97",
        "0.2.0",
        "0.2.3",
        "0.2.4",
        "0.7.2",
        "0.8.0",
        "1.0.0",
        "1.0.1",
        "1.1.0",
        "1.2.0",
        "1.2.3",
        "1.2.4",
        "1.3.0",
        "1.9.9",
        "2.0.0",
        "2.0.1",
        "2.3.0",
        "2.4.0",
        "2.5.0",
        "3.0.0",
        "3.2.0",
        "3.2.1",
        "3.2.9",
        "3.3.0",
        "3.4.5",
        "3.4.6",
        "4.0.0",
        "1.2.4-a",
        "1.2.3-beta",
        "1.0.0-alpha.1",
        "2.0.0-0",
        "1.1.0-a",
        "0.0.1-beta",
        "3.0.0-0",
        "999.0.0",
        "9007199254740991.0.0",
    };
    span constraint = span_cut(&row, '\t');
    bool holds = false;
    if (row.len == 0)
        return !version_satisfies(scheme, constraint, S("1.0.0"), &holds, NULL);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        bool other = false;
        if (!version_satisfies(scheme, constraint, span_of_text(probes[i]), &holds, NULL) ||
            !version_satisfies(scheme, row, span_of_text(probes[i]), &other, NULL) ||
            holds != other)
            return false;
    }
    return true;
}

// "5.3" is the first that "~> 5.2.4.a" does not allow: 5.2.99999 it does.
static bool bump_agrees(enum scheme scheme, const char *sign, span row)
{
    char constraint[256];
    char below[256];
    uint64_t last = 0;
    span version = span_cut(&row, '\t');
    span bumped = row;
    while (span_ends_with(bumped, S(".0"))) // 2.0.0 is 2
        bumped = span_first(bumped, bumped.len - 2);
    size_t dot = span_find_last(bumped, '.');
    size_t start = dot == SPAN_NONE ? 0 : dot + 1;
    if (!span_to_u64(span_from(bumped, start), &last) || last == 0)
        return false;
    (void)snprintf(constraint, sizeof constraint, "%s %.*s", sign, (int)version.len,
                   (const char *)version.ptr);
    (void)snprintf(below, sizeof below, "%.*s%llu.99999", (int)start, (const char *)bumped.ptr,
                   (unsigned long long)last - 1);
    return !satisfies(scheme, span_of_text(constraint), row) &&
           satisfies(scheme, span_of_text(constraint), version) &&
           satisfies(scheme, span_of_text(constraint), span_of_text(below));
}

static bool evr_agrees(span row)
{
    struct evr evr = evr_of(span_cut(&row, '\t'));
    span epoch = span_cut(&row, '\t');
    span version = span_cut(&row, '\t');
    return span_equal(evr.epoch.len ? evr.epoch : S("0"), epoch) &&
           span_equal(evr.version, version) && span_equal(evr.release, row);
}

// What an advisory of GitLab's form says: in a vulnerable range, if it names some, and in no other.
static bool vulnerable_agrees(enum scheme scheme, span row)
{
    span version = span_cut(&row, '\t');
    span vulnerable = span_cut(&row, '\t');
    span patched = span_cut(&row, '\t');
    span unaffected = span_cut(&row, '\t');
    bool inside = vulnerable.len == 0 || satisfies(scheme, vulnerable, version);
    bool outside = (patched.len && satisfies(scheme, patched, version)) ||
                   (unaffected.len && satisfies(scheme, unaffected, version));
    return word_is(row, inside && !outside);
}

// The tables write a tab as "\\t" and the like.
static span unescape(span row, char buffer[static 1024])
{
    size_t len = 0;
    for (size_t i = 0; i < row.len && len < 1023; i++) {
        bool escaped = row.ptr[i] == '\\' && i + 1 < row.len;
        char next = escaped ? (char)row.ptr[i + 1] : 0;
        bool known = next == 't' || next == 'n';
        buffer[len++] = next == 't' ? '\x0b' : next == 'n' ? '\n' : (char)row.ptr[i];
        i += known;
    }
    return span_of(buffer, len);
}

static bool row_agrees(const struct table *table, span escaped)
{
    char buffer[1024];
    span row = unescape(escaped, buffer);
    switch (table->kind) {
    case TABLE_COMPARE:
        return compare_agrees(table->scheme, row);
    case TABLE_RELATION:
        return relation_agrees(table->scheme, row);
    case TABLE_CONSTRAINT:
        return constraint_agrees(table->scheme, row);
    case TABLE_CONSTRAINT_VALID:
        return constraint_valid_agrees(table->scheme, row);
    case TABLE_VALID: {
        span version = span_cut(&row, '\t');
        return word_is(row, version_valid(table->scheme, version));
    }
    case TABLE_MISSING_EPOCH:
        return missing_epoch_agrees(table->scheme, row);
    case TABLE_CANONICAL:
        return canonical_agrees(table->scheme, row);
    case TABLE_RANGE:
        return range_agrees(table->scheme, row);
    case TABLE_PESSIMISTIC_BUMP:
        return bump_agrees(table->scheme, "~>", row);
    case TABLE_TILDE_BUMP:
        return bump_agrees(table->scheme, "~", row);
    case TABLE_CARET_BUMP:
        return bump_agrees(table->scheme, "^", row);
    case TABLE_EVR:
        return evr_agrees(row);
    case TABLE_VULNERABLE:
        return vulnerable_agrees(table->scheme, row);
    }
    return false;
}

// Lines of deviations.tsv: file, reason, and the row as it stands in the file.
static bool is_listed(span deviations, span file, span row)
{
    while (deviations.len) {
        span line = span_cut_line(&deviations);
        span listed_file = span_cut(&line, '\t');
        (void)span_cut(&line, '\t'); // the reason is for people
        if (span_equal(listed_file, file) && span_equal(line, row))
            return true;
    }
    return false;
}

static void check_table(const struct table *table, span rows, span deviations, struct tally *tally)
{
    while (rows.len) {
        span row = span_cut_line(&rows);
        if (row.len == 0 || span_starts_with(row, S("# ")))
            continue;
        tally->rows++;
        bool agrees = row_agrees(table, row);
        bool listed = is_listed(deviations, span_of_text(table->file), row);
        tally->deviations += listed;
        if (agrees != listed)
            continue;
        tally->failures++;
        printf("%s: %.*s: %s\n", table->file, (int)row.len, (const char *)row.ptr,
               agrees ? "agrees, but is listed as a deviation" : "does not agree");
    }
}

static bool is_known(const char *file)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(file, tables[i].file) == 0)
            return true;
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (strcmp(file, left_out[i].file) == 0)
            return true;
    return false;
}

// No file may be forgotten: each is run, or left out for a reason.
static unsigned count_unknown(const char *path)
{
    unsigned unknown = 0;
    DIR *directory = opendir(path);
    for (struct dirent *entry = NULL; directory && (entry = readdir(directory));) {
        if (!span_ends_with(span_of_text(entry->d_name), S(".tsv")) || is_known(entry->d_name))
            continue;
        printf("%s is not run, and nothing says why\n", entry->d_name);
        unknown++;
    }
    if (directory)
        (void)closedir(directory); // read only
    return unknown;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return EXIT_FAILURE;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    CLEANUP(arena_cleanup) struct arena *table_mem = arena_new(16 << 20);
    span deviations = mem && table_mem ? read_file(argv[2], mem) : (span){0};
    if (deviations.len == 0)
        return EXIT_FAILURE;
    struct tally tally = {.failures = count_unknown(argv[1])};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", argv[1], tables[i].file);
        arena_reset(table_mem);
        span rows = read_file(path, table_mem);
        if (rows.len == 0) {
            printf("SKIP: version fixtures: %s is absent\n", path);
            return 77;
        }
        check_table(&tables[i], rows, deviations, &tally);
    }
    printf("%u rows, %u listed deviations, %u failures\n", tally.rows, tally.deviations,
           tally.failures);
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        printf("left out: %s: %s\n", left_out[i].file, left_out[i].reason);
    return tally.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
