#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "service/settings/settings.h"

static bool read_secret(void *self, enum secret_place place, span name, struct arena *mem,
                        span *ret, struct err *err)
{
    (void)self;
    (void)mem;
    if (span_equal(name, S("absent")))
        return err_set(err, ERR_MISSING, "it is not there");
    *ret = span_equal(name, S("empty")) ? S("\n")
           : place == SECRET_FILE       ? S("from a file\r\n")
                                        : S("from a variable");
    return true;
}

static const struct secret_source secrets = {.read = read_secret};

static bool read(const char *text, struct arena *mem, struct service_settings *ret, struct err *err)
{
    struct limits limits = limits_default();
    return service_settings_read(span_of_text(text), &secrets, &limits, mem, ret, err);
}

static void assert_text(span got, const char *want)
{
    if (!span_equal(got, span_of_text(want)))
        fail_msg("'%s' is not '%s'", quote(got).text, want);
}

static const char full[] =
    "public_url: https://plimsoll.example/\n"
    "registries:\n"
    "  main:\n"
    "    host: registry.example:5000\n"
    "    login: {user: scanner, password_file: p}\n"
    "    hook: {secret_env: HOOK, user: registry, header: X-Secret}\n"
    "    poll: 15m\n"
    "    repositories: [\"team/*\", base]\n"
    "    platforms: [linux/amd64]\n"
    "    ca_file: /etc/ca.pem\n"
    "  aws:\n"
    "    kind: ecr\n"
    "    host: 1.dkr.ecr.eu-west-1.amazonaws.com\n"
    "    login: {kind: ecr, user: AKID, password_file: p, session_env: S, region: eu-west-1}\n"
    "    hook: {insecure: true, age: 1h}\n"
    "  google: {kind: google, host: docker.pkg.dev,\n"
    "    hook: {keys_file: k, audience: a, email: e, issuer: i}}\n"
    "  hub: {kind: docker-hub}\n"
    "commands: {page: [/bin/page, --now]}\n"
    "allow: [10.1.0.0/16]\n"
    "trusted_proxies: [10.0.0.5]\n"
    "mail: {host: mail.example, user: u, password_file: p, from: a@b.example}\n"
    "files: /var/lib/outbox\n"
    "shared_layers: 3G\n";

static void reads_registries(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct service_settings settings = {0};
    struct err err = {0};
    if (!read(full, mem, &settings, &err))
        fail_msg("%s", err.text);
    assert_text(settings.public_url, "https://plimsoll.example");
    assert_int_equal(settings.registry_count, 4);
    const struct registry_settings *registry = service_registry(&settings, S("main"));
    assert_non_null(registry);
    assert_int_equal(registry->kind, REGISTRY_DISTRIBUTION);
    assert_text(registry->host, "registry.example:5000");
    assert_int_equal(registry->login.kind, LOGIN_BASIC);
    assert_text(registry->login.user, "scanner");
    assert_text(registry->login.password, "from a file");
    assert_true(registry->hook.accepted);
    assert_text(registry->hook.secret, "from a variable");
    assert_text(registry->hook.user, "registry");
    assert_text(registry->hook.header, "X-Secret");
    assert_int_equal(registry->hook.age, 7 * 86400);
    assert_int_equal(registry->poll, 900);
    assert_true(registry_takes(registry, S("team/app")));
    assert_true(registry_takes(registry, S("base")));
    assert_false(registry_takes(registry, S("base/app")));
    assert_int_equal(registry->platforms.count, 1);
    assert_string_equal(registry->ca_file, "/etc/ca.pem");
}

