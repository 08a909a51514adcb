// Maven's and Gradle's declarations: pom.xml (Maven's POM reference) and the lock files of Gradle
// ("Locking dependency versions").
#include "scan/catalog/java_inner.h"

bool coordinates_name(const struct coordinates *coordinates, struct arena *mem, span *ret,
                      struct err *err)
{
    struct text name;
    text_init(&name, mem, SIZE_MAX);
    text_add(&name, coordinates->group);
    if (coordinates->group.len)
        text_add_byte(&name, ':');
    text_add(&name, coordinates->artifact);
    *ret = text_span(&name);
    return text_ok(&name) || arena_err(mem, err, "name");
}

static bool add_coordinates(struct inspection *inspection, const struct coordinates *coordinates,
                            struct err *err)
{
    struct package package = {.type = S("maven"), .version = coordinates->version};
    return coordinates_name(coordinates, inspection->scratch, &package.name, err) &&
           inspection_add(inspection, &package, err);
}

// ---------------------------------------------------------------- pom.xml

// What a parent or an imported file would say is not in this one.
static void note_unresolved(struct inspection *inspection, size_t count)
{
    if (count)
        notes_add(inspection->notes, NOTE_INFORMATION, inspection->path,
                  "%zu dependencies have no version in this file", count);
}

static bool add_dependencies(struct inspection *inspection, const struct list *dependencies,
                             struct err *err)
{
    size_t unresolved = 0;
    for (size_t i = 0; i < dependencies->count; i++) {
        const struct coordinates *found = LIST_AT(dependencies, struct coordinates, i);
        if (!coordinates_are_values(found))
            unresolved++;
        else if (!add_coordinates(inspection, found, err))
            return false;
    }
    note_unresolved(inspection, unresolved);
    return true;
}

static bool read_pom(struct inspection *inspection, struct err *err)
{
    const struct pom *pom = NULL;
    struct list dependencies = {0};
    struct err damage = {0};
    if (pom_read(inspection->text, inspection->limits, inspection->scratch, &pom, &damage) &&
        pom_dependencies(pom, inspection->scratch, &dependencies, &damage))
        return add_dependencies(inspection, &dependencies, err);
    inspection_damaged(inspection, &damage);
    return true;
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
