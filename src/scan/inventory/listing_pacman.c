// Files of Arch packages, as var/lib/pacman/local/*/files lists them: paths, directories with a
// slash at their end, then the configuration files with the MD5 that they had ("%BACKUP%"). The
// digests of all other files are in a compressed mtree, which is not read.
#include "scan/inventory/listing_inner.h"

enum section { SECTION_OTHER, SECTION_FILES, SECTION_BACKUP };

static enum section section_of(span line)
{
    if (span_equal(line, S("%FILES%")))
        return SECTION_FILES;
    return span_equal(line, S("%BACKUP%")) ? SECTION_BACKUP : SECTION_OTHER;
}

static bool add_line(struct roll *roll, enum section section, span line, uint32_t package,
                     struct err *err)
{
    struct listed_file listed = {.package = package};
    bool is_backup = section == SECTION_BACKUP;
    span path = is_backup ? span_cut(&line, '\t') : line;
    if (section == SECTION_OTHER || path.len == 0 || path.ptr[path.len - 1] == '/')
        return true;
    listed.is_config = is_backup;
    return roll_add(roll, (span){0}, path, &listed, err);
}

// The package whose record is `desc`: the directory is called NAME-VERSION-RELEASE.
static size_t package_of(const struct roll *roll, span desc)
{
    span directory = path_name(path_parent(desc));
    span name = directory;
    for (size_t i = 0; i < 2; i++) {
        size_t dash = span_find_last(name, '-');
        name = span_first(name, dash == SPAN_NONE ? 0 : dash);
    }
    span version = span_from(directory, name.len + 1);
    return bom_find(roll->bom, S("alpm"), name, version, (span){0});
}

bool pacman_list_files(struct roll *roll, const struct record *record, struct err *err)
{
    struct text path;
    text_init(&path, roll->mem, SIZE_MAX);
    text_add(&path, path_parent(record->file->path));
    text_add(&path, S("/files"));
    if (!text_ok(&path))
        return arena_err(roll->mem, err, "listing");
    const struct file *file = tree_at(roll->tree, text_span(&path));
    size_t package = package_of(roll, record->file->path);
    if (!file || !file->has_content || package == SIZE_MAX)
        return true;
    roll->is_listed[package] = true;
    enum section section = SECTION_OTHER;
    span rest = file->content;
    while (rest.len) {
        span line = span_cut_line(&rest);
        if (span_starts_with(line, S("%")))
            section = section_of(line);
        else if (!add_line(roll, section, line, (uint32_t)package, err))
            return false;
    }
    roll_note_bad(roll, file->path);
    return true;
}
