#include "reading.h"

#include <stdio.h>

#define INFO "var/lib/dpkg/info/"
#define EMPTY_MD5 "d41d8cd98f00b204e9800998ecf8427e"
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char *rpm_database; // the path of a database of one package

struct listed {
    struct bom bom;
    struct listing listing;
};

static struct listed list_scene(struct scene *scene)
{
    struct listed listed = {.bom = read_scene(scene)};
    struct tree tree = scene_tree(scene, 0);
    struct err err = {0};
    if (!inventory_listing(&tree, &listed.bom, &scene->limits, scene->mem, &scene->notes,
                           &listed.listing, &err))
        fail_msg("%s", err.text);
    return listed;
}

static void add_text(struct scene *scene, const char *path, const char *content)
{
    scene_add(scene, path, span_of_text(content));
}

// The only one that lists the path.
static const struct listed_file *only(const struct listed *listed, const char *path)
{
    size_t count = 0;
    const struct listed_file *file = listing_at(&listed->listing, span_of_text(path), &count);
    if (count != 1)
        fail_msg("%s is listed %zu times", path, count);
    return file;
}

static void assert_unlisted(const struct listed *listed, const char *path)
{
    size_t count = 0;
    if (listing_at(&listed->listing, span_of_text(path), &count))
        fail_msg("%s is listed", path);
}

static const char *package_name(const struct listed *listed, const struct listed_file *file)
{
    static char name[64];
    span text = listed->bom.packages[file->package].name;
    (void)snprintf(name, sizeof name, "%.*s", (int)text.len, (const char *)text.ptr);
    return name;
}

// ---------------------------------------------------------------- dpkg

static void add_debs(struct scene *scene)
{
    add_text(scene, "var/lib/dpkg/status",
             "Package: bash\nStatus: install ok installed\nVersion: 5\nArchitecture: amd64\n\n"
             "Package: dash\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"
             "Package: zlib1g\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"
             "Package: zlib1g\nStatus: install ok installed\nVersion: 1\nArchitecture: i386\n\n");
}

static void lists_and_checksums_are_one(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    add_text(&scene, INFO "bash.list",
             "/.\n/etc\n/etc/bash.bashrc\n/usr\n/usr/bin\n/usr/bin/bash\n/usr/share\n"
             "/usr/share/empty\n");
    add_text(&scene, INFO "bash.md5sums", EMPTY_MD5 "  usr/bin/bash\n");
    add_text(&scene, INFO "bash.conffiles", "/etc/bash.bashrc\nremove-on-upgrade /etc/old\n");
    struct listed listed = list_scene(&scene);
    const struct listed_file *bash = only(&listed, "usr/bin/bash");
    assert_int_equal(bash->kind, LISTED_FILE);
    assert_int_equal(bash->algorithm, LISTED_MD5);
    assert_int_equal(bash->digest[0], 0xd4);
    assert_int_equal(bash->digest[15], 0x7e);
    assert_string_equal(package_name(&listed, bash), "bash");
    assert_true(only(&listed, "etc/bash.bashrc")->is_config);
    assert_int_equal(only(&listed, "usr/share/empty")->kind, LISTED_ANYTHING);
    assert_unlisted(&listed, "usr/bin");
    assert_unlisted(&listed, "etc/old");
    assert_true(scene_noted(&scene, NOTE_INFORMATION, "3 packages have no list of files"));
}

static void links_to_directories_are_followed(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    scene_link(&scene, "bin", "usr/bin");
    scene_link(&scene, "loop", "loop");
    add_text(&scene, INFO "bash.list", "/bin/bash\n/usr/bin/bashbug\n/loop/x\n");
    add_text(&scene, INFO "bash.md5sums", EMPTY_MD5 "  bin/bash\n" EMPTY_MD5 "  loop/x\n");
    struct listed listed = list_scene(&scene);
    assert_int_equal(only(&listed, "usr/bin/bash")->algorithm, LISTED_MD5);
    (void)only(&listed, "usr/bin/bashbug");
    assert_unlisted(&listed, "bin/bash");
    assert_unlisted(&listed, "loop/x");
}

