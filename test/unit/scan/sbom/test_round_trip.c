// A bom written as a bill of materials and read back is the same bom, in every field that a finding
// can depend on.
#include "format/spdx/spdx.h"
#include "report/report.h"
#include "scan/sbom/sbom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST_PACKAGES = 40, LAYERS = 3, ROUNDS = 150 };

static uint64_t next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static size_t below(uint64_t *state, size_t limit)
{
    return (size_t)((next(state) >> 33) % limit);
}

// Text as hostile as UTF-8 can be; empty one time in `rare`.
static span text_of(uint64_t *state, size_t rare, struct arena *mem)
{
    const span parts[] = {
        S("a"),  S("Lib_x"),        S("-1.2"), S("@"),    S("%2F"),     S("\n"), S("\""), S("\\"),
        S("=1"), S("\xe2\x80\xae"), S("&"),    S("?a=b"), S("\x1b[2J"), S("é"),  S(" "),  S("{}"),
        S("#"),  S("+~"),
    };
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    if (below(state, rare) != 0)
        for (size_t i = 1 + below(state, 4); i > 0; i--)
            text_add(&text, parts[below(state, sizeof parts / sizeof *parts)]);
    assert_true(text_ok(&text));
    return text_span(&text);
}

static span name_of(uint64_t *state, span type, struct arena *mem)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    if (below(state, 2) && span_equal(type, S("maven")))
        text_add(&text, S("org.Apache:"));
    if (below(state, 2) && span_equal(type, S("npm")))
        text_add(&text, S("@scope/"));
    if (below(state, 2) && span_equal(type, S("golang")))
        text_add(&text, S("github.com/Some_One/"));
    text_add_byte(&text, 'n');
    text_add(&text, text_of(state, 3, mem));
    assert_true(text_ok(&text));
    return text_span(&text);
}

static struct package package_of(uint64_t *state, struct location *location, struct arena *mem)
{
    const span types[] = {S("deb"),   S("rpm"),    S("apk"),   S("alpm"),  S("npm"),
                          S("pypi"),  S("golang"), S("maven"), S("gem"),   S("generic"),
                          S("swift"), S("otp"),    S("cargo"), S("nuget"), S("vcpkg")};
    span type = types[below(state, sizeof types / sizeof *types)];
    *location = (struct location){.path = below(state, 2) ? S("var/lib/x=y:z") : S("a"),
                                  .layer = (uint32_t)below(state, LAYERS)};
    span name = name_of(state, type, mem);
    span version = text_of(state, 8, mem);
    span source_name = text_of(state, 3, mem);
    span source_version = text_of(state, 3, mem);
    span licenses =
        below(state, 2) ? S("MIT OR (Apache-2.0 AND LicenseRef-x)") : text_of(state, 2, mem);
    assert_true(spdx_normalise(licenses, spdx_speaker_of(type), mem, &licenses));
    return (struct package){
        .type = type,
        .name = name,
        .version = version,
        .arch = text_of(state, 2, mem),
        .source_name = source_name.len ? source_name : name,
        .source_version = source_version.len ? source_version : version,
        .module = text_of(state, 2, mem),
        .vendor = text_of(state, 2, mem),
        .repository = text_of(state, 2, mem),
        .licenses = licenses,
        .locations = location,
        .location_count = 1,
        .removed = below(state, 5) == 0,
    };
}

static bool is_repeated(const struct bom *bom, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (package_compare(&bom->packages[i], &bom->packages[index]) == 0)
            return true;
    return false;
}

static void make_scan(uint64_t *state, struct arena *mem, struct scan *scan)
{
    const struct limits limits = limits_default();
    static struct layer layers[LAYERS] = {
        {.diff_id = S("sha256:a"), .created_by = S("RUN x=y\n"), .stored_bytes = 7},
        {.diff_id = S("sha256:b"), .digest = S("sha256:bb"), .base = S("base")},
        {.diff_id = S("sha256:c")},
    };
    struct bom *bom = &scan->bom;
    size_t wanted = below(state, MOST_PACKAGES);
    bom->packages = arena_array(mem, MOST_PACKAGES, sizeof *bom->packages);
    struct location *locations = arena_array(mem, MOST_PACKAGES, sizeof *locations);
    assert_true(bom->packages && locations);
    scan->image = (struct image){.name = S("x"), .layers = layers, .layer_count = LAYERS};
    scan->bom_complete = true;
    notes_init(&bom->notes, mem, &limits);
    if (below(state, 4))
        bom->distro = (struct distro){.id = S("rhel"),
                                      .version_id = S("8.1"),
                                      .codename = text_of(state, 2, mem),
                                      .pretty_name = text_of(state, 2, mem),
                                      .id_like = text_of(state, 2, mem),
                                      .cpe = text_of(state, 2, mem)};
    for (size_t i = 0; i < wanted; i++) {
        struct package *package = &bom->packages[bom->package_count];
        *package = package_of(state, &locations[i], mem);
        assert_true(package_identify(package, &bom->distro, mem));
        if (bom->package_count && below(state, 3) == 0)
            package->owner = bom->packages[0].id;
        if (!is_repeated(bom, bom->package_count))
            bom->package_count++;
    }
    bom->content_sets = arena_array(mem, 2, sizeof(span));
    bom->content_set_count = 2;
    bom->content_sets[0] = S("a-rpms");
    bom->content_sets[1] = S("b");
    bom_sort(bom);
}

static span wire_of(const struct bom *bom, struct arena *mem)
{
    const struct limits limits = limits_default();
    struct bom copy = *bom;
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    notes_init(&copy.notes, mem, &limits);
    bom_write(&copy, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static span write_sbom(const struct scan *scan, enum report_format format, struct arena *mem)
{
    const struct report_options options = {.tool_version = S("1"), .has_timestamp = true};
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    report_write(format, scan, &options, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void check_layers(const struct image *want, const struct image *got)
{
    assert_int_equal(want->layer_count, got->layer_count);
    for (size_t i = 0; i < want->layer_count; i++) {
        assert_true(span_equal(want->layers[i].diff_id, got->layers[i].diff_id));
        assert_true(span_equal(want->layers[i].digest, got->layers[i].digest));
        assert_true(span_equal(want->layers[i].created_by, got->layers[i].created_by));
        assert_true(span_equal(want->layers[i].base, got->layers[i].base));
        assert_int_equal(want->layers[i].stored_bytes, got->layers[i].stored_bytes);
    }
}

static void check(uint64_t *state, enum report_format format)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    const struct limits limits = limits_default();
    struct scan scan = {0};
    struct image image = {0};
    struct bom bom = {0};
    struct notes notes;
    struct err err = {0};
    make_scan(state, mem, &scan);
    notes_init(&notes, mem, &limits);
    span text = write_sbom(&scan, format, mem);
    assert_true(span_equal(text, write_sbom(&scan, format, mem)));
    if (!sbom_read(text, NULL, &limits, mem, &notes, &image, &bom, &err))
        fail_msg("%s", err.text);
    check_layers(&scan.image, &image);
    if (!span_equal(wire_of(&scan.bom, mem), wire_of(&bom, mem)))
        fail_msg("%.*s", (int)text.len, (const char *)text.ptr);
}

static void cyclonedx_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < ROUNDS; i++)
        check(&seed, REPORT_CYCLONEDX);
}

static void spdx_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 8;
    for (int i = 0; i < ROUNDS; i++)
        check(&seed, REPORT_SPDX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cyclonedx_comes_back),
        cmocka_unit_test(spdx_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
