#include "model/model_inner.h"

#include <math.h>

// One base metric: its letter values and what each weighs (CVSS v3.1 specification, section 7.4;
// CVSS v2 guide, section 3.2.1).
struct metric {
    const char *name;
    const char *letters;
    double weights[4];
};

enum { V3_AV, V3_AC, V3_PR, V3_UI, V3_S, V3_C, V3_I, V3_A, V3_COUNT };
static const struct metric v3_metrics[V3_COUNT] = {
    [V3_AV] = {"AV", "NALP", {0.85, 0.62, 0.55, 0.2}},
    [V3_AC] = {"AC", "LH", {0.77, 0.44}},
    [V3_PR] = {"PR", "NLH", {0.85, 0.62, 0.27}},
    [V3_UI] = {"UI", "NR", {0.85, 0.62}},
    [V3_S] = {"S", "UC", {0, 1}},
    [V3_C] = {"C", "HLN", {0.56, 0.22, 0}},
    [V3_I] = {"I", "HLN", {0.56, 0.22, 0}},
    [V3_A] = {"A", "HLN", {0.56, 0.22, 0}},
};

enum { V2_AV, V2_AC, V2_AU, V2_C, V2_I, V2_A, V2_COUNT };
static const struct metric v2_metrics[V2_COUNT] = {
    [V2_AV] = {"AV", "LAN", {0.395, 0.646, 1.0}}, [V2_AC] = {"AC", "HML", {0.35, 0.61, 0.71}},
    [V2_AU] = {"Au", "MSN", {0.45, 0.56, 0.704}}, [V2_C] = {"C", "NPC", {0, 0.275, 0.66}},
    [V2_I] = {"I", "NPC", {0, 0.275, 0.66}},      [V2_A] = {"A", "NPC", {0, 0.275, 0.66}},
};

// The index of the letter, or SPAN_NONE.
static size_t find_letter(const struct metric *metric, span value)
{
    return value.len == 1 ? span_find(span_of_text(metric->letters), value.ptr[0]) : SPAN_NONE;
}

// Reads "AV:N/AC:L/…" in any order: every metric of the table exactly once. Others, temporal and
// environmental, do not count towards a base score.
static bool read_metrics(span vector, const struct metric *metrics, size_t count, size_t *letters)
{
    size_t seen = 0;
    while (vector.len) {
        span value = span_cut(&vector, '/');
        span name = span_cut(&value, ':');
        for (size_t i = 0; i < count; i++) {
            if (!span_equal(name, span_of_text(metrics[i].name)))
                continue;
            if (seen & (size_t)1 << i)
                return false;
            letters[i] = find_letter(&metrics[i], value);
            if (letters[i] == SPAN_NONE)
                return false;
            seen |= (size_t)1 << i;
        }
    }
    return seen == ((size_t)1 << count) - 1;
}

static double weight(const struct metric *metrics, const size_t *letters, size_t index)
{
    return metrics[index].weights[letters[index]];
}

// The smallest number with one decimal that is not below `value` (CVSS v3.1, appendix A: in whole
// numbers, since binary fractions would round 4.0000000001 up).
static double round_up(double value)
{
    long long scaled = (long long)round(value * 100000);
    long long tenths = scaled / 10000 + (scaled % 10000 != 0);
    return (double)tenths / 10;
}

// CVSS v3.1 section 7.1; v3.0 differs in the wording of the rounding only.
static bool score_v3(span vector, double *ret)
{
    size_t letters[V3_COUNT] = {0};
    if (!read_metrics(vector, v3_metrics, V3_COUNT, letters))
        return false;
    bool changed = letters[V3_S] == 1;
    double privileges = weight(v3_metrics, letters, V3_PR);
    if (changed && letters[V3_PR] == 1)
        privileges = 0.68;
    if (changed && letters[V3_PR] == 2)
        privileges = 0.5;
    double kept = (1 - weight(v3_metrics, letters, V3_C)) *
                  (1 - weight(v3_metrics, letters, V3_I)) * (1 - weight(v3_metrics, letters, V3_A));
    double sub_score = 1 - kept;
    double impact =
        changed ? 7.52 * (sub_score - 0.029) - 3.25 * pow(sub_score - 0.02, 15) : 6.42 * sub_score;
    double exploitability = 8.22 * weight(v3_metrics, letters, V3_AV) *
                            weight(v3_metrics, letters, V3_AC) * privileges *
                            weight(v3_metrics, letters, V3_UI);
    double sum = (impact + exploitability) * (changed ? 1.08 : 1);
    *ret = impact <= 0 ? 0 : round_up(fmin(sum, 10));
    return true;
}

// CVSS v2 guide, section 3.2.1.
static bool score_v2(span vector, double *ret)
{
    size_t letters[V2_COUNT] = {0};
    if (!read_metrics(vector, v2_metrics, V2_COUNT, letters))
        return false;
    double kept = (1 - weight(v2_metrics, letters, V2_C)) *
                  (1 - weight(v2_metrics, letters, V2_I)) * (1 - weight(v2_metrics, letters, V2_A));
    double impact = 10.41 * (1 - kept);
    double exploitability = 20 * weight(v2_metrics, letters, V2_AV) *
                            weight(v2_metrics, letters, V2_AC) * weight(v2_metrics, letters, V2_AU);
    double sum = 0.6 * impact + 0.4 * exploitability - 1.5;
    *ret = impact <= 0 ? 0 : round(sum * 1.176 * 10) / 10;
    return true;
}

bool cvss_score(span vector, double *ret)
{
    span metrics = vector;
    if (!span_starts_with(vector, S("CVSS:")))
        return score_v2(vector, ret);
    span version = span_cut(&metrics, '/');
    if (span_equal(version, S("CVSS:4.0")))
        return cvss4_score(metrics, ret);
    if (!span_equal(version, S("CVSS:3.0")) && !span_equal(version, S("CVSS:3.1")))
        return false;
    return score_v3(metrics, ret);
}
