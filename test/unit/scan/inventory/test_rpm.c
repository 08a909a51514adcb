#include "reading.h"

#define MANIFEST "var/lib/rpmmanifest/container-manifest-2"

// ---------------------------------------------------------------- a database of one header

struct tag {
    uint32_t tag;
    const char *text; // null: the number
    uint32_t number;
};

static void put_u32be(struct text *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        text_add_byte(out, (uint8_t)(value >> shift));
}

enum { TYPE_INT32 = 4, TYPE_STRING = 6 };

static span make_header(struct arena *mem, const struct tag *tags, size_t count)
{
    struct text index = {0};
    struct text data = {0};
    struct text header = {0};
    text_init(&index, mem, SIZE_MAX);
    text_init(&data, mem, SIZE_MAX);
    text_init(&header, mem, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        while (!tags[i].text && data.len % 4)
            text_add_byte(&data, 0);
        put_u32be(&index, tags[i].tag);
        put_u32be(&index, tags[i].text ? TYPE_STRING : TYPE_INT32);
        put_u32be(&index, (uint32_t)data.len);
        put_u32be(&index, 1);
        if (tags[i].text) {
            text_add(&data, span_of_text(tags[i].text));
            text_add_byte(&data, 0);
        } else {
            put_u32be(&data, tags[i].number);
        }
    }
    put_u32be(&header, (uint32_t)count);
    put_u32be(&header, (uint32_t)data.len);
    text_add(&header, text_span(&index));
    text_add(&header, text_span(&data));
    return text_span(&header);
}

static void put_page_end(struct text *out, size_t size)
{
    while (out->len < size)
        text_add_byte(out, 0);
}

static uint32_t adler32(span s)
{
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < s.len; i++) {
        a = (a + s.ptr[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

// The smallest ndb database: one page of slots, then the header as a blob (rpm, lib/backend/ndb).
static span make_ndb(struct arena *mem, span header)
{
    enum { PAGE = 4096, SLOT = 16, BLOCK = 16 };
    uint32_t blocks = (uint32_t)((16 + header.len + 12 + BLOCK - 1) / BLOCK);
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    text_add(&out, S("RpmP"));
    text_add_u32le(&out, 0); // version
    text_add_u32le(&out, 1); // generation
    text_add_u32le(&out, 1); // pages of slots
    text_add_u32le(&out, 2); // next package
    put_page_end(&out, (size_t)2 * SLOT);
    text_add(&out, S("Slot"));
    text_add_u32le(&out, 1); // package
    text_add_u32le(&out, PAGE / BLOCK);
    text_add_u32le(&out, blocks);
    while (out.len < PAGE) {
        text_add(&out, S("Slot"));
        put_page_end(&out, (out.len / SLOT + 1) * SLOT);
    }
    size_t blob = out.len;
    text_add(&out, S("BlbS"));
    text_add_u32le(&out, 1); // package
    text_add_u32le(&out, 1); // generation
    text_add_u32le(&out, (uint32_t)header.len);
    text_add(&out, header);
    put_page_end(&out, blob + (size_t)blocks * BLOCK - 12);
    text_add_u32le(&out, adler32(span_from(text_span(&out), blob)));
    text_add_u32le(&out, (uint32_t)header.len);
    text_add(&out, S("BlbE"));
    return text_span(&out);
}

static struct bom read_header(struct scene *scene, const struct tag *tags, size_t count)
{
    span database = make_ndb(scene->mem, make_header(scene->mem, tags, count));
    scene_clear(scene);
    scene_add(scene, "var/lib/rpm/Packages.db", database);
    return read_scene(scene);
}

static void a_header_becomes_a_package(void **state)
{
    (void)state;
    static const struct tag tags[] = {
        {1000, "nodejs", 0},
        {1001, "16.20.2", 0},
        {1002, "4.module+el8", 0},
        {1003, NULL, 1},
        {1011, "Red Hat, Inc.", 0},
        {1014, "MIT", 0},
        {1022, "x86_64", 0},
        {1044, "nodejs-16.20.2-4.module+el8.src.rpm", 0},
        {5096, "nodejs:16:8080020231102:63b34585", 0},
    };
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_header(&scene, tags, sizeof tags / sizeof *tags);
    const struct package *p = package_at(&bom, 0);
    assert_text(p->type, "rpm");
    assert_text(p->name, "nodejs");
    assert_text(p->version, "1:16.20.2-4.module+el8");
    assert_text(p->arch, "x86_64");
    assert_text(p->source_name, "nodejs");
    assert_text(p->source_version, "1:16.20.2-4.module+el8");
    assert_text(p->module, "nodejs:16");
    assert_text(p->vendor, "Red Hat, Inc.");
    assert_text(p->licenses, "MIT");
    assert_int_equal(scene.notes.items.count, 0);
}

static void a_source_of_another_version_has_no_epoch(void **state)
{
    (void)state;
    static const struct tag tags[] = {
        {1000, "perl-Carp", 0}, {1001, "1.50", 0},   {1002, "439.el8", 0},
        {1003, NULL, 4},        {1022, "noarch", 0}, {1044, "perl-5.26.3-420.el8.src.rpm", 0},
    };
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_header(&scene, tags, sizeof tags / sizeof *tags);
    assert_text(package_at(&bom, 0)->version, "4:1.50-439.el8");
    assert_text(package_at(&bom, 0)->source_name, "perl");
    assert_text(package_at(&bom, 0)->source_version, "5.26.3-420.el8");
    assert_text(package_at(&bom, 0)->module, "");
}

static void an_epoch_of_nothing_is_not_written(void **state)
{
    (void)state;
    static const struct tag tags[] = {
        {1000, "gpg-pubkey", 0}, {1001, "fd431d51", 0}, {1002, "4ae0493b", 0}, {1003, NULL, 0}};
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_header(&scene, tags, sizeof tags / sizeof *tags);
    assert_text(package_at(&bom, 0)->version, "fd431d51-4ae0493b");
    assert_text(package_at(&bom, 0)->source_name, "gpg-pubkey");
    assert_text(package_at(&bom, 0)->source_version, "fd431d51-4ae0493b");
    assert_text(package_at(&bom, 0)->arch, "");
}

static void overlong_texts_cost_the_package(void **state)
{
    (void)state;
    static const struct tag tags[] = {
        {1000, "name", 0}, {1001, "1", 0}, {1002, "1", 0}, {1014, "a long licence", 0}};
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene.limits.field_bytes = 13;
    assert_int_equal(read_header(&scene, tags, sizeof tags / sizeof *tags).package_count, 0);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "package 'name' is left out"));
}

static void a_header_without_a_name_is_damaged(void **state)
{
    (void)state;
    static const struct tag tags[] = {{1001, "1", 0}, {1002, "1", 0}};
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    assert_int_equal(read_header(&scene, tags, sizeof tags / sizeof *tags).package_count, 0);
    assert_true(scene.notes.incomplete);
}

// ---------------------------------------------------------------- which database is read

static const struct tag bash[] = {{1000, "bash", 0}, {1001, "5", 0}, {1002, "1", 0}};

static void a_database_behind_two_paths_is_read_once(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "usr/lib/sysimage/rpm/Packages.db",
              make_ndb(scene.mem, make_header(scene.mem, bash, 3)));
    scene_link(&scene, "var/lib/rpm", "../../usr/lib/sysimage/rpm");
    struct bom bom = read_scene(&scene);
    assert_int_equal(bom.package_count, 1);
    assert_int_equal(package_at(&bom, 0)->location_count, 1);
    assert_text(package_at(&bom, 0)->locations[0].path, "usr/lib/sysimage/rpm/Packages.db");
}

