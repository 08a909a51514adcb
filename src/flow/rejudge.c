// The world has learned something: the packages whose judgement rests on it are judged again, and
// whoever has them is told. Nothing is fetched or unpacked for it.
#include "flow/service_inner.h"

// One unit with what is to be said of it from now on.
struct rejudged {
    struct stored_unit unit;
    struct judgement judgement;
};

struct rejudge {
    struct service *service;
    const struct job *job;
    struct arena *mem;     // of the whole job
    struct arena *attempt; // of one try of the transaction
    struct judge judge;
    span stamp; // from now on
    span built;
    bool all;                 // the database before is not at hand: everything is judged again
    const int64_t *questions; // whose answers have changed
    size_t question_count;
    struct list rejudged; // of struct rejudged, sorted by id: before the transaction
    struct store_judgement outcome;
};

// ---------------------------------------------------------------- before the transaction

static bool find_units(const struct rejudge *rejudge, struct arena *mem, struct row_ids *ret,
                       struct err *err)
{
    struct store *store = rejudge->service->store;
    return rejudge->all ? store_all_units(store, mem, ret, err)
                        : store_questioned_units(store, rejudge->questions, rejudge->question_count,
                                                 rejudge->judge.today, mem, ret, err);
}

static bool read_units(const struct rejudge *rejudge, const int64_t *ids, size_t count,
                       struct arena *mem, struct list *ret, struct err *err)
{
    struct stored_unit *units = arena_array(mem, count, sizeof *units);
    list_init(ret, mem, sizeof(struct rejudged), UINT32_MAX);
    if (!units || !list_reserve(ret, count))
        return arena_err(mem, err, "units");
    if (!store_read_units(rejudge->service->store, ids, count, mem, units, err))
        return false;
    for (size_t i = 0; i < count; i++)
        LIST_ADD(ret, struct rejudged)->unit = units[i];
    return true;
}

static bool judge_units(const struct rejudge *rejudge, struct list *rejudged, struct err *err)
{
    for (size_t i = 0; i < rejudged->count; i++) {
        struct rejudged *item = LIST_AT(rejudged, struct rejudged, i);
        if (!judge_unit(&rejudge->judge, item->unit.unit.company, rejudged->mem, &item->judgement,
                        err))
            return err_add(err, "package %s", quote(item->unit.unit.name).text);
    }
    return true;
}

static bool look(void *self, struct err *err)
{
    struct rejudge *rejudge = self;
    struct row_ids ids = {0};
    return find_units(rejudge, rejudge->mem, &ids, err) &&
           read_units(rejudge, ids.items, ids.count, rejudge->mem, &rejudge->rejudged, err);
}

// ---------------------------------------------------------------- in the transaction

