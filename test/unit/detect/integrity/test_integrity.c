#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "detect/integrity/integrity.h"

// A small image by hand: packages, what they list, and what is there. A content is one byte, which
// is also all bytes of its digests.
struct scene {
    struct arena *mem;
    struct limits limits;
    struct notes notes;
    struct package packages[8];
    struct bom bom;
    struct listed_directory listed[8];
    struct listing listing;
    struct roster_directory here[8];
    struct roster roster;
    struct file files[8];
    struct tree tree;
    struct findings findings;
};

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){.mem = arena_new(UINT64_C(64) << 20), .limits = limits_default()};
    assert_non_null(scene->mem);
    notes_init(&scene->notes, scene->mem, &scene->limits);
    scene->bom.packages = scene->packages;
    scene->listing.directories = scene->listed;
    scene->roster.directories = scene->here;
    scene->tree.files = scene->files;
}

static void scene_close(struct scene *scene)
{
    arena_free(scene->mem);
}

static struct package *add_package(struct scene *scene, const char *type, const char *name)
{
    static struct location record = {.path = S("var/lib/record"), .layer = 1};
    struct package *package = &scene->packages[scene->bom.package_count++];
    *package = (struct package){.type = span_of_text(type),
                                .name = span_of_text(name),
                                .locations = &record,
                                .location_count = 1};
    return package;
}

static void list(struct scene *scene, const char *directory, const struct listed_file *files,
                 size_t count)
{
    scene->listed[scene->listing.count++] =
        (struct listed_directory){.path = span_of_text(directory), .files = files, .count = count};
}

static void put(struct scene *scene, const char *directory, const struct roster_file *files,
                size_t count)
{
    scene->here[scene->roster.count++] =
        (struct roster_directory){.path = span_of_text(directory), .files = files, .count = count};
}

static struct listed_file claim(const char *name, uint32_t package, uint8_t content)
{
    struct listed_file file = {.name = span_of_text(name),
                               .package = package,
                               .kind = LISTED_FILE,
                               .algorithm = LISTED_MD5};
    memset(file.digest, content, 16);
    return file;
}

static struct roster_file present(const char *name, uint8_t content, uint32_t mode)
{
    static uint8_t digests[256][ROSTER_DIGESTS];
    memset(digests[content], content, ROSTER_DIGESTS);
    return (struct roster_file){.name = span_of_text(name),
                                .digests = digests[content],
                                .mode = mode,
                                .is_program = mode & 0111,
                                .layer = 2,
                                .mode_layer = 3};
}

// All findings: "id severity package path\n" each.
static const char *check(struct scene *scene)
{
    struct err err = {0};
    if (!integrity_check(&scene->bom, &scene->listing, &scene->tree, &scene->roster, &scene->limits,
                         scene->mem, &scene->notes, &scene->findings, &err))
        fail_msg("%s", err.text);
    struct text out;
    text_init(&out, scene->mem, SIZE_MAX);
    for (size_t i = 0; i < scene->findings.count; i++) {
        const struct finding *finding = &scene->findings.items[i];
        assert_int_equal(finding->kind, FINDING_INTEGRITY);
        assert_true(finding->text.len && finding->score < 0 && finding->epss < 0);
        text_add(&out, finding->id);
        text_addf(&out, " %s ", severity_name(finding->severity));
        text_add(&out,
                 finding->package == NO_PACKAGE ? S("-") : scene->packages[finding->package].name);
        text_add_byte(&out, ' ');
        text_add(&out, finding->location);
        text_add_byte(&out, '\n');
    }
    const char *text = arena_text(scene->mem, text_span(&out));
    assert_non_null(text);
    return text;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

// ---------------------------------------------------------------- contents

static void what_was_installed_is_no_finding(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "bash");
    const struct listed_file files[] = {claim("bash", 0, 'a'), claim("sh", 0, 'b')};
    const struct roster_file here[] = {present("bash", 'a', 0755), present("sh", 'b', 0755)};
    list(&scene, "usr/bin", files, 2);
    put(&scene, "usr/bin", here, 2);
    assert_string_equal(check(&scene), "");
    scene_close(&scene);
}

