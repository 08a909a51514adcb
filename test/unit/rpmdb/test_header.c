#include "build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *new_arena(void)
{
    struct arena *mem = arena_new(1 << 20);
    assert_non_null(mem);
    return mem;
}

static void assert_span(span got, span want)
{
    assert_true(span_equal(got, want));
}

static struct rpm_header open_header(span bytes)
{
    struct rpm_header header = {0};
    struct err err = {0};
    assert_true(rpm_header_open(bytes, &header, &err));
    return header;
}

static void reads_a_package(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    const struct build_entry entries[] = {
        {63, BUILD_BIN, 16, S("0123456789abcdef")},
        {RPM_TAG_NAME, BUILD_STRING, 1, S("nodejs\0")},
        {RPM_TAG_VERSION, BUILD_STRING, 1, S("10.1\0")},
        {RPM_TAG_RELEASE, BUILD_STRING, 1, S("2.el8\0")},
        {RPM_TAG_EPOCH, BUILD_INT32, 1, S("\0\0\x01\0")},
        {RPM_TAG_INSTALL_TIME, BUILD_INT32, 1, S("\xff\0\0\0")},
        {RPM_TAG_VENDOR, BUILD_STRING, 1, S("Some, Inc.\0")},
        {RPM_TAG_LICENSE, BUILD_STRING, 1, S("MIT\0")},
        {RPM_TAG_ARCH, BUILD_STRING, 1, S("s390x\0")},
        {RPM_TAG_SOURCE_RPM, BUILD_STRING, 1, S("nodejs-10.1-2.el8.src.rpm\0")},
        {RPM_TAG_MODULARITY_LABEL, BUILD_STRING, 1, S("nodejs:10:8000:f8e95b4e\0")},
    };
    struct text bytes = build_header(mem, entries, sizeof entries / sizeof *entries);
    struct rpm_header header = open_header(text_span(&bytes));
    struct rpm_package package = {0};
    assert_true(rpm_package_read(&header, &package, NULL));
    assert_span(package.name, S("nodejs"));
    assert_span(package.version, S("10.1"));
    assert_span(package.release, S("2.el8"));
    assert_true(package.has_epoch);
    assert_int_equal(package.epoch, 256);
    assert_span(package.arch, S("s390x"));
    assert_span(package.source_rpm, S("nodejs-10.1-2.el8.src.rpm"));
    assert_span(package.vendor, S("Some, Inc."));
    assert_span(package.license, S("MIT"));
    assert_span(package.modularity_label, S("nodejs:10:8000:f8e95b4e"));
    assert_int_equal(package.install_time, 0xff000000);
}

static void tells_no_epoch_from_epoch_0(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    const struct build_entry entries[] = {
        {RPM_TAG_NAME, BUILD_STRING, 1, S("a\0")},
        {RPM_TAG_VERSION, BUILD_STRING, 1, S("1\0")},
        {RPM_TAG_SOURCE_RPM, BUILD_STRING, 1, S("(none)\0")},
        {RPM_TAG_EPOCH, BUILD_INT32, 1, S("\0\0\0\0")},
    };
    struct rpm_package package = {0};
    struct text bytes = build_header(mem, entries, 4);
    struct rpm_header header = open_header(text_span(&bytes));
    assert_true(rpm_package_read(&header, &package, NULL));
    assert_true(package.has_epoch);
    assert_int_equal(package.epoch, 0);
    assert_int_equal(package.source_rpm.len, 0);
    bytes = build_header(mem, entries, 3);
    header = open_header(text_span(&bytes));
    assert_true(rpm_package_read(&header, &package, NULL));
    assert_false(package.has_epoch);
}

static void wants_name_and_version(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    const struct build_entry name[] = {{RPM_TAG_NAME, BUILD_STRING, 1, S("a\0")}};
    const struct build_entry version[] = {{RPM_TAG_VERSION, BUILD_STRING, 1, S("1\0")}};
    struct rpm_package package = {0};
    struct err err = {0};
    struct text bytes = build_header(mem, version, 1);
    struct rpm_header header = open_header(text_span(&bytes));
    assert_false(rpm_package_read(&header, &package, &err));
    assert_string_equal(err.text, "rpm header: no name");
    bytes = build_header(mem, name, 1);
    header = open_header(text_span(&bytes));
    assert_false(rpm_package_read(&header, &package, &err));
    assert_string_equal(err.text, "rpm header: a has no version");
}

// Tags that rpm adds at installation stand last and replace those of the signed region.
static void lets_the_last_entry_win(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    const struct build_entry entries[] = {
        {RPM_TAG_URL, BUILD_STRING, 1, S("old\0")},
        {RPM_TAG_URL, BUILD_STRING, 1, S("new\0")},
    };
    struct text bytes = build_header(mem, entries, 2);
    struct rpm_header header = open_header(text_span(&bytes));
    assert_span(rpm_header_text(&header, RPM_TAG_URL), S("new"));
}

