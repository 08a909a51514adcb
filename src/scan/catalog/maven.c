// Maven's and Gradle's declarations: pom.xml (Maven's POM reference) and the lock files of Gradle
// ("Locking dependency versions").
#include "scan/catalog/java_inner.h"

static bool add_coordinates(struct inspection *inspection, const struct coordinates *coordinates,
                            struct err *err)
{
    struct package package = {.type = S("maven"), .version = coordinates->version};
    return coordinates_name(coordinates, inspection->scratch, &package.name, err) &&
           inspection_add(inspection, &package, err);
}

// ---------------------------------------------------------------- pom.xml

// What it says depends on others in the same tree: inventory reads it when all are there.
static bool read_pom(struct inspection *inspection, struct err *err)
{
    struct pom *pom = NULL;
    struct err damage = {0};
    if (!pom_read(inspection->text, inspection->limits, inspection->scratch, &pom, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    return arena_span(inspection->mem, inspection->text, &inspection->insight->project) ||
           arena_err(inspection->mem, err, "pom.xml");
}

// ---------------------------------------------------------------- Gradle

// "compileClasspath,runtimeClasspath": is any of them more than a test's?
static bool is_for_run_time(span configurations)
{
    if (configurations.len == 0)
        return true;
    while (configurations.len) {
        span one = span_cut(&configurations, ',');
        if (!span_starts_with(one, S("test")) && !span_contains(one, S("Test")))
            return true;
    }
    return false;
}

// "group:artifact:version=configurations"; the old files of one configuration have no "=".
static bool read_lock_line(struct inspection *inspection, span line, bool *ret_read,
                           struct err *err)
{
    span configurations = line;
    span rest = span_cut(&configurations, '=');
    struct coordinates found = {.group = span_cut(&rest, ':')};
    found.artifact = span_cut(&rest, ':');
    found.version = rest;
    *ret_read = coordinates_are_values(&found);
    if (!*ret_read || !is_for_run_time(configurations))
        return true;
    return add_coordinates(inspection, &found, err);
}

static bool read_gradle_lock(struct inspection *inspection, struct err *err)
{
    size_t bad = 0;
    for (span rest = inspection->text; rest.len;) {
        span line = span_trim(span_cut_line(&rest));
        bool read = true;
        if (line.len == 0 || line.ptr[0] == '#' || span_starts_with(line, S("empty=")))
            continue;
        if (!read_lock_line(inspection, line, &read, err))
            return false;
        bad += !read;
    }
    if (bad)
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
                  "%zu lines are no group:artifact:version", bad);
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/pom.xml"), read_pom, CATALOG_DECLARED},
    {S("**/gradle.lockfile"), read_gradle_lock, CATALOG_DECLARED},
    {S("**/buildscript-gradle.lockfile"), read_gradle_lock, CATALOG_DECLARED},
    {S("**/dependency-locks/runtimeClasspath.lockfile"), read_gradle_lock, CATALOG_DECLARED},
    {S("**/dependency-locks/compileClasspath.lockfile"), read_gradle_lock, CATALOG_DECLARED},
};
const struct catalogers maven_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