static void a_changed_file_is_found_by_each_digest(void **state)
{
    (void)state;
    static const enum listed_digest kinds[] = {LISTED_MD5, LISTED_SHA1, LISTED_SHA256};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct scene scene;
        scene_open(&scene);
        (void)add_package(&scene, "rpm", "bash");
        struct listed_file file = claim("bash", 0, 'a');
        memset(file.digest, 'a', sizeof file.digest);
        file.algorithm = kinds[i];
        struct roster_file here = present("bash", 'a', 0755);
        list(&scene, "usr/bin", &file, 1);
        put(&scene, "usr/bin", &here, 1);
        assert_string_equal(check(&scene), "");
        uint8_t changed[ROSTER_DIGESTS];
        memset(changed, 'a', sizeof changed);
        changed[ROSTER_MD5 - 1] ^= 1;
        changed[ROSTER_MD5 + ROSTER_SHA1 - 1] ^= 1;
        changed[ROSTER_DIGESTS - 1] ^= 1;
        here.digests = changed;
        assert_string_equal(check(&scene), "file-changed high bash usr/bin/bash\n");
        assert_int_equal(scene.findings.items[0].layer, 2);
        assert_int_equal(scene.findings.items[0].evidence_count, 1);
        scene_close(&scene);
    }
}

static void data_is_less_grave_than_programs(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "perl");
    const struct listed_file file = claim("strict.pm", 0, 'a');
    const struct roster_file here = present("strict.pm", 'b', 0644);
    list(&scene, "usr/share/perl", &file, 1);
    put(&scene, "usr/share/perl", &here, 1);
    assert_string_equal(check(&scene), "file-changed medium perl usr/share/perl/strict.pm\n");
    scene_close(&scene);
}

static void what_is_meant_to_change_may(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    add_package(&scene, "pypi", "b")->owner = S("id-of-a");
    struct listed_file config = claim("a.conf", 0, 'a');
    config.is_config = true;
    const struct listed_file cache = claim("mime.cache", 0, 'a');
    const struct listed_file owned = claim("b.py", 1, 'a');
    const struct roster_file here[] = {
        present("a.conf", 'b', 0644), present("mime.cache", 'b', 0644), present("b.py", 'b', 0644)};
    list(&scene, "usr/lib/a", &config, 1);
    list(&scene, "usr/lib/python3", &owned, 1);
    list(&scene, "usr/share/mime", &cache, 1);
    put(&scene, "usr/lib/a", &here[0], 1);
    put(&scene, "usr/lib/python3", &here[2], 1);
    put(&scene, "usr/share/mime", &here[1], 1);
    assert_string_equal(check(&scene), "");
    scene_close(&scene);
}

static void two_packages_may_not_record_two_contents(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "rpm", "a");
    (void)add_package(&scene, "rpm", "b");
    struct listed_file files[] = {claim("x", 0, 'a'), claim("x", 1, 'b')};
    const struct roster_file here = present("x", 'b', 0755);
    list(&scene, "usr/bin", files, 2);
    put(&scene, "usr/bin", &here, 1);
    assert_string_equal(check(&scene), "file-claimed-twice low b usr/bin/x\n");
    files[0] = claim("x", 0, 'b');
    assert_string_equal(check(&scene), "");
    // Two architectures of one package.
    files[0] = claim("x", 0, 'a');
    scene.packages[1].name = S("a");
    assert_string_equal(check(&scene), "");
    scene_close(&scene);
}

// ---------------------------------------------------------------- missing

static void a_missing_program_is_found(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    struct listed_file ghost = claim("ghost", 0, 'a');
    ghost.may_be_absent = true;
    const struct listed_file bin[] = {claim("a", 0, 'a'), claim("b", 0, 'a'), ghost};
    const struct listed_file doc = claim("copyright", 0, 'a');
    const struct listed_file data = claim("data", 0, 'a');
    const struct listed_file state_file = claim("state", 0, 'a');
    const struct roster_file here = present("a", 'a', 0755);
    list(&scene, "usr/bin", bin, 3);
    list(&scene, "usr/share/a", &data, 1);
    list(&scene, "usr/share/doc/a", &doc, 1);
    list(&scene, "var/lib/a", &state_file, 1);
    put(&scene, "usr/bin", &here, 1);
    assert_string_equal(check(&scene),
                        "file-missing medium a usr/bin/b\nfile-missing low a usr/share/a/data\n");
    assert_int_equal(scene.findings.items[0].layer, 1);
    scene_close(&scene);
}

static void what_dpkg_was_told_to_leave_out_is_not_missing(void **state)
{
    (void)state;
    static const struct listing_rule rules[] = {
        {S("/usr/share/a/*"), true},
        {S("/usr/share/?/[!b-d]ept"), false},
    };
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    const struct listed_file files[] = {claim("cept", 0, 'a'), claim("data", 0, 'a'),
                                        claim("kept", 0, 'a')};
    const struct listed_file bin = claim("a", 0, 'a');
    const struct roster_file here = present("a", 'a', 0755);
    list(&scene, "usr/bin", &bin, 1);
    list(&scene, "usr/share/a", files, 3);
    put(&scene, "usr/bin", &here, 1);
    scene.listing.rules = rules;
    scene.listing.rule_count = COUNT(rules);
    assert_string_equal(check(&scene), "file-missing low a usr/share/a/kept\n");
    scene_close(&scene);
}