static void a_diverted_file_lies_elsewhere(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    add_text(&scene, "var/lib/dpkg/diversions",
             "/bin/sh\n/bin/sh.distrib\ndash\n/bin/local\n/bin/local.orig\n:\n/bin/x\n");
    add_text(&scene, INFO "bash.list", "/bin/sh\n/bin/local\n");
    add_text(&scene, INFO "bash.md5sums", EMPTY_MD5 "  bin/sh\n" EMPTY_MD5 "  bin/local\n");
    add_text(&scene, INFO "dash.list", "/bin/sh\n");
    add_text(&scene, INFO "dash.md5sums", EMPTY_MD5 "  bin/sh\n");
    struct listed listed = list_scene(&scene);
    assert_string_equal(package_name(&listed, only(&listed, "bin/sh.distrib")), "bash");
    size_t count = 0;
    const struct listed_file *sh = listing_at(&listed.listing, S("bin/sh"), &count);
    assert_int_equal(count, 2);
    assert_string_equal(package_name(&listed, &sh[0]), "dash");
    assert_int_equal(sh[1].package, LISTED_BY_NO_PACKAGE);
    assert_int_equal(only(&listed, "bin/local")->package, LISTED_BY_NO_PACKAGE);
    assert_string_equal(package_name(&listed, only(&listed, "bin/local.orig")), "bash");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "ends within a diversion"));
}

static void what_was_handed_over_is_the_other_package_s(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    add_text(&scene, INFO "bash.list", "/bin/bash\n");
    add_text(&scene, INFO "bash.md5sums", EMPTY_MD5 "  bin/bash\n" EMPTY_MD5 "  bin/moved\n");
    add_text(&scene, INFO "dash.list", "/bin/moved\n");
    add_text(&scene, INFO "dash.md5sums", EMPTY_MD5 "  bin/moved\n");
    struct listed listed = list_scene(&scene);
    assert_string_equal(package_name(&listed, only(&listed, "bin/moved")), "dash");
}

static void each_architecture_lists_its_own(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    add_text(&scene, INFO "zlib1g:amd64.list", "/lib/a\n/usr/share/doc/shared\n");
    add_text(&scene, INFO "zlib1g:i386.list", "/lib/b\n/usr/share/doc/shared\n");
    add_text(&scene, INFO "zlib1g:arm64.list", "/lib/c\n");
    add_text(&scene, INFO "gone.list", "/lib/d\n");
    struct listed listed = list_scene(&scene);
    assert_text(listed.bom.packages[only(&listed, "lib/a")->package].arch, "amd64");
    assert_text(listed.bom.packages[only(&listed, "lib/b")->package].arch, "i386");
    size_t count = 0;
    (void)listing_at(&listed.listing, S("usr/share/doc/shared"), &count);
    assert_int_equal(count, 2);
    assert_unlisted(&listed, "lib/c");
    assert_unlisted(&listed, "lib/d");
}

static void the_administrator_s_word_is_listed(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    add_text(&scene, "var/lib/dpkg/statoverride",
             "root mail 2755 /usr/bin/dotlock\nroot root 99999 /x\nnonsense\n");
    add_text(&scene, "etc/dpkg/dpkg.cfg", "no-debsig\nlog /var/log/dpkg.log\n");
    add_text(&scene, "etc/dpkg/dpkg.cfg.d/docker",
             "path-exclude=/usr/share/doc/*\n  path-include /usr/share/doc/*/copyright\n");
    struct listed listed = list_scene(&scene);
    const struct listed_file *override = only(&listed, "usr/bin/dotlock");
    assert_int_equal(override->package, LISTED_BY_NO_PACKAGE);
    assert_true(override->has_mode && override->mode == 02755);
    assert_unlisted(&listed, "x");
    assert_int_equal(listed.listing.rule_count, 2);
    assert_text(listed.listing.rules[0].pattern, "/usr/share/doc/*");
    assert_true(listed.listing.rules[0].excludes && !listed.listing.rules[1].excludes);
    assert_text(listed.listing.rules[1].pattern, "/usr/share/doc/*/copyright");
}

static void distroless_images_have_checksums_alone(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_text(&scene, "var/lib/dpkg/status.d/base", "Package: base\nVersion: 1\n");
    add_text(&scene, "var/lib/dpkg/status.d/base.md5sums", EMPTY_MD5 "  etc/issue\n");
    add_text(&scene, "var/lib/dpkg/status.d/other.md5sums", EMPTY_MD5 "  etc/other\n");
    struct listed listed = list_scene(&scene);
    assert_int_equal(only(&listed, "etc/issue")->algorithm, LISTED_MD5);
    assert_unlisted(&listed, "etc/other");
}

// ---------------------------------------------------------------- apk, rpm, pacman, Python

