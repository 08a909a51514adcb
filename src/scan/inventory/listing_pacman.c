// Files of Arch packages, as var/lib/pacman/local/*/files lists them: paths, directories with a
// slash at their end, then the configuration files with the MD5 that they had ("%BACKUP%"). Modes
// and digests of all files are in the `mtree` beside it, which the catalog has unpacked.
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

// What lies beside a record; *ret is null where it does not.
static bool find_beside(const struct roll *roll, span desc, span name, const struct file **ret,
                        struct err *err)
{
    struct text path;
    text_init(&path, roll->mem, SIZE_MAX);
    text_add(&path, path_parent(desc));
    text_add_byte(&path, '/');
    text_add(&path, name);
    if (!text_ok(&path))
        return arena_err(roll->mem, err, "listing");
    *ret = tree_at(roll->tree, text_span(&path));
    return true;
}

static bool read_files(struct roll *roll, const struct file *file, uint32_t package,
                       struct err *err)
{
    enum section section = SECTION_OTHER;
    span rest = file->content;
    while (rest.len) {
        span line = span_cut_line(&rest);
        if (span_starts_with(line, S("%")))
            section = section_of(line);
        else if (!add_line(roll, section, line, package, err))
            return false;
    }
    roll_note_bad(roll, file->path);
    return true;
}

bool pacman_list_files(struct roll *roll, const struct record *record, struct err *err)
{
    const struct file *files = NULL;
    const struct file *mtree = NULL;
    span desc = record->file->path;
    size_t package = package_of(roll, desc);
    if (!find_beside(roll, desc, S("files"), &files, err) ||
        !find_beside(roll, desc, S("mtree"), &mtree, err))
        return false;
    if (!files || !files->has_content || package == SIZE_MAX)
        return true;
    roll->is_listed[package] = true;
    if (!read_files(roll, files, (uint32_t)package, err))
        return false;
    if (!mtree || !mtree->insight)
        return true;
    bool done = mtree_list(roll, mtree->path, mtree->insight->sums, (uint32_t)package, err);
    roll_note_bad(roll, mtree->path);
    return done;
}

// ---------------------------------------------------------------- the administrator's word

// "usr/share/man/*" is not installed, "!usr/share/man/man1/*" is in spite of that.
static bool add_rules(struct roll *roll, span patterns, struct err *err)
{
    while (patterns.len) {
        span pattern = span_cut(&patterns, ' ');
        if (pattern.len == 0)
            continue;
        bool excludes = pattern.ptr[0] != '!';
        struct listing_rule *rule = LIST_ADD(&roll->rules, struct listing_rule);
        if (!rule)
            return arena_err(roll->mem, err, "pacman.conf");
        *rule =
            (struct listing_rule){.pattern = span_from(pattern, !excludes), .excludes = excludes};
    }
    return true;
}

// "NoExtract = PATTERN …" among the options (pacman.conf(5)).
bool pacman_list_rules(struct roll *roll, struct err *err)
{
    const struct file *file = tree_at(roll->tree, S("etc/pacman.conf"));
    span rest = file && file->has_content ? file->content : (span){0};
    while (rest.len) {
        span value = span_cut_line(&rest);
        span key = span_trim(span_cut(&value, '='));
        if (span_equal(key, S("NoExtract")) && !add_rules(roll, span_trim(value), err))
            return false;
    }
    return true;
}