static void reads_clouds(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct service_settings settings = {0};
    assert_true(read(full, mem, &settings, NULL));
    const struct registry_settings *aws = service_registry(&settings, S("aws"));
    assert_int_equal(aws->login.kind, LOGIN_ECR);
    assert_text(aws->login.session, "from a variable");
    assert_text(aws->login.region, "eu-west-1");
    assert_true(aws->hook.insecure);
    assert_int_equal(aws->hook.age, 3600);
    const struct registry_settings *google = service_registry(&settings, S("google"));
    assert_text(google->hook.keys, "from a file");
    assert_text(google->hook.audience, "a");
    const struct registry_settings *hub = service_registry(&settings, S("hub"));
    assert_text(hub->host, "docker.io");
    assert_false(hub->hook.accepted);
    assert_int_equal(hub->poll, 0);
    assert_true(registry_takes(hub, S("anything/at/all")));
    assert_null(service_registry(&settings, S("other")));
}

static void reads_the_ways_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct service_settings settings = {0};
    assert_true(read(full, mem, &settings, NULL));
    const struct command_settings *page = service_command(&settings, S("page"));
    assert_non_null(page);
    assert_string_equal(page->argv[0], "/bin/page");
    assert_string_equal(page->argv[1], "--now");
    assert_null(page->argv[2]);
    assert_null(service_command(&settings, S("other")));
    assert_int_equal(settings.allowed.count, 1);
    assert_text(settings.allowed.items[0], "10.1.0.0/16");
    assert_int_equal(settings.proxies.count, 1);
    assert_text(settings.proxies.items[0], "10.0.0.5");
    assert_text(settings.mail.host, "mail.example");
    assert_int_equal(settings.mail.security, MAIL_STARTTLS);
    assert_int_equal(settings.mail.port, 587);
    assert_text(settings.mail.password, "from a file");
    assert_string_equal(settings.files, "/var/lib/outbox");
    assert_int_equal(settings.shared_bytes, UINT64_C(3) << 30);
}

static void nothing_is_settings(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct service_settings settings = {0};
    assert_true(read("", mem, &settings, NULL));
    assert_true(read("# nothing\n", mem, &settings, NULL));
    assert_int_equal(settings.registry_count, 0);
    assert_int_equal(settings.mail.host.len, 0);
}

static void names_of_kinds_come_back(void **state)
{
    (void)state;
    for (int i = REGISTRY_DISTRIBUTION; i <= REGISTRY_GITHUB; i++) {
        enum registry_kind kind = REGISTRY_DISTRIBUTION;
        const char *name = registry_kind_name((enum registry_kind)i);
        assert_true(registry_kind_parse(span_of_text(name), &kind));
        assert_int_equal(kind, i);
    }
    for (int i = LOGIN_NONE; i <= LOGIN_AZURE; i++) {
        enum login_kind kind = LOGIN_NONE;
        assert_true(login_kind_parse(span_of_text(login_kind_name((enum login_kind)i)), &kind));
        assert_int_equal(kind, i);
    }
}

#define HOOK(text) "registries: {r: {host: h, hook: " text "}}"
#define LOGIN(text) "registries: {r: {host: h, login: " text "}}"

static const char *const bads[] = {
    "- a list",
    "unknown: 1",
    "registries: [a]",
    "registries: {a b: {host: h}}",
    "registries: {../a: {host: h}}",
    "registries: {a: {kind: distribution}}",
    "registries: {a: {kind: other, host: h}}",
    "registries: {a: {host: h/path}}",
    "registries: {a: {host: user@h}}",
    "registries: {a: {host: \"\"}}",
    "registries: {a: {host: h, poll: 0}}",
    "registries: {a: {host: h, poll: 5 minutes}}",
    "registries: {a: {host: h, poll: 10000000000000000000d}}",
    "registries: {a: {host: h, plain_http: maybe}}",
    "registries: {a: {host: h, repositories: team}}",
    LOGIN("{user: u}"),
    LOGIN("{user: u, password: inline}"),
    LOGIN("{password_file: p}"),
    LOGIN("{kind: ecr, user: u, password_file: p}"),
    LOGIN("{kind: azure, user: u, password_file: p}"),
    LOGIN("{kind: bearer}"),
    LOGIN("{user: u, password_file: empty}"),
    LOGIN("{user: u, password_file: p, endpoint: \"ftp://x\"}"),
    LOGIN("{user: u, password_file: p, endpoint: \"https://a@b\"}"),
    HOOK("{}"),
    HOOK("{secret: inline}"),
    HOOK("{insecure: false}"),
    HOOK("{insecure: true, secret_file: s}"),
    HOOK("{keys_file: k}"),
    "commands: {page: page}",
    "commands: {page: [page]}",
    "commands: {page: []}",
    "mail: {host: h}",
    "mail: {host: h, from: f, user: u}",
    "mail: {host: h, from: f, port: 65536}",
    "mail: {host: h, from: f, security: none}",
    "public_url: plimsoll.example",
    "allow: everything",
    "trusted_proxies: everybody",
};

