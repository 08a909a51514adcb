// OSV's "Evaluation": what ranges and lists of versions mean, whatever the publisher.
#include "testing.h"

#define RECORD(affected) "{'id':'GHSA-1','affected':[" affected "]}"
#define NPM(rest) "{'package':{'ecosystem':'npm','name':'a'}," rest "}"
#define RANGE(events) "'ranges':[{'type':'SEMVER','events':[" events "]}]"
#define ROW(status, versions) \
    "advisory|db|GHSA-1|||unknown||||npm|a|binary|" status "|unknown|" versions "||\n"

static void assert_ghsa(const char *document, const char *rows)
{
    assert_rows(translate_ghsa, "advisories/npm/GHSA-1.json", document, rows);
}

static void a_fix_is_not_affected_and_the_last_affected_is(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'0'},{'fixed':'1.2.0'}"))),
                ROW("fixed", "|1.2.0|"));
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'1.0.0'},{'last_affected':'1.2.0'}"))),
                ROW("affected", "1.0.0||1.2.0"));
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'1.0.0'}"))), ROW("affected", "1.0.0||"));
}

static void events_are_sorted_by_the_order_of_the_ecosystem(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM(RANGE("{'fixed':'10.0.0'},{'introduced':'9.0.0'},{'fixed':'1.10.0'},"
                                 "{'introduced':'1.9.0'}"))),
                ROW("fixed", "1.9.0|1.10.0|") ROW("fixed", "9.0.0|10.0.0|"));
    assert_ghsa(RECORD(NPM(RANGE("{'fixed':'1.2.0'},{'introduced':'0'}"))),
                ROW("fixed", "|1.2.0|"));
}

static void events_of_one_version_keep_their_order(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'4.1.0'},{'fixed':'4.1.1'},"
                                 "{'introduced':'4.1.1'},{'fixed':'4.1.2'}"))),
                ROW("fixed", "4.1.0|4.1.2|")); // 4.1.1 is no fix
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'4.1.0'},{'fixed':'4.1.0'}"))), "");
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'4.1.0'},{'last_affected':'4.1.0'}"))),
                ROW("affected", "4.1.0||4.1.0"));
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'0'},{'fixed':'0'}"))), "");
}

static void a_range_that_is_open_stays_open(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'1.0.0'},{'introduced':'2.0.0'},"
                                 "{'fixed':'3.0.0'},{'fixed':'4.0.0'}"))),
                ROW("fixed", "1.0.0|3.0.0|"));
}

static void nothing_counts_from_the_last_limit_on(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'1.0.0'},{'limit':'2.0.0'},{'limit':'3.0.0'}"))),
                ROW("affected", "1.0.0|3.0.0|"));
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'1.0.0'},{'fixed':'1.5.0'},{'limit':'2.0.0'},"
                                 "{'introduced':'2.5.0'}"))),
                ROW("fixed", "1.0.0|1.5.0|"));
    assert_ghsa(RECORD(NPM(RANGE("{'introduced':'1.0.0'},{'limit':'*'}"))),
                ROW("affected", "1.0.0||"));
}

static void ranges_of_commits_say_nothing(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM("'ranges':[{'type':'GIT','events':[{'introduced':'0'}]}]")), "");
}

static void listed_versions_count_where_no_range_has_them(void **state)
{
    (void)state;
    assert_ghsa(RECORD(NPM("'versions':['0.9.0','1.0.0','1.1.9','1.2.0','7.0.0']," RANGE(
                    "{'introduced':'1.0.0'},{'fixed':'1.2.0'}"))),
                ROW("fixed", "1.0.0|1.2.0|") ROW("affected", "0.9.0||0.9.0")
                    ROW("affected", "1.2.0||1.2.0") ROW("affected", "7.0.0||7.0.0"));
    assert_ghsa(RECORD(NPM("'versions':['1.0.0']")), ROW("affected", "1.0.0||1.0.0"));
    assert_ghsa(RECORD(NPM("'versions':['1.0.0','2.0.0','3.0.0']," RANGE(
                    "{'introduced':'0'},{'last_affected':'2.0.0'}"))),
                ROW("affected", "||2.0.0") ROW("affected", "3.0.0||3.0.0"));
}

