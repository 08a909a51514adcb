#include "catalog_scene.h"
#include "make_zip.h"
#include "scan/catalog/java_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct scene scene;
static struct zip_maker maker;

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    zip_begin(&maker, scene.mem);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static void add_text(span name, span text)
{
    zip_add_entry(&maker, (struct made_entry){.name = name, .content = text, .deflated = true});
}

static void add_properties(span directory, const char *group, const char *artifact,
                           const char *version)
{
    struct text name;
    struct text text;
    text_init(&name, scene.mem, SIZE_MAX);
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&name, S("META-INF/maven/"));
    text_add(&name, directory);
    text_add(&name, S("/pom.properties"));
    text_addf(&text, "#Created by Apache Maven\r\nversion=%s\r\ngroupId=%s\r\nartifactId=%s\r\n",
              version, group, artifact);
    add_text(text_span(&name), text_span(&text));
}

static span whole(void)
{
    span bytes = zip_end(&maker);
    zip_begin(&maker, scene.mem);
    return bytes;
}

static void expect(span path, span archive, span packages)
{
    assert_true(scene_show(&scene, path, archive));
    span found = scene_list(&scene);
    if (!span_equal(found, packages))
        fail_msg("found: %.*s", (int)found.len, (const char *)found.ptr);
}

static size_t count_notes(enum note_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < scene.notes.items.count; i++)
        count += LIST_AT(&scene.notes.items, struct note, i)->kind == kind;
    return count;
}

static bool is_noted(span words)
{
    for (size_t i = 0; i < scene.notes.items.count; i++)
        if (span_contains(LIST_AT(&scene.notes.items, struct note, i)->text, words))
            return true;
    return false;
}

// ---------------------------------------------------------------- identity

static void record_of_maven_decides(void **state)
{
    (void)state;
    add_text(S("META-INF/MANIFEST.MF"),
             S("Implementation-Title: other\nImplementation-Version: 9\n"));
    add_properties(S("org.x/lib"), "org.x", "lib", "1.2");
    expect(S("opt/lib-1.2.jar"), whole(), S("maven org.x:lib 1.2\n"));
    assert_int_equal(scene.notes.items.count, 0);
}

static void archive_knows_its_digest(void **state)
{
    (void)state;
    add_properties(S("org.x/lib"), "org.x", "lib", "1.2");
    span archive = whole();
    digest expected = {0};
    assert_true(digest_of(DIGEST_SHA1, archive, &expected, NULL));
    assert_true(scene_show(&scene, S("lib.jar"), archive));
    const struct package *package = scene_package(&scene, 0);
    assert_int_equal(package->hashes.count, 1);
    assert_true(span_equal(package->hashes.items[0], span_of_text(digest_text(expected).text)));
    assert_int_equal(package->member.len, 0);
}

static void what_was_copied_in_is_there_too(void **state)
{
    (void)state;
    add_properties(S("com.other/other"), "com.other", "other", "3.4");
    add_properties(S("org.x/shaded"), "org.x", "shaded", "1.2");
    expect(S("shaded-1.2-all.jar"), whole(),
           S("maven org.x:shaded 1.2\nmaven com.other:other 3.4\n"));
    assert_int_equal(scene_package(&scene, 1)->hashes.count, 0);
}

static void copied_in_is_not_who_it_is(void **state)
{
    (void)state;
    add_text(S("META-INF/MANIFEST.MF"), S("Bundle-Version: 4.2.3\n"));
    add_properties(S("cglib/cglib"), "cglib", "cglib", "3.2");
    expect(S("mine.jar"), whole(), S("maven mine 4.2.3\nmaven cglib:cglib 3.2\n"));
    add_properties(S("cglib/cglib"), "cglib", "cglib", "3.2");
    expect(S("mine-1.0.jar"), whole(), S("maven mine 1.0\nmaven cglib:cglib 3.2\n"));
}

static void renamed_archive_keeps_its_record(void **state)
{
    (void)state;
    add_properties(S("org.x/service"), "org.x", "service", "1.2");
    expect(S("app.jar"), whole(), S("maven org.x:service 1.2\n"));
    add_properties(S("org.x/service"), "org.x", "service", "1.2");
    expect(S("service3-1.2.jar"), whole(), S("maven org.x:service 1.2\n"));
}

