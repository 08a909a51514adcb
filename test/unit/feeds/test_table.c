#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "format/tar/tar.h"
#include "os/os.h"

// A directory of feeds that lasts for one test. The archives in it are not compressed, which is
// told by their content.
struct directory {
    struct arena *mem;
    char path[64];
    char *files[2]; // that were written
    size_t file_count;
    struct text tar;
    struct text rows;
    struct limits limits;
    struct notes notes;
    struct err err;
};

static void directory_open(struct directory *directory)
{
    *directory = (struct directory){.mem = arena_new(1 << 24), .limits = limits_default()};
    assert_non_null(directory->mem);
    memcpy(directory->path, "/tmp/plimsoll-feeds-XXXXXX", 27);
    assert_non_null(mkdtemp(directory->path));
    text_init(&directory->tar, directory->mem, SIZE_MAX);
    text_init(&directory->rows, directory->mem, SIZE_MAX);
    notes_init(&directory->notes, directory->mem, &directory->limits);
}

static void directory_add_of(struct directory *directory, const char *path, int64_t modified,
                             const char *document)
{
    span content = span_of_text(document);
    const struct tar_entry entry = {
        .path = span_of_text(path),
        .type = TAR_REGULAR,
        .size = content.len,
        .mode = 0644,
        .modified = modified,
    };
    tar_write_header(&directory->tar, &entry);
    text_add(&directory->tar, content);
    tar_write_padding(&directory->tar, content.len);
}

static void directory_add(struct directory *directory, const char *path, const char *document)
{
    directory_add_of(directory, path, INT64_C(1735949700), document); // 2025-01-04
}

// Writes what was added as a file of this name, and begins anew.
static void directory_write_as(struct directory *directory, const char *file)
{
    struct text name = {0};
    text_init(&name, directory->mem, SIZE_MAX);
    text_addf(&name, "%s/%s", directory->path, file);
    text_add_byte(&name, '\0');
    tar_write_end(&directory->tar);
    assert_true(text_ok(&directory->tar) && text_ok(&name));
    directory->files[directory->file_count++] = (char *)name.ptr;
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    assert_true(os_output_open((const char *)name.ptr, &output, &directory->err));
    assert_true(os_write_all(output.fd, text_span(&directory->tar), &directory->err));
    assert_true(os_output_commit(&output, &directory->err));
    text_init(&directory->tar, directory->mem, SIZE_MAX);
}

static void directory_write(struct directory *directory, const struct feed *feed)
{
    directory_write_as(directory, feed->file);
}

static void directory_close(struct directory *directory)
{
    for (size_t i = 0; i < directory->file_count; i++)
        assert_true(os_remove_file(directory->files[i], NULL));
    const char *const argv[] = {"rmdir", directory->path, NULL};
    int status = -1;
    span output = {0};
    assert_true(os_run(argv, (span){0}, 0, 10, directory->mem, &output, &status, NULL));
    assert_int_equal(status, 0);
    arena_free(directory->mem);
}

static const struct feed *find_feed(const char *name)
{
    for (size_t i = 0; i < feeds_count(); i++)
        if (strcmp(feeds_at(i)->name, name) == 0)
            return feeds_at(i);
    return NULL;
}

static bool run(struct directory *directory, const char *name)
{
    const struct advisory_sink sink = rows_sink(&directory->rows);
    return feeds_translate(find_feed(name), directory->path, &directory->limits, &sink,
                           &directory->notes, &directory->err);
}

static void every_row_of_the_table_is_whole(void **state)
{
    (void)state;
    assert_true(feeds_count() > 0);
    assert_null(feeds_at(feeds_count()));
    for (size_t i = 0; i < feeds_count(); i++) {
        const struct feed *feed = feeds_at(i);
        assert_ptr_equal(find_feed(feed->name), feed); // no name twice
        assert_non_null(feed->file);
        assert_non_null(feed->licence);
        assert_non_null(feed->translate);
    }
}

static void documents_are_translated_and_then_the_source_is_named(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "errata/a.json",
                  "{\"name\":\"RLSA-1\",\"publishedAt\":\"2024-05-06T07:08:09Z\",\"rpms\":"
                  "{\"Rocky Linux 9\":{\"nvras\":[\"a-0:1-1.x86_64.rpm\"]}}}");
    directory_add(&directory, "README", "not for us");
    directory_write(&directory, find_feed("rocky"));
    assert_true(run(&directory, "rocky"));
    assert_true(span_equal(text_span(&directory.rows),
                           S("advisory|rocky|RLSA-1|||unknown||2024-05-06||rocky:9|a|binary|fixed|"
                             "unknown||1-1|||\nsource|rocky|2024-05-06|BSD\n")));
    assert_int_equal(directory.notes.items.count, 0);
    directory_close(&directory);
}