static void refuses_what_cannot_be_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        struct service_settings settings = {0};
        struct err err = {0};
        if (read(bads[i], mem, &settings, &err))
            fail_msg("'%s' was taken", bads[i]);
        assert_int_equal(err.kind, ERR_USAGE);
        assert_false(span_contains(span_of_text(err.text), S("inline")));
        assert_true(span_contains(span_of_text(err.text), S("line 1")));
    }
}

static void a_secret_that_is_absent_says_where(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct service_settings settings = {0};
    struct err err = {0};
    assert_false(read(HOOK("{secret_file: absent}"), mem, &settings, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_true(span_contains(span_of_text(err.text), S("line 1: absent: it is not there")));
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    struct service_settings settings = {0};
    for (uint64_t budget = 0; budget < 20000; budget += 250) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct err err = {0};
        if (mem && !read(full, mem, &settings, &err))
            assert_true(err.kind == ERR_LIMIT || err.kind == ERR_USAGE);
    }
}

// A role without any secret: whoever asks for one fails.
static bool read_no_secret(void *self, enum secret_place place, span name, struct arena *mem,
                           span *ret, struct err *err)
{
    (void)self;
    (void)place;
    (void)mem;
    (void)ret;
    return err_set(err, ERR_DENIED, "'%s' is for others", quote(name).text);
}

static bool read_without(uint32_t left_out, const char *text, struct arena *mem,
                         struct service_settings *ret, struct err *err)
{
    struct limits limits = limits_default();
    const struct secret_source source = {.left_out = left_out, .read = read_no_secret};
    return service_settings_read(span_of_text(text), &source, &limits, mem, ret, err);
}

static void a_role_reads_what_it_needs(void **state)
{
    (void)state;
    static const uint32_t uses[] = {SECRET_OF_HOOK, SECRET_OF_LOGIN, SECRET_OF_MAIL};
    static const uint32_t all = SECRET_OF_HOOK | SECRET_OF_LOGIN | SECRET_OF_MAIL;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct service_settings settings = {0};
    struct err err = {0};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        assert_false(read_without(all & ~uses[i], full, mem, &settings, &err));
        assert_int_equal(err.kind, ERR_DENIED);
    }
    if (!read_without(all, full, mem, &settings, &err))
        fail_msg("%s", err.text);
    const struct registry_settings *registry = service_registry(&settings, S("main"));
    assert_int_equal(registry->login.password.len, 0);
    assert_text(registry->login.user, "scanner");
    assert_int_equal(registry->hook.secret.len, 0);
    assert_false(registry->hook.accepted); // or an empty secret would be one
    assert_false(service_registry(&settings, S("aws"))->hook.accepted);
    assert_int_equal(settings.mail.password.len, 0);
}

static void what_is_left_out_is_still_looked_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        struct service_settings settings = {0};
        if (read_without(UINT32_MAX, bads[i], mem, &settings, NULL) &&
            !span_contains(span_of_text(bads[i]), S("empty")))
            fail_msg("'%s' was taken", bads[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_registries),
        cmocka_unit_test(reads_clouds),
        cmocka_unit_test(reads_the_ways_out),
        cmocka_unit_test(nothing_is_settings),
        cmocka_unit_test(names_of_kinds_come_back),
        cmocka_unit_test(refuses_what_cannot_be_meant),
        cmocka_unit_test(a_secret_that_is_absent_says_where),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(a_role_reads_what_it_needs),
        cmocka_unit_test(what_is_left_out_is_still_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