static void pom_speaks_where_properties_do_not(void **state)
{
    (void)state;
    add_text(S("META-INF/maven/org.x/lib/pom.xml"),
             S("<project><parent><groupId>org.x</groupId><version>2</version></parent>"
               "<artifactId>lib</artifactId><licenses><license><name>MIT</name></license>"
               "<license><name>Apache\n  License</name></license></licenses><dependencies>"
               "<dependency><groupId>${project.groupId}</groupId><artifactId>a</artifactId>"
               "</dependency><dependency><groupId>t</groupId><artifactId>t</artifactId>"
               "<scope>test</scope></dependency></dependencies></project>"));
    expect(S("lib-2.jar"), whole(), S("maven org.x:lib 2\n"));
    const struct package *package = scene_package(&scene, 0);
    assert_true(span_equal(package->licenses, S("MIT OR LicenseRef-Apache-License")));
    assert_int_equal(package->depends.count, 1);
    assert_true(span_equal(package->depends.items[0], S("org.x:a")));
}

static void unresolved_record_is_none(void **state)
{
    (void)state;
    add_properties(S("org.x/lib"), "org.x", "lib", "${revision}");
    expect(S("lib-2.jar"), whole(), S("maven lib 2\n"));
    assert_int_equal(count_notes(NOTE_DAMAGED), 1);
}

static void names_are_split_where_the_version_begins(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"guava-31.1-jre.jar", "guava", "31.1-jre"},
        {"log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", "2.17.1"},
        {"bcprov-jdk15on-1.70.jar", "bcprov-jdk15on", "1.70"},
        {"netty-epoll-4.1.77.Final-linux-x86_64.jar", "netty-epoll", "4.1.77.Final"},
        {"x-1.0-20200101.123456-1.jar", "x", "1.0-20200101.123456-1"},
        {"shaded-guava-30.1.1-jre-15.0.jar", "shaded-guava", "30.1.1-jre-15.0"},
        {"jsr305-0.1~+svn49.jar", "jsr305", "0.1~+svn49"},
        {"x-1.0-beta-9.jar", "x", "1.0-beta-9"},
        {"x-1.0-SNAPSHOT-tests.jar", "x", "1.0-SNAPSHOT"},
        {"kafka_2.13-3.3.2.jar", "kafka_2.13", "3.3.2"},
        {"x.jar", "x", ""},
        {"x-y.jar", "x-y", ""},
        {"-1.jar", "-1", ""},
        {"x-.jar", "x-", ""},
        {".jar", ".jar", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct coordinates found = jar_split_name(span_of_text(rows[i][0]));
        assert_true(span_equal(found.artifact, span_of_text(rows[i][1])));
        assert_true(span_equal(found.version, span_of_text(rows[i][2])));
    }
}

static void expect_guess(const char *name, span manifest, const char *entry, span packages)
{
    add_text(S("META-INF/MANIFEST.MF"), manifest);
    add_text(span_of_text(entry), S("x"));
    expect(span_of_text(name), whole(), packages);
}

static void group_needs_two_witnesses(void **state)
{
    (void)state;
    span bundle = S("Bundle-SymbolicName: org.x.tools.tools-core;a=b\n");
    expect_guess("tools-core-1.jar", bundle, "org/x/tools/A.class",
                 S("maven org.x.tools:tools-core 1\n"));
    expect_guess("tools-core-1.jar", bundle, "org/y/A.class", S("maven tools-core 1\n"));
    expect_guess("tools-core-1.jar", S("Bundle-SymbolicName: org.x.tools.core\n"),
                 "org/x/tools/A.class", S("maven org.x.tools:tools-core 1\n"));
    expect_guess("ivy-2.5.0.jar",
                 S("Implementation-Vendor-Id: org.apache\nBundle-SymbolicName: org.apache.x\n"),
                 "org/apache/A.class", S("maven ivy 2.5.0\n"));
}

static void known_publishers_are_known(void **state)
{
    (void)state;
    expect_guess("spring-core-5.3.31.jar", S("Automatic-Module-Name: spring.core\n"), "a",
                 S("maven org.springframework:spring-core 5.3.31\n"));
    expect_guess("spring-core-5.3.31.jar", S("A: b\n"), "a", S("maven spring-core 5.3.31\n"));
    expect_guess("commons-io-2.6.jar", S("A: b\n"), "org/apache/commons/io/IOUtils.class",
                 S("maven commons-io:commons-io 2.6\n"));
    expect_guess("catalina.jar", S("Implementation-Version: 9.0.65\n"),
                 "org/apache/catalina/A.class",
                 S("maven org.apache.tomcat:tomcat-catalina 9.0.65\n"));
}

