#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// The specification's own list of documents that must and must not be accepted.
#include <stdio.h>

#include "format/json/json.h"
#include "os/os.h"
#include "scan/source/oci_inner.h"

enum { SKIPPED = 77 };

// The descriptor of a lone one is tried as the only entry of an index.
static bool parse_descriptor(span document, const struct limits *limits, struct arena *mem,
                             struct err *err)
{
    struct text index = {0};
    struct oci_index parsed = {0};
    text_init(&index, mem, 1 << 20);
    text_add(&index, S("{\"schemaVersion\":2,\"manifests\":["));
    text_add(&index, document);
    text_add(&index, S("]}"));
    return oci_index_parse(text_span(&index), limits, mem, &parsed, err);
}

// A note counts as refused: what no scan needs is not worth ending one.
static bool parse_config(span document, const struct limits *limits, struct arena *mem,
                         struct err *err)
{
    struct notes notes = {0};
    struct oci_config config = {0};
    notes_init(&notes, mem, limits);
    return oci_config_parse(document, limits, mem, &notes, &config, err) && !notes.incomplete;
}

static bool accepts(span kind, span document, struct arena *mem, struct err *err)
{
    struct limits limits = limits_default();
    struct oci_index index = {0};
    struct oci_manifest manifest = {0};
    if (span_equal(kind, S("descriptor")))
        return parse_descriptor(document, &limits, mem, err);
    if (span_equal(kind, S("imageIndex")))
        return oci_index_parse(document, &limits, mem, &index, err);
    if (span_equal(kind, S("manifest")))
        return oci_manifest_parse(document, &limits, mem, &manifest, err);
    if (span_equal(kind, S("imageLayout")))
        return oci_layout_parse(document, &limits, err);
    return parse_config(document, &limits, mem, err);
}

static const char *path;

static void agrees_with_the_specification(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    CLEANUP(json_cleanup) struct json *cases = NULL;
    span text = {0};
    struct err err = {0};
    assert_true(os_read_file(path, 16 << 20, mem, &text, &err));
    assert_true(json_parse(text, 16 << 20, &cases, &err));
    assert_true(json_count(cases) >= 70);
    unsigned wrong = 0;
    for (size_t i = 0; i < json_count(cases); i++) {
        const struct json *row = json_at(cases, i);
        bool must_fail = json_is_true(json_get(row, "must_fail"));
        err = (struct err){0};
        bool accepted =
            accepts(json_get_text(row, "field"), json_get_text(row, "document"), mem, &err);
        if (accepted != must_fail)
            continue;
        print_message("case %zu (%s): %s %s\n", i, quote(json_get_text(row, "source")).text,
                      accepted ? "accepted" : "refused", err.text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(int argc, char **argv)
{
    struct os_stat stat = {0};
    path = argc > 1 ? argv[1] : "";
    if (!os_stat_path(path, &stat, NULL)) {
        printf("SKIP: unit/scan/source/image_spec: %s is absent\n", path);
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_the_specification)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
