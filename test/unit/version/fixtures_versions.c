// Holds the version orders to tables that others made: every row of the files named below must
// agree, but for those in deviations.tsv, each with its reason. A listed row that has come to agree
// is a failure too: the list must stay true.
//
// usage: fixtures_versions DIRECTORY deviations.tsv
#include "version/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum table_kind {
    TABLE_COMPARE,    // a, b, -1 | 0 | 1
    TABLE_RELATION,   // a, operator, b, true | false; without the last the relation holds
    TABLE_CONSTRAINT, // constraint, version, true | false
    TABLE_VALID,      // version, true | false
    TABLE_CONSTRAINT_VALID,
};

struct table {
    const char *file;
    enum scheme scheme;
    enum table_kind kind;
};

// Left out: *.missing-epoch, which asks what one tool does with an epoch on one side; *.parse,
// *.canonical, *.range-parse, *bump and rpm-nevra.*, which are about what is not asked here; jvm.*
// and kb.*, whose schemes there are not; *.isvulnerable, which is about whole advisories; and
// npm.*.include-prerelease, the other way that node has with pre-releases.
static const struct table tables[] = {
    {"apk.apk-tools.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"apk.apk-tools.relation.tsv", SCHEME_APK, TABLE_RELATION},
    {"apk.apk-tools.valid.tsv", SCHEME_APK, TABLE_VALID},
    {"apk.grype.constraint.tsv", SCHEME_APK, TABLE_CONSTRAINT},
    {"apk.knqyf263.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"apk.osv-generated.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"apk.osv.compare.tsv", SCHEME_APK, TABLE_COMPARE},
    {"bitnami.grype.constraint.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT},
    {"cran.osv-generated.compare.tsv", SCHEME_CRAN, TABLE_COMPARE},
    {"cran.osv.compare.tsv", SCHEME_CRAN, TABLE_COMPARE},
    {"deb.grype.compare.tsv", SCHEME_DEB, TABLE_COMPARE},
    {"deb.grype.constraint.tsv", SCHEME_DEB, TABLE_CONSTRAINT},
    {"deb.knqyf263.relation.tsv", SCHEME_DEB, TABLE_RELATION},
    {"deb.knqyf263.valid.tsv", SCHEME_DEB, TABLE_VALID},
    {"deb.osv-generated.compare.tsv", SCHEME_DEB, TABLE_COMPARE},
    {"deb.osv.compare.tsv", SCHEME_DEB, TABLE_COMPARE},
    {"fuzzy.grype.compare.tsv", SCHEME_GENERIC, TABLE_COMPARE},
    {"fuzzy.grype.constraint.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT},
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
    {"generic.aquasecurity.compare.tsv", SCHEME_GENERIC, TABLE_COMPARE},
    {"generic.aquasecurity.constraint-valid.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT_VALID},
    {"generic.aquasecurity.constraint.tsv", SCHEME_GENERIC, TABLE_CONSTRAINT},
    {"generic.aquasecurity.relation.tsv", SCHEME_GENERIC, TABLE_RELATION},
    {"generic.aquasecurity.valid.tsv", SCHEME_GENERIC, TABLE_VALID},
    {"golang.grype.compare.tsv", SCHEME_GOLANG, TABLE_COMPARE},
    {"golang.grype.constraint.tsv", SCHEME_GOLANG, TABLE_CONSTRAINT},
    {"hackage.osv.compare.tsv", SCHEME_HACKAGE, TABLE_COMPARE},
    {"maven.claircore.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.grype.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.grype.constraint.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT},
    {"maven.masahiro331.constraint-valid.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT_VALID},
    {"maven.masahiro331.constraint.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT},
    {"maven.masahiro331.range.tsv", SCHEME_MAVEN, TABLE_CONSTRAINT},
    {"maven.masahiro331.relation.tsv", SCHEME_MAVEN, TABLE_RELATION},
    {"maven.osv-generated.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"maven.osv.compare.tsv", SCHEME_MAVEN, TABLE_COMPARE},
    {"npm.aquasecurity.constraint-valid.tsv", SCHEME_NPM, TABLE_CONSTRAINT_VALID},
    {"npm.aquasecurity.constraint.tsv", SCHEME_NPM, TABLE_CONSTRAINT},
    {"npm.node-semver.compare.tsv", SCHEME_NPM, TABLE_COMPARE},
    {"npm.node-semver.constraint.loose.tsv", SCHEME_NPM, TABLE_CONSTRAINT},
    {"npm.node-semver.constraint.tsv", SCHEME_NPM, TABLE_CONSTRAINT},
    {"npm.node-semver.valid.tsv", SCHEME_NPM, TABLE_VALID},
    {"nuget.osv.compare.tsv", SCHEME_NUGET, TABLE_COMPARE},
    {"packagist.osv-generated.compare.tsv", SCHEME_COMPOSER, TABLE_COMPARE},
    {"packagist.osv.compare.tsv", SCHEME_COMPOSER, TABLE_COMPARE},
    {"pacman.grype.compare.tsv", SCHEME_PACMAN, TABLE_COMPARE},
    {"pep440.aquasecurity.constraint-valid.tsv", SCHEME_PEP440, TABLE_CONSTRAINT_VALID},
    {"pep440.aquasecurity.constraint.prerelease.tsv", SCHEME_PEP440, TABLE_CONSTRAINT},
    {"pep440.aquasecurity.constraint.tsv", SCHEME_PEP440, TABLE_CONSTRAINT},
    {"pep440.claircore.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.grype.constraint.tsv", SCHEME_PEP440, TABLE_CONSTRAINT},
    {"pep440.osv-generated.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.osv.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"pep440.pypa-order.compare.tsv", SCHEME_PEP440, TABLE_COMPARE},
    {"portage.grype.compare.tsv", SCHEME_PORTAGE, TABLE_COMPARE},
    {"portage.grype.constraint.tsv", SCHEME_PORTAGE, TABLE_CONSTRAINT},
    {"pub.osv.compare.tsv", SCHEME_PUB, TABLE_COMPARE},
    {"rpm.claircore-rpmvercmp.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
    {"rpm.grype.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
    {"rpm.grype.constraint.tsv", SCHEME_RPM, TABLE_CONSTRAINT},
    {"rpm.knqyf263.compare.tsv", SCHEME_RPM, TABLE_COMPARE},
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

int main(int argc, char **argv)
{
    if (argc != 3)
        return EXIT_FAILURE;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    CLEANUP(arena_cleanup) struct arena *table_mem = arena_new(16 << 20);
    span deviations = mem && table_mem ? read_file(argv[2], mem) : (span){0};
    if (deviations.len == 0)
        return EXIT_FAILURE;
    struct tally tally = {0};
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
    return tally.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