static void manifests_name_what_file_names_do_not(void **state)
{
    (void)state;
    expect_guess("app.jar",
                 S("Implementation-Title: pet-clinic\nImplementation-Version: 2.7 (b)\n"), "a",
                 S("maven pet-clinic 2.7\n"));
    expect_guess("pet3-3.x.jar",
                 S("Implementation-Title: pet-clinic\nImplementation-Version: 3.1\n"), "a",
                 S("maven pet-clinic 3.1\n"));
    expect_guess("y-1.2-1.2.17.jar", S("Implementation-Version: 1.2.17\n"), "a",
                 S("maven y-1.2 1.2.17\n"));
    expect_guess("ant.jar", S("Implementation-Title: org.apache.x\nSpecification-Version: 1.1\n"),
                 "a", S("maven ant 1.1\n"));
    expect_guess("org.x.core_1.2.3.v2020.jar", S("Bundle-SymbolicName: org.x.core\n"), "a",
                 S("maven org.x.core 1.2.3.v2020\n"));
    expect_guess("app.jar", S("Implementation-Version: ${version}\n"), "a", S(""));
    expect_guess("git.hpi", S("Group-Id: org.jenkins\nShort-Name: git\nPlugin-Version: 4.1\n"), "a",
                 S("maven org.jenkins:git 4.1\n"));
}

static void sources_are_not_installed(void **state)
{
    (void)state;
    add_properties(S("org.x/lib"), "org.x", "lib", "1.2");
    expect(S("lib-1.2-sources.jar"), whole(), S(""));
}

// ---------------------------------------------------------------- manifests

static void continuation_lines_are_joined(void **state)
{
    (void)state;
    struct manifest manifest = {0};
    assert_true(manifest_read(S("Manifest-Version: 1.0\r\nbundle-version: 1.2\r\n .3\r\n .4\r\n"
                                "no colon\r\n\r\nName: a\r\nBundle-Version: 9\r\n"),
                              scene.mem, &manifest));
    assert_true(span_equal(manifest.values[KEY_BUNDLE_VERSION], S("1.2.3.4")));
    assert_true(manifest_read((span){0}, scene.mem, &manifest));
    assert_true(manifest_read(S(" \n \n:\n :"), scene.mem, &manifest));
}

// ---------------------------------------------------------------- archives in archives

static span inner_jar(const char *artifact)
{
    struct zip_maker outer = maker;
    zip_begin(&maker, scene.mem);
    add_properties(S("org.x/inner"), "org.x", artifact, "1");
    span bytes = whole();
    maker = outer;
    return bytes;
}

static void archives_in_archives_say_where_they_are(void **state)
{
    (void)state;
    zip_add(&maker, S("BOOT-INF/lib/a-1.jar"), inner_jar("a"));
    add_text(S("WEB-INF/lib/b-1.jar"), inner_jar("b"));
    span war = whole();
    zip_add(&maker, S("x.war"), war);
    expect(S("x.ear"), whole(), S("maven org.x:a 1\nmaven org.x:b 1\n"));
    assert_true(span_equal(scene_package(&scene, 0)->member, S("x.war!/BOOT-INF/lib/a-1.jar")));
    assert_true(span_equal(scene_package(&scene, 1)->member, S("x.war!/WEB-INF/lib/b-1.jar")));
    assert_int_equal(scene_package(&scene, 1)->hashes.count, 1);
}

static bool read_apart(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const span *bytes = self;
    if (offset + len > bytes->len)
        return err_set(err, ERR_IO, "behind the end");
    memcpy(to, bytes->ptr + offset, len);
    return true;
}

