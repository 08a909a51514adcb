#include "catalog_testing.h"

static void poetry_leaves_development_out(void **state)
{
    (void)state;
    assert_list(S("app/poetry.lock"),
                "[[package]]\nname = \"idna\"\nversion = \"3.7\"\noptional = false\n"
                "files = [\n    {file = \"idna.whl\", hash = \"sha256:00FF\"},\n]\n"
                "[package.dependencies]\nsix = \">=1\"\n"
                "[[package]]\nname = \"old\"\nversion = \"1\"\ncategory = \"dev\"\n"
                "[[package]]\nname = \"new\"\nversion = \"1\"\ngroups = [\"dev\"]\n"
                "[[package]]\nname = \"both\"\nversion = \"1\"\ngroups = [\"dev\", \"main\"]\n"
                "[metadata]\nlock-version = \"2.0\"\n[metadata.files]\n"
                "both = [{file = \"b\", hash = \"sha256:ab\"}]\n",
                "pypi idna 3.7\npypi both 1\n");
    assert_span(scene_package(&scene, 0)->hashes.items[0], "sha256:00ff");
    assert_span(scene_package(&scene, 0)->depends.items[0], "six");
    assert_span(scene_package(&scene, 1)->hashes.items[0], "sha256:ab");
}

static void uv_follows_what_the_members_need(void **state)
{
    (void)state;
    assert_list(S("uv.lock"),
                "version = 1\n"
                "[[package]]\nname = \"anyio\"\nversion = \"4\"\n"
                "source = { registry = \"https://index.example/simple\" }\n"
                "dependencies = [{ name = \"idna\" }]\n"
                "sdist = { url = \"u\", hash = \"sha256:01\", size = 1 }\n"
                "wheels = [\n    { url = \"u\", hash = \"sha256:02\", size = 1 },\n]\n"
                "[[package]]\nname = \"idna\"\nversion = \"3\"\n"
                "[[package]]\nname = \"pytest\"\nversion = \"8\"\n"
                "[[package]]\nname = \"proj\"\nversion = \"0.1\"\nsource = { virtual = \".\" }\n"
                "dependencies = [{ name = \"anyio\" }, { name = \"absent\" }]\n"
                "[package.optional-dependencies]\nx = [{ name = \"extra\" }]\n"
                "[package.dev-dependencies]\ndev = [{ name = \"pytest\" }]\n"
                "[[package]]\nname = \"extra\"\nversion = \"1\"\n",
                "pypi anyio 4\npypi idna 3\npypi extra 1\n");
    assert_int_equal(scene_package(&scene, 0)->hashes.count, 2);
    assert_span(scene_package(&scene, 0)->hashes.items[1], "sha256:02");
}

// The lock file of a script names no project.
static void uv_without_members_counts_whole(void **state)
{
    (void)state;
    assert_list(S("uv.lock"),
                "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [{ name = \"b\" }]\n"
                "[[package]]\nname = \"b\"\nversion = \"2\"\ndependencies = [{ name = \"a\" }]\n",
                "pypi a 1\npypi b 2\n");
}

static void pdm_leaves_groups_out(void **state)
{
    (void)state;
    assert_list(S("pdm.lock"),
                "[metadata]\ngroups = [\"default\", \"dev\"]\n"
                "[[package]]\nname = \"click\"\nversion = \"8.1\"\ngroups = [\"default\"]\n"
                "dependencies = [\"colorama; platform_system == 'Windows'\"]\n"
                "files = [{file = \"c.whl\", hash = \"sha256:aa\"}]\n"
                "[[package]]\nname = \"pytest\"\nversion = \"8\"\ngroups = [\"dev\"]\n",
                "pypi click 8.1\n");
    assert_span(scene_package(&scene, 0)->depends.items[0], "colorama");
}

static void pylock_leaves_groups_out(void **state)
{
    (void)state;
    static const char text[] =
        "lock-version = '1.0'\n"
        "[[packages]]\nname = 'attrs'\nversion = '25.1'\n"
        "dependencies = [{name = 'six'}]\n"
        "wheels = [{name = 'a.whl', hashes = {sha256 = 'aa'}}]\n"
        "[[packages]]\nname = 'pytest'\nversion = '8'\nmarker = \"'dev' in dependency_groups\"\n";
    assert_list(S("pylock.toml"), text, "pypi attrs 25.1\n");
    assert_list(S("app/pylock.web.toml"), text, "pypi attrs 25.1\n");
    assert_span(scene_package(&scene, 0)->hashes.items[0], "sha256:aa");
    assert_span(scene_package(&scene, 0)->depends.items[0], "six");
}

