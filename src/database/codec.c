#include "database/database_inner.h"

// ---------------------------------------------------------------- numbers and strings

void put_varint(struct text *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        text_add_byte(out, (uint8_t)(value | 0x80));
    text_add_byte(out, (uint8_t)value);
}

// What was read makes no sense: nothing behind it does.
static void poison(reader *in)
{
    read_skip(in, UINT64_MAX);
}

uint64_t get_varint(reader *in)
{
    // Nearly all are of one byte, and a look-up reads little else.
    if (in->rest.len > 1 && in->rest.ptr[0] < 0x80) {
        in->rest.len--;
        return *in->rest.ptr++;
    }
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_u8(in);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    poison(in);
    return 0;
}

void put_string(struct text *out, span s)
{
    put_varint(out, s.len);
    text_add(out, s);
}

span get_string(reader *in)
{
    uint64_t len = get_varint(in);
    return read_bytes(in, len);
}

static uint32_t get_days(reader *in)
{
    uint64_t days = get_varint(in);
    if (days > UINT32_MAX)
        poison(in);
    return (uint32_t)days;
}

// ---------------------------------------------------------------- words

bool word_at(const struct word_table *words, uint64_t number, span *ret)
{
    if (number >= words->index.len / 4)
        return false;
    size_t at = (size_t)number * 4;
    reader ends = reader_of(span_from(words->index, at ? at - 4 : 0));
    uint32_t start = at ? read_u32le(&ends) : 0;
    uint32_t end = read_u32le(&ends);
    if (end < start || end > words->bytes.len)
        return false;
    *ret = span_slice(words->bytes, start, end - start);
    return true;
}

static void put_word(struct text *out, const struct interner *words, span s)
{
    if (!words) {
        put_string(out, s);
        return;
    }
    const struct interned *word = interner_find(words, s);
    assert(word); // the builder interns every word before the record that holds it
    put_varint(out, word->rank);
}

static span get_word(reader *in, const struct word_table *words)
{
    if (!words)
        return get_string(in);
    span word = {0};
    if (!word_at(words, get_varint(in), &word))
        poison(in);
    return word;
}

// ---------------------------------------------------------------- keys

void put_key(struct text *out, const struct interner *words, const struct key *key)
{
    text_add_byte(out, (uint8_t)key->kind);
    put_word(out, words, key->ecosystem);
    put_string(out, key->name);
}

struct key get_key(reader *in, const struct word_table *words)
{
    uint8_t kind = read_u8(in);
    if (kind >= KEY_KINDS) {
        poison(in);
        kind = KEY_PACKAGE;
    }
    struct key key = {.kind = (enum key_kind)kind};
    key.ecosystem = get_word(in, words);
    key.name = get_string(in);
    return key;
}

enum { CHECKSUM_SEED = 0x504c };

uint64_t directory_checksum(span directory)
{
    return span_hash(directory, CHECKSUM_SEED);
}

struct place key_place(enum key_kind kind, uint64_t ecosystem_word, span name, size_t slots)
{
    uint64_t hash = span_hash(name, ecosystem_word * KEY_KINDS + (uint64_t)kind);
    return (struct place){
        .slot = (size_t)((hash >> 32) * slots >> 32), // the high half, scaled to the table
        .tag = (uint32_t)hash,
    };
}

// ---------------------------------------------------------------- heads

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

static enum severity get_severity(reader *in, uint8_t flags)
{
    uint8_t severity = flags & SEVERITY_BITS;
    if (severity <= SEVERITY_CRITICAL)
        return (enum severity)severity;
    poison(in);
    return SEVERITY_UNKNOWN;
}

static void put_spans(struct text *out, const struct spans *spans)
{
    put_varint(out, spans->count);
    for (size_t i = 0; i < spans->count; i++)
        put_string(out, spans->items[i]);
}

