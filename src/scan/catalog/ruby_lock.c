// Ruby: Bundler's lock file, whose indentation is its structure. It does not say which groups a gem
// is in.
#include "scan/catalog/catalog_inner.h"

struct lock {
    struct inspection *inspection;
    bool is_source;             // in GEM, GIT, PATH or PLUGIN SOURCE
    struct candidate candidate; // without a version: none is open
    span last_name;             // the one before: a gem has an entry for each platform
    span last_version;
};

static bool close_gem(struct lock *lock, struct err *err)
{
    struct candidate candidate = lock->candidate;
    const struct package *package = &candidate.package;
    bool again = span_equal(package->name, lock->last_name) &&
                 span_equal(package->version, lock->last_version);
    lock->candidate = (struct candidate){0};
    if (package->version.len == 0 || again)
        return true;
    lock->last_name = package->name;
    lock->last_version = package->version;
    return candidate_add(&candidate, err);
}

// "nokogiri (1.15.4-x86_64-linux)": no version of a gem has a '-'.
static void open_gem(struct lock *lock, span line)
{
    span name = span_cut(&line, ' ');
    if (!span_starts_with(line, S("(")))
        return;
    span version = span_trim_end(span_from(line, 1), ')');
    lock->candidate = candidate_of(lock->inspection, S("gem"), name, span_cut(&version, '-'));
}

static bool take_line(struct lock *lock, span line, struct err *err)
{
    static const span sources[] = {S("GEM"), S("GIT"), S("PATH"), S("PLUGIN SOURCE")};
    enum { AT_SECTION = 0, AT_GEM = 4, AT_NEED = 6 };
    size_t indent = span_indent(line);
    line = span_trim(line);
    if (indent == AT_NEED && lock->candidate.package.version.len) {
        candidate_depend(&lock->candidate, span_cut(&line, ' '));
        return true;
    }
    if (!close_gem(lock, err))
        return false;
    if (indent == AT_SECTION) {
        lock->is_source = false;
        for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
            lock->is_source |= span_equal(line, sources[i]);
    }
    if (indent == AT_GEM && lock->is_source && span_ends_with(line, S(")")))
        open_gem(lock, line);
    return true;
}

static bool read_gemfile_lock(struct inspection *inspection, struct err *err)
{
    struct lock lock = {.inspection = inspection};
    span rest = inspection->text;
    while (rest.len)
        if (!take_line(&lock, span_cut_line(&rest), err))
            return false;
    return close_gem(&lock, err);
}

static const struct cataloger catalogers[] = {
    {S("**/Gemfile.lock"), read_gemfile_lock, CATALOG_DECLARED},
    {S("**/gems.locked"), read_gemfile_lock, CATALOG_DECLARED},
};
const struct catalogers ruby_lock_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