#define LISTED(id) "{\"cve\":{\"id\":\"" id "\",\"published\":\"2024-05-06T07:08:09.123\"}}"

static void of_a_list_each_element_is_a_document(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "2024.json",
                  "{\"total\":3,\"vulnerabilities\":[" LISTED("CVE-2024-0001") "," LISTED(
                      "CVE-2024-0002") "," LISTED("?") "]}");
    for (unsigned year = 2025; year < 2050; year++)
        directory_add(&directory, "more.json",
                      "{\"vulnerabilities\":[" LISTED("CVE-2024-0002") "]}");
    directory_add(&directory, "README", "not for us");
    directory.limits.feed_bytes = 128; // of one element
    directory_write(&directory, find_feed("nvd"));
    assert_true(run(&directory, "nvd"));
    assert_true(span_starts_with(text_span(&directory.rows),
                                 S("flaw|nvd|CVE-2024-0001|unknown|||||2024-05-06\n"
                                   "flaw|nvd|CVE-2024-0002|unknown|||||2024-05-06\n")));
    assert_int_equal(directory.notes.items.count, 1);
    directory_close(&directory);
}

#define DATED(id, day) "{\"cve\":{\"id\":\"" id "\",\"published\":\"" day "\"}}"

// The file of changes stands behind those that it changes.
static void of_a_record_in_two_lists_the_change_counts(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "nvdcve-1.1-2024.json",
                  "{\"a\":[" DATED("CVE-2024-0001", "2024-01-01") "," DATED("CVE-2024-0002",
                                                                            "2024-01-02") "]}");
    directory_add(&directory, "nvdcve-1.1-recent.json",
                  "{\"a\":[" DATED("CVE-2024-0001", "2024-02-02") "]}");
    directory_write(&directory, find_feed("nvd"));
    assert_true(run(&directory, "nvd"));
    assert_true(span_starts_with(text_span(&directory.rows),
                                 S("flaw|nvd|CVE-2024-0001|unknown|||||2024-02-02\n"
                                   "flaw|nvd|CVE-2024-0002|unknown|||||2024-01-02\nsource")));
    directory_close(&directory);
}

#define NOTICE(number) \
    "\"" number "\":{\"releases\":{\"jammy\":{\"sources\":{\"a\":{\"version\":\"1\"}}}}}"
#define NOTICE_ROW(number) \
    "advisory|ubuntu|USN-" number "|||unknown||||ubuntu:22.04|a|source|fixed|unknown||1|||\n"

static void of_a_map_each_member_is_a_document(void **state)
{
    (void)state;
    enum { MANY = 100, BYTES_OF_ALL = 5000 };
    struct directory directory;
    struct text map = {0};
    directory_open(&directory);
    text_init(&map, directory.mem, SIZE_MAX);
    text_add(&map, S("{" NOTICE("1-1")));
    for (unsigned i = 1; i < MANY; i++)
        text_add(&map, S("," NOTICE("2-1")));
    text_add(&map, S("}"));
    text_add_byte(&map, '\0');
    assert_true(text_ok(&map) && map.len > BYTES_OF_ALL);
    directory_add(&directory, "database-all.json", (const char *)map.ptr);
    directory.limits.feed_bytes = BYTES_OF_ALL / 2; // of one member
    directory_write_as(&directory, "database-all.json.bz2");
    assert_true(run(&directory, "ubuntu"));
    assert_true(span_starts_with(text_span(&directory.rows),
                                 S(NOTICE_ROW("1-1") NOTICE_ROW("2-1") NOTICE_ROW("2-1"))));
    directory_close(&directory);
}

#define API_RECORD(id, severity) "{\"name\":\"" id "\",\"threat_severity\":\"" severity "\"}"
#define VEX_RECORD(id, severity)                                                            \
    "{\"document\":{\"category\":\"csaf_vex\",\"aggregate_severity\":{\"text\":\"" severity \
    "\"}},\"vulnerabilities\":[{\"cve\":\"" id "\"}]}"

