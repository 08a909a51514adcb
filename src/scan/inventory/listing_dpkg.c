// Files of Debian packages: the lists, checksums and configuration files in var/lib/dpkg/info
// (dpkg(1), deb-md5sums(5), deb-conffiles(5)), and what the administrator told dpkg to do with them
// (dpkg-divert(1), dpkg-statoverride(1), dpkg.cfg(5)).
#include "scan/inventory/listing_inner.h"

#define INFO "var/lib/dpkg/info/"

// A file of all packages but one lies under another name.
struct diversion {
    span from;
    span to;
    span package; // the one; ":" where it is the administrator's wish, and none is spared
};

struct info {
    struct roll *roll;
    struct list diversions; // of struct diversion, sorted by `from`
    uint64_t lengths;       // of `from`, modulo 64: most paths need no search
};

// ---------------------------------------------------------------- diversions

static span relative(span path)
{
    return span_starts_with(path, S("/")) ? span_from(path, 1) : path;
}

static int by_origin(const void *left, const void *right)
{
    return span_compare(((const struct diversion *)left)->from,
                        ((const struct diversion *)right)->from);
}

static bool read_diversions(struct info *info, struct err *err)
{
    const struct file *file = tree_at(info->roll->tree, S("var/lib/dpkg/diversions"));
    span rest = file && file->has_content ? file->content : (span){0};
    list_init(&info->diversions, info->roll->mem, sizeof(struct diversion), SIZE_MAX);
    while (rest.len) {
        struct diversion *diversion = LIST_ADD(&info->diversions, struct diversion);
        if (!diversion)
            return arena_err(info->roll->mem, err, "diversions");
        diversion->from = relative(span_cut_line(&rest));
        diversion->to = relative(span_cut_line(&rest));
        diversion->package = span_cut_line(&rest);
        info->lengths |= UINT64_C(1) << diversion->from.len % 64;
        if (diversion->to.len && diversion->package.len)
            continue;
        notes_add(info->roll->notes, NOTE_DAMAGED, file->path, "ends within a diversion");
        info->diversions.count--;
    }
    sort_items(info->diversions.items, info->diversions.count, sizeof(struct diversion), by_origin);
    return true;
}

// What stands at a diverted path in place of the package's file is there on somebody's wish.
static bool list_origins(const struct info *info, struct err *err)
{
    for (size_t i = 0; i < info->diversions.count; i++) {
        const struct diversion *diversion = LIST_AT(&info->diversions, struct diversion, i);
        struct listed_file listed = {.package = LISTED_BY_NO_PACKAGE};
        if (!roll_add(info->roll, (span){0}, diversion->from, &listed, err))
            return false;
    }
    return true;
}

// Where dpkg has put what the package calls `path`.
static span divert(const struct info *info, span path, span package)
{
    if (!(info->lengths >> path.len % 64 & 1))
        return path;
    size_t from = 0;
    size_t to = info->diversions.count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        const struct diversion *diversion = LIST_AT(&info->diversions, struct diversion, at);
        int order = span_compare(diversion->from, path);
        if (order == 0)
            return span_equal(diversion->package, package) ? path : diversion->to;
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return path;
}

// ---------------------------------------------------------------- lists of one package

static span place_of(const struct info *info, uint32_t package, span path)
{
    return divert(info, relative(path), info->roll->bom->packages[package].name);
}

static bool is_parent(span directory, span path)
{
    return span_starts_with(path, directory) && path.len > directory.len &&
           path.ptr[directory.len] == '/';
}

// Checksums, one after the other.
struct sums {
    const struct file *file; // null: there are none
    span rest;
    span path; // without a leading slash; empty: there are no more
    struct listed_file listed;
    size_t bad; // lines
};

// "DIGEST  PATH", the path without a leading slash.
static void next_sum(struct sums *sums)
{
    enum { HEX = 32 };
    sums->path = (span){0};
    while (sums->rest.len && sums->path.len == 0) {
        span line = span_cut_line(&sums->rest);
        bool is_sum = line.len > HEX + 2 && line.ptr[HEX] == ' ' &&
                      hex_read(span_first(line, HEX), sums->listed.digest, HEX / 2);
        sums->bad += !is_sum && line.len;
        sums->path = is_sum ? span_from(line, HEX + 2) : (span){0};
    }
}

static struct sums begin_sums(const struct file *file, uint32_t package)
{
    struct sums sums = {
        .file = file,
        .rest = file ? file->content : (span){0},
        .listed = {.package = package, .kind = LISTED_FILE, .algorithm = LISTED_MD5},
    };
    next_sum(&sums);
    return sums;
}

// Those that are left.
static bool add_sums(struct info *info, struct sums *sums, struct err *err)
{
    struct roll *roll = info->roll;
    for (; sums->path.len; next_sum(sums))
        if (!roll_add_sum(roll, place_of(info, sums->listed.package, sums->path), &sums->listed,
                          err))
            return false;
    if (sums->bad)
        notes_add(roll->notes, NOTE_DAMAGED, sums->file->path, "%zu lines are no checksums",
                  sums->bad);
    if (sums->file)
        roll_note_bad(roll, sums->file->path);
    return true;
}

