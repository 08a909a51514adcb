#include "testing.h"

static void dates_are_days_since_1970(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint32_t days;
    } cases[] = {
        {"1970-01-01", 0},     {"1970-01-02", 1},     {"1970-12-31", 364},
        {"1972-02-29", 789},   {"1972-03-01", 790},   {"2000-02-29", 11016},
        {"2001-01-01", 11323}, {"2024-02-29", 19782}, {"2024-12-31", 20088},
        {"2100-02-28", 47540}, {"2100-03-01", 47541}, {"9999-12-31", 2932896},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t days = 1;
        char text[11] = "";
        assert_true(date_parse(span_of_text(cases[i].text), &days));
        assert_int_equal(days, cases[i].days);
        date_format(days, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void every_day_comes_back(void **state)
{
    (void)state;
    char last[11] = "";
    for (uint32_t day = 0; day <= 200000; day++) {
        char text[11] = "";
        uint32_t back = 0;
        date_format(day, text);
        assert_true(date_parse(span_of_text(text), &back));
        assert_int_equal(back, day);
        assert_true(strcmp(last, text) < 0);
        memcpy(last, text, sizeof last);
    }
}

static void a_time_behind_a_date_is_not_read(void **state)
{
    (void)state;
    uint32_t days = 0;
    assert_true(date_parse(S("2025-02-12T10:00:00Z"), &days));
    assert_int_equal(days, 20131);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    const char *const cases[] = {
        "",           "2025",       "2025-1-01",  "2025-01-1",  "2025/01/01", "1969-12-31",
        "2025-00-01", "2025-13-01", "2025-01-00", "2025-01-32", "2025-02-29", "2100-02-29",
        "2025-04-31", "+025-01-01", "2025--1-01", "20250-1-01", "abcd-ef-gh",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t days = 7;
        assert_false(date_parse(span_of_text(cases[i]), &days));
        assert_int_equal(days, 7);
    }
}

static void days_past_the_calendar_are_its_last(void **state)
{
    (void)state;
    char text[11] = "";
    date_format(2932897, text);
    assert_string_equal(text, "9999-12-31");
    date_format(UINT32_MAX, text);
    assert_string_equal(text, "9999-12-31");
}

static void times_are_seconds_since_1970(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t seconds;
        const char *back;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
        {"2024-02-29T23:59:59.999999999Z", 1709251199, "2024-02-29T23:59:59Z"},
        {"2024-03-01T01:00:00+01:00", 1709251200, "2024-03-01T00:00:00Z"},
        {"2024-02-29t22:30:00-01:30", 1709251200, "2024-03-01T00:00:00Z"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t seconds = 1;
        char text[21] = "";
        assert_true(time_parse(span_of_text(cases[i].text), &seconds));
        assert_int_equal(seconds, cases[i].seconds);
        time_format(seconds, text);
        assert_string_equal(text, cases[i].back);
    }
    char text[21] = "";
    time_format(UINT64_MAX, text);
    assert_memory_equal(text, "9999-12-31T", 11);
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    const char *const cases[] = {
        "",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z",
        "2024-01-01T00:00:00Zx",
        "2024-01-01T00:00:00.1",
        "2024-01-01T00:00:00+1:00",
        "2024-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00+00:01",
        "0001-01-01T00:00:00Z",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t seconds = 7;
        assert_false(time_parse(span_of_text(cases[i]), &seconds));
        assert_int_equal(seconds, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_days_since_1970),
        cmocka_unit_test(every_day_comes_back),
        cmocka_unit_test(a_time_behind_a_date_is_not_read),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(times_are_seconds_since_1970),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(days_past_the_calendar_are_its_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
