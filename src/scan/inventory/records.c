#include "scan/inventory/listing_inner.h"

// The files of one RPM database folder.
#define RPM_FILES(folder)                                                       \
    S(folder "/Packages"), S(folder "/Packages.db"), S(folder "/rpmdb.sqlite"), \
        S(folder "/rpmdb.sqlite-wal")

static const span patterns[] = {
    S("var/lib/dpkg/status"),
    S("var/lib/dpkg/status.d/*"),
    S("var/lib/dpkg/info/*.list"),
    S("var/lib/dpkg/info/*.md5sums"),
    S("var/lib/dpkg/info/*.conffiles"),
    S("var/lib/dpkg/diversions"),
    S("var/lib/dpkg/statoverride"),
    S("etc/dpkg/dpkg.cfg"),
    S("etc/dpkg/dpkg.cfg.d/*"),
    S("lib/apk/db/installed"),
    S("usr/lib/apk/db/installed"),
    S("var/lib/pacman/local/*/desc"),
    S("var/lib/pacman/local/*/files"),
    S("etc/pacman.conf"),
    S("**/*.dist-info/RECORD"),
    RPM_FILES("var/lib/rpm"),
    RPM_FILES("usr/lib/sysimage/rpm"),
    RPM_FILES("usr/share/rpm"),
    S("var/lib/rpmmanifest/container-manifest-2"),
    S("root/buildinfo/content_manifests/*.json"),
    S("usr/share/buildinfo/*.json"),
};

const struct wants inventory_wants = {
    .patterns = patterns,
    .count = sizeof patterns / sizeof *patterns,
};

// The databases. A path is looked up as the package manager would, through symbolic links; a
// pattern finds the plain files that it matches. Of the RPM databases in one folder only the
// first is read, the newest kind: an upgrade of rpm may leave the one that it came from behind.
static const struct database {
    span pattern;
    read_record *read;
    list_files *list;
} databases[] = {
    {S("var/lib/dpkg/status"), dpkg_read_status, dpkg_list_info},
    {S("var/lib/dpkg/status.d/*"), dpkg_read_control, dpkg_list_control},
    {S("lib/apk/db/installed"), apk_read_installed, apk_list_installed},
    {S("usr/lib/apk/db/installed"), apk_read_installed, apk_list_installed},
    {S("var/lib/pacman/local/*/desc"), pacman_read_desc, pacman_list_files},
    {S("var/lib/rpm/rpmdb.sqlite"), rpm_read_database, rpm_list_database},
    {S("var/lib/rpm/Packages.db"), rpm_read_database, rpm_list_database},
    {S("var/lib/rpm/Packages"), rpm_read_database, rpm_list_database},
    {S("usr/lib/sysimage/rpm/rpmdb.sqlite"), rpm_read_database, rpm_list_database},
    {S("usr/lib/sysimage/rpm/Packages.db"), rpm_read_database, rpm_list_database},
    {S("usr/lib/sysimage/rpm/Packages"), rpm_read_database, rpm_list_database},
    {S("usr/share/rpm/rpmdb.sqlite"), rpm_read_database, rpm_list_database},
    {S("usr/share/rpm/Packages.db"), rpm_read_database, rpm_list_database},
    {S("usr/share/rpm/Packages"), rpm_read_database, rpm_list_database},
    {S("var/lib/rpmmanifest/container-manifest-2"), rpm_read_manifest, NULL},
};

// One collection: what is looked through, and what was found so far.
struct search {
    const struct tree *tree;
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
    struct list *records;
};

static bool add_record(const struct search *search, unsigned database, const struct file *file,
                       const struct file *journal, struct err *err)
{
    struct record *record = LIST_ADD(search->records, struct record);
    if (!record)
        return arena_err(search->mem, err, "package databases");
    *record = (struct record){
        .read = databases[database].read,
        .list = databases[database].list,
        .database = database,
        .file = file,
        .journal = journal,
    };
    return true;
}