static void walks_arrays(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    const struct build_entry entries[] = {
        {RPM_TAG_BASE_NAMES, BUILD_STRING_ARRAY, 3, S("ls\0\0cp\0")},
        {RPM_TAG_FILE_MODES, BUILD_INT16, 3, S("\x81\xa4\x41\xed\xa1\xff")},
        {RPM_TAG_SUMMARY, BUILD_I18N_STRING, 2, S("plain\0traduit\0")},
    };
    struct text bytes = build_header(mem, entries, 3);
    struct rpm_header header = open_header(text_span(&bytes));
    struct rpm_texts texts = rpm_header_texts(&header, RPM_TAG_BASE_NAMES);
    span text = {0};
    assert_true(rpm_texts_next(&texts, &text));
    assert_span(text, S("ls"));
    assert_true(rpm_texts_next(&texts, &text));
    assert_span(text, S(""));
    assert_true(rpm_texts_next(&texts, &text));
    assert_span(text, S("cp"));
    assert_false(rpm_texts_next(&texts, &text));
    assert_span(rpm_header_text(&header, RPM_TAG_SUMMARY), S("plain"));

    static const uint64_t modes[] = {0100644, 040755, 0120777};
    struct rpm_numbers numbers = rpm_header_numbers(&header, RPM_TAG_FILE_MODES);
    uint64_t mode = 0;
    for (size_t i = 0; i < 3; i++) {
        assert_true(rpm_numbers_next(&numbers, &mode));
        assert_int_equal(mode, modes[i]);
    }
    assert_false(rpm_numbers_next(&numbers, &mode));
}

static void answers_nothing_for_wrong_types_and_places(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    const struct build_entry entries[] = {
        {RPM_TAG_NAME, BUILD_INT32, 1, S("a\0\0\0")},
        {RPM_TAG_EPOCH, BUILD_STRING, 1, S("1\0")},
        {RPM_TAG_SIZE, BUILD_INT32, 0x40000000, S("\0\0\0\1")}, // 4 GiB of numbers
        {RPM_TAG_URL, BUILD_STRING, 1, S("unended")},
        {63, BUILD_STRING, 1, S("region\0")},
        {RPM_TAG_VENDOR, 77, 1, S("a\0")},
    };
    struct text bytes = build_header(mem, entries, 4);
    struct rpm_header header = open_header(text_span(&bytes));
    uint64_t number = 0;
    assert_span(rpm_header_text(&header, RPM_TAG_NAME), S(""));
    assert_false(rpm_header_number(&header, RPM_TAG_EPOCH, &number));
    assert_false(rpm_header_number(&header, RPM_TAG_SIZE, &number));
    assert_span(rpm_header_text(&header, RPM_TAG_URL), S(""));
    assert_false(rpm_header_number(&header, RPM_TAG_LICENSE, &number));
    bytes = build_header(mem, entries, 6);
    header = open_header(text_span(&bytes));
    assert_span(rpm_header_text(&header, 63), S(""));
    assert_span(rpm_header_text(&header, RPM_TAG_VENDOR), S(""));
    assert_false(rpm_header_number(&header, RPM_TAG_VENDOR, &number));
    build_put_be(&bytes, 8 + 8, 0xffffffff, 4); // the offset of the name
    assert_false(rpm_header_number(&header, RPM_TAG_NAME, &number));
}

// Every shortening of a header is refused, and so are the lengths on both sides of rpm's bounds.
static void refuses_lengths_that_cannot_be(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text bytes = build_package(mem, S("a"), 3);
    struct rpm_header header = {0};
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(rpm_header_open(span_first(text_span(&bytes), len), &header, NULL));
    assert_true(rpm_header_open(text_span(&bytes), &header, NULL));
    text_add(&bytes, S("more")); // ndb and SQLite hand over exact bytes; more does no harm
    assert_true(rpm_header_open(text_span(&bytes), &header, NULL));
    static const uint32_t entries[] = {0, 0xffff, 0x10000, 0xffffffff};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        build_put_be(&bytes, 0, entries[i], 4);
        assert_false(rpm_header_open(text_span(&bytes), &header, NULL));
    }
    build_put_be(&bytes, 0, 5, 4);
    static const uint32_t sizes[] = {0x0fffffff, 0x10000000, 0xffffffff};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        build_put_be(&bytes, 4, sizes[i], 4);
        assert_false(rpm_header_open(text_span(&bytes), &header, NULL));
    }
}

static void splits_source_names(void **state)
{
    (void)state;
    span name = {0};
    span version = {0};
    span release = {0};
    assert_true(rpm_source_split(S("java-1.8.0-openjdk-1.8.0.312.b07-1.el8.src.rpm"), &name,
                                 &version, &release));
    assert_span(name, S("java-1.8.0-openjdk"));
    assert_span(version, S("1.8.0.312.b07"));
    assert_span(release, S("1.el8"));
    assert_true(rpm_source_split(S("a-1-2.nosrc.rpm"), &name, &version, &release));
    static const char *const refused[] = {
        "", "(none)", ".src.rpm", "a.src.rpm", "a-1.src.rpm", "-1-2.src.rpm", "a-1-2.rpm"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(rpm_source_split(span_of_text(refused[i]), &name, &version, &release));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_package),
        cmocka_unit_test(tells_no_epoch_from_epoch_0),
        cmocka_unit_test(wants_name_and_version),
        cmocka_unit_test(lets_the_last_entry_win),
        cmocka_unit_test(walks_arrays),
        cmocka_unit_test(answers_nothing_for_wrong_types_and_places),
        cmocka_unit_test(refuses_lengths_that_cannot_be),
        cmocka_unit_test(splits_source_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
