#include "app/app_inner.h"

#include "database/database.h"
#include "os/os.h"

enum { TEXT_BUDGET = 256 << 20 };

static void add_date(struct text *out, uint32_t day)
{
    char date[11] = "unknown";
    if (day)
        date_format(day, date);
    text_addf(out, "%-10s", date);
}

// ---------------------------------------------------------------- status

static bool add_segment(const struct database *database, size_t index, struct text *out,
                        struct err *err)
{
    struct database_segment segment = {0};
    if (!database_segment_at(database, index, &segment, err))
        return false;
    add_date(out, segment.day);
    uint64_t others = segment.releases + segment.weaknesses + segment.products;
    text_addf(out, "  %9llu  %9llu  %9llu  %9llu  %9llu  %9.1f  ",
              (unsigned long long)segment.advisories, (unsigned long long)segment.packages,
              (unsigned long long)segment.statements, (unsigned long long)segment.flaws,
              (unsigned long long)others, (double)segment.bytes / 1048576);
    add_safe(out, segment.name);
    text_add(out, S("  ("));
    add_safe(out, segment.licence);
    text_add(out, S(")\n"));
    return true;
}

static void add_age(struct text *out, const struct database *database)
{
    enum { SECONDS_A_DAY = 86400 };
    uint32_t newest = 0;
    for (size_t i = 0; i < database_segment_count(database); i++) {
        struct database_segment segment = {0};
        if (database_segment_at(database, i, &segment, NULL) && segment.day > newest)
            newest = segment.day;
    }
    uint64_t today = os_now() / SECONDS_A_DAY;
    if (newest && today >= newest)
        text_addf(out, ", %llu days ago", (unsigned long long)(today - newest));
}

// Where it came from, and for how long what was signed of it holds.
static bool add_published(const struct settings *settings, const char *path, struct text *out,
                          struct err *err)
{
    struct published last = {0};
    char date[21] = "";
    if (!published_last(path, &settings->limits, out->mem, &last, err))
        return false;
    if (last.version == 0)
        return true;
    time_format(last.expires, date);
    text_addf(out, "\nversion   %llu, %s %s\nfrom      ", (unsigned long long)last.version,
              os_now() < last.expires ? "valid until" : "expired on", date);
    add_safe(out, last.source.len ? last.source : S("an archive"));
    return true;
}

static bool add_status(const struct settings *settings, const char *path,
                       const struct database *database, struct text *out, struct err *err)
{
    struct database_info info = {0};
    if (!database_verify(database, &settings->limits, err) ||
        !database_describe(database, out->mem, &info, err))
        return false;
    text_add(out, S("database  "));
    text_add(out, span_of_text(path));
    text_add(out, S("\nnewest    "));
    add_safe(out, info.built);
    add_age(out, database);
    if (!add_published(settings, path, out, err))
        return false;
    text_add(out,
             S("\nchecked   every checksum and every record\n\n"
               "newest      advisories   packages  statements      flaws     others        MiB  "
               "source (licence)\n"));
    for (size_t i = 0; i < database_segment_count(database); i++)
        if (!add_segment(database, i, out, err))
            return false;
    return text_ok(out) || arena_err(out->mem, err, "status");
}

// ---------------------------------------------------------------- search

static void add_bound(struct text *out, const char **separator, const char *order, span version)
{
    if (version.len == 0)
        return;
    text_addf(out, "%s%s ", *separator, order);
    add_safe(out, version);
    *separator = ", ";
}

// "> 1.0, < 1.4", "all versions", "none".
static void add_range(struct text *out, const struct affected *affected)
{
    const char *separator = "";
    text_add_byte(out, '\t');
    add_bound(out, &separator, affected->after_introduced ? ">" : ">=", affected->introduced);
    add_bound(out, &separator, "<", affected->fixed);
    add_bound(out, &separator, "<=", affected->last_affected);
    if (*separator == '\0')
        text_add(out, affected->status == STATUS_NOT_AFFECTED ? S("none") : S("all versions"));
}

static void add_labelled(struct text *out, const char *label, span value)
{
    if (value.len == 0)
        return;
    text_addf(out, "\t%s ", label);
    add_safe(out, value);
}

static void add_list(struct text *out, const char *label, const struct spans *values)
{
    for (size_t i = 0; i < values->count; i++) {
        text_addf(out, "%s", i ? "," : "\t");
        text_addf(out, "%s", i ? "" : label);
        add_safe(out, values->items[i]);
    }
}