static void of_two_forms_of_a_record_the_newer_counts(void **state)
{
    (void)state;
    const struct feed *redhat = find_feed("redhat-cve");
    for (int vex_is_newer = 0; vex_is_newer <= 1; vex_is_newer++) {
        struct directory directory;
        directory_open(&directory);
        directory_add_of(&directory, "CVE-2024-0001.json", 2 * 86400,
                         API_RECORD("CVE-2024-0001", "Low"));
        directory_add_of(&directory, "CVE-2024-0002.json", 2 * 86400,
                         API_RECORD("CVE-2024-0002", "Low"));
        directory_write_as(&directory, feeds_file(redhat, 0));
        directory_add_of(&directory, "2024/cve-2024-0001.json", vex_is_newer ? 3 * 86400 : 86400,
                         VEX_RECORD("CVE-2024-0001", "Important"));
        directory_write_as(&directory, feeds_file(redhat, 1));
        assert_true(run(&directory, "redhat-cve"));
        span rows = text_span(&directory.rows);
        assert_int_equal(span_contains(rows, S("|CVE-2024-0001|high|")), vex_is_newer);
        assert_int_equal(span_contains(rows, S("|CVE-2024-0001|low|")), !vex_is_newer);
        assert_true(span_contains(rows, S("|CVE-2024-0002|low|")));
        directory_close(&directory);
    }
}

static void a_list_that_is_cut_short_is_an_error(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "2024.json",
                  "{\"vulnerabilities\":[" LISTED("CVE-2024-0001") ",{\"cve\":{");
    directory_write(&directory, find_feed("nvd"));
    assert_false(run(&directory, "nvd"));
    assert_int_equal(directory.err.kind, ERR_INPUT);
    assert_true(span_contains(span_of_text(directory.err.text), S("2024.json")));
    directory_close(&directory);
}

static void without_dates_inside_the_archive_tells_the_day(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "json/3.20/main.json", "{\"distroversion\":\"v3.20\"}");
    directory_write(&directory, find_feed("alpine-secdb"));
    assert_true(run(&directory, "alpine-secdb"));
    assert_true(
        span_equal(text_span(&directory.rows), S("source|alpine-secdb|2025-01-04|none stated\n")));
    directory_close(&directory);
}

static void a_spoiled_document_is_a_note_and_many_are_an_error(void **state)
{
    (void)state;
    for (int spoiled = 1; spoiled <= 2; spoiled++) {
        struct directory directory;
        directory_open(&directory);
        for (int i = 0; i < 20 - spoiled; i++)
            directory_add(&directory, "errata/good.json", "{\"name\":\"RLSA-1\"}");
        for (int i = 0; i < spoiled; i++)
            directory_add(&directory, "errata/bad.json", "{\"name\":");
        directory_write(&directory, find_feed("rocky"));
        assert_int_equal(run(&directory, "rocky"), spoiled == 1);
        assert_int_equal(directory.notes.items.count, spoiled);
        const struct note *note = LIST_AT(&directory.notes.items, struct note, 0);
        assert_true(span_equal(note->location, S("errata/bad.json")));
        if (spoiled == 2)
            assert_int_equal(directory.err.kind, ERR_INPUT);
        directory_close(&directory);
    }
}

static void a_feed_without_its_file_is_missing(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    assert_false(run(&directory, "debian-osv"));
    assert_int_equal(directory.err.kind, ERR_MISSING);
    assert_int_equal(directory.rows.len, 0);
    directory_close(&directory);
}

static void a_truncated_archive_is_an_error(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "errata/a.json", "{\"name\":\"RLSA-1\"}");
    directory.tar.len -= 500;
    const struct feed *feed = find_feed("rocky");
    struct text whole = directory.tar;
    directory_write(&directory, feed);
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    assert_true(os_output_open(directory.files[0], &output, NULL));
    assert_true(os_write_all(output.fd, text_span(&whole), NULL));
    assert_true(os_output_commit(&output, NULL));
    assert_false(run(&directory, "rocky"));
    assert_int_equal(directory.err.kind, ERR_INPUT);
    directory_close(&directory);
}

static void a_document_over_the_limit_is_an_error(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "errata/a.json", "{\"name\":\"RLSA-1\"}");
    directory_write(&directory, find_feed("rocky"));
    directory.limits.feed_bytes = 16;
    assert_false(run(&directory, "rocky"));
    assert_int_equal(directory.err.kind, ERR_LIMIT);
    directory_close(&directory);
}

#define RECORD(id, version) "Candidate: " id "\nPriority: low\nbionic_a: released (" version ")\n"
#define RECORD_ROWS(id, version)                                                            \
    "advisory|ubuntu|" id "|||low||||ubuntu:18.04|a|source|fixed|unknown||" version "|||\n" \
    "flaw|ubuntu|" id "|low|||||\n"