static void a_link_to_the_same_content_will_do(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    const struct listed_file files[] = {claim("a", 0, 'a'), claim("b", 0, 'b')};
    const struct roster_file here = present("real", 'a', 0755);
    scene.files[0] =
        (struct file){.path = S("usr/bin/a"), .type = FILE_SYMLINK, .link = S("/opt/real")};
    scene.files[1] =
        (struct file){.path = S("usr/bin/b"), .type = FILE_SYMLINK, .link = S("/opt/real")};
    scene.tree.count = 2;
    list(&scene, "usr/bin", files, 2);
    put(&scene, "opt", &here, 1);
    assert_string_equal(check(&scene), "file-changed medium a usr/bin/b\n");
    scene_close(&scene);
}

static void many_missing_files_of_a_package_are_one_finding(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    const struct listed_file files[] = {claim("0", 0, 'a'), claim("1", 0, 'a'), claim("2", 0, 'a'),
                                        claim("3", 0, 'a'), claim("4", 0, 'a'), claim("5", 0, 'a'),
                                        claim("6", 0, 'a')};
    const struct roster_file here[] = {present("0", 'a', 0644), present("1", 'a', 0644)};
    list(&scene, "usr/share/a", files, 7);
    put(&scene, "usr/share/a", here, 2);
    (void)check(&scene);
    assert_int_equal(scene.findings.count, 5);
    put(&scene, "usr/share/a", here, 1);
    scene.roster.directories = &scene.here[1];
    scene.roster.count = 1;
    assert_string_equal(check(&scene), "file-missing low a usr/share/a/1\n");
    scene_close(&scene);
}

// ---------------------------------------------------------------- packages without files

static void a_package_without_files_is_found(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    (void)add_package(&scene, "deb", "b");
    const struct listed_file files[] = {claim("a", 0, 'a'), claim("b", 1, 'a'), claim("c", 1, 'a')};
    list(&scene, "usr/bin", files, 3);
    const struct roster_file here = present("a", 'a', 0755);
    put(&scene, "usr/bin", &here, 1);
    assert_string_equal(check(&scene), "package-without-files medium b var/lib/record\n");
    scene_close(&scene);
}

static void a_database_without_files_is_one_finding(void **state)
{
    (void)state;
    struct scene scene;
    struct listed_file files[4];
    const char *const names[] = {"a", "b", "c", "d"};
    scene_open(&scene);
    for (uint32_t i = 0; i < 4; i++) {
        (void)add_package(&scene, "rpm", names[i]);
        files[i] = claim(names[i], i, 'a');
    }
    list(&scene, "usr/bin", files, 4);
    assert_string_equal(check(&scene), "package-without-files medium - var/lib/record\n");
    scene_close(&scene);
}

// ---------------------------------------------------------------- unlisted

static void a_program_that_nobody_lists_is_found(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    const struct listed_file file = claim("a", 0, 'a');
    const struct roster_file bin[] = {present("a", 'a', 0755), present("b", 'b', 0755),
                                      present("data", 'b', 0644)};
    const struct roster_file lib = present("evil.so", 'b', 0755);
    const struct roster_file module = present("cli.js", 'b', 0755);
    const struct roster_file local = present("tool", 'b', 0755);
    list(&scene, "usr/bin", &file, 1);
    put(&scene, "usr/bin", bin, 3);
    put(&scene, "usr/lib/node_modules/npm", &module, 1);
    put(&scene, "usr/lib/x86_64-linux-gnu", &lib, 1);
    put(&scene, "usr/local/bin", &local, 1);
    assert_string_equal(check(&scene), "program-unowned medium - usr/bin/b\n"
                                       "program-unowned low - usr/lib/x86_64-linux-gnu/evil.so\n");
    scene_close(&scene);
}

static void without_a_package_manager_nothing_is_unowned(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "pypi", "a");
    const struct listed_file file = claim("a", 0, 'a');
    const struct roster_file here[] = {present("a", 'a', 0755), present("b", 'b', 0755)};
    list(&scene, "usr/bin", &file, 1);
    put(&scene, "usr/bin", here, 2);
    assert_string_equal(check(&scene), "");
    scene_close(&scene);
}

// ---------------------------------------------------------------- modes

