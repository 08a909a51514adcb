// What is known of units: their findings, and the questions that these rest on.
#include "service/store/store_inner.h"

// ---------------------------------------------------------------- findings as rows

enum { FINDING_COLUMNS = 10 };

bool write_finding(const struct finding *finding, struct arena *mem, span *ret, struct err *err)
{
    struct finding copy = *finding;
    const struct findings one = {.items = &copy, .count = 1};
    struct text bytes;
    text_init(&bytes, mem, SIZE_MAX);
    findings_write(&one, &bytes);
    *ret = text_span(&bytes);
    return text_ok(&bytes) || arena_err(mem, err, "finding");
}

static void add_finding_row(struct rows *rows, int64_t unit, const struct finding *finding,
                            span detail, uint64_t since)
{
    rows_add(rows, sql_integer(unit));
    rows_add(rows, sql_text(finding->id));
    rows_add(rows, sql_integer(finding->kind));
    rows_add(rows, sql_integer(finding->severity));
    rows_add(rows, sql_integer(finding->status));
    rows_add(rows, sql_text(finding->fixed_version));
    rows_add(rows, sql_integer(finding->exploited));
    rows_add(rows, sql_integer(finding->suppressed.len > 0));
    rows_add(rows, sql_integer((int64_t)since));
    rows_add(rows, sql_bytes(detail));
}

static bool insert_findings(struct store *store, const struct rows *rows, struct err *err)
{
    // What was there before keeps the day since when it is known.
    return rows_ask(store,
                    "INSERT INTO finding (unit, id, kind, severity, status, fixed_version,"
                    " exploited, suppressed, since, detail)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                    " ON CONFLICT (unit, id, kind) DO UPDATE SET severity = excluded.severity,"
                    " status = excluded.status, fixed_version = excluded.fixed_version,"
                    " exploited = excluded.exploited, suppressed = excluded.suppressed,"
                    " detail = excluded.detail",
                    rows, NULL, err);
}

// A row is all questions of a unit.
static bool insert_questions(struct store *store, const struct rows *rows, struct err *err)
{
    return rows_ask(store,
                    "INSERT INTO question (hash, unit) SELECT numbers.value, $2 FROM {numbers $1}"
                    " WHERE 1 = 1 ON CONFLICT (hash, unit) DO NOTHING",
                    rows, NULL, err);
}

static bool add_question_row(struct rows *rows, int64_t unit, const int64_t *questions,
                             size_t count, struct err *err)
{
    sql_value hashes = {0};
    if (count == 0)
        return true;
    if (!numbers_value(questions, count, rows->values.mem, &hashes, err))
        return false;
    rows_add(rows, hashes);
    rows_add(rows, sql_integer(unit));
    return true;
}

// ---------------------------------------------------------------- units that are new

bool judgements_insert(struct store *store, const struct judged_unit *units, size_t count,
                       uint64_t since, struct arena *mem, struct err *err)
{
    struct rows findings;
    struct rows questions;
    rows_init(&findings, FINDING_COLUMNS, mem);
    rows_init(&questions, 2, mem);
    for (size_t i = 0; i < count; i++) {
        const struct judgement *judgement = units[i].judgement;
        for (size_t j = 0; j < judgement->findings.count; j++) {
            const struct finding *finding = &judgement->findings.items[j];
            span detail = {0};
            if (!write_finding(finding, mem, &detail, err))
                return false;
            add_finding_row(&findings, units[i].unit, finding, detail, since);
        }
        if (!add_question_row(&questions, units[i].unit, judgement->questions,
                              judgement->question_count, err))
            return false;
    }
    return insert_findings(store, &findings, err) && insert_questions(store, &questions, err);
}

// ---------------------------------------------------------------- what is known of units

struct known_finding {
    int64_t unit;
    int64_t kind;
    span id;
    span detail;
};

struct known_question {
    int64_t unit;
    int64_t hash;
};

struct known_review {
    int64_t unit;
    int64_t day;
};

// All of some units, each list sorted by unit and the rest of its key.
struct known {
    struct list findings;  // of struct known_finding
    struct list questions; // of struct known_question
    struct list reviews;   // of struct known_review
};

static bool take_finding(void *self, const struct sql_row *row, struct err *err)
{
    struct known *known = self;
    struct known_finding *finding = LIST_ADD(&known->findings, struct known_finding);
    if (!finding || !arena_span(known->findings.mem, sql_row_bytes(row, 1), &finding->id) ||
        !arena_span(known->findings.mem, sql_row_bytes(row, 3), &finding->detail))
        return arena_err(known->findings.mem, err, "findings");
    finding->unit = sql_row_integer(row, 0);
    finding->kind = sql_row_integer(row, 2);
    return true;
}

static bool take_question(void *self, const struct sql_row *row, struct err *err)
{
    struct known *known = self;
    struct known_question *question = LIST_ADD(&known->questions, struct known_question);
    if (!question)
        return arena_err(known->questions.mem, err, "questions");
    *question = (struct known_question){sql_row_integer(row, 0), sql_row_integer(row, 1)};
    return true;
}