// The file that the table names first is the older one here.
static void of_several_files_the_newest_has_the_say(void **state)
{
    (void)state;
    const struct feed *ubuntu = find_feed("ubuntu");
    struct directory directory;
    directory_open(&directory);
    directory_add_of(&directory, "CVE-2024-0001", 86400, RECORD("CVE-2024-0001", "old"));
    directory_add_of(&directory, "CVE-2024-0002", 86400, RECORD("CVE-2024-0002", "1-1"));
    directory_write_as(&directory, feeds_file(ubuntu, 0));
    directory_add_of(&directory, "CVE-2024-0001", 2 * 86400, RECORD("CVE-2024-0001", "1-2"));
    directory_write_as(&directory, feeds_file(ubuntu, 1));
    assert_true(run(&directory, "ubuntu"));
    assert_true(span_equal(text_span(&directory.rows),
                           S(RECORD_ROWS("CVE-2024-0001", "1-2") RECORD_ROWS(
                               "CVE-2024-0002", "1-1") "source|ubuntu|1970-01-03|none stated\n")));
    directory_close(&directory);
}

static void one_of_several_files_is_enough(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(&directory, "CVE-2024-0001", RECORD("CVE-2024-0001", "1-2"));
    directory_write_as(&directory, feeds_file(find_feed("ubuntu"), 1));
    assert_true(run(&directory, "ubuntu"));
    assert_null(feeds_file(find_feed("arch"), 1));
    directory_close(&directory);
}

// Two records of PyPA's, written in July 2026, say that they were modified in 2027.
static void a_record_from_the_future_makes_the_database_no_newer(void **state)
{
    enum { WRITTEN = 1753228800, SECONDS_A_DAY = 86400 }; // 2025-07-23
    static const char slip[] = "{\"id\":\"PYSEC-1\",\"modified\":\"2027-07-09T15:54:00Z\"}";
    static const char right[] = "{\"id\":\"PYSEC-2\",\"modified\":\"2025-07-20T15:54:00Z\"}";
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add_of(&directory, "vulns/a/PYSEC-1.yaml", WRITTEN, slip);
    directory_add_of(&directory, "vulns/a/PYSEC-2.yaml", WRITTEN - SECONDS_A_DAY, right);
    directory_write(&directory, find_feed("pypa"));
    assert_true(run(&directory, "pypa"));
    assert_true(span_contains(text_span(&directory.rows), S("source|pypa|2025-07-20|")));
    directory_close(&directory);
}

static bool refuse(void *self, const struct advisory *advisory, struct err *err)
{
    (void)self;
    (void)advisory;
    return err_set(err, ERR_INPUT, "the sink is full");
}

static void an_error_of_the_sink_ends_the_feed(void **state)
{
    (void)state;
    struct directory directory;
    directory_open(&directory);
    directory_add(
        &directory, "errata/a.json",
        "{\"name\":\"RLSA-1\",\"rpms\":{\"Rocky Linux 9\":{\"nvras\":[\"a-0:1-1.x.rpm\"]}}}");
    directory_write(&directory, find_feed("rocky"));
    struct advisory_sink sink = rows_sink(&directory.rows);
    sink.take_advisory = refuse;
    assert_false(feeds_translate(find_feed("rocky"), directory.path, &directory.limits, &sink,
                                 &directory.notes, &directory.err));
    assert_true(span_contains(span_of_text(directory.err.text), S("the sink is full")));
    assert_int_equal(directory.rows.len, 0);
    assert_int_equal(directory.notes.items.count, 0);
    directory_close(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_is_whole),
        cmocka_unit_test(documents_are_translated_and_then_the_source_is_named),
        cmocka_unit_test(of_a_list_each_element_is_a_document),
        cmocka_unit_test(of_a_record_in_two_lists_the_change_counts),
        cmocka_unit_test(of_a_map_each_member_is_a_document),
        cmocka_unit_test(of_two_forms_of_a_record_the_newer_counts),
        cmocka_unit_test(a_list_that_is_cut_short_is_an_error),
        cmocka_unit_test(without_dates_inside_the_archive_tells_the_day),
        cmocka_unit_test(a_spoiled_document_is_a_note_and_many_are_an_error),
        cmocka_unit_test(a_feed_without_its_file_is_missing),
        cmocka_unit_test(of_several_files_the_newest_has_the_say),
        cmocka_unit_test(one_of_several_files_is_enough),
        cmocka_unit_test(a_truncated_archive_is_an_error),
        cmocka_unit_test(a_document_over_the_limit_is_an_error),
        cmocka_unit_test(a_record_from_the_future_makes_the_database_no_newer),
        cmocka_unit_test(an_error_of_the_sink_ends_the_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
