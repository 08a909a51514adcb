#include "flow/judge_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BUDGET = 1 << 22 };

// ---------------------------------------------------------------- samples

static struct package package_of(const char *type, const char *name, const char *version,
                                 struct location *location)
{
    return (struct package){
        .id = span_of_text(name),
        .type = span_of_text(type),
        .name = span_of_text(name),
        .version = span_of_text(version),
        .source_name = span_of_text(name),
        .source_version = span_of_text(version),
        .locations = location,
        .location_count = 1,
    };
}

struct sample {
    struct location places[4];
    struct package packages[4];
    struct layer layers[2];
    struct image_label labels[1];
    struct scan scan;
};

// A Python package that a deb owns, the deb, the same Python package from pip, and an npm package.
static void fill(struct sample *sample, const char *name)
{
    sample->places[0] = (struct location){S("var/lib/dpkg/status"), 0};
    sample->places[1] = (struct location){S("usr/lib/x/package.json"), 1};
    sample->places[2] = (struct location){S("usr/lib/python3/dist-packages/six"), 0};
    sample->places[3] = (struct location){S("usr/local/lib/six"), 1};
    sample->packages[0] = package_of("deb", "python3-six", "1.16.0-4", &sample->places[0]);
    sample->packages[1] = package_of("npm", "left-pad", "1.3.0", &sample->places[1]);
    sample->packages[2] = package_of("pypi", "six", "1.16.0", &sample->places[2]);
    sample->packages[3] = package_of("pypi", "six", "1.16.0", &sample->places[3]);
    sample->packages[2].owner = S("python3-six");
    sample->packages[3].id = S("six-2");
    sample->layers[0] = (struct layer){.diff_id = S("sha256:aa"), .created_by = S("ADD rootfs")};
    sample->layers[1] = (struct layer){.diff_id = S("sha256:bb"), .created_by = S("RUN pip")};
    sample->labels[0] = (struct image_label){S("team"), S("blue")};
    sample->scan = (struct scan){
        .image = {.name = S("app"),
                  .kind = S("registry"),
                  .manifest_digest = span_of_text(name),
                  .layers = sample->layers,
                  .layer_count = 2,
                  .labels = sample->labels,
                  .label_count = 1},
        .bom = {.distro = {.id = S("debian"), .version_id = S("12"), .pretty_name = S("Debian 12")},
                .packages = sample->packages,
                .package_count = 4},
        .bom_complete = true,
    };
    bom_sort(&sample->scan.bom);
}

static struct kept_image keep(const struct scan *scan, struct arena *mem)
{
    struct kept_image kept = {0};
    struct err err = {0};
    if (!keep_image(scan, mem, &kept, &err))
        fail_msg("%s", err.text);
    return kept;
}

static span hash_of(const struct kept_image *kept, size_t package)
{
    return kept->units[kept->unit_of[package]].hash;
}

// ---------------------------------------------------------------- units

static void who_owns_a_package_makes_it_another_unit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct sample sample;
    fill(&sample, "sha256:01");
    struct kept_image kept = keep(&sample.scan, mem);
    assert_int_equal(kept.unit_count, 4);
    assert_false(span_equal(hash_of(&kept, 2), hash_of(&kept, 3)));
}

static void what_does_not_matter_makes_no_other_unit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct sample one;
    struct sample other;
    fill(&one, "sha256:01");
    fill(&other, "sha256:02");
    other.scan.bom.distro.pretty_name = S("Debian GNU/Linux 12");
    other.scan.bom.packages[1].licenses = S("WTFPL");
    other.places[1].path = S("srv/package.json");
    struct kept_image a = keep(&one.scan, mem);
    struct kept_image b = keep(&other.scan, mem);
    for (size_t i = 0; i < 4; i++)
        assert_true(span_equal(hash_of(&a, i), hash_of(&b, i)));
    // The layer that has the npm package is another one, the base is the same.
    assert_true(span_equal(a.bundles[0].hash, b.bundles[0].hash));
    assert_false(span_equal(a.bundles[1].hash, b.bundles[1].hash));
}

static void what_matters_makes_another_unit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct sample one;
    struct sample other;
    fill(&one, "sha256:01");
    fill(&other, "sha256:02");
    other.scan.bom.distro.version_id = S("13");
    struct kept_image a = keep(&one.scan, mem);
    struct kept_image b = keep(&other.scan, mem);
    for (size_t i = 0; i < 4; i++)
        assert_false(span_equal(hash_of(&a, i), hash_of(&b, i)));
}

// ---------------------------------------------------------------- back again

static void put_together_again_it_is_the_same(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct sample sample;
    fill(&sample, "sha256:01");
    struct kept_image kept = keep(&sample.scan, mem);
    const span contents[] = {kept.bundles[0].content, kept.bundles[1].content};
    const struct spans bundles = {.items = contents, .count = 2};
    struct scan back = {0};
    struct text before;
    struct text after;
    assert_int_equal(kept.bundle_count, 2);
    assert_true(unkeep_image(kept.head, &bundles, &limits, mem, &back, NULL));
    text_init(&before, mem, SIZE_MAX);
    text_init(&after, mem, SIZE_MAX);
    scan_write(&sample.scan, &before);
    scan_write(&back, &after);
    assert_true(span_equal(text_span(&before), text_span(&after)));
    assert_true(span_equal(back.image.labels[0].value, S("blue")));
}

static void damaged_heads_and_bundles_are_refused(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct sample sample;
    fill(&sample, "sha256:01");
    struct kept_image kept = keep(&sample.scan, mem);
    struct spans none = {0};
    const span half = span_first(kept.bundles[0].content, kept.bundles[0].content.len / 2);
    const struct spans broken = {.items = &half, .count = 1};
    struct scan back = {0};
    for (size_t len = 0; len < kept.head.len; len++)
        assert_false(unkeep_image(span_first(kept.head, len), &none, &limits, mem, &back, NULL));
    assert_false(unkeep_image(kept.head, &broken, &limits, mem, &back, NULL));
}

static void a_full_arena_is_an_error_wherever_it_ends(void **state)
{
    (void)state;
    struct sample sample;
    fill(&sample, "sha256:01");
    for (uint64_t budget = 256; budget < (1 << 17); budget += 257) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct kept_image kept = {0};
        struct err err = {0};
        if (keep_image(&sample.scan, mem, &kept, &err))
            assert_int_equal(kept.unit_count, 4);
        else
            assert_int_equal(err.kind, ERR_LIMIT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_owns_a_package_makes_it_another_unit),
        cmocka_unit_test(what_does_not_matter_makes_no_other_unit),
        cmocka_unit_test(what_matters_makes_another_unit),
        cmocka_unit_test(put_together_again_it_is_the_same),
        cmocka_unit_test(damaged_heads_and_bundles_are_refused),
        cmocka_unit_test(a_full_arena_is_an_error_wherever_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