static void apk_lists_files_behind_the_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_text(&scene, "lib/apk/db/installed",
             "P:busybox\nV:1-r0\nF:bin\nM:0:0:1777\nR:busybox\na:0:0:4755\n"
             "Z:Q1xzUXmhmOZpxgXLS92cFyTaM63cE=\nR:sh\na:0:0:777\nZ:Q17yJ3JFNypA4mxhJJr0ou6CzsJVI=\n"
             "F:etc\nR:securetty\nZ:Q1mB95Hq2NUTZ599RDiSsj9w5FrOU=\n\nP:empty\nV:2\n");
    struct listed listed = list_scene(&scene);
    const struct listed_file *busybox = only(&listed, "bin/busybox");
    assert_int_equal(busybox->algorithm, LISTED_SHA1);
    assert_int_equal(busybox->digest[0], 0xc7);
    assert_true(busybox->has_mode && busybox->mode == 04755 && !busybox->is_config);
    assert_int_equal(only(&listed, "bin/sh")->kind, LISTED_LINK);
    const struct listed_file *config = only(&listed, "etc/securetty");
    assert_true(config->is_config && config->mode == 0644);
    assert_int_equal(scene.notes.items.count, 0);
}

static span read_corpus(struct arena *mem, const char *path)
{
    static uint8_t buffer[1 << 16];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(buffer, 1, sizeof buffer, file);
    (void)fclose(file); // read only
    span copy = {0};
    assert_true(arena_span(mem, span_of(buffer, len), &copy));
    return copy;
}

static void rpm_lists_files_in_parallel_arrays(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "var/lib/rpm/Packages.db", read_corpus(scene.mem, rpm_database));
    struct listed listed = list_scene(&scene);
    const struct listed_file *program = only(&listed, "usr/bin/a");
    assert_int_equal(program->algorithm, LISTED_SHA256);
    assert_int_equal(program->digest[31], 0x9a);
    assert_true(program->has_mode && program->mode == 04755);
    assert_true(only(&listed, "etc/a.conf")->is_config);
    assert_true(only(&listed, "var/lib/a/run")->may_be_absent);
    assert_int_equal(only(&listed, "usr/bin/link")->kind, LISTED_LINK);
    assert_text(only(&listed, "usr/bin/link")->link, "a");
    const struct listed_file *skipped = only(&listed, "usr/bin/skipped");
    assert_true(skipped->may_be_absent && skipped->algorithm == LISTED_NO_DIGEST);
    assert_int_equal(only(&listed, "usr/bin/bin")->kind, LISTED_ANYTHING);
}

static void pacman_lists_files_beside_the_record(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_text(&scene, "var/lib/pacman/local/gcc-libs-14.2-1/desc",
             "%NAME%\ngcc-libs\n\n%VERSION%\n14.2-1\n");
    add_text(&scene, "var/lib/pacman/local/gcc-libs-14.2-1/files",
             "%FILES%\nusr/\nusr/lib/\nusr/lib/libgcc_s.so\netc/a.conf\n\n"
             "%BACKUP%\netc/a.conf\t" EMPTY_MD5 "\n");
    struct listed listed = list_scene(&scene);
    assert_int_equal(only(&listed, "usr/lib/libgcc_s.so")->kind, LISTED_ANYTHING);
    assert_true(only(&listed, "etc/a.conf")->is_config);
    assert_unlisted(&listed, "usr/lib");
}

static void add_mtree(struct scene *scene, const char *text)
{
    static struct insight insight;
    insight.sums = span_of_text(text);
    add_text(scene, "var/lib/pacman/local/a-1-1/desc", "%NAME%\na\n\n%VERSION%\n1-1\n");
    add_text(scene, "var/lib/pacman/local/a-1-1/files", "%FILES%\nusr/bin/a\n");
    scene_add(scene, "var/lib/pacman/local/a-1-1/mtree", (span){0});
    LIST_AT(&scene->files, struct file, scene->files.count - 1)->insight = &insight;
}

static void mtree_has_the_digests_of_pacman(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_mtree(&scene, "#mtree\n/set type=file uid=0 gid=0 mode=644\n"
                      "./.PKGINFO sha256digest=" EMPTY_SHA256 "\n"
                      "./usr time=1.0 mode=755 type=dir\n"
                      "./usr/bin/a time=1.0 mode=4755 size=0 sha256digest=" EMPTY_SHA256 "\n"
                      "./usr/bin/b type=link mode=777 link=a\\040b\n/set mode=600\n"
                      "./usr/share/\\303\\274\\0431 sha256digest=" EMPTY_SHA256 "\n");
    struct listed listed = list_scene(&scene);
    const struct listed_file *program = only(&listed, "usr/bin/a");
    assert_int_equal(program->algorithm, LISTED_SHA256);
    assert_int_equal(program->digest[0], 0xe3);
    assert_true(program->kind == LISTED_FILE && program->has_mode && program->mode == 04755);
    assert_int_equal(only(&listed, "usr/bin/b")->kind, LISTED_LINK);
    assert_text(only(&listed, "usr/bin/b")->link, "a b");
    assert_int_equal(only(&listed, "usr/share/\303\274#1")->mode, 0600);
    assert_unlisted(&listed, ".PKGINFO");
    assert_unlisted(&listed, "usr");
    assert_int_equal(scene.notes.items.count, 0);
}

