// Databases with random damage: whatever happens, the answer is well formed and comes with the
// undamaged packages' kind of fields.
#include "reading.h"

struct specimen {
    const char *path;
    const char *content;
};

static const struct specimen specimens[] = {
    {"var/lib/dpkg/status", "Package: libc-bin\nStatus: install ok installed\nArchitecture: amd64\n"
                            "Source: glibc (2.36-9)\nVersion: 2.36-9+b1\nDescription: a\n b\n\n"
                            "Package: zlib1g\nStatus: install ok installed\nVersion: 1:1\n"},
    {"var/lib/dpkg/status.d/x", "Package: x\nVersion: 1\nSource: y\n"},
    {"lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nL:MIT\n\nP:b\nV:1\nF:lib\n"},
    {"var/lib/pacman/local/x/desc", "%NAME%\nx\n\n%VERSION%\n1-1\n\n%LICENSE%\na\nb\n\n"},
    {"var/lib/rpmmanifest/container-manifest-2", "a\t1-1\t1\t1\tv\t0\t1\tx\t1\ta-1-1.src.rpm\n"},
    {"usr/share/buildinfo/x.json", "{\"content_sets\":[\"a\",\"b\"]}"},
};

// xorshift64: the same damage in every run.
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static span damage(struct arena *mem, span content, uint64_t *random)
{
    static const char favourites[] = "\n\n\t :()%\r\0PV";
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    for (size_t i = 0; i < content.len; i++) {
        uint64_t dice = next_random(random) % 64;
        uint8_t odd = (uint8_t)favourites[next_random(random) % (sizeof favourites - 1)];
        if (dice == 0)
            continue;
        if (dice == 1)
            text_add_byte(&out, odd);
        text_add_byte(&out, dice == 2 ? odd : content.ptr[i]);
        if (dice == 3)
            text_add(&out, span_slice(content, i / 2, next_random(random) % 16));
    }
    return text_span(&out);
}

static void check(const struct bom *bom)
{
    for (size_t i = 0; i < bom->package_count; i++) {
        const struct package *package = &bom->packages[i];
        assert_true(package->name.len && package->version.len);
        assert_true(package->source_name.len && package->source_version.len);
        assert_true(package->purl.len && package->id.len && package->location_count);
        if (i)
            assert_true(package_compare(package - 1, package) < 0);
    }
}

static void damage_never_breaks_the_answer(void **state)
{
    (void)state;
    uint64_t random = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < 6000; i++) {
        const struct specimen *specimen = &specimens[i % (sizeof specimens / sizeof *specimens)];
        CLEANUP(scene_cleanup) struct scene scene = {0};
        scene_init(&scene);
        scene_add(&scene, specimen->path,
                  damage(scene.mem, span_of_text(specimen->content), &random));
        struct bom bom = read_scene(&scene);
        check(&bom);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(damage_never_breaks_the_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