static void archives_need_not_be_in_memory(void **state)
{
    (void)state;
    zip_add(&maker, S("lib/a-1.jar"), inner_jar("a"));
    add_text(S("lib/b-1.jar"), inner_jar("b"));
    span war = whole();
    zip_add(&maker, S("x.war"), war);
    span bytes = whole();
    struct content content = {.size = bytes.len, .self = &bytes, .read = read_apart};
    struct inspector inspector = catalog_inspector(scene.catalog);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 26);
    assert_true(inspector.look(inspector.self, S("x.ear"), &content, scene.mem, scratch,
                               &scene.notes, &scene.insight, NULL));
    assert_true(span_equal(scene_list(&scene), S("maven org.x:a 1\nmaven org.x:b 1\n")));
    assert_int_equal(scene_package(&scene, 0)->hashes.count, 1);
}

static span nest(size_t depth)
{
    span archive = inner_jar("deep");
    for (size_t i = 1; i < depth; i++) {
        zip_add(&maker, S("deep-1.jar"), archive);
        archive = whole();
    }
    return archive;
}

static void depth_is_limited(void **state)
{
    (void)state;
    scene.limits.depth = 5;
    expect(S("deep-1.jar"), nest(5),
           S("maven deep 1\nmaven deep 1\nmaven deep 1\nmaven deep 1\n"
             "maven org.x:deep 1\n"));
    assert_int_equal(scene.notes.items.count, 0);
    assert_true(scene_show(&scene, S("deep-1.jar"), nest(6)));
    assert_int_equal(scene_count(&scene), 5);
    assert_int_equal(count_notes(NOTE_LIMIT), 1);
    scene.limits.depth = 32;
    assert_true(scene_show(&scene, S("deep-1.jar"), nest(40)));
    assert_int_equal(scene_count(&scene), 32);
}

// ---------------------------------------------------------------- bad archives

static void what_is_no_archive_is_said(void **state)
{
    (void)state;
    expect(S("a.jar"), S("not at all"), S(""));
    assert_int_equal(count_notes(NOTE_INFORMATION), 1);
    expect(S("a.jar"), S("PK\x03\x04 cut off"), S(""));
    assert_int_equal(count_notes(NOTE_DAMAGED), 1);
    assert_false(scene_show(&scene, S("a.jar"), (span){0}));
    assert_false(scene_show(&scene, S("a.zip"), S("PK\x03\x04")));
}

static void strange_names_are_noted(void **state)
{
    (void)state;
    zip_add(&maker, S("../../root/.ssh/authorized_keys"), S("x"));
    zip_add(&maker, S("a\0.jar"), inner_jar("a"));
    assert_true(scene_show(&scene, S("b-1.jar"), whole()));
    assert_true(is_noted(S("an entry is called '../../root")));
    assert_int_equal(scene_count(&scene), 1); // what has a NUL in its place is left out
    assert_true(is_noted(S("control characters")));
}

static void shared_bytes_are_not_unpacked(void **state)
{
    (void)state;
    span inner = inner_jar("a");
    zip_add(&maker, S("a.jar"), inner);
    for (size_t i = 0; i < 100; i++)
        zip_add_entry(&maker, (struct made_entry){.name = S("a.jar"), .content = inner, .at = 1});
    expect(S("bomb-1.jar"), whole(), S("maven bomb 1\n"));
    assert_true(is_noted(S("101 entries share their bytes")));
    assert_int_equal(scene.notes.items.count, 1);
}

static void sizes_that_cannot_be_are_not_believed(void **state)
{
    (void)state;
    zip_add_entry(&maker, (struct made_entry){.name = S("META-INF/maven/a/a/pom.properties"),
                                              .content = S("x"),
                                              .deflated = true,
                                              .claimed_size = 2u << 30});
    zip_add_entry(&maker, (struct made_entry){.name = S("big.jar"),
                                              .content = S("x"),
                                              .deflated = true,
                                              .claimed_size = 400u << 20});
    zip_add_entry(&maker, (struct made_entry){.name = S("META-INF/MANIFEST.MF"),
                                              .content = S("A: b\n"),
                                              .deflated = true,
                                              .claimed_size = 100});
    expect(S("a-1.jar"), whole(), S("maven a 1\n"));
    assert_true(is_noted(S("2147483648 bytes are more than is read")));
    assert_true(is_noted(S("cannot be as large as it claims")));
    assert_int_equal(scene.notes.items.count, 3);
}