// Has the file been found before, under another path that leads to it?
static bool is_known(const struct search *search, const struct file *file)
{
    for (size_t i = 0; i < search->records->count; i++)
        if (LIST_AT(search->records, struct record, i)->file == file)
            return true;
    return false;
}

static bool is_superseded(const struct search *search, const struct file *file)
{
    for (size_t i = 0; i < search->records->count; i++) {
        const struct record *other = LIST_AT(search->records, struct record, i);
        if (other->read != rpm_read_database ||
            !span_equal(path_parent(other->file->path), path_parent(file->path)))
            continue;
        notes_add(search->notes, NOTE_INFORMATION, file->path, "not read: '%s' is newer",
                  quote(other->file->path).text);
        return true;
    }
    return false;
}

// The write-ahead log that SQLite keeps beside a database, under the database's real name.
static const struct file *find_journal(const struct search *search, const struct file *file)
{
    struct text path = {0};
    text_init(&path, search->mem, SIZE_MAX);
    text_add(&path, file->path);
    text_add(&path, S("-wal"));
    const struct file *journal = tree_at(search->tree, text_span(&path));
    return journal && journal->type == FILE_REGULAR && journal->has_content ? journal : NULL;
}

static bool add_path(const struct search *search, unsigned database, struct err *err)
{
    span path = databases[database].pattern;
    const struct file *file = tree_find(search->tree, path, search->limits, search->mem, NULL);
    if (!file || file->type != FILE_REGULAR || is_known(search, file))
        return true;
    if (!file->has_content) {
        notes_add(search->notes, NOTE_LIMIT, file->path,
                  "was not kept: the packages in it are unknown");
        return true;
    }
    if (databases[database].read != rpm_read_database)
        return add_record(search, database, file, NULL, err);
    if (is_superseded(search, file))
        return true;
    return add_record(search, database, file, find_journal(search, file), err);
}

static bool add_matches(const struct search *search, unsigned database, struct err *err)
{
    const struct file **files = NULL;
    size_t count = 0;
    if (!tree_match(search->tree, databases[database].pattern, search->mem, &files, &count))
        return arena_err(search->mem, err, "package databases");
    for (size_t i = 0; i < count; i++)
        if (!add_record(search, database, files[i], NULL, err))
            return false;
    return true;
}

bool records_collect(const struct tree *tree, const struct limits *limits, struct arena *mem,
                     struct notes *notes, struct list *ret, struct err *err)
{
    struct list records = {0};
    list_init(&records, mem, sizeof(struct record), SIZE_MAX);
    struct search search = {
        .tree = tree, .limits = limits, .mem = mem, .notes = notes, .records = &records};
    for (unsigned i = 0; i < sizeof databases / sizeof *databases; i++) {
        bool added = span_find(databases[i].pattern, '*') == SPAN_NONE
                         ? add_path(&search, i, err)
                         : add_matches(&search, i, err);
        if (!added)
            return false;
    }
    *ret = records;
    return true;
}

int record_compare(const struct record *a, const struct record *b)
{
    if (a->database != b->database)
        return a->database < b->database ? -1 : 1;
    return span_compare(a->file->path, b->file->path);
}

static bool same_bytes(const struct file *a, const struct file *b)
{
    if (!a || !b)
        return a == b;
    return a->content.ptr == b->content.ptr && a->content.len == b->content.len;
}

bool record_same(const struct record *a, const struct record *b)
{
    return record_compare(a, b) == 0 && same_bytes(a->file, b->file) &&
           same_bytes(a->journal, b->journal);
}

bool record_read(const struct record *record, const struct limits *limits, struct arena *mem,
                 struct notes *notes, struct list *packages, struct err *err)
{
    struct intake intake = {.limits = limits, .mem = mem, .notes = notes, .packages = packages};
    if (record->file->content.len == 0)
        notes_add(notes, NOTE_INFORMATION, record->file->path, "is empty");
    else if (!record->read(&intake, record, err))
        return err_add(err, "%s", quote(record->file->path).text);
    return true;
}