static void a_bad_mtree_is_noted(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_mtree(&scene,
              "no path\n./usr/bin/a type=file mode=99 sha256digest=xyz\n"
              "./../../etc/passwd type=file\n./usr/bin/\\777\\04 type=file\n./ type=file\n.\n");
    struct listed listed = list_scene(&scene);
    const struct listed_file *program = only(&listed, "usr/bin/a");
    assert_true(program->algorithm == LISTED_NO_DIGEST && !program->has_mode);
    (void)only(&listed, "usr/bin/\\777\\04");
    assert_unlisted(&listed, "etc/passwd");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "2 lines name no file"));
    assert_true(scene_noted(&scene, NOTE_SUSPICIOUS, "paths that are none"));
}

static void what_pacman_was_told_to_leave_out_is_a_rule(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_text(&scene, "etc/pacman.conf",
             "[options]\nNoExtract  = usr/share/man/*  !usr/share/man/x\n"
             "#NoExtract = a\nNoUpgrade=b\n");
    struct listed listed = list_scene(&scene);
    assert_int_equal(listed.listing.rule_count, 2);
    assert_text(listed.listing.rules[0].pattern, "usr/share/man/*");
    assert_text(listed.listing.rules[1].pattern, "usr/share/man/x");
    assert_true(listed.listing.rules[0].excludes && !listed.listing.rules[1].excludes);
}

static void add_python(struct scene *scene, const char *directory, const char *record)
{
    static const struct package package = {.type = S("pypi"), .name = S("demo"), .version = S("1")};
    static const struct insight insight = {.packages = &package, .package_count = 1};
    char *path = arena_alloc(scene->mem, 256);
    assert_non_null(path);
    (void)snprintf(path, 256, "%s/demo-1.dist-info/METADATA", directory);
    scene_add(scene, path, (span){0});
    LIST_AT(&scene->files, struct file, scene->files.count - 1)->insight = &insight;
    path = arena_alloc(scene->mem, 256);
    assert_non_null(path);
    (void)snprintf(path, 256, "%s/demo-1.dist-info/RECORD", directory);
    add_text(scene, path, record);
}

static void record_lists_files_relative_to_its_directory(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_python(&scene, "venv/lib/python3/site-packages",
               "demo.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
               "../../../bin/demo,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
               "\"a,b.py\",sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
               "__pycache__/demo.pyc,,\n/abs/demo.so,,\n../../../../../../etc/passwd,,\n");
    struct listed listed = list_scene(&scene);
    const struct listed_file *demo = only(&listed, "venv/lib/python3/site-packages/demo.py");
    assert_int_equal(demo->algorithm, LISTED_SHA256);
    assert_int_equal(demo->digest[0], 0xe3);
    (void)only(&listed, "venv/bin/demo");
    (void)only(&listed, "venv/lib/python3/site-packages/a,b.py");
    (void)only(&listed, "abs/demo.so");
    assert_true(
        only(&listed, "venv/lib/python3/site-packages/__pycache__/demo.pyc")->may_be_absent);
    assert_unlisted(&listed, "etc/passwd");
    assert_true(scene_noted(&scene, NOTE_SUSPICIOUS, "lists 1 paths that are none"));
}

// ---------------------------------------------------------------- owners

static void what_the_system_lists_has_an_owner(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    add_python(&scene, "usr/lib/python3/dist-packages", "");
    add_text(&scene, INFO "bash.list",
             "/usr/lib/python3/dist-packages/demo-1.dist-info/METADATA\n"
             "/var/lib/dpkg/status\n");
    struct listed listed = list_scene(&scene);
    inventory_set_owners(&listed.bom, &listed.listing);
    for (size_t i = 0; i < listed.bom.package_count; i++) {
        const struct package *package = &listed.bom.packages[i];
        bool is_python = span_equal(package->type, S("pypi"));
        assert_int_equal(package->owner.len != 0, is_python);
        assert_true(!is_python || span_equal(package->owner, listed.bom.packages[0].id));
    }
}