static bool get_spans(reader *in, struct arena *mem, struct spans *ret, struct err *err)
{
    uint64_t count = get_varint(in);
    if (count > in->rest.len) { // each takes a byte or more
        poison(in);
        return true;
    }
    if (count == 0)
        return true;
    span *items = arena_array(mem, (size_t)count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "database");
    for (size_t i = 0; i < count; i++)
        items[i] = get_string(in);
    *ret = (struct spans){.items = items, .count = (size_t)count};
    return true;
}

void put_head(struct text *out, const struct interner *words, const struct advisory *advisory)
{
    put_string(out, advisory->id);
    text_add_byte(out, (uint8_t)((uint8_t)advisory->severity | (advisory->cvss.len ? HAS_CVSS : 0) |
                                 score_flag(advisory->score, HAS_SCORE) |
                                 (advisory->withdrawn ? IS_WITHDRAWN : 0) |
                                 (advisory->disputed ? IS_HEAD_DISPUTED : 0) |
                                 (advisory->malicious ? IS_MALICIOUS : 0)));
    if (advisory->cvss.len)
        put_word(out, words, advisory->cvss);
    put_score(out, advisory->score, 10, SCORE_UNIT);
    put_varint(out, advisory->modified);
    put_spans(out, &advisory->flaws);
    put_spans(out, &advisory->aliases);
}

bool get_head(reader *in, const struct word_table *words, struct arena *mem, struct advisory *ret,
              struct err *err)
{
    struct advisory advisory = {.id = get_string(in)};
    uint8_t flags = read_u8(in);
    advisory.severity = get_severity(in, flags);
    advisory.withdrawn = flags & IS_WITHDRAWN;
    advisory.disputed = flags & IS_HEAD_DISPUTED;
    advisory.malicious = flags & IS_MALICIOUS;
    if (flags & HAS_CVSS)
        advisory.cvss = get_word(in, words);
    advisory.score = get_score(in, flags & HAS_SCORE, SCORE_UNIT);
    advisory.modified = get_days(in);
    if (!get_spans(in, mem, &advisory.flaws, err) || !get_spans(in, mem, &advisory.aliases, err))
        return false;
    *ret = advisory;
    return true;
}

// ---------------------------------------------------------------- affected

enum {
    STATUS_BITS = 7,
    SEVERITY_SHIFT = 3,
    KIND_SHIFT = 6,

    HAS_INTRODUCED = 1,
    HAS_FIXED = 2,
    HAS_LAST_AFFECTED = 4,
    HAS_MODULE = 8,
    HAS_REPOSITORY = 16,
    IS_AFTER_INTRODUCED = 32,
    PARTS_BITS = 63,
};

static uint8_t parts_of(const struct affected *affected)
{
    return (uint8_t)((affected->introduced.len ? HAS_INTRODUCED : 0) |
                     (affected->fixed.len ? HAS_FIXED : 0) |
                     (affected->last_affected.len ? HAS_LAST_AFFECTED : 0) |
                     (affected->module.len ? HAS_MODULE : 0) |
                     (affected->repository.len ? HAS_REPOSITORY : 0) |
                     (affected->after_introduced ? IS_AFTER_INTRODUCED : 0));
}

void put_affected(struct text *out, const struct interner *words, const struct affected *affected)
{
    uint8_t parts = parts_of(affected);
    text_add_byte(out, (uint8_t)((uint8_t)affected->status |
                                 (uint8_t)affected->severity << SEVERITY_SHIFT |
                                 (uint8_t)affected->name_kind << KIND_SHIFT));
    text_add_byte(out, parts);
    if (parts & HAS_INTRODUCED)
        put_string(out, affected->introduced);
    if (parts & HAS_FIXED)
        put_string(out, affected->fixed);
    if (parts & HAS_LAST_AFFECTED)
        put_string(out, affected->last_affected);
    if (parts & HAS_MODULE)
        put_word(out, words, affected->module);
    if (parts & HAS_REPOSITORY)
        put_word(out, words, affected->repository);
}

