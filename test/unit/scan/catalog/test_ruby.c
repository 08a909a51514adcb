#include "catalog_testing.h"

static void specifications_name_gems(void **state)
{
    (void)state;
    assert_list(S("usr/lib/ruby/gems/3.1.0/specifications/nokogiri-1.13.10.gemspec"),
                "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.13.10 x86_64-linux lib\n"
                "# stub: ext/nokogiri/extconf.rb\n\nGem::Specification.new do |s|\n"
                "  s.name = \"nokogiri\".freeze\n  s.version = \"1.13.10\"\n"
                "  s.required_rubygems_version = Gem::Requirement.new(\">= 0\".freeze)\n"
                "  s.licenses = [\"MIT\".freeze, 'Ruby'.freeze]\n"
                "  if s.respond_to? :add_runtime_dependency then\n"
                "    s.add_runtime_dependency(%q<racc>.freeze, [\"~> 1.4\"])\n"
                "    s.add_development_dependency(%q<rake>.freeze, [\"~> 13.0\"])\n"
                "  else\n    s.add_dependency(%q<rake>.freeze, [\"~> 13.0\"])\n  end\nend\n",
                "gem nokogiri 1.13.10\n");
    const struct package *package = scene_package(&scene, 0);
    assert_span(package->licenses, "MIT OR Ruby");
    assert_int_equal(package->depends.count, 1);
    assert_span(package->depends.items[0], "racc");
}

static void specifications_may_lack_the_first_line(void **state)
{
    (void)state;
    assert_list(S("var/lib/gems/3.1.0/specifications/default/x-1.gemspec"),
                "Gem::Specification.new do |spec|\n  spec.name = 'x'\n  spec.version = '1'\n"
                "  spec.license = \"MIT\"\n  spec.add_dependency(\"y\", \">= 1\")\nend\n",
                "gem x 1\n");
    assert_span(scene_package(&scene, 0)->licenses, "MIT");
    assert_span(scene_package(&scene, 0)->depends.items[0], "y");
}

static void other_programs_are_noted(void **state)
{
    (void)state;
    assert_true(scene_show(&scene, S("gems/specifications/x.gemspec"),
                           S("# stub: x\ns.name = VERSION\n\"")));
    assert_int_equal(scene_count(&scene), 0);
    assert_int_equal(scene.notes.items.count, 1);
    assert_false(scene_show(&scene, S("gems/x-1/x.gemspec"), S("# stub: x 1 ruby lib\n")));
}

static void bundler_lists_gems(void **state)
{
    (void)state;
    assert_list(S("app/Gemfile.lock"),
                "GIT\n  remote: https://host/own.git\n  revision: 0123\n  specs:\n"
                "    own (0.1.0)\n      rack (>= 2)\n\n"
                "GEM\n  remote: https://rubygems.org/\n  specs:\n"
                "    nokogiri (1.15.4)\n      mini_portile2 (~> 2.8.2)\n      racc (~> 1.4)\n"
                "    nokogiri (1.15.4-x86_64-linux)\n      racc (~> 1.4)\n"
                "    racc (1.7.1)\n    rack (2.2.8)\n\n"
                "PLATFORMS\n  ruby\n  x86_64-linux\n\nDEPENDENCIES\n    no (1)\n  own!\n\n"
                "CHECKSUMS\n  rack (2.2.8) sha256=00\n\nBUNDLED WITH\n   2.4.1\n",
                "gem own 0.1.0\ngem nokogiri 1.15.4\ngem racc 1.7.1\ngem rack 2.2.8\n");
    const struct spans *depends = &scene_package(&scene, 1)->depends;
    assert_int_equal(depends->count, 2);
    assert_span(depends->items[1], "racc");
    assert_list(S("gems.locked"), "GEM\n    a ()\n    b\n  c (1)\n    (1)\n      x\n", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(specifications_name_gems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(specifications_may_lack_the_first_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_programs_are_noted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bundler_lists_gems, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
