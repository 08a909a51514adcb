// What is said beside packages: advisories without their packages, flaws, releases. None of it
// holds words, so that the builder's records are the file's.
#include "database/database_inner.h"

// ---------------------------------------------------------------- parts

static uint32_t get_days(reader *in)
{
    uint64_t days = get_varint(in);
    if (days > UINT32_MAX)
        reader_poison(in);
    return (uint32_t)days;
}

// The lowest three bits of a flags byte are the severity; some flags are of heads or flaws alone.
enum {
    SEVERITY_BITS = 7,
    HAS_CVSS = 1 << 3,
    HAS_SCORE = 1 << 4,

    IS_WITHDRAWN = 1 << 5,
    IS_HEAD_DISPUTED = 1 << 6,
    IS_MALICIOUS = 1 << 7,

    HAS_EPSS = 1 << 5,
    HAS_PERCENTILE = 1 << 6,
    HAS_MORE = 1 << 7, // a second byte of flags

    IS_EXPLOITED = 1 << 0,
    IS_REJECTED = 1 << 1,
    IS_DISPUTED = 1 << 2,
    HAS_WEAKNESSES = 1 << 3,
    MORE_BITS = 15,
};

// CVSS scores have one decimal (CVSS 3.1, 7.4), EPSS probabilities five.
static const double SCORE_UNIT = 10;
static const double EPSS_UNIT = 100000;

static uint8_t score_flag(double score, uint8_t flag)
{
    return score >= 0 ? flag : 0;
}

static void put_score(struct text *out, double score, double most, double unit)
{
    if (score >= 0)
        put_varint(out, (uint64_t)((score < most ? score : most) * unit + 0.5));
}

static double get_score(reader *in, bool has, double unit)
{
    return has ? (double)get_varint(in) / unit : -1;
}

enum severity get_severity(reader *in, uint8_t flags)
{
    uint8_t severity = flags & SEVERITY_BITS;
    if (severity <= SEVERITY_CRITICAL)
        return (enum severity)severity;
    reader_poison(in);
    return SEVERITY_UNKNOWN;
}

static void put_id(struct text *out, span id)
{
    span packed = {0};
    out->failed = out->failed || !id_pack(id, out->mem, &packed);
    put_string(out, packed);
}

static void put_ids(struct text *out, const struct spans *spans)
{
    put_varint(out, spans->count);
    for (size_t i = 0; i < spans->count; i++)
        put_id(out, spans->items[i]);
}

static bool get_ids(reader *in, struct arena *mem, struct spans *ret, struct err *err)
{
    uint64_t count = get_varint(in);
    if (count > in->rest.len) { // each takes a byte or more
        reader_poison(in);
        return true;
    }
    if (count == 0)
        return true;
    span *items = arena_array(mem, (size_t)count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "database");
    for (size_t i = 0; i < count; i++)
        if (!id_unpack(get_string(in), mem, &items[i]))
            return arena_err(mem, err, "database");
    *ret = (struct spans){.items = items, .count = (size_t)count};
    return true;
}

// ---------------------------------------------------------------- heads

static void put_head_facts(struct text *out, const struct advisory *advisory)
{
    text_add_byte(out, (uint8_t)((uint8_t)advisory->severity | (advisory->cvss.len ? HAS_CVSS : 0) |
                                 score_flag(advisory->score, HAS_SCORE) |
                                 (advisory->withdrawn ? IS_WITHDRAWN : 0) |
                                 (advisory->disputed ? IS_HEAD_DISPUTED : 0) |
                                 (advisory->malicious ? IS_MALICIOUS : 0)));
    if (advisory->cvss.len)
        put_vector(out, advisory->cvss);
    put_score(out, advisory->score, 10, SCORE_UNIT);
    put_varint(out, advisory->modified);
    put_ids(out, &advisory->flaws);
    put_ids(out, &advisory->aliases);
}

void put_head(struct text *out, struct text *scratch, const struct advisory *advisory)
{
    scratch->len = 0;
    put_head_facts(scratch, advisory);
    put_id(out, advisory->id);
    put_string(out, text_span(scratch));
    out->failed = out->failed || !text_ok(scratch);
}

