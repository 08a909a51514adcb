// CVSS v4.0 as FIRST specifies it; "section" below means one of its specification document.
#include "model/model_inner.h"

#include <string.h>

// The metrics that decide the score, those of one equivalence class (EQ) side by side.
enum {
    AV,
    PR,
    UI, // EQ1 to here
    AC,
    AT, // EQ2
    VC,
    VI,
    VA,
    CR,
    IR,
    AR, // EQ3 and EQ6, which depend on each other
    SC,
    SI,
    SA, // EQ4
    E,  // EQ5
    METRIC_COUNT,
};

// The letters go from the worst down: the place of a letter is its severity level (section 8.3).
// What is left out or "X" has level 0; only base metrics may not be, and only they have a modified
// form: MAV of AV.
static const struct {
    const char *name;
    const char *letters;
    bool is_base;
} metrics[METRIC_COUNT] = {
    [AV] = {"AV", "NALP", true}, [PR] = {"PR", "NLH", true},  [UI] = {"UI", "NPA", true},
    [AC] = {"AC", "LH", true},   [AT] = {"AT", "NP", true},   [VC] = {"VC", "HLN", true},
    [VI] = {"VI", "HLN", true},  [VA] = {"VA", "HLN", true},  [CR] = {"CR", "HML", false},
    [IR] = {"IR", "HML", false}, [AR] = {"AR", "HML", false}, [SC] = {"SC", "HLN", true},
    [SI] = {"SI", "SHLN", true}, [SA] = {"SA", "SHLN", true}, [E] = {"E", "APU", false},
};

// What stands for a level that is not there.
enum { UNDEFINED = UINT8_MAX - 1, UNSET = UINT8_MAX };

struct levels {
    uint8_t given[METRIC_COUNT];
    uint8_t modified[METRIC_COUNT];
};

// False for a wrong value and for a second one.
static bool read_level(span value, size_t metric, bool may_be_undefined, uint8_t *level)
{
    size_t found =
        value.len == 1 ? span_find(span_of_text(metrics[metric].letters), value.ptr[0]) : SPAN_NONE;
    if (may_be_undefined && span_equal(value, S("X")))
        found = UNDEFINED;
    if (*level != UNSET || found == SPAN_NONE)
        return false;
    *level = (uint8_t)found;
    return true;
}

// "AV:N", "MAV:L", "E:P". Others, the supplemental ones, do not score.
static bool read_metric(span name, span value, struct levels *levels)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        span known = span_of_text(metrics[i].name);
        if (span_equal(name, known))
            return read_level(value, i, !metrics[i].is_base, &levels->given[i]);
        if (metrics[i].is_base && span_starts_with(name, S("M")) &&
            span_equal(span_from(name, 1), known))
            return read_level(value, i, true, &levels->modified[i]);
    }
    return true;
}

// Writes to `level` what counts of each metric: the modified value before the given one.
static bool read_vector(span vector, uint8_t *level)
{
    struct levels levels = {0};
    memset(&levels, UNSET, sizeof levels);
    while (vector.len) {
        span value = span_cut(&vector, '/');
        span name = span_cut(&value, ':');
        if (!read_metric(name, value, &levels))
            return false;
    }
    // Safety, the worst level of these two, is known to their modified form only.
    if (levels.given[SI] == 0 || levels.given[SA] == 0)
        return false;
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        if (metrics[i].is_base && levels.given[i] == UNSET)
            return false;
        level[i] = levels.modified[i] < UNDEFINED ? levels.modified[i] : levels.given[i];
        level[i] = level[i] < UNDEFINED ? level[i] : 0;
    }
    return true;
}

// The five numbers that place a vector in the table of scores. EQ3 and EQ6 make one of them, for
// one of their six combinations does not exist.
enum { EQ1, EQ2, EQ36, EQ4, EQ5, EQ_COUNT };
enum { EQ36_COUNT = 5 };

struct macro_vector {
    size_t eq[EQ_COUNT];
};