struct affected get_affected(reader *in, const struct word_table *words)
{
    uint8_t says = read_u8(in);
    uint8_t parts = read_u8(in);
    uint8_t status = says & STATUS_BITS;
    uint8_t kind = says >> KIND_SHIFT;
    struct affected affected = {.severity = get_severity(in, says >> SEVERITY_SHIFT)};
    if (status > STATUS_NOT_AFFECTED || kind > NAME_SOURCE || parts > PARTS_BITS) {
        poison(in);
        return affected;
    }
    affected.status = (enum status)status;
    affected.name_kind = (enum name_kind)kind;
    affected.after_introduced = parts & IS_AFTER_INTRODUCED;
    if (parts & HAS_INTRODUCED)
        affected.introduced = get_string(in);
    if (parts & HAS_FIXED)
        affected.fixed = get_string(in);
    if (parts & HAS_LAST_AFFECTED)
        affected.last_affected = get_string(in);
    if (parts & HAS_MODULE)
        affected.module = get_word(in, words);
    if (parts & HAS_REPOSITORY)
        affected.repository = get_word(in, words);
    return affected;
}

// ---------------------------------------------------------------- flaws

static uint8_t more_of(const struct flaw *flaw)
{
    return (uint8_t)((flaw->exploited ? IS_EXPLOITED : 0) | (flaw->rejected ? IS_REJECTED : 0) |
                     (flaw->disputed ? IS_DISPUTED : 0) |
                     (flaw->weaknesses.count ? HAS_WEAKNESSES : 0));
}

void put_flaw(struct text *out, const struct interner *words, const struct flaw *flaw)
{
    uint8_t more = more_of(flaw);
    text_add_byte(
        out, (uint8_t)((uint8_t)flaw->severity | (flaw->cvss.len ? HAS_CVSS : 0) |
                       score_flag(flaw->score, HAS_SCORE) | score_flag(flaw->epss, HAS_EPSS) |
                       score_flag(flaw->epss_percentile, HAS_PERCENTILE) | (more ? HAS_MORE : 0)));
    if (more)
        text_add_byte(out, more);
    if (flaw->cvss.len)
        put_word(out, words, flaw->cvss);
    put_score(out, flaw->score, 10, SCORE_UNIT);
    put_score(out, flaw->epss, 1, EPSS_UNIT);
    put_score(out, flaw->epss_percentile, 1, EPSS_UNIT);
    put_varint(out, flaw->published);
    if (more & IS_EXPLOITED)
        put_varint(out, flaw->exploited_since);
    if (more & HAS_WEAKNESSES)
        put_spans(out, &flaw->weaknesses);
}

bool get_flaw(reader *in, const struct word_table *words, struct arena *mem, struct flaw *ret,
              struct err *err)
{
    uint8_t flags = read_u8(in);
    uint8_t more = flags & HAS_MORE ? read_u8(in) : 0;
    if (more > MORE_BITS)
        poison(in);
    struct flaw flaw = {
        .severity = get_severity(in, flags),
        .exploited = more & IS_EXPLOITED,
        .rejected = more & IS_REJECTED,
        .disputed = more & IS_DISPUTED,
    };
    if (flags & HAS_CVSS)
        flaw.cvss = get_word(in, words);
    flaw.score = get_score(in, flags & HAS_SCORE, SCORE_UNIT);
    flaw.epss = get_score(in, flags & HAS_EPSS, EPSS_UNIT);
    flaw.epss_percentile = get_score(in, flags & HAS_PERCENTILE, EPSS_UNIT);
    flaw.published = get_days(in);
    if (more & IS_EXPLOITED)
        flaw.exploited_since = get_days(in);
    if (more & HAS_WEAKNESSES && !get_spans(in, mem, &flaw.weaknesses, err))
        return false;
    *ret = flaw;
    return true;
}

// ---------------------------------------------------------------- releases, weaknesses, products

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