// Both lists of a package are mostly in the same order: what they say of one file is then put
// together at once. What is not met that way is put together when everything is in order.
static bool add_listed(struct info *info, uint32_t package, span path, struct sums *sums,
                       struct err *err)
{
    struct roll *roll = info->roll;
    struct listed_file listed = {.package = package, .kind = LISTED_ANYTHING};
    size_t bad = roll->bad;
    bool is_both = sums->path.len && span_equal(sums->path, relative(path));
    if (!roll_add(roll, (span){0}, place_of(info, package, path), is_both ? &sums->listed : &listed,
                  err))
        return false;
    if (is_both && roll->bad == bad) // a bad path is told of for each list that has it
        next_sum(sums);
    return true;
}

// A path a line, directories too, each of them in front of what is in it.
static bool read_list(struct info *info, const struct file *file, uint32_t package,
                      struct sums *sums, struct err *err)
{
    span rest = file->content;
    span line = span_cut_line(&rest);
    info->roll->has_file_list[package] = true;
    while (line.len) {
        span next = span_cut_line(&rest);
        bool is_file = !is_parent(line, next) && !span_equal(line, S("/."));
        if (is_file && !add_listed(info, package, line, sums, err))
            return false;
        line = next;
    }
    return true;
}

// A path a line, "remove-on-upgrade" in front of those that are not to be there.
static bool read_conffiles(struct info *info, const struct file *file, uint32_t package,
                           struct err *err)
{
    span rest = file->content;
    while (rest.len) {
        span path = span_trim(span_cut_line(&rest));
        struct listed_file listed = {.package = package, .is_config = true, .may_be_absent = true};
        if (path.len && path.ptr[0] == '/' &&
            !roll_add(info->roll, (span){0}, place_of(info, package, path), &listed, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- all packages

// The files of one kind, one a package, in the order of their paths.
struct kind {
    span pattern;
    span suffix;
    const struct file **files;
    size_t count;
};

enum { LISTS, SUMS, CONFFILES, KINDS };

// The package that INFO/NAME[:ARCH].SUFFIX is of, or SIZE_MAX.
static size_t package_of(const struct roll *roll, const struct file *file, span suffix)
{
    span arch = path_name(file->path);
    arch = span_first(arch, arch.len - suffix.len);
    span name = span_cut(&arch, ':');
    return bom_find(roll->bom, S("deb"), name, (span){0}, arch);
}

// The checksums that lie beside a list of files: an index, or SIZE_MAX.
static size_t find_sums(const struct kind *sums, span list, struct arena *mem)
{
    struct text path;
    text_init(&path, mem, SIZE_MAX);
    text_add(&path, span_first(list, list.len - S(".list").len));
    text_add(&path, sums->suffix);
    size_t from = 0;
    size_t to = sums->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = span_compare(sums->files[at]->path, text_span(&path));
        if (order == 0)
            return at;
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return SIZE_MAX; // without memory, too: they are then read on their own
}

// Either file may be null.
static bool read_package(struct info *info, uint32_t package, const struct file *list,
                         const struct file *checksums, struct err *err)
{
    struct roll *roll = info->roll;
    struct sums sums = begin_sums(checksums, package);
    roll->is_listed[package] = true;
    if (list && !read_list(info, list, package, &sums, err))
        return false;
    if (list)
        roll_note_bad(roll, list->path);
    return add_sums(info, &sums, err);
}

// What is of no package is of one that was removed, with its configuration left behind.
static bool read_lists(struct info *info, const struct kind *lists, const struct kind *sums,
                       struct err *err)
{
    struct roll *roll = info->roll;
    bool *is_read = arena_array(roll->mem, sums->count, sizeof *is_read);
    if (!is_read)
        return arena_err(roll->mem, err, "listing");
    for (size_t i = 0; i < lists->count; i++) {
        const struct file *list = lists->files[i];
        size_t package = package_of(roll, list, lists->suffix);
        size_t beside = find_sums(sums, list->path, roll->mem);
        const struct file *checksums = beside == SIZE_MAX ? NULL : sums->files[beside];
        if (package == SIZE_MAX)
            continue;
        if (!read_package(info, (uint32_t)package, list, checksums, err))
            return false;
        if (checksums)
            is_read[beside] = true;
    }
    for (size_t i = 0; i < sums->count; i++) {
        size_t package = is_read[i] ? SIZE_MAX : package_of(roll, sums->files[i], sums->suffix);
        if (package != SIZE_MAX &&
            !read_package(info, (uint32_t)package, NULL, sums->files[i], err))
            return false;
    }
    return true;
}

static bool read_all_conffiles(struct info *info, const struct kind *kind, struct err *err)
{
    struct roll *roll = info->roll;
    for (size_t i = 0; i < kind->count; i++) {
        const struct file *file = kind->files[i];
        size_t package = package_of(roll, file, kind->suffix);
        if (package == SIZE_MAX)
            continue;
        roll->is_listed[package] = true;
        if (!read_conffiles(info, file, (uint32_t)package, err))
            return false;
        roll_note_bad(roll, file->path);
    }
    return true;
}

static size_t count_lines(const struct kind *kind)
{
    size_t lines = kind->count; // the last one of a file may have no end
    for (size_t i = 0; i < kind->count; i++)
        for (size_t j = 0; j < kind->files[i]->content.len; j++)
            lines += kind->files[i]->content.ptr[j] == '\n';
    return lines;
}

// Growing as they come would take twice the memory.
static bool read_packages(struct info *info, struct err *err)
{
    struct kind kinds[KINDS] = {
        [LISTS] = {.pattern = S(INFO "*.list"), .suffix = S(".list")},
        [SUMS] = {.pattern = S(INFO "*.md5sums"), .suffix = S(".md5sums")},
        [CONFFILES] = {.pattern = S(INFO "*.conffiles"), .suffix = S(".conffiles")},
    };
    size_t lines = 0;
    for (size_t i = 0; i < KINDS; i++) {
        struct kind *kind = &kinds[i];
        if (!tree_match(info->roll->tree, kind->pattern, info->roll->mem, &kind->files,
                        &kind->count))
            return arena_err(info->roll->mem, err, "listing");
        // Whatever has a checksum stands in a list of files, too.
        lines += i == SUMS ? 0 : count_lines(kind);
    }
    (void)list_reserve(&info->roll->entries, lines); // only saves work
    return read_lists(info, &kinds[LISTS], &kinds[SUMS], err) &&
           read_all_conffiles(info, &kinds[CONFFILES], err);
}

// ---------------------------------------------------------------- the administrator's word

// "USER GROUP MODE PATH": the mode is as good as recorded.
static bool read_overrides(struct roll *roll, struct err *err)
{
    const struct file *file = tree_at(roll->tree, S("var/lib/dpkg/statoverride"));
    span rest = file && file->has_content ? file->content : (span){0};
    while (rest.len) {
        span path = span_cut_line(&rest);
        (void)span_cut(&path, ' ');
        (void)span_cut(&path, ' ');
        uint64_t mode = 0;
        bool is_mode = span_to_u64_octal(span_cut(&path, ' '), &mode) && mode <= 07777;
        struct listed_file listed = {
            .package = LISTED_BY_NO_PACKAGE, .has_mode = true, .mode = (uint32_t)mode};
        if (!is_mode)
            notes_add(roll->notes, NOTE_DAMAGED, file->path, "a line is no override");
        else if (!roll_add(roll, (span){0}, path, &listed, err))
            return false;
    }
    if (file)
        roll_note_bad(roll, file->path);
    return true;
}

// "path-exclude=PATTERN" and "path-include=PATTERN" among many other options.
static bool read_options(struct roll *roll, span rest, struct err *err)
{
    while (rest.len) {
        span pattern = span_trim(span_cut_line(&rest));
        bool excludes = span_starts_with(pattern, S("path-exclude"));
        if (!excludes && !span_starts_with(pattern, S("path-include")))
            continue;
        pattern = span_trim(span_from(pattern, S("path-exclude").len));
        if (pattern.len && pattern.ptr[0] == '=')
            pattern = span_trim(span_from(pattern, 1));
        struct listing_rule *rule = LIST_ADD(&roll->rules, struct listing_rule);
        if (!rule)
            return arena_err(roll->mem, err, "dpkg.cfg");
        *rule = (struct listing_rule){.pattern = pattern, .excludes = excludes};
    }
    return true;
}

static bool read_configuration(struct roll *roll, struct err *err)
{
    static const span patterns[] = {S("etc/dpkg/dpkg.cfg"), S("etc/dpkg/dpkg.cfg.d/*")};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const struct file **files = NULL;
        size_t count = 0;
        if (!tree_match(roll->tree, patterns[i], roll->mem, &files, &count))
            return arena_err(roll->mem, err, "dpkg.cfg");
        for (size_t j = 0; j < count; j++)
            if (!read_options(roll, files[j]->content, err))
                return false;
    }
    return true;
}

bool dpkg_list_info(struct roll *roll, const struct record *record, struct err *err)
{
    (void)record; // names the packages; their files are listed beside it
    struct info info = {.roll = roll};
    return read_diversions(&info, err) && list_origins(&info, err) && read_packages(&info, err) &&
           read_overrides(roll, err) && read_configuration(roll, err);
}

// Distroless images keep the checksums beside a control file of the same name.
bool dpkg_list_control(struct roll *roll, const struct record *record, struct err *err)
{
    static const span suffix = S(".md5sums");
    if (!span_ends_with(record->file->path, suffix))
        return true;
    size_t package = package_of(roll, record->file, suffix);
    if (package == SIZE_MAX)
        return true; // the control file names another package: nothing says whose these are
    struct info info = {.roll = roll};
    return read_package(&info, (uint32_t)package, NULL, record->file, err);
}
