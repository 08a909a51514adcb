// rpm's database, and the list that Mariner's distroless images keep in its place.
#include "rpmdb/rpmdb.h"
#include "scan/inventory/inventory_inner.h"

// ---------------------------------------------------------------- versions

bool rpm_join_evr(struct arena *mem, uint64_t epoch, span version, span release, span *ret,
                  struct err *err)
{
    struct text evr = {0};
    text_init(&evr, mem, version.len + release.len + sizeof "18446744073709551615:-");
    if (epoch) {
        text_add_u64(&evr, epoch);
        text_add_byte(&evr, ':');
    }
    text_add(&evr, version);
    if (release.len)
        text_add_byte(&evr, '-');
    text_add(&evr, release);
    if (!text_ok(&evr))
        return arena_err(mem, err, "versions");
    *ret = text_span(&evr);
    return true;
}

// The name of a source rpm has no epoch. Where it was built in the package's own version, which is
// nearly always, the epoch is the package's too.
static bool set_source(struct arena *mem, span source_rpm, uint64_t epoch, span version,
                       span release, struct package *package, struct err *err)
{
    span source_version = {0};
    span source_release = {0};
    if (!rpm_source_split(source_rpm, &package->source_name, &source_version, &source_release))
        return true;
    bool same = span_equal(source_version, version) && span_equal(source_release, release);
    return rpm_join_evr(mem, same ? epoch : 0, source_version, source_release,
                        &package->source_version, err);
}

// A modularity label is NAME:STREAM:VERSION:CONTEXT[:ARCH]; advisories speak of NAME:STREAM.
static span module_stream(span label)
{
    span rest = label;
    span name = span_cut(&rest, ':');
    span stream = span_cut(&rest, ':');
    return stream.len ? span_first(label, name.len + 1 + stream.len) : (span){0};
}

// ---------------------------------------------------------------- the database

struct visit {
    struct intake *intake;
    const struct record *record;
    bool full; // our own memory is at its end, which is not the database's fault
};

// Copies what a header says, since it is gone when its visit ends.
static bool keep_texts(struct arena *mem, struct rpm_package *rpm, struct err *err)
{
    span *texts[] = {&rpm->name,   &rpm->arch,    &rpm->source_rpm,
                     &rpm->vendor, &rpm->license, &rpm->modularity_label};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!arena_span(mem, *texts[i], texts[i]))
            return arena_err(mem, err, "packages");
    return true;
}

static bool add_package(const struct visit *visit, struct rpm_package *rpm, struct err *err)
{
    struct intake *intake = visit->intake;
    const span texts[] = {rpm->name,       rpm->version, rpm->release, rpm->arch,
                          rpm->source_rpm, rpm->vendor,  rpm->license, rpm->modularity_label};
    if (!intake_fits(intake, visit->record, texts, sizeof texts / sizeof *texts))
        return true;
    if (!keep_texts(intake->mem, rpm, err))
        return false;
    struct package package = {
        .type = S("rpm"),
        .name = rpm->name,
        .arch = rpm->arch,
        .module = module_stream(rpm->modularity_label),
        .vendor = rpm->vendor,
        .licenses = rpm->license,
    };
    uint64_t epoch = rpm->has_epoch ? rpm->epoch : 0;
    if (!rpm_join_evr(intake->mem, epoch, rpm->version, rpm->release, &package.version, err) ||
        !set_source(intake->mem, rpm->source_rpm, epoch, rpm->version, rpm->release, &package, err))
        return false;
    return intake_add(intake, visit->record, &package, err);
}

static bool take_header(void *self, span bytes, struct err *err)
{
    struct visit *visit = self;
    struct rpm_header header = {0};
    struct rpm_package package = {0};
    struct err damage = {0};
    if (!rpm_header_open(bytes, &header, &damage) ||
        !rpm_package_read(&header, &package, &damage)) {
        notes_add_err(visit->intake->notes, visit->record->file->path, &damage);
        return true;
    }
    if (add_package(visit, &package, err))
        return true;
    visit->full = true;
    return false;
}

static void take_damage(void *self, const struct err *damage)
{
    const struct visit *visit = self;
    notes_add_err(visit->intake->notes, visit->record->file->path, damage);
}

bool rpm_read_database(struct intake *intake, const struct record *record, struct err *err)
{
    struct visit visit = {.intake = intake, .record = record};
    struct rpmdb_visitor visitor = {.self = &visit, .header = take_header, .damage = take_damage};
    span log = record->journal ? record->journal->content : (span){0};
    struct err damage = {0};
    if (rpmdb_read(record->file->content, log, intake->limits, intake->mem, &visitor, &damage))
        return true;
    if (visit.full)
        return err_set(err, damage.kind, "%s", damage.text);
    notes_add_err(intake->notes, record->file->path, &damage);
    return true;
}

// ---------------------------------------------------------------- the manifest

// Columns of container-manifest-2, which `rpm -qa --queryformat` writes, separated by tabs.
enum {
    COLUMN_NAME,
    COLUMN_VERSION_RELEASE,
    COLUMN_INSTALL_TIME,
    COLUMN_BUILD_TIME,
    COLUMN_VENDOR,
    COLUMN_EPOCH,
    COLUMN_SIZE,
    COLUMN_ARCH,
    COLUMN_EPOCH_NUMBER,
    COLUMN_SOURCE_RPM,
    COLUMNS,
};

// How rpm prints what a header does not have.
static span optional(span column)
{
    return span_equal(column, S("(none)")) ? (span){0} : column;
}

static bool split_columns(span line, span *columns)
{
    size_t count = 0;
    for (; line.len && count < COLUMNS; count++)
        columns[count] = optional(span_cut(&line, '\t'));
    return count == COLUMNS && columns[COLUMN_NAME].len && columns[COLUMN_VERSION_RELEASE].len;
}

static bool add_line(struct intake *intake, const struct record *record, size_t number,
                     const span *columns, struct err *err)
{
    if (!intake_fits(intake, record, columns, COLUMNS))
        return true;
    uint64_t epoch = 0;
    (void)span_to_u64(columns[COLUMN_EPOCH_NUMBER], &epoch); // none counts as 0
    span release = columns[COLUMN_VERSION_RELEASE];
    span version = span_cut(&release, '-'); // no version holds a dash
    if (version.len == 0) {
        notes_add(intake->notes, NOTE_DAMAGED, record->file->path,
                  "line %zu: '%s' has the version '%s'", number, quote(columns[COLUMN_NAME]).text,
                  quote(columns[COLUMN_VERSION_RELEASE]).text);
        return true;
    }
    struct package package = {
        .type = S("rpm"),
        .name = columns[COLUMN_NAME],
        .arch = columns[COLUMN_ARCH],
        .vendor = columns[COLUMN_VENDOR],
    };
    if (!rpm_join_evr(intake->mem, epoch, version, release, &package.version, err) ||
        !set_source(intake->mem, columns[COLUMN_SOURCE_RPM], epoch, version, release, &package,
                    err))
        return false;
    return intake_add(intake, record, &package, err);
}

bool rpm_read_manifest(struct intake *intake, const struct record *record, struct err *err)
{
    span rest = record->file->content;
    for (size_t number = 1; rest.len; number++) {
        span columns[COLUMNS] = {0};
        span line = span_cut_line(&rest);
        if (line.len == 0)
            continue;
        if (!split_columns(line, columns))
            notes_add(intake->notes, NOTE_DAMAGED, record->file->path,
                      "line %zu is not made of %d columns", number, COLUMNS);
        else if (!add_line(intake, record, number, columns, err))
            return false;
    }
    return true;
}
