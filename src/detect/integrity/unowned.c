// Files that no record lists.
#include "detect/integrity/integrity_inner.h"

// Is it something that is run or loaded? A library needs no execute bit, a script does: modules of
// Python and Perl begin with "#!" more often than they are run.
static bool is_loaded(const struct roster_file *file)
{
    return file->is_program && (file->mode & EXECUTE_BITS || span_contains(file->name, S(".so")));
}

static bool is_searched(span directory)
{
    static const span path[] = {S("bin"), S("sbin"), S("usr/bin"), S("usr/sbin")};
    for (size_t i = 0; i < sizeof path / sizeof *path; i++)
        if (span_equal(path[i], directory))
            return true;
    return false;
}

static bool add_finding(struct check *check, const struct roster_file *file, span path,
                        struct finding finding, struct err *err)
{
    finding.package = NO_PACKAGE;
    finding.location = path;
    finding.layer = file->layer;
    return check_add(check, &finding, err);
}

static bool add_unowned(struct check *check, span directory, const struct roster_file *file,
                        span path, struct err *err)
{
    if (!known_system_directory(directory) || known_unowned(path) || known_generated(path))
        return true;
    struct finding finding = {
        .id = S("program-unowned"),
        .severity = is_searched(directory) ? SEVERITY_MEDIUM : SEVERITY_LOW,
        .text = S("a program in a directory of the system that no package lists"),
    };
    return add_finding(check, file, path, finding, err);
}

bool check_unlisted(struct check *check, span directory, const struct roster_file *file,
                    struct err *err)
{
    bool is_set_id = file->mode & SET_ID_BITS && file->mode & EXECUTE_BITS;
    bool is_program = check->has_system && is_loaded(file);
    span path = {0};
    if (!is_set_id && !is_program)
        return true;
    if (!check_join(check, directory, file->name, &path, err))
        return false;
    struct finding set_id = {
        .id = S("set-id-unrecorded"),
        .severity = SEVERITY_HIGH,
        .text = S("runs with the rights of its owner or group, and no package lists it"),
    };
    if (is_set_id && !add_finding(check, file, path, set_id, err))
        return false;
    return !is_program || add_unowned(check, directory, file, path, err);
}