static void set_id_bits_need_a_record(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "apk", "a");
    (void)add_package(&scene, "deb", "sudo");
    struct listed_file files[] = {claim("a", 0, 'a'),        claim("b", 0, 'a'),
                                  claim("ls", 1, 'a'),       claim("override", 1, 'a'),
                                  claim("override", 1, 'a'), claim("sudo", 1, 'a')};
    files[0].has_mode = files[1].has_mode = true;
    files[0].mode = 04755;
    files[1].mode = 0755;
    files[4] = (struct listed_file){
        .name = S("override"), .package = LISTED_BY_NO_PACKAGE, .has_mode = true, .mode = 02755};
    const struct roster_file here[] = {present("a", 'a', 04755),    present("b", 'a', 04755),
                                       present("ls", 'a', 04755),   present("override", 'a', 02755),
                                       present("sudo", 'a', 04755), present("x", 'a', 02644)};
    const struct roster_file local = present("y", 'a', 02755);
    list(&scene, "usr/bin", files, 6);
    put(&scene, "usr/bin", here, 6);
    put(&scene, "usr/local/bin", &local, 1);
    assert_string_equal(check(&scene), "set-id-unrecorded high a usr/bin/b\n"
                                       "set-id-unrecorded high sudo usr/bin/ls\n"
                                       "set-id-unrecorded high - usr/local/bin/y\n");
    scene_close(&scene);
}

static void one_set_id_bit_is_not_the_other(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "openssh-client");
    const struct listed_file agent = claim("ssh-agent", 0, 'a');
    struct roster_file agent_here = present("ssh-agent", 'a', 02755);
    list(&scene, "usr/bin", &agent, 1);
    put(&scene, "usr/bin", &agent_here, 1);
    assert_string_equal(check(&scene), "");
    agent_here.mode = 06755;
    assert_string_equal(check(&scene), "set-id-unrecorded high openssh-client usr/bin/ssh-agent\n");
    assert_int_equal(scene.findings.items[0].layer, 3); // that set the mode
    scene_close(&scene);
}

static void what_is_missing_is_of_the_layer_that_removed_it(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    const struct listed_file files[] = {claim("a", 0, 'a'), claim("b", 0, 'a'), claim("c", 0, 'a')};
    const struct listed_file below = claim("d", 0, 'a');
    const struct roster_file here = present("c", 'a', 0755);
    static const struct removal removals[] = {
        {S("usr/bin/b"), 4}, {S("usr/lib/a"), 0}, {S("usr/lib/a/x"), 6}};
    list(&scene, "usr/bin", files, 3);
    list(&scene, "usr/lib/a", &below, 1);
    put(&scene, "usr/bin", &here, 1);
    scene.roster.removals = removals;
    scene.roster.removal_count = COUNT(removals);
    assert_string_equal(check(&scene), "file-missing medium a usr/bin/a\n"
                                       "file-missing medium a usr/bin/b\n"
                                       "file-missing low a usr/lib/a/d\n");
    const struct finding *found = scene.findings.items;
    assert_true(found[0].layer == 1 && found[1].layer == 4 && found[2].layer == 1);
    assert_true(
        span_equal(found[1].text, S("layer 2 brought it with the package, and it was removed")));
    scene_close(&scene);
}

static void other_modes_are_compared_where_recorded(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "rpm", "a");
    struct listed_file files[] = {claim("a", 0, 'a'), claim("b", 0, 'a'), claim("c", 0, 'a')};
    const struct roster_file here[] = {present("a", 'a', 0755), present("b", 'a', 0757),
                                       present("c", 'a', 0700)};
    for (size_t i = 0; i < COUNT(files); i++) {
        files[i].has_mode = true;
        files[i].mode = 0755;
    }
    list(&scene, "usr/bin", files, 3);
    put(&scene, "usr/bin", here, 3);
    assert_string_equal(check(&scene), "file-mode-changed medium a usr/bin/b\n"
                                       "file-mode-changed low a usr/bin/c\n");
    scene_close(&scene);
}

// ---------------------------------------------------------------- hostile

static void hostile_patterns_take_bounded_time(void **state)
{
    (void)state;
    struct scene scene;
    struct text stars;
    struct text name;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    text_init(&stars, scene.mem, SIZE_MAX);
    text_init(&name, scene.mem, SIZE_MAX);
    for (size_t i = 0; i < 2000; i++) {
        text_add(&stars, S("*a"));
        text_add_byte(&name, 'a');
    }
    text_add(&stars, S("b["));
    const struct listing_rule rules[] = {
        {text_span(&stars), true}, {S("["), true}, {S("[!"), true}, {S("[]"), true}, {{0}, true}};
    struct listed_file files[] = {claim("", 0, 'a'), claim("z", 0, 'a')};
    files[0].name = text_span(&name);
    const struct roster_file here = present("z", 'a', 0755);
    list(&scene, "usr/x", files, 2);
    put(&scene, "usr/x", &here, 1);
    scene.listing.rules = rules;
    scene.listing.rule_count = COUNT(rules);
    (void)check(&scene);
    assert_int_equal(scene.findings.count, 1);
    scene_close(&scene);
}