static bool take_review(void *self, const struct sql_row *row, struct err *err)
{
    struct known *known = self;
    struct known_review *review = LIST_ADD(&known->reviews, struct known_review);
    if (!review)
        return arena_err(known->reviews.mem, err, "reviews");
    *review = (struct known_review){sql_row_integer(row, 0), sql_row_integer(row, 1)};
    return true;
}

static bool read_known_findings(struct store *store, const int64_t *units, size_t count,
                                struct arena *mem, struct known *known, struct err *err)
{
    const struct sql_reader answer = {known, take_finding};
    list_init(&known->findings, mem, sizeof(struct known_finding), SIZE_MAX);
    return numbers_ask(store,
                       "SELECT f.unit, f.id, f.kind, f.detail FROM {numbers $1}"
                       " CROSS JOIN finding f WHERE f.unit = numbers.value"
                       " ORDER BY f.unit, f.id, f.kind",
                       units, count, &answer, mem, err);
}

static bool read_known(struct store *store, const int64_t *units, size_t count, struct arena *mem,
                       struct known *known, struct err *err)
{
    const struct sql_reader questions = {known, take_question};
    const struct sql_reader reviews = {known, take_review};
    list_init(&known->questions, mem, sizeof(struct known_question), SIZE_MAX);
    list_init(&known->reviews, mem, sizeof(struct known_review), SIZE_MAX);
    return read_known_findings(store, units, count, mem, known, err) &&
           numbers_ask(store,
                       "SELECT q.unit, q.hash FROM {numbers $1} CROSS JOIN question q"
                       " WHERE q.unit = numbers.value ORDER BY q.unit, q.hash",
                       units, count, &questions, mem, err) &&
           numbers_ask(store,
                       "SELECT u.id, u.review FROM {numbers $1} CROSS JOIN unit u"
                       " WHERE u.id = numbers.value ORDER BY u.id",
                       units, count, &reviews, mem, err);
}

bool store_findings_of_units(struct store *store, const int64_t *units, size_t count,
                             struct arena *mem, struct findings *ret, struct err *err)
{
    struct known known = {0};
    size_t at = 0;
    if (!read_known_findings(store, units, count, mem, &known, err))
        return false;
    struct finding *items = arena_array(mem, known.findings.count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "findings");
    for (size_t i = 0; i < count; i++) {
        ret[i] = (struct findings){.items = &items[at]};
        for (; at < known.findings.count; at++, ret[i].count++) {
            const struct known_finding *one = LIST_AT(&known.findings, struct known_finding, at);
            if (one->unit != units[i])
                break;
            if (!read_finding(store, one->detail, mem, &items[at], err))
                return false;
        }
    }
    return true;
}

// ---------------------------------------------------------------- what is no longer so

// What is to be written so that the store says what the judgements say.
struct difference {
    struct arena *mem;
    uint64_t now;
    size_t next_finding;  // in the lists of what is known
    size_t next_question; // the same
    struct rows findings;
    struct rows findings_gone;
    struct rows questions;
    struct rows questions_gone;
    struct rows reviews;
};

static int by_id_and_kind(const void *a, const void *b)
{
    const struct finding *left = *(const struct finding *const *)a;
    const struct finding *right = *(const struct finding *const *)b;
    int order = span_compare(left->id, right->id);
    return order ? order : (left->kind > right->kind) - (left->kind < right->kind);
}

static bool sort_findings(const struct findings *findings, struct arena *mem,
                          const struct finding ***ret, struct err *err)
{
    const struct finding **sorted = arena_array(mem, findings->count, sizeof *sorted);
    if (!sorted)
        return arena_err(mem, err, "findings");
    for (size_t i = 0; i < findings->count; i++)
        sorted[i] = &findings->items[i];
    sort_items(sorted, findings->count, sizeof *sorted, by_id_and_kind);
    *ret = sorted;
    return true;
}

static int compare_to_known(const struct finding *finding, const struct known_finding *known)
{
    int order = span_compare(finding->id, known->id);
    int64_t kind = finding->kind;
    return order ? order : (kind > known->kind) - (kind < known->kind);
}

static void add_gone(struct difference *difference, const struct known_finding *known)
{
    rows_add(&difference->findings_gone, sql_integer(known->unit));
    rows_add(&difference->findings_gone, sql_text(known->id));
    rows_add(&difference->findings_gone, sql_integer(known->kind));
}

static const struct known_finding *next_finding(const struct difference *difference,
                                                const struct known *known, int64_t unit)
{
    if (difference->next_finding == known->findings.count)
        return NULL;
    const struct known_finding *next =
        LIST_AT(&known->findings, struct known_finding, difference->next_finding);
    return next->unit == unit ? next : NULL;
}

