// Builds every package URL of purl-spec's own test suite that a package can express, and compares.
// usage: test_purl_spec DIRECTORY-OF-THE-SUITE
#include "format/json/json.h"
#include "testing.h"

#include <stdio.h>

enum { MOST_BYTES = 1 << 20, SKIPPED = 77 };

static const char *suite;

static bool read_suite(const char *type, struct arena *mem, struct json **ret)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/types/%s-test.json", suite, type);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    uint8_t *bytes = arena_alloc(mem, MOST_BYTES);
    assert_non_null(bytes);
    size_t len = fread(bytes, 1, MOST_BYTES, file);
    (void)fclose(file); // read only: nothing can be lost
    return json_parse(span_of(bytes, len), MOST_BYTES, ret, NULL);
}

static span joined(struct arena *mem, span head, span between, span tail)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, head);
    if (head.len)
        text_add(&text, between);
    text_add(&text, tail);
    assert_true(text_ok(&text));
    return text_span(&text);
}

// Without the distro qualifier, which Plimsoll always writes and the suite sometimes.
static span without_distro(struct arena *mem, span purl)
{
    span rest = purl;
    span head = span_cut(&rest, '?');
    span kept = {0};
    while (rest.len) {
        span qualifier = span_cut(&rest, '&');
        if (!span_starts_with(qualifier, S("distro=")))
            kept = joined(mem, kept, S("&"), qualifier);
    }
    return kept.len ? joined(mem, head, S("?"), kept) : head;
}

static bool can_express(const struct json *input)
{
    const struct json *qualifiers = json_get(input, "qualifiers");
    struct json_member member = {0};
    while (json_next(qualifiers, &member))
        if (!span_equal(member.key, S("arch")) && !span_equal(member.key, S("distro")) &&
            !span_equal(member.key, S("epoch")))
            return false;
    return json_get_text(input, "subpath").len == 0;
}

static void build(const struct json *input, span expected, bool of_distro)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct json *qualifiers = json_get(input, "qualifiers");
    struct package package = {
        .type = json_get_text(input, "type"),
        .name = json_get_text(input, "name"),
        .arch = json_get_text(qualifiers, "arch"),
        .version = joined(mem, json_get_text(qualifiers, "epoch"), S(":"),
                          json_get_text(input, "version")),
    };
    struct distro distro = {0};
    if (of_distro)
        distro.id = json_get_text(input, "namespace");
    else
        package.name = joined(mem, json_get_text(input, "namespace"), S("/"), package.name);
    assert_true(package_identify(&package, &distro, mem));
    assert_span(without_distro(mem, package.purl), without_distro(mem, expected));
}

static size_t build_all(const char *type, bool of_distro)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST_BYTES + (1 << 16));
    CLEANUP(json_cleanup) struct json *document = NULL;
    assert_true(read_suite(type, mem, &document));
    const struct json *tests = json_get(document, "tests");
    size_t built = 0;
    for (size_t i = 0; i < json_count(tests); i++) {
        const struct json *test = json_at(tests, i);
        const struct json *input = json_get(test, "input");
        if (!span_equal(json_get_text(test, "test_type"), S("build")) ||
            json_is_true(json_get(test, "expected_failure")) || !can_express(input))
            continue;
        build(input, json_get_text(test, "expected_output"), of_distro);
        built++;
    }
    return built;
}

static void distribution_types_agree(void **state)
{
    (void)state;
    const char *const types[] = {"alpm", "apk", "deb", "rpm"};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        assert_true(build_all(types[i], true) > 0);
}

static void language_types_agree(void **state)
{
    (void)state;
    const char *const types[] = {"cargo", "composer", "conan", "cran",  "gem", "generic", "golang",
                                 "hex",   "maven",    "npm",   "nuget", "pub", "pypi"};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        assert_true(build_all(types[i], false) > 0);
}

int main(int argc, char **argv)
{
    suite = argc > 1 ? argv[1] : "";
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST_BYTES + (1 << 16));
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!mem || !read_suite("deb", mem, &document)) {
        printf("SKIP: purl_spec: %s is absent\n", suite);
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distribution_types_agree),
        cmocka_unit_test(language_types_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