// Fedora's and Debian's programs carry such notes.
static void what_a_program_says_of_itself_is_no_record(void **state)
{
    (void)state;
    static const struct package note = {.type = S("deb"), .name = S("bash"), .version = S("4")};
    static const struct insight insight = {.packages = &note, .package_count = 1};
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    scene_add(&scene, "usr/bin/bash", (span){0});
    LIST_AT(&scene.files, struct file, scene.files.count - 1)->insight = &insight;
    add_text(&scene, INFO "bash.list", "/usr/bin/bash\n");
    struct listed listed = list_scene(&scene);
    inventory_set_owners(&listed.bom, &listed.listing);
    assert_text(listed.bom.packages[0].version, "4");
    assert_text(listed.bom.packages[1].version, "5");
    assert_int_equal(only(&listed, "usr/bin/bash")->package, 1);
    assert_true(span_equal(listed.bom.packages[0].owner, listed.bom.packages[1].id));
    assert_int_equal(listed.bom.packages[1].owner.len, 0);
}

static void what_pip_brought_has_none(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_python(&scene, "usr/lib/python3/dist-packages", "demo-1.dist-info/METADATA,,\n");
    struct listed listed = list_scene(&scene);
    inventory_set_owners(&listed.bom, &listed.listing);
    assert_int_equal(listed.bom.packages[0].owner.len, 0);
}

// ---------------------------------------------------------------- hostile records

static void paths_that_leave_the_root_are_noted(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    add_debs(&scene);
    scene_add(&scene, INFO "bash.md5sums",
              S(EMPTY_MD5 "  ../../etc/passwd\n" EMPTY_MD5 "  a\0b\n" EMPTY_MD5 "  a/..\n"
                          "no checksum\n" EMPTY_MD5 "  ./a//b/./c\n"));
    struct listed listed = list_scene(&scene);
    assert_unlisted(&listed, "etc/passwd");
    (void)only(&listed, "a/b/c");
    assert_true(scene_noted(&scene, NOTE_SUSPICIOUS, "lists 2 paths that are none"));
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "1 lines are no checksums"));
}

static size_t count_listed(const struct listing *listing)
{
    size_t count = 0;
    for (size_t i = 0; i < listing->count; i++)
        count += listing->directories[i].count;
    return count;
}

static void the_number_of_files_is_limited(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene.limits.kept_entries = 2; // four listed files each
    add_debs(&scene);
    struct text sums = {0};
    text_init(&sums, scene.mem, SIZE_MAX);
    for (int i = 0; i < 8; i++)
        text_addf(&sums, EMPTY_MD5 "  usr/%d\n", i);
    scene_add(&scene, INFO "bash.md5sums", text_span(&sums));
    struct listed listed = list_scene(&scene);
    assert_int_equal(count_listed(&listed.listing), 8);
    assert_false(scene_noted(&scene, NOTE_LIMIT, "packages list more than"));
    text_addf(&sums, EMPTY_MD5 "  usr/8\n");
    scene_clear(&scene);
    add_debs(&scene);
    scene_add(&scene, INFO "bash.md5sums", text_span(&sums));
    listed = list_scene(&scene);
    assert_int_equal(count_listed(&listed.listing), 8);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "packages list more than 8 files"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_checksums_are_one),
        cmocka_unit_test(links_to_directories_are_followed),
        cmocka_unit_test(a_diverted_file_lies_elsewhere),
        cmocka_unit_test(what_was_handed_over_is_the_other_package_s),
        cmocka_unit_test(each_architecture_lists_its_own),
        cmocka_unit_test(the_administrator_s_word_is_listed),
        cmocka_unit_test(distroless_images_have_checksums_alone),
        cmocka_unit_test(apk_lists_files_behind_the_package),
        cmocka_unit_test(rpm_lists_files_in_parallel_arrays),
        cmocka_unit_test(pacman_lists_files_beside_the_record),
        cmocka_unit_test(mtree_has_the_digests_of_pacman),
        cmocka_unit_test(a_bad_mtree_is_noted),
        cmocka_unit_test(what_pacman_was_told_to_leave_out_is_a_rule),
        cmocka_unit_test(record_lists_files_relative_to_its_directory),
        cmocka_unit_test(what_the_system_lists_has_an_owner),
        cmocka_unit_test(what_a_program_says_of_itself_is_no_record),
        cmocka_unit_test(what_pip_brought_has_none),
        cmocka_unit_test(paths_that_leave_the_root_are_noted),
        cmocka_unit_test(the_number_of_files_is_limited),
    };
    assert(argc == 2);
    rpm_database = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