static bool compare_findings(struct difference *difference, const struct known *known,
                             const struct judged_unit *unit, struct err *err)
{
    const struct findings *findings = &unit->judgement->findings;
    const struct finding **sorted = NULL;
    const struct known_finding *old = NULL;
    if (!sort_findings(findings, difference->mem, &sorted, err))
        return false;
    for (size_t i = 0; i < findings->count; i++) {
        span detail = {0};
        int order = 1; // nothing is known of it
        for (; (old = next_finding(difference, known, unit->unit)); difference->next_finding++) {
            order = compare_to_known(sorted[i], old);
            if (order <= 0)
                break;
            add_gone(difference, old);
        }
        if (!write_finding(sorted[i], difference->mem, &detail, err))
            return false;
        bool is_known = old && order == 0;
        if (!is_known || !span_equal(detail, old->detail))
            add_finding_row(&difference->findings, unit->unit, sorted[i], detail, difference->now);
        difference->next_finding += is_known;
    }
    for (; (old = next_finding(difference, known, unit->unit)); difference->next_finding++)
        add_gone(difference, old);
    return true;
}

static const struct known_question *next_question(const struct difference *difference,
                                                  const struct known *known, int64_t unit)
{
    if (difference->next_question == known->questions.count)
        return NULL;
    const struct known_question *next =
        LIST_AT(&known->questions, struct known_question, difference->next_question);
    return next->unit == unit ? next : NULL;
}

static void add_question_gone(struct difference *difference, const struct known_question *known)
{
    rows_add(&difference->questions_gone, sql_integer(known->hash));
    rows_add(&difference->questions_gone, sql_integer(known->unit));
}

// The questions of a judgement are sorted.
static bool compare_questions(struct difference *difference, const struct known *known,
                              const struct judged_unit *unit, struct err *err)
{
    const struct judgement *judgement = unit->judgement;
    const struct known_question *old = NULL;
    struct list fresh;
    list_init(&fresh, difference->mem, sizeof(int64_t), SIZE_MAX);
    for (size_t i = 0; i < judgement->question_count; i++) {
        int64_t hash = judgement->questions[i];
        for (; (old = next_question(difference, known, unit->unit)) && old->hash < hash;
             difference->next_question++)
            add_question_gone(difference, old);
        if (old && old->hash == hash) {
            difference->next_question++;
            continue;
        }
        int64_t *item = LIST_ADD(&fresh, int64_t);
        if (item)
            *item = hash;
    }
    for (; (old = next_question(difference, known, unit->unit)); difference->next_question++)
        add_question_gone(difference, old);
    if (!list_ok(&fresh))
        return arena_err(difference->mem, err, "questions");
    return add_question_row(&difference->questions, unit->unit, fresh.items, fresh.count, err);
}

static void compare_review(struct difference *difference, const struct known_review *known,
                           const struct judged_unit *unit)
{
    if (known->day == unit->judgement->review)
        return;
    rows_add(&difference->reviews, sql_integer(unit->judgement->review));
    rows_add(&difference->reviews, sql_integer(unit->unit));
}

static bool write_difference(struct store *store, const struct difference *difference,
                             struct err *err)
{
    return rows_ask(store, "DELETE FROM finding WHERE unit = $1 AND id = $2 AND kind = $3",
                    &difference->findings_gone, NULL, err) &&
           insert_findings(store, &difference->findings, err) &&
           rows_ask(store, "DELETE FROM question WHERE hash = $1 AND unit = $2",
                    &difference->questions_gone, NULL, err) &&
           insert_questions(store, &difference->questions, err) &&
           rows_ask(store, "UPDATE unit SET review = $1 WHERE id = $2", &difference->reviews, NULL,
                    err);
}

static bool judge_some(struct store *store, const struct judged_unit *units, const int64_t *ids,
                       size_t count, uint64_t now, struct arena *mem, struct err *err)
{
    struct known known = {0};
    struct difference difference = {.mem = mem, .now = now};
    rows_init(&difference.findings, FINDING_COLUMNS, mem);
    rows_init(&difference.findings_gone, 3, mem);
    rows_init(&difference.questions, 2, mem);
    rows_init(&difference.questions_gone, 2, mem);
    rows_init(&difference.reviews, 2, mem);
    if (!read_known(store, ids, count, mem, &known, err))
        return false;
    if (known.reviews.count != count)
        return err_set(err, ERR_CONFLICT, "store: a unit has gone");
    for (size_t i = 0; i < count; i++) {
        compare_review(&difference, LIST_AT(&known.reviews, struct known_review, i), &units[i]);
        if (!compare_findings(&difference, &known, &units[i], err) ||
            !compare_questions(&difference, &known, &units[i], err))
            return false;
    }
    return write_difference(store, &difference, err);
}

// In portions, so that what is known of all need not be in memory.
bool store_judge_units(struct store *store, const struct judged_unit *units, size_t count,
                       uint64_t now, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(store->limits->build_bytes);
    int64_t ids[NUMBERS_AT_ONCE];
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    for (size_t done = 0; done < count;) {
        size_t portion = 0;
        arena_reset(mem);
        for (; portion < NUMBERS_AT_ONCE && done + portion < count; portion++)
            ids[portion] = units[done + portion].unit;
        if (!judge_some(store, units + done, ids, portion, now, mem, err))
            return false;
        done += portion;
    }
    return true;
}