// Scores of the macrovectors, times 10: section 8.2.
static const uint8_t scores[3][2][EQ36_COUNT][3][3] = {
    {
        {
            {{100, 98, 95}, {100, 93, 91}, {93, 89, 81}},
            {{99, 95, 92}, {96, 87, 81}, {90, 80, 68}},
            {{98, 95, 90}, {93, 89, 81}, {88, 78, 69}},
            {{95, 92, 84}, {92, 81, 65}, {80, 70, 48}},
            {{92, 82, 72}, {79, 69, 50}, {69, 55, 27}},
        },
        {
            {{99, 95, 92}, {95, 90, 84}, {92, 82, 72}},
            {{97, 92, 85}, {91, 83, 71}, {81, 71, 53}},
            {{95, 92, 85}, {92, 80, 70}, {84, 71, 50}},
            {{93, 85, 73}, {82, 72, 59}, {70, 52, 30}},
            {{86, 75, 52}, {71, 52, 29}, {63, 29, 17}},
        },
    },
    {
        {
            {{98, 94, 91}, {94, 86, 77}, {87, 74, 63}},
            {{95, 87, 81}, {89, 74, 64}, {75, 63, 49}},
            {{94, 88, 76}, {86, 74, 59}, {72, 57, 52}},
            {{89, 77, 67}, {76, 58, 50}, {57, 52, 25}},
            {{83, 70, 54}, {65, 58, 26}, {53, 21, 13}},
        },
        {
            {{95, 88, 76}, {90, 75, 61}, {77, 68, 52}},
            {{90, 76, 70}, {77, 62, 53}, {66, 59, 30}},
            {{89, 76, 62}, {74, 57, 47}, {61, 57, 24}},
            {{78, 67, 58}, {59, 57, 23}, {52, 29, 16}},
            {{71, 59, 30}, {58, 26, 15}, {23, 13, 6}},
        },
    },
    {
        {
            {{93, 86, 75}, {86, 74, 56}, {70, 52, 40}},
            {{87, 72, 58}, {74, 61, 34}, {54, 40, 22}},
            {{85, 74, 62}, {72, 55, 46}, {53, 34, 19}},
            {{75, 55, 51}, {57, 41, 19}, {36, 19, 8}},
            {{64, 51, 20}, {47, 21, 11}, {24, 9, 4}},
        },
        {
            {{88, 73, 60}, {73, 59, 41}, {54, 45, 20}},
            {{75, 53, 50}, {55, 40, 20}, {43, 22, 11}},
            {{75, 58, 40}, {61, 48, 20}, {46, 17, 8}},
            {{55, 45, 21}, {51, 18, 9}, {18, 7, 2}},
            {{53, 24, 14}, {24, 12, 5}, {10, 3, 1}},
        },
    },
};

static unsigned look_up(struct macro_vector macro)
{
    return scores[macro.eq[EQ1]][macro.eq[EQ2]][macro.eq[EQ36]][macro.eq[EQ4]][macro.eq[EQ5]];
}

// Tables 24 to 29 of section 8.2.
static size_t exploitability(const uint8_t *level)
{
    bool all = level[AV] == 0 && level[PR] == 0 && level[UI] == 0;
    bool any = level[AV] == 0 || level[PR] == 0 || level[UI] == 0;
    bool physical = level[AV] == 3;
    return all ? 0 : any && !physical ? 1 : 2;
}

static size_t vulnerable_system(const uint8_t *level)
{
    bool both = level[VC] == 0 && level[VI] == 0;
    bool any = level[VC] == 0 || level[VI] == 0 || level[VA] == 0;
    bool required = (level[CR] == 0 && level[VC] == 0) || (level[IR] == 0 && level[VI] == 0) ||
                    (level[AR] == 0 && level[VA] == 0);
    size_t eq3 = both ? 0 : any ? 1 : 2;
    return eq3 == 2 ? 4 : 2 * eq3 + (required ? 0 : 1);
}

