#include "scan/identify/identify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../scene.h"

static void assert_text(span actual, const char *wanted)
{
    if (!span_equal(actual, span_of_text(wanted)))
        fail_msg("'%s' instead of '%s'", quote(actual).text, wanted);
}

static struct distro identify(struct scene *scene)
{
    struct err err = {0};
    struct distro distro = {0};
    struct tree tree = scene_tree(scene, 0);
    if (!identify_distro(&tree, &scene->limits, scene->mem, &scene->notes, &distro, &err))
        fail_msg("%s", err.text);
    return distro;
}

// ---------------------------------------------------------------- what real files say

struct release_case {
    const char *path;
    const char *content;
    const char *id;
    const char *version_id;
    const char *codename;
    const char *pretty_name;
};

static const struct release_case release_cases[] = {
    {"etc/os-release",
     "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n"
     "VERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n",
     "debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)"},
    {"usr/lib/os-release", "ID=debian\nVERSION_ID=\"9\"\n", "debian", "9", "stretch", ""},
    {"etc/os-release",
     "PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nID=debian\nVERSION_CODENAME=trixie\n", "debian",
     "13", "trixie", "Debian GNU/Linux trixie/sid"},
    {"etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux buster/sid\"\nID=debian\n", "debian", "10",
     "buster", "Debian GNU/Linux buster/sid"},
    {"etc/os-release", "PRETTY_NAME=\"sid\"\nID=debian\n", "debian", "", "", "sid"},
    {"etc/os-release",
     "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.21.0_alpha20240923\n"
     "PRETTY_NAME=\"Alpine Linux edge\"\n",
     "alpine", "3.21.0_alpha20240923", "", "Alpine Linux edge"},
    {"etc/os-release", "NAME=\"CentOS Stream\"\nVERSION=\"9\"\nID=\"centos\"\nVERSION_ID=\"9\"\n",
     "centos", "9", "", "CentOS Stream 9"},
    {"etc/os-release", "NAME=\"Arch Linux\"\nID=arch\nBUILD_ID=rolling\n", "arch", "", "",
     "Arch Linux"},
    {"etc/lsb-release",
     "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\nDISTRIB_CODENAME=trusty\n"
     "DISTRIB_DESCRIPTION=\"Ubuntu 14.04.6 LTS\"\n",
     "ubuntu", "14.04", "trusty", "Ubuntu 14.04.6 LTS"},
    {"etc/alpine-release", "3.20.3\n", "alpine", "3.20.3", "", ""},
    {"etc/debian_version", "7.11\n", "debian", "7", "wheezy", ""},
    {"etc/debian_version", "jessie/sid\n", "debian", "8", "jessie", ""},
    {"etc/redhat-release", "CentOS release 6.10 (Final)\n", "centos", "6.10", "",
     "CentOS release 6.10 (Final)"},
    {"etc/redhat-release", "Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n", "rhel",
     "5.11", "", "Red Hat Enterprise Linux Server release 5.11 (Tikanga)"},
    {"etc/system-release", "Amazon Linux AMI release 2018.03\n", "amzn", "2018.03", "",
     "Amazon Linux AMI release 2018.03"},
    {"etc/arch-release", "", "arch", "", "", ""},
};

static void real_release_files_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof release_cases / sizeof *release_cases; i++) {
        const struct release_case *c = &release_cases[i];
        CLEANUP(scene_cleanup) struct scene scene = {0};
        scene_init(&scene);
        scene_add(&scene, c->path, span_of_text(c->content));
        struct distro distro = identify(&scene);
        assert_text(distro.id, c->id);
        assert_text(distro.version_id, c->version_id);
        assert_text(distro.codename, c->codename);
        assert_text(distro.pretty_name, c->pretty_name);
        assert_int_equal(scene.notes.items.count, 0);
    }
}

// ---------------------------------------------------------------- quoting

struct quote_case {
    const char *line;
    const char *name; // what NAME is then
};