static void the_last_known_version_bounds_what_is_open(void **state)
{
    (void)state;
#define LAST_KNOWN(range) "'database_specific':{'last_known_affected_version_range':'" range "'},"
    assert_ghsa(RECORD(NPM(LAST_KNOWN("<= 1.2.3") RANGE("{'introduced':'0'}"))),
                ROW("affected", "||1.2.3"));
    assert_ghsa(RECORD(NPM(LAST_KNOWN("< 1.2.3") RANGE("{'introduced':'0'}"))),
                ROW("affected", "|1.2.3|"));
    assert_ghsa(RECORD(NPM(LAST_KNOWN("<= 1.2.3") RANGE("{'introduced':'0'},{'fixed':'2.0.0'}"))),
                ROW("fixed", "|2.0.0|"));
    assert_ghsa(RECORD(NPM(LAST_KNOWN("= 1.2.3") RANGE("{'introduced':'0'}"))),
                ROW("affected", "||"));
}

static void short_versions_are_completed(void **state)
{
    (void)state;
    assert_ghsa(
        RECORD(NPM("'versions':['12.0']," RANGE("{'introduced':'1'},{'last_affected':'4.16'}"))),
        ROW("affected", "1.0.0||4.16.0") ROW("affected", "12.0.0||12.0.0"));
}

static void a_bound_that_is_no_version_is_a_note(void **state)
{
    (void)state;
    struct outcome outcome =
        translate(translate_ghsa, "GHSA-1.json",
                  RECORD(NPM(RANGE("{'introduced':'0'},{'fixed':'nightly'}")) "," NPM(
                      RANGE("{'introduced':'0'},{'fixed':'1.0.0'}"))));
    text_add_byte(&outcome.rows, '\0');
    assert_true(outcome.ok);
    assert_string_equal((const char *)outcome.rows.ptr, ROW("fixed", "|1.0.0|"));
    assert_int_equal(outcome.notes.items.count, 1);
    const struct note *note = LIST_AT(&outcome.notes.items, struct note, 0);
    assert_true(span_equal(note->location, S("GHSA-1")));
    assert_true(span_contains(note->text, S("nightly")));
    outcome_free(&outcome);
}

static void members_of_the_wrong_type_are_passed_over(void **state)
{
    (void)state;
    assert_ghsa("{'id':'GHSA-1','affected':7,'aliases':{},'severity':'high'}", "");
    assert_ghsa(RECORD("7,{},{'package':[]}," NPM("'ranges':{},'versions':7") "," NPM(
                    RANGE("7,{},{'introduced':7}"))),
                "");
    assert_refused(translate_ghsa, "GHSA-1.json", "{'id':7}", ERR_INPUT);
    assert_refused(translate_ghsa, "GHSA-1.json", "[]", ERR_INPUT);
    assert_refused(translate_ghsa, "GHSA-1.json", "{", ERR_INPUT);
    assert_rows(translate_ghsa, "LICENSE", "{", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fix_is_not_affected_and_the_last_affected_is),
        cmocka_unit_test(events_are_sorted_by_the_order_of_the_ecosystem),
        cmocka_unit_test(events_of_one_version_keep_their_order),
        cmocka_unit_test(a_range_that_is_open_stays_open),
        cmocka_unit_test(nothing_counts_from_the_last_limit_on),
        cmocka_unit_test(ranges_of_commits_say_nothing),
        cmocka_unit_test(listed_versions_count_where_no_range_has_them),
        cmocka_unit_test(the_last_known_version_bounds_what_is_open),
        cmocka_unit_test(short_versions_are_completed),
        cmocka_unit_test(a_bound_that_is_no_version_is_a_note),
        cmocka_unit_test(members_of_the_wrong_type_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