static size_t subsequent_system(const uint8_t *level)
{
    if (level[SI] == 0 || level[SA] == 0)
        return 0;
    return level[SC] == 0 || level[SI] == 1 || level[SA] == 1 ? 1 : 2;
}

static struct macro_vector macro_of(const uint8_t *level)
{
    struct macro_vector macro = {0};
    macro.eq[EQ1] = exploitability(level);
    macro.eq[EQ2] = level[AC] == 0 && level[AT] == 0 ? 0 : 1;
    macro.eq[EQ36] = vulnerable_system(level);
    macro.eq[EQ4] = subsequent_system(level);
    macro.eq[EQ5] = level[E];
    return macro;
}

// For each value of an EQ: the sum of levels of its worst vectors, which is the same for all of
// them, and how far down from there its vectors go ("depth"): section 8.2, tables 30 and 31. The
// distance in EQ5 is always 0, its only metric decides it.
static const struct {
    size_t first; // the metrics that it is about
    size_t count;
    uint8_t worst[EQ36_COUNT];
    uint8_t depth[EQ36_COUNT];
} classes[EQ_COUNT] = {
    [EQ1] = {AV, 3, {0, 1, 3}, {1, 4, 5}},
    [EQ2] = {AC, 2, {0, 1}, {1, 2}},
    [EQ36] = {VC, 6, {0, 3, 1, 3, 3}, {7, 6, 8, 8, 10}},
    [EQ4] = {SC, 3, {0, 2, 5}, {6, 5, 4}},
    [EQ5] = {E, 1, {0, 1, 2}, {1, 1, 1}},
};

// The score of the next lower macrovector in one EQ; false when there is none.
static bool look_up_lower(struct macro_vector macro, size_t eq, unsigned *ret)
{
    static const uint8_t last[EQ_COUNT] = {2, 1, EQ36_COUNT - 1, 2, 2};
    size_t value = macro.eq[eq];
    if (value == last[eq])
        return false;
    // EQ3 and EQ6 as a pair: 00 goes to 01 or 10, 01 and 10 go to 11, 11 to 21.
    macro.eq[eq] = eq == EQ36 && (value == 1 || value == 2) ? 3 : value + 1;
    *ret = look_up(macro);
    if (eq == EQ36 && value == 0) {
        macro.eq[eq] = 2;
        unsigned other = look_up(macro);
        *ret = other > *ret ? other : *ret;
    }
    return true;
}

static unsigned distance(const uint8_t *level, size_t eq, size_t value)
{
    unsigned sum = 0;
    for (size_t i = 0; i < classes[eq].count; i++)
        sum += level[classes[eq].first + i];
    return sum - classes[eq].worst[value];
}

// Section 8.2: from the macrovector's score goes the mean, over the EQs that can be lower, of what
// lies between it and the next lower one, in proportion to the distance. All in whole numbers, for
// a mean that ends in 5 must be rounded up, and is not always where fractions are binary.
static unsigned interpolate(const uint8_t *level)
{
    enum { UNIT = 840 }; // a multiple of each depth
    struct macro_vector macro = macro_of(level);
    unsigned score = look_up(macro);
    unsigned loss = 0;
    unsigned count = 0;
    for (size_t eq = 0; eq < EQ_COUNT; eq++) {
        unsigned lower = 0;
        if (!look_up_lower(macro, eq, &lower))
            continue;
        size_t value = macro.eq[eq];
        loss += (score - lower) * distance(level, eq, value) * (UNIT / classes[eq].depth[value]);
        count++;
    }
    if (count == 0)
        return score;
    unsigned whole = UNIT * count;
    return (2 * (score * whole - loss) + whole) / (2 * whole);
}

bool cvss4_score(span vector, double *ret)
{
    uint8_t level[METRIC_COUNT] = {0};
    if (!read_vector(vector, level))
        return false;
    bool no_impact = level[VC] == 2 && level[VI] == 2 && level[VA] == 2 && level[SC] == 2 &&
                     level[SI] == 3 && level[SA] == 3;
    *ret = no_impact ? 0 : interpolate(level) / 10.0;
    return true;
}