static const struct quote_case quote_cases[] = {
    {"NAME=plain", "plain"},
    {"NAME=", ""},
    {"NAME=\"\"", ""},
    {"NAME='single $x \\n'", "single $x \\n"},
    {"NAME=\"a \\\"b\\\" \\$c \\`d \\\\e \\f\"", "a \"b\" $c `d \\e \\f"},
    {"NAME=a\\ b", "a b"},
    {"NAME='a'\"b\"c", "abc"},
    {"  NAME=indented  ", "indented"},
    {"NAME=first\nNAME=second", "second"},
    {"# NAME=comment\n\nNAME=real\r", "real"},
    {"NAME=a=b", "a=b"},
    {"NAME=\"it's\"", "it's"},
    {"NAME=ends\\", "ends\\"},
    {"NAME='a\"b'\"c'd\"", "a\"bc'd"},
};

static void values_are_unquoted_as_a_shell_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quote_cases / sizeof *quote_cases; i++) {
        CLEANUP(scene_cleanup) struct scene scene = {0};
        scene_init(&scene);
        struct text content = {0};
        text_init(&content, scene.mem, 4096);
        text_addf(&content, "ID=x\n%s", quote_cases[i].line);
        scene_add(&scene, "etc/os-release", text_span(&content));
        assert_text(identify(&scene).pretty_name, quote_cases[i].name);
        assert_int_equal(scene.notes.items.count, 0);
    }
}

static void damage_is_noted_and_the_rest_is_read(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "etc/os-release", S("junk\nID=debian\nmore junk\nVERSION_ID=\"12\n"));
    struct distro distro = identify(&scene);
    assert_text(distro.id, "debian");
    assert_text(distro.version_id, "12");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "2 lines without '=', the first is line 1"));
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "the quotes of VERSION_ID are not closed"));
    assert_true(scene.notes.incomplete);
}

static void identifiers_are_lower_case_words(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "etc/os-release", S("ID=openSUSE-Leap_1.0\n"));
    assert_text(identify(&scene).id, "opensuse-leap_1.0");
    scene_clear(&scene);
    scene_add(&scene, "etc/os-release", S("ID=\"de bian\"\n"));
    assert_text(identify(&scene).id, "");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "'de bian' is no identifier"));
}

// ---------------------------------------------------------------- which file counts

static void etc_comes_before_usr_and_links_are_followed(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_link(&scene, "etc/os-release", "../usr/lib/os-release");
    scene_link(&scene, "usr/lib/os-release", "./os.release.d/os-release-container");
    scene_add(&scene, "usr/lib/os.release.d/os-release-container", S("ID=fedora\nVERSION_ID=39"));
    assert_text(identify(&scene).id, "fedora");
    scene_clear(&scene);
    scene_add(&scene, "etc/os-release", S("ID=derived\n"));
    scene_add(&scene, "usr/lib/os-release", S("ID=debian\n"));
    scene_add(&scene, "etc/debian_version", S("12.5\n"));
    assert_text(identify(&scene).id, "derived");
}

static void derivatives_come_before_what_they_derive_from(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "etc/oracle-release", S("Oracle Linux Server release 6.10\n"));
    scene_add(&scene, "etc/redhat-release",
              S("Red Hat Enterprise Linux Server release 6.10 (Santiago)\n"));
    assert_text(identify(&scene).id, "ol");
    scene_clear(&scene);
    scene_add(&scene, "etc/lsb-release", S("DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=12.04\n"));
    scene_add(&scene, "etc/debian_version", S("wheezy/sid\n"));
    assert_text(identify(&scene).version_id, "12.04");
}

static void an_image_of_nothing_is_no_distribution(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    assert_text(identify(&scene).id, "");
    assert_true(scene_noted(&scene, NOTE_INFORMATION, "no file says which distribution"));
    assert_false(scene.notes.incomplete);
}

static void a_dangling_link_and_a_folder_are_no_os_release(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_link(&scene, "etc/os-release", "os-release");
    scene_link(&scene, "usr/lib/os-release", "/nowhere");
    scene_add(&scene, "etc/alpine-release", S("3.12.12\n"));
    assert_text(identify(&scene).id, "alpine");
}