static bool is_judged(const struct rejudge *rejudge, int64_t id)
{
    size_t low = 0;
    size_t high = rejudge->rejudged.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t at = LIST_AT(&rejudge->rejudged, struct rejudged, middle)->unit.id;
        if (at == id)
            return true;
        if (at < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

// Those that came since the first look.
static bool judge_rest(const struct rejudge *rejudge, struct list *ret, struct err *err)
{
    struct row_ids ids = {0};
    struct list fresh;
    list_init(&fresh, rejudge->attempt, sizeof(int64_t), UINT32_MAX);
    if (!find_units(rejudge, rejudge->attempt, &ids, err))
        return false;
    for (size_t i = 0; i < ids.count; i++) {
        int64_t *id = is_judged(rejudge, ids.items[i]) ? NULL : LIST_ADD(&fresh, int64_t);
        if (id)
            *id = ids.items[i];
    }
    if (!list_ok(&fresh))
        return arena_err(rejudge->attempt, err, "units");
    return read_units(rejudge, fresh.items, fresh.count, rejudge->attempt, ret, err) &&
           judge_units(rejudge, ret, err);
}

static bool find_lessons(const struct rejudge *rejudge, const struct list *rejudged,
                         const struct judged_unit *units, struct list *lessons, struct err *err)
{
    struct arena *mem = rejudge->attempt;
    struct findings *before = arena_array(mem, rejudged->count, sizeof *before);
    int64_t *ids = arena_array(mem, rejudged->count, sizeof *ids);
    if (!before || !ids)
        return arena_err(mem, err, "units");
    for (size_t i = 0; i < rejudged->count; i++)
        ids[i] = units[i].unit;
    if (!store_findings_of_units(rejudge->service->store, ids, rejudged->count, mem, before, err))
        return false;
    for (size_t i = 0; i < rejudged->count; i++) {
        const struct rejudged *item = LIST_AT(rejudged, struct rejudged, i);
        if (!lessons_compare(&item->unit, &before[i], &item->judgement.findings, lessons, err))
            return false;
    }
    return true;
}

static bool keep_units(const struct rejudge *rejudge, const struct list *rejudged, uint64_t now,
                       struct list *lessons, struct err *err)
{
    struct judged_unit *units = arena_array(rejudge->attempt, rejudged->count, sizeof *units);
    if (!units)
        return arena_err(rejudge->attempt, err, "units");
    for (size_t i = 0; i < rejudged->count; i++) {
        const struct rejudged *item = LIST_AT(rejudged, struct rejudged, i);
        units[i] = (struct judged_unit){item->unit.id, &item->judgement};
    }
    return find_lessons(rejudge, rejudged, units, lessons, err) &&
           store_judge_units(rejudge->service->store, units, rejudged->count, now, err);
}

static void count_lessons(struct rejudge *rejudge, const struct list *lessons)
{
    struct store_judgement *outcome = &rejudge->outcome;
    outcome->added = 0;
    outcome->changed = 0;
    outcome->gone = 0;
    for (size_t i = 0; i < lessons->count; i++) {
        switch (LIST_AT(lessons, struct lesson, i)->learned.kind) {
        case LEARNED_NEW:
        case LEARNED_PUSHED:
            outcome->added++;
            break;
        case LEARNED_CHANGED:
            outcome->changed++;
            break;
        case LEARNED_GONE:
            outcome->gone++;
            break;
        }
    }
}

static bool keep_changes(const struct rejudge *rejudge, int64_t judgement,
                         const struct list *lessons, struct err *err)
{
    for (size_t i = 0; i < lessons->count; i++) {
        const struct learned *learned = &LIST_AT(lessons, struct lesson, i)->learned;
        span why = learned->why; // begins with the database
        const struct store_change change = {
            .id = learned->id,
            .database = span_cut(&why, ' '),
            .type = learned->package_type,
            .package = learned->package,
            .change = span_of_text(learned_kind_name(learned->kind)),
        };
        if (!store_add_change(rejudge->service->store, judgement, &change, err))
            return false;
    }
    return true;
}

static bool finish(struct rejudge *rejudge, const struct list *lessons, uint64_t units,
                   uint64_t now, struct err *err)
{
    struct store *store = rejudge->service->store;
    struct telling telling = {0};
    int64_t id = 0;
    // Not the stamp: a database may come back, and what is learned then is another message.
    struct text occasion;
    text_init(&occasion, rejudge->attempt, SIZE_MAX);
    text_addf(&occasion, "judgement-%lld-%u", (long long)rejudge->job->id, rejudge->judge.today);
    if (!text_ok(&occasion))
        return arena_err(rejudge->attempt, err, "message");
    count_lessons(rejudge, lessons);
    rejudge->outcome.at = now;
    rejudge->outcome.units = units;
    return tell(rejudge->service, lessons->items, lessons->count, 0, text_span(&occasion),
                rejudge->built, rejudge->attempt, &telling, err) &&
           telling_keep(store, &telling, now, err) &&
           store_add_judgement(store, &rejudge->outcome, &id, err) &&
           keep_changes(rejudge, id, lessons, err) &&
           store_finish_job(store, rejudge->job, now, err);
}

static bool keep(void *self, struct err *err)
{
    struct rejudge *rejudge = self;
    struct store *store = rejudge->service->store;
    uint64_t now = os_now();
    struct list rest;
    struct list lessons;
    arena_reset(rejudge->attempt);
    list_init(&lessons, rejudge->attempt, sizeof(struct lesson), UINT32_MAX);
    // The stamp comes first: it waits for those who keep images by the old one, and what comes
    // before would fix a view of the store in which these are not there.
    return store_set_stamp(store, rejudge->stamp, err) &&
           store_hold_job(store, rejudge->job, err) && judge_rest(rejudge, &rest, err) &&
           keep_units(rejudge, &rejudge->rejudged, now, &lessons, err) &&
           keep_units(rejudge, &rest, now, &lessons, err) &&
           finish(rejudge, &lessons, rejudge->rejudged.count + rest.count, now, err);
}

// ---------------------------------------------------------------- the job

static bool compare(struct rejudge *rejudge, const struct database *after, struct err *err)
{
    CLEANUP(database_cleanup) struct database *before = NULL;
    span stamp = {0};
    struct err none = {0};
    if (!store_stamp(rejudge->service->store, rejudge->mem, &stamp, err))
        return false;
    if (!service_database(rejudge->service, stamp, &before, &none)) {
        rejudge->all = true;
        return none.kind == ERR_MISSING || err_copy(err, &none);
    }
    if (!changed_answers(before, after, &rejudge->service->options->limits, rejudge->mem,
                         &rejudge->questions, &rejudge->question_count, err))
        return err_add(err, "comparing databases");
    rejudge->outcome.changes = rejudge->question_count;
    return true;
}

static bool describe(struct rejudge *rejudge, const struct database *database, struct err *err)
{
    struct database_info info = {0};
    if (!database_describe(database, rejudge->mem, &info, err))
        return false;
    rejudge->built = info.built;
    rejudge->outcome.stamp = rejudge->stamp;
    rejudge->outcome.built = info.built;
    return true;
}

bool do_rejudge(struct service *service, const struct job *job, struct arena *mem, struct err *err)
{
    const struct serve_options *options = service->options;
    CLEANUP(database_cleanup) struct database *after = NULL;
    CLEANUP(arena_cleanup) struct arena *attempt = arena_new(options->limits.build_bytes);
    struct rejudge rejudge = {
        .service = service,
        .job = job,
        .mem = mem,
        .attempt = attempt,
        .stamp = job->key,
    };
    if (!attempt)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!service_database(service, job->key, &after, err))
        return false;
    rejudge.judge = judge_of(after, service->today, &options->limits);
    return describe(&rejudge, after, err) && compare(&rejudge, after, err) &&
           store_observe(service->store, look, &rejudge, err) &&
           judge_units(&rejudge, &rejudge.rejudged, err) &&
           store_transact(service->store, keep, &rejudge, err);
}