static void add_flags(struct text *out, const struct advisory *advisory)
{
    if (advisory->withdrawn)
        text_add(out, S("\twithdrawn"));
    if (advisory->disputed)
        text_add(out, S("\tdisputed"));
    if (advisory->malicious)
        text_add(out, S("\tmalicious"));
}

static bool print_statement(struct text *out, const struct statement *statement)
{
    const struct affected *affected = &statement->affected;
    bool negative = affected->status == STATUS_NOT_AFFECTED;
    add_safe(out, affected->ecosystem);
    text_add_byte(out, '\t');
    add_safe(out, affected->name);
    text_add_byte(out, '\t');
    add_safe(out, statement->advisory.id);
    text_addf(out, "\t%s", negative ? "not_affected" : status_name(affected->status));
    add_range(out, affected);
    text_add_byte(out, '\t');
    add_safe(out, statement->advisory.database);
    add_list(out, "", &statement->advisory.flaws);
    add_list(out, "also ", &statement->advisory.aliases);
    add_labelled(out, "module", affected->module);
    add_labelled(out, "repository", affected->repository);
    add_flags(out, &statement->advisory);
    text_add_byte(out, '\n');
    return text_ok(out);
}

static bool visit_package(void *self, span ecosystem, span name,
                          const struct statements *statements, struct err *err)
{
    struct text *out = self;
    (void)ecosystem; // in every statement
    (void)name;
    for (size_t i = 0; i < statements->count; i++)
        if (!print_statement(out, &statements->items[i]))
            return arena_err(out->mem, err, "search");
    return true;
}

static void add_scores(struct text *out, const struct flaw *flaw)
{
    if (flaw->score >= 0)
        text_addf(out, "\tCVSS %.1f", flaw->score);
    if (flaw->epss >= 0)
        text_addf(out, "\tEPSS %.5f", flaw->epss);
    if (flaw->epss_percentile >= 0)
        text_addf(out, " (above %.1f %%)", flaw->epss_percentile * 100);
}

static void add_known_exploited(struct text *out, const struct flaw *flaw)
{
    char date[11] = "";
    if (!flaw->exploited)
        return;
    text_add(out, S("\tknown exploited"));
    if (flaw->exploited_since == 0)
        return;
    date_format(flaw->exploited_since, date);
    text_addf(out, " since %s", date);
}

static bool visit_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct text *out = self;
    add_safe(out, flaw->id);
    text_addf(out, "\t%s", severity_name(flaw->severity));
    add_scores(out, flaw);
    add_known_exploited(out, flaw);
    if (flaw->rejected)
        text_add(out, S("\trejected"));
    if (flaw->disputed)
        text_add(out, S("\tdisputed"));
    add_list(out, "", &flaw->weaknesses);
    text_add_byte(out, '\t');
    add_safe(out, flaw->database);
    text_add_byte(out, '\n');
    return text_ok(out) || arena_err(out->mem, err, "search");
}

static bool visit_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    struct text *out = self;
    const span columns[] = {weakness->id, weakness->name, weakness->database};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (i)
            text_add_byte(out, '\t');
        add_safe(out, columns[i]);
    }
    text_add_byte(out, '\n');
    return text_ok(out) || arena_err(out->mem, err, "search");
}

// ---------------------------------------------------------------- both

static bool answer(const struct settings *settings, const char *path,
                   const struct database *database, struct text *out, struct err *err)
{
    if (span_equal(settings->arguments.items[0], S("status")))
        return add_status(settings, path, database, out, err);
    struct database_visitor visitor = {
        .self = out,
        .visit_package = visit_package,
        .visit_flaw = visit_flaw,
        .visit_weakness = visit_weakness,
    };
    return database_search(database, settings->arguments.items[1], &settings->limits, &visitor,
                           err);
}

int db_ask(struct settings *settings)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(TEXT_BUDGET);
    CLEANUP(database_cleanup) struct database *database = NULL;
    const char *path = NULL;
    struct err err = {0};
    struct text out;
    if (!mem) {
        complain("out of memory");
        return EXIT_ERROR;
    }
    text_init(&out, mem, SIZE_MAX);
    bool ok = find_database(settings, &path, &err) && database_open(path, &database, &err) &&
              answer(settings, path, database, &out, &err) && print_text(text_span(&out), &err);
    return ok ? EXIT_DONE : fail(&err);
}
