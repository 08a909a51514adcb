// The table of routes, and what is written of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "api/api_inner.h"

static void patterns_match_whole_paths(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *path;
        bool matches;
        const char *value;
    } cases[] = {
        {"/v1/images", "/v1/images", true, ""},
        {"/v1/images", "/v1/images/", false, ""},
        {"/v1/images", "/v1/image", false, ""},
        {"/v1/images", "/v1", false, ""},
        {"/v1/images", "v1/images", false, ""},
        {"/v1/images", "//v1/images", false, ""},
        {"/v1/images", "/", false, ""},
        {"/v1/images", "", false, ""},
        {"/v1/images/{digest}", "/v1/images/sha256:1", true, "sha256:1"},
        {"/v1/images/{digest}", "/v1/images/", false, ""},
        {"/v1/images/{digest}", "/v1/images/a/b", false, ""},
        {"/v1/images/{digest}", "/v1/images/a/", false, ""},
        {"/v1/images/{digest}/bom", "/v1/images/a/bom", true, "a"},
        {"/v1/images/{digest}/bom", "/v1/images/a/scan", false, ""},
        {"/v1/images/{digest}/bom", "/v1/images//bom", false, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        span values[MOST_PATH_VALUES] = {{0}};
        bool matches = route_matches(cases[i].pattern, span_of_text(cases[i].path), values);
        if (matches != cases[i].matches)
            fail_msg("%s against %s", cases[i].path, cases[i].pattern);
        if (matches)
            assert_true(span_equal(values[0], span_of_text(cases[i].value)));
    }
}

static void each_route_is_found_by_its_pattern(void **state)
{
    (void)state;
    for (size_t i = 0; route_at(i); i++) {
        const struct route *route = route_at(i);
        span values[MOST_PATH_VALUES] = {{0}};
        size_t index = 0;
        bool has_path = false;
        const struct route *found = route_find(
            span_of_text(route->method), span_of_text(route->pattern), values, &index, &has_path);
        assert_ptr_equal(found, route);
        assert_int_equal(index, i);
        assert_null(route_find(S("BREW"), span_of_text(route->pattern), values, &index, &has_path));
        assert_true(has_path);
    }
}

// What changes something needs a scope or proves itself, and only reading is open to all.
static void no_route_is_open_by_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; route_at(i); i++) {
        const struct route *route = route_at(i);
        bool is_open = route->flags & ROUTE_OPEN;
        bool is_get = strcmp(route->method, "GET") == 0;
        bool is_hook = strcmp(route->pattern, "/v1/hooks/{registry}") == 0;
        assert_int_equal(route->scope == 0, is_open);
        assert_true(!is_open || is_get || is_hook);
        assert_true(is_get || route->flags & ROUTE_CHANGES || route->scope & SCOPE_SCAN ||
                    route->scope & SCOPE_PUSH);
        assert_true(is_open || !(route->flags & ROUTE_STORELESS));
        if (route->scope & SCOPE_ADMIN && !(route->scope & (SCOPE_READ | SCOPE_RULES)))
            assert_true(route->flags & ROUTE_ALL_PROJECTS);
    }
}

// Whoever has a token of one project sees nothing of a list that does not say what is visible.
static void each_list_says_who_sees_it(void **state)
{
    (void)state;
    for (size_t i = 0; route_at(i); i++) {
        const struct view *view = route_view(route_at(i));
        if (!view)
            continue;
        assert_true(view->filter_count <= MOST_WANTS);
        assert_true(view->visible || route_at(i)->flags & ROUTE_ALL_PROJECTS);
    }
}

static bool is_described(const struct json *schemas, const char *name)
{
    return !name || json_get(schemas, name);
}

static void the_description_is_whole(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct text text;
    struct err err = {0};
    text_init(&text, mem, SIZE_MAX);
    assert_true(api_describe(&text));
    if (!json_parse_strict(text_span(&text), 16 << 20, &document, &err))
        fail_msg("%s", err.text);
    const struct json *paths = json_get(document, "paths");
    const struct json *schemas = json_get(json_get(document, "components"), "schemas");
    for (size_t i = 0; route_at(i); i++) {
        const struct route *route = route_at(i);
        char method[8] = "";
        for (size_t j = 0; route->method[j]; j++)
            method[j] = (char)ascii_lower((uint8_t)route->method[j]);
        assert_non_null(json_get(json_get(paths, route->pattern), method));
        assert_true(is_described(schemas, route->result) && is_described(schemas, route->body));
    }
}

static void without_memory_there_is_no_half_description(void **state)
{
    (void)state;
    for (uint64_t budget = 1 << 12; budget < 1 << 16; budget *= 2) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct text text;
        text_init(&text, mem, SIZE_MAX);
        assert_false(api_describe(&text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_whole_paths),
        cmocka_unit_test(each_route_is_found_by_its_pattern),
        cmocka_unit_test(no_route_is_open_by_mistake),
        cmocka_unit_test(each_list_says_who_sees_it),
        cmocka_unit_test(the_description_is_whole),
        cmocka_unit_test(without_memory_there_is_no_half_description),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