static void the_newest_of_a_folder_is_read(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "var/lib/rpm/Packages.db",
              make_ndb(scene.mem, make_header(scene.mem, bash, 3)));
    scene_add(&scene, "var/lib/rpm/Packages", S("what an upgrade left behind"));
    assert_int_equal(read_scene(&scene).package_count, 1);
    assert_true(scene_noted(&scene, NOTE_INFORMATION, "'var/lib/rpm/Packages.db' is newer"));
    assert_false(scene.notes.incomplete);
}

static void what_is_no_database_is_damaged(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    assert_int_equal(read_one(&scene, "var/lib/rpm/Packages", "junk").package_count, 0);
    assert_true(scene.notes.incomplete);
}

// ---------------------------------------------------------------- the manifest

static void a_manifest_lists_packages(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom =
        read_one(&scene, MANIFEST,
                 "bash\t5.1.8-1.cm2\t1\t2\tMicrosoft "
                 "Corporation\t(none)\t3\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm\n"
                 "dash\t0.5-1.cm2\t1\t2\t(none)\t2\t3\tx86_64\t2\tdash-0.5-1.cm2.src.rpm\n"
                 "short\tline\n");
    assert_int_equal(bom.package_count, 2);
    assert_text(package_at(&bom, 0)->version, "5.1.8-1.cm2");
    assert_text(package_at(&bom, 0)->source_name, "bash");
    assert_text(package_at(&bom, 0)->vendor, "Microsoft Corporation");
    assert_text(package_at(&bom, 1)->version, "2:0.5-1.cm2");
    assert_text(package_at(&bom, 1)->source_version, "2:0.5-1.cm2");
    assert_text(package_at(&bom, 1)->vendor, "");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "line 3 is not made of 10 columns"));
    assert_int_equal(read_one(&scene, MANIFEST, "a\t-1\t1\t1\tv\t0\t1\tx\t0\tz").package_count, 0);
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "line 1: 'a' has the version '-1'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_becomes_a_package),
        cmocka_unit_test(a_source_of_another_version_has_no_epoch),
        cmocka_unit_test(an_epoch_of_nothing_is_not_written),
        cmocka_unit_test(overlong_texts_cost_the_package),
        cmocka_unit_test(a_header_without_a_name_is_damaged),
        cmocka_unit_test(a_database_behind_two_paths_is_read_once),
        cmocka_unit_test(the_newest_of_a_folder_is_read),
        cmocka_unit_test(what_is_no_database_is_damaged),
        cmocka_unit_test(a_manifest_lists_packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
