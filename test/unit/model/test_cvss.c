#include "testing.h"

#include <math.h>

static void assert_score(span vector, double expected)
{
    double score = -1;
    if (!cvss_score(vector, &score))
        fail_msg("'%s' has no score", quote(vector).text);
    if (fabs(score - expected) > 0.0001)
        fail_msg("'%s' scores %.4f, not %.1f", quote(vector).text, score, expected);
}

static void assert_no_score(span vector)
{
    double score = -1;
    assert_false(cvss_score(vector, &score));
    assert_true(score < 0);
}

// The examples of the specifications and of well-known CVEs.
static void version_3_scores_as_published(void **state)
{
    (void)state;
    assert_score(S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), 9.8);
    assert_score(S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), 10.0);
    assert_score(S("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), 6.1);
    assert_score(S("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N"), 6.4);
    assert_score(S("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"), 3.1);
    assert_score(S("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H"), 8.2);
    assert_score(S("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L"), 1.6);
    assert_score(S("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"), 6.5);
}

static void no_impact_scores_nothing(void **state)
{
    (void)state;
    assert_score(S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), 0);
    assert_score(S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N"), 0);
    assert_score(S("AV:N/AC:L/Au:N/C:N/I:N/A:N"), 0);
}

static void version_2_scores_as_published(void **state)
{
    (void)state;
    assert_score(S("AV:N/AC:L/Au:N/C:N/I:N/A:C"), 7.8);
    assert_score(S("AV:N/AC:L/Au:N/C:C/I:C/A:C"), 10.0);
    assert_score(S("AV:L/AC:H/Au:N/C:C/I:C/A:C"), 6.2);
    assert_score(S("AV:N/AC:M/Au:N/C:N/I:P/A:N"), 4.3);
    assert_score(S("AV:N/AC:L/Au:N/C:P/I:P/A:P"), 7.5);
}

// The examples of the specification's own documents and of well-known CVEs.
static void version_4_scores_as_published(void **state)
{
    (void)state;
    assert_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H"), 10.0);
    assert_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 9.3);
    assert_score(S("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 7.3);
    assert_score(S("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 7.7);
    assert_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N"), 0);
    assert_score(S("CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N/E:U"), 0.1);
}

// Version 4 has one score, of all that is known; "X" is as good as nothing.
static void threat_and_environment_count_in_version_4(void **state)
{
    (void)state;
    assert_score(S("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U"), 5.2);
    assert_score(S("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MAV:X"), 7.3);
    assert_score(
        S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/MVC:H/MVI:H/MVA:H"),
        9.3);
    assert_score(
        S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/MSI:S/RE:M/U:Clear"),
        10.0);
}

static void other_metrics_and_their_order_do_not_matter(void **state)
{
    (void)state;
    assert_score(S("CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N/E:P/RL:O/MAV:L"), 9.8);
    assert_score(S("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:H/RL:U/RC:C"), 10.0);
}

static void a_vector_that_is_not_whole_has_no_score(void **state)
{
    (void)state;
    assert_no_score(S(""));
    assert_no_score(S("CVSS:3.1"));
    assert_no_score(S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H"));
    assert_no_score(S("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
    assert_no_score(S("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
    assert_no_score(S("CVSS:3.1/AV:NN/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
    assert_no_score(S("CVSS:3.1/AV:/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
    assert_no_score(S("CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
    assert_no_score(S("CVSS:4.1/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"));
    assert_no_score(S("CVSS:4.0"));
    assert_no_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N"));
    assert_no_score(S("CVSS:4.0/AV:N/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"));
    assert_no_score(S("CVSS:4.0/AV:X/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"));
    assert_no_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N"));
    assert_no_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:H"));
    assert_no_score(S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:X/E:A"));
    assert_no_score(S("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
}

// Every base vector of version 3 has a score from 0 to 10 with one decimal.
static void every_vector_scores_in_tenths(void **state)
{
    (void)state;
    const char *const letters[] = {"NALP", "LH", "NLH", "NR", "UC", "HLN", "HLN", "HLN"};
    const char *const names[] = {"AV", "AC", "PR", "UI", "S", "C", "I", "A"};
    const size_t counts[] = {4, 2, 3, 2, 2, 3, 3, 3};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t number = 0; number < (size_t)4 * 2 * 3 * 2 * 2 * 3 * 3 * 3; number++) {
        struct text vector = {0};
        arena_reset(mem);
        text_init(&vector, mem, 1 << 10);
        text_add(&vector, S("CVSS:3.1"));
        for (size_t i = 0, rest = number; i < COUNT_OF(names); rest /= counts[i++])
            text_addf(&vector, "/%s:%c", names[i], letters[i][rest % counts[i]]);
        double score = -1;
        assert_true(cvss_score(text_span(&vector), &score));
        assert_true(score >= 0 && score <= 10);
        assert_true(fabs(score * 10 - round(score * 10)) < 0.000001);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_3_scores_as_published),
        cmocka_unit_test(no_impact_scores_nothing),
        cmocka_unit_test(version_2_scores_as_published),
        cmocka_unit_test(version_4_scores_as_published),
        cmocka_unit_test(threat_and_environment_count_in_version_4),
        cmocka_unit_test(other_metrics_and_their_order_do_not_matter),
        cmocka_unit_test(a_vector_that_is_not_whole_has_no_score),
        cmocka_unit_test(every_vector_scores_in_tenths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