static void the_number_of_findings_is_limited(void **state)
{
    (void)state;
    enum { MANY = 10001 };
    struct scene scene;
    scene_open(&scene);
    (void)add_package(&scene, "deb", "a");
    const struct listed_file file = claim("a", 0, 'a');
    struct roster_file *here = arena_array(scene.mem, MANY, sizeof *here);
    char *names = arena_alloc(scene.mem, (size_t)MANY * 8);
    assert_true(here && names);
    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(names + i * 8, 8, "%07zu", i);
        here[i] = present(names + i * 8, 'b', 0755);
    }
    list(&scene, "usr/bin", &file, 1);
    put(&scene, "usr/bin", here, MANY);
    (void)check(&scene);
    assert_int_equal(scene.findings.count, MANY - 1);
    assert_int_equal(scene.notes.items.count, 1);
    scene_close(&scene);
}

static void an_empty_image_has_no_findings(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_string_equal(check(&scene), "");
    scene_close(&scene);
}

// ---------------------------------------------------------------- archives

static struct package *add_archive(struct scene *scene, const char *name,
                                   const struct location *where, const char *member, bool is_main)
{
    static const span hash = S("sha1:00");
    struct package *package = add_package(scene, "maven", name);
    package->locations = (struct location *)where;
    package->member = span_of_text(member);
    package->hashes = (struct spans){.items = &hash, .count = is_main};
    return package;
}

static void changed_entries_are_those_of_their_archive(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    static struct location where = {.path = S("app.war"), .layer = 3};
    static struct location elsewhere = {.path = S("b.war"), .layer = 3};
    static const struct defect defects[] = {
        {S("one.class"), S("x")}, {S("lib/a.jar!/b.txt"), S("x")}, {S("lib/c.jar!/d.so"), S("x")}};
    static const struct insight insight = {.defects = defects, .defect_count = COUNT(defects)};
    (void)add_archive(&scene, "shaded", &where, "", false);
    (void)add_archive(&scene, "war", &where, "", true);
    (void)add_archive(&scene, "a", &where, "lib/a.jar", true);
    (void)add_archive(&scene, "b", &elsewhere, "lib/c.jar", true);
    scene.files[scene.tree.count++] =
        (struct file){.path = S("app.war"), .layer = 3, .insight = &insight};
    assert_string_equal(check(&scene), "jar-entry-changed high war app.war!/one.class\n"
                                       "jar-entry-changed high - app.war!/lib/c.jar!/d.so\n"
                                       "jar-entry-changed medium a app.war!/lib/a.jar!/b.txt\n");
    assert_int_equal(scene.findings.items[0].layer, 3);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_installed_is_no_finding),
        cmocka_unit_test(a_changed_file_is_found_by_each_digest),
        cmocka_unit_test(data_is_less_grave_than_programs),
        cmocka_unit_test(what_is_meant_to_change_may),
        cmocka_unit_test(two_packages_may_not_record_two_contents),
        cmocka_unit_test(a_missing_program_is_found),
        cmocka_unit_test(what_dpkg_was_told_to_leave_out_is_not_missing),
        cmocka_unit_test(a_link_to_the_same_content_will_do),
        cmocka_unit_test(many_missing_files_of_a_package_are_one_finding),
        cmocka_unit_test(a_package_without_files_is_found),
        cmocka_unit_test(a_database_without_files_is_one_finding),
        cmocka_unit_test(a_program_that_nobody_lists_is_found),
        cmocka_unit_test(without_a_package_manager_nothing_is_unowned),
        cmocka_unit_test(set_id_bits_need_a_record),
        cmocka_unit_test(one_set_id_bit_is_not_the_other),
        cmocka_unit_test(what_is_missing_is_of_the_layer_that_removed_it),
        cmocka_unit_test(other_modes_are_compared_where_recorded),
        cmocka_unit_test(changed_entries_are_those_of_their_archive),
        cmocka_unit_test(hostile_patterns_take_bounded_time),
        cmocka_unit_test(the_number_of_findings_is_limited),
        cmocka_unit_test(an_empty_image_has_no_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