// In the manner of 42.zip: each level holds many copies of the next.
static void work_is_limited(void **state)
{
    (void)state;
    scene.limits.archive_bytes = 1 << 20;
    span archive = inner_jar("a");
    for (size_t level = 0; level < 4; level++) {
        for (size_t i = 0; i < 10; i++)
            zip_add(&maker, S("a-1.jar"), archive);
        archive = whole();
    }
    assert_true(scene_show(&scene, S("a-1.jar"), archive));
    assert_true(is_noted(S("too much unpacked of one archive")));
    assert_in_range(scene_count(&scene), 1, 256);
}

static void entries_are_limited_together(void **state)
{
    (void)state;
    scene.limits.archive_entries = 5;
    for (size_t i = 0; i < 3; i++)
        zip_add(&maker, S("a-1.jar"), inner_jar("a"));
    assert_true(scene_show(&scene, S("b-1.jar"), whole()));
    assert_int_equal(scene_count(&scene), 4); // of the last one only the name is known
    assert_int_equal(count_notes(NOTE_LIMIT), 1);
}

static void many_entries_take_no_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < 65536; i++)
        zip_add(&maker, S("META-INF/maven/x/y/pom.properties"), (span){0});
    assert_true(scene_show(&scene, S("a-1.jar"), whole()));
    assert_int_equal(scene_count(&scene), 1);
}

static void any_flipped_byte_is_survived(void **state)
{
    (void)state;
    zip_add(&maker, S("lib/a-1.jar"), inner_jar("a"));
    add_properties(S("org.x/b"), "org.x", "b", "1");
    span archive = whole();
    uint8_t *copy = arena_alloc(scene.mem, archive.len);
    memcpy(copy, archive.ptr, archive.len);
    for (size_t i = 0; i < archive.len; i++) {
        copy[i] ^= 0xff;
        assert_true(scene_show(&scene, S("b-1.jar"), span_of(copy, archive.len)));
        copy[i] ^= 0xff;
    }
}

// ---------------------------------------------------------------- digests

// The digest is that of "one".
static void sign(span first)
{
    add_text(S("META-INF/MANIFEST.MF"), S("Manifest-Version: 1.0\n\nName: one\nSHA-256-Digest: "
                                          "dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8\n Ct1z/0Me0=\n\n"
                                          "Name: gone\nSHA-256-Digest: AAAA\n\n"
                                          "Name: none\nX: y\n"));
    add_text(S("one"), first);
    add_text(S("none"), S("z"));
}

static void signed_entries_are_held_to_the_manifest(void **state)
{
    (void)state;
    add_text(S("META-INF/KEY.SF"), S("x"));
    sign(S("one"));
    expect(S("a-1.jar"), whole(), S("maven a 1\n"));
    assert_int_equal(scene.insight->defect_count, 0);
    add_text(S("META-INF/KEY.SF"), S("x"));
    sign(S("onf"));
    expect(S("a-1.jar"), whole(), S("maven a 1\n"));
    assert_int_equal(scene.insight->defect_count, 1);
    assert_true(span_equal(scene.insight->defects[0].member, S("one")));
}

static void unsigned_digests_bind_nobody(void **state)
{
    (void)state;
    sign(S("onf"));
    expect(S("a-1.jar"), whole(), S("maven a 1\n"));
    assert_int_equal(scene.insight->defect_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(record_of_maven_decides),
        TEST(archive_knows_its_digest),
        TEST(what_was_copied_in_is_there_too),
        TEST(copied_in_is_not_who_it_is),
        TEST(renamed_archive_keeps_its_record),
        TEST(pom_speaks_where_properties_do_not),
        TEST(unresolved_record_is_none),
        TEST(names_are_split_where_the_version_begins),
        TEST(group_needs_two_witnesses),
        TEST(known_publishers_are_known),
        TEST(manifests_name_what_file_names_do_not),
        TEST(sources_are_not_installed),
        TEST(continuation_lines_are_joined),
        TEST(archives_in_archives_say_where_they_are),
        TEST(archives_need_not_be_in_memory),
        TEST(depth_is_limited),
        TEST(what_is_no_archive_is_said),
        TEST(strange_names_are_noted),
        TEST(shared_bytes_are_not_unpacked),
        TEST(sizes_that_cannot_be_are_not_believed),
        TEST(work_is_limited),
        TEST(entries_are_limited_together),
        TEST(many_entries_take_no_time),
        TEST(any_flipped_byte_is_survived),
        TEST(signed_entries_are_held_to_the_manifest),
        TEST(unsigned_digests_bind_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