static bool get_head_facts(reader *in, struct arena *mem, struct advisory *ret, struct err *err)
{
    uint8_t flags = read_u8(in);
    ret->severity = get_severity(in, flags);
    ret->withdrawn = flags & IS_WITHDRAWN;
    ret->disputed = flags & IS_HEAD_DISPUTED;
    ret->malicious = flags & IS_MALICIOUS;
    if (flags & HAS_CVSS && !get_vector(in, mem, &ret->cvss, err))
        return false;
    ret->score = get_score(in, flags & HAS_SCORE, SCORE_UNIT);
    ret->modified = get_days(in);
    return get_ids(in, mem, &ret->flaws, err) && get_ids(in, mem, &ret->aliases, err);
}

bool get_head(reader *in, struct arena *mem, struct advisory *ret, struct err *err)
{
    struct advisory advisory = {0};
    if (!id_unpack(get_string(in), mem, &advisory.id))
        return arena_err(mem, err, "database");
    reader facts = reader_of(get_string(in));
    if (!get_head_facts(&facts, mem, &advisory, err))
        return false;
    if (!read_end(&facts))
        reader_poison(in);
    *ret = advisory;
    return true;
}

// ---------------------------------------------------------------- flaws

static uint8_t more_of(const struct flaw *flaw)
{
    return (uint8_t)((flaw->exploited ? IS_EXPLOITED : 0) | (flaw->rejected ? IS_REJECTED : 0) |
                     (flaw->disputed ? IS_DISPUTED : 0) |
                     (flaw->weaknesses.count ? HAS_WEAKNESSES : 0));
}

void put_flaw(struct text *out, const struct flaw *flaw)
{
    uint8_t more = more_of(flaw);
    text_add_byte(
        out, (uint8_t)((uint8_t)flaw->severity | (flaw->cvss.len ? HAS_CVSS : 0) |
                       score_flag(flaw->score, HAS_SCORE) | score_flag(flaw->epss, HAS_EPSS) |
                       score_flag(flaw->epss_percentile, HAS_PERCENTILE) | (more ? HAS_MORE : 0)));
    if (more)
        text_add_byte(out, more);
    if (flaw->cvss.len)
        put_vector(out, flaw->cvss);
    put_score(out, flaw->score, 10, SCORE_UNIT);
    put_score(out, flaw->epss, 1, EPSS_UNIT);
    put_score(out, flaw->epss_percentile, 1, EPSS_UNIT);
    put_varint(out, flaw->published);
    if (more & IS_EXPLOITED)
        put_varint(out, flaw->exploited_since);
    if (more & HAS_WEAKNESSES)
        put_ids(out, &flaw->weaknesses);
}

bool get_flaw(reader *in, struct arena *mem, struct flaw *ret, struct err *err)
{
    uint8_t flags = read_u8(in);
    uint8_t more = flags & HAS_MORE ? read_u8(in) : 0;
    if (more > MORE_BITS)
        reader_poison(in);
    struct flaw flaw = {
        .severity = get_severity(in, flags),
        .exploited = more & IS_EXPLOITED,
        .rejected = more & IS_REJECTED,
        .disputed = more & IS_DISPUTED,
    };
    if (flags & HAS_CVSS && !get_vector(in, mem, &flaw.cvss, err))
        return false;
    flaw.score = get_score(in, flags & HAS_SCORE, SCORE_UNIT);
    flaw.epss = get_score(in, flags & HAS_EPSS, EPSS_UNIT);
    flaw.epss_percentile = get_score(in, flags & HAS_PERCENTILE, EPSS_UNIT);
    flaw.published = get_days(in);
    if (more & IS_EXPLOITED)
        flaw.exploited_since = get_days(in);
    if (more & HAS_WEAKNESSES && !get_ids(in, mem, &flaw.weaknesses, err))
        return false;
    *ret = flaw;
    return true;
}

// ---------------------------------------------------------------- releases

void put_release(struct text *out, const struct release *release)
{
    put_string(out, release->codename);
    put_varint(out, release->end_of_life);
    put_varint(out, release->end_of_extended_life);
}

struct release get_release(reader *in)
{
    struct release release = {.codename = get_string(in)};
    release.end_of_life = get_days(in);
    release.end_of_extended_life = get_days(in);
    return release;
}
