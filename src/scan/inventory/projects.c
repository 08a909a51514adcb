// Projects of Maven: what the pom.xml files of a tree need, each seen with the others.
#include "maven/maven.h"
#include "scan/inventory/inventory_inner.h"

// The files behind a pom_tree, in its order, and memory that goes with them.
struct projects {
    const struct limits *limits;
    struct notes *notes;
    struct arena *poms;    // of all
    struct arena *scratch; // of one
    struct pom_tree *tree;
    struct list files; // of const struct file *
};

static bool has_project(const struct file *file)
{
    return file->insight && file->insight->project.len;
}

// The catalog has read it before; only memory can be lacking.
static bool add_project(struct projects *projects, const struct file *file, struct err *err)
{
    struct pom *pom = NULL;
    struct err damage = {0};
    if (!pom_read(file->insight->project, projects->limits, projects->poms, &pom, &damage)) {
        notes_add_err(projects->notes, file->path, &damage);
        return true;
    }
    const struct file **added = LIST_ADD(&projects->files, const struct file *);
    if (!added)
        return arena_err(projects->poms, err, "projects");
    *added = file;
    return pom_tree_add(projects->tree, file->path, pom, err);
}

static bool read_projects(struct projects *projects, const struct tree *tree, struct err *err)
{
    if (!pom_tree_new(projects->limits, projects->poms, &projects->tree, err))
        return false;
    for (size_t i = 0; i < tree->count; i++)
        if (has_project(&tree->files[i]) && !add_project(projects, &tree->files[i], err))
            return false;
    return pom_tree_link(projects->tree, err);
}

// ---------------------------------------------------------------- packages

static bool add_package(const struct file *file, const struct coordinates *found, struct arena *mem,
                        struct list *packages, struct err *err)
{
    struct package *package = LIST_ADD(packages, struct package);
    struct location *location = ARENA_NEW(mem, struct location);
    if (!package || !location)
        return arena_err(mem, err, "projects");
    *location = (struct location){.path = file->path, .layer = file->layer};
    *package = (struct package){.type = S("maven"), .locations = location, .location_count = 1};
    return coordinates_name(found, mem, &package->name, err) &&
           (arena_span(mem, found->version, &package->version) || arena_err(mem, err, "projects"));
}

static bool fits(const struct coordinates *found, const struct limits *limits)
{
    return found->group.len < limits->field_bytes && found->version.len <= limits->field_bytes &&
           found->artifact.len < limits->field_bytes - found->group.len;
}

// "[1.0,2.0)" (POM reference, "Dependency Version Requirement Specification"): what a repository
// has decides.
static bool is_range(span version)
{
    return span_starts_with(version, S("[")) || span_starts_with(version, S("("));
}

static bool add_packages(const struct projects *projects, const struct file *file,
                         const struct list *needed, struct arena *mem, struct list *packages,
                         struct err *err)
{
    size_t open = 0;
    size_t ranges = 0;
    for (size_t i = 0; i < needed->count; i++) {
        const struct coordinates *found = LIST_AT(needed, struct coordinates, i);
        if (is_range(found->version))
            ranges++;
        else if (!coordinates_are_values(found) || !fits(found, projects->limits))
            open++;
        else if (!add_package(file, found, mem, packages, err))
            return false;
    }
    if (open)
        notes_add(projects->notes, NOTE_INFORMATION, file->path,
                  "%zu dependencies have no version in the files of this tree", open);
    if (ranges)
        notes_add(
            projects->notes, NOTE_INFORMATION, file->path,
            "%zu dependencies ask for a range of versions, and it is not known which they get",
            ranges);
    return true;
}

static bool collect(struct projects *projects, struct arena *mem, struct list *packages,
                    struct err *err)
{
    for (size_t i = 0; i < projects->files.count; i++) {
        const struct file *file = *LIST_AT(&projects->files, const struct file *, i);
        struct list needed = {0};
        struct err failed = {0};
        arena_reset(projects->scratch);
        if (!pom_tree_dependencies(projects->tree, i, projects->scratch, &needed, &failed))
            notes_add_err(projects->notes, file->path, &failed);
        else if (!add_packages(projects, file, &needed, mem, packages, err))
            return false;
    }
    return true;
}

bool projects_collect(const struct tree *tree, const struct limits *limits, struct arena *mem,
                      struct notes *notes, struct list *packages, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < tree->count; i++)
        count += has_project(&tree->files[i]);
    if (count == 0)
        return true;
    CLEANUP(arena_cleanup) struct arena *poms = arena_new(limits->kept_bytes);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->kept_bytes);
    if (!poms || !scratch)
        return err_set(err, ERR_MEMORY, "no memory for projects");
    struct projects projects = {.limits = limits, .notes = notes, .poms = poms, .scratch = scratch};
    list_init(&projects.files, poms, sizeof(const struct file *), SIZE_MAX);
    struct err failed = {0};
    if (read_projects(&projects, tree, &failed))
        return collect(&projects, mem, packages, err);
    notes_add_err(notes, (span){0}, &failed);
    return true;
}