static void pipfile_takes_the_default_section(void **state)
{
    (void)state;
    assert_list(S("Pipfile.lock"),
                "{\"_meta\": {}, \"default\": {\"six\": {\"hashes\": [\"sha256:aa\"], \"version\": "
                "\"==1.16.0\"}, \"repo\": {\"git\": \"u\", \"ref\": \"r\"}},"
                " \"develop\": {\"pytest\": {\"version\": \"==8\"}}}",
                "pypi six 1.16.0\n");
    assert_span(scene_package(&scene, 0)->hashes.items[0], "sha256:aa");
}

static void requirements_count_where_they_pin(void **state)
{
    (void)state;
    assert_list(
        S("app/requirements-prod.txt"),
        "# all of it\n-r requirements/other.txt\n--index-url https://x\n-e .\n"
        "six==1.16.0 # why\nrequests[socks, security] == 2.31.0 ; python_version > '3'\n"
        "flask>=2\nnumpy==1.*\nx==1,<2\ny=='${Y}'\njinja2==3.0.0#so\nlib @ "
        "https://example/l.whl\nbare\n"
        "odd===1.0-a\n(no)==1\n"
        "idna==3.7 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nlast==1 \\",
        "pypi six 1.16.0\npypi requests 2.31.0\npypi jinja2 3.0.0\npypi odd 1.0-a\npypi idna 3.7\n"
        "pypi last 1\n");
    assert_int_equal(scene_package(&scene, 4)->hashes.count, 2);
    assert_span(scene_package(&scene, 4)->hashes.items[1], "sha256:bb");
    assert_list(S("requirements/base.txt"), "a==1\n", "pypi a 1\n");
}

static void requirements_of_unknown_name_are_noted(void **state)
{
    (void)state;
    static const char *const read[] = {
        "-r requirements-dev.txt", "--requirement=../requirements.txt",
        "-r requirements/x.txt",   "-c versions.txt",
        "--require-hashes",        "-r",
    };
    static const char *const unread[] = {
        "-r base.txt", "-rbase.txt", "--requirement base.txt", "-r ./requirements.in", "-r x/y.txt",
    };
    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        assert_list(S("requirements.txt"), read[i], "");
    assert_list(S("requirements/dev.txt"), "-r ./base.txt\na==1\n", "pypi a 1\n");
    assert_int_equal(scene.notes.items.count, 0);
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++) {
        assert_true(scene_show(&scene, S("requirements.txt"), span_of_text(unread[i])));
        assert_int_equal(scene.notes.items.count, i + 1);
    }
}

static void damage_is_noted(void **state)
{
    (void)state;
    static const span paths[] = {S("poetry.lock"), S("uv.lock"), S("pdm.lock"), S("pylock.toml"),
                                 S("Pipfile.lock")};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_true(scene_show(&scene, paths[i], S("[[[")));
        assert_int_equal(scene_count(&scene), 0);
        assert_int_equal(scene.notes.items.count, i + 1);
    }
}

static void odd_shapes_hold_nothing(void **state)
{
    (void)state;
    assert_list(S("poetry.lock"), "package = 1\nmetadata = [1]\n", "");
    assert_list(S("uv.lock"), "package = [1, {name = 2}, {source = 'x'}]\n", "");
    assert_list(S("pylock.toml"), "packages = [{wheels = 1}, [2]]\n", "");
    assert_list(S("Pipfile.lock"), "{\"default\": [{}, 1]}", "");
    assert_list(S("Pipfile.lock"), "{\"default\": {\"a\": 1, \"b\": {\"version\": 2}}}", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(poetry_leaves_development_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(uv_follows_what_the_members_need, set_up, tear_down),
        cmocka_unit_test_setup_teardown(uv_without_members_counts_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pdm_leaves_groups_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pylock_leaves_groups_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pipfile_takes_the_default_section, set_up, tear_down),
        cmocka_unit_test_setup_teardown(requirements_count_where_they_pin, set_up, tear_down),
        cmocka_unit_test_setup_teardown(requirements_of_unknown_name_are_noted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_shapes_hold_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