// ---------------------------------------------------------------- limits

static struct distro identify_with_version(struct scene *scene, size_t len)
{
    struct text content = {0};
    text_init(&content, scene->mem, SIZE_MAX);
    text_add(&content, S("ID=debian\nVERSION_ID="));
    for (size_t i = 0; i < len; i++)
        text_add_byte(&content, '1');
    scene_clear(scene);
    scene_add(scene, "etc/os-release", text_span(&content));
    return identify(scene);
}

static void an_overlong_value_is_left_out(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene.limits.field_bytes = 100;
    assert_int_equal(identify_with_version(&scene, 99).version_id.len, 99);
    assert_int_equal(identify_with_version(&scene, 100).version_id.len, 100);
    assert_int_equal(scene.notes.items.count, 0);
    assert_int_equal(identify_with_version(&scene, 101).version_id.len, 0);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "VERSION_ID is 101 bytes long"));
    assert_text(identify_with_version(&scene, 1000000).id, "debian");
}

static void a_file_that_was_too_large_to_keep_is_noted(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "etc/os-release", (span){0});
    LIST_AT(&scene.files, struct file, 0)->has_content = false;
    LIST_AT(&scene.files, struct file, 0)->size = 1000000000;
    assert_text(identify(&scene).id, "");
    assert_true(scene_noted(&scene, NOTE_LIMIT, "was not kept"));
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "etc/os-release", S("ID=debian\nNAME=\"a b\"\nVERSION_ID=\"12\"\n"));
    struct tree tree = scene_tree(&scene, 0);
    bool done = false;
    for (uint64_t budget = 0; !done && budget < 65536; budget += 16) {
        CLEANUP(arena_cleanup) struct arena *small = arena_new(budget);
        struct distro distro = {0};
        struct err err = {0};
        if (!small)
            continue;
        done = identify_distro(&tree, &scene.limits, small, &scene.notes, &distro, &err);
        if (!done)
            assert_int_equal(err.kind, ERR_LIMIT);
        done = done && distro.id.len;
    }
    assert_true(done);
}

// ---------------------------------------------------------------- --distro

static void an_override_names_a_release(void **state)
{
    (void)state;
    static const char *const good[][4] = {
        {"debian:12", "debian", "12", "bookworm"},
        {"debian:trixie", "debian", "13", "trixie"},
        {"Ubuntu:jammy", "ubuntu", "22.04", "jammy"},
        {"alpine:edge", "alpine", "edge", ""},
        {"rhel:9.4", "rhel", "9.4", ""},
        {"x:a:b", "x", "a:b", ""},
    };
    static const char *const bad[] = {"", ":", "debian", "debian:", ":12", "de bian:12"};
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct err err = {0};
    struct distro distro = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(identify_parse_override(span_of_text(good[i][0]), scene.mem, &distro, &err));
        assert_text(distro.id, good[i][1]);
        assert_text(distro.version_id, good[i][2]);
        assert_text(distro.codename, good[i][3]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(identify_parse_override(span_of_text(bad[i]), scene.mem, &distro, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_release_files_are_understood),
        cmocka_unit_test(values_are_unquoted_as_a_shell_does),
        cmocka_unit_test(damage_is_noted_and_the_rest_is_read),
        cmocka_unit_test(identifiers_are_lower_case_words),
        cmocka_unit_test(etc_comes_before_usr_and_links_are_followed),
        cmocka_unit_test(derivatives_come_before_what_they_derive_from),
        cmocka_unit_test(an_image_of_nothing_is_no_distribution),
        cmocka_unit_test(a_dangling_link_and_a_folder_are_no_os_release),
        cmocka_unit_test(an_overlong_value_is_left_out),
        cmocka_unit_test(a_file_that_was_too_large_to_keep_is_noted),
        cmocka_unit_test(a_full_arena_is_an_error),
        cmocka_unit_test(an_override_names_a_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
