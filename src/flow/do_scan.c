// An image was pushed: it is scanned unless it is known, kept, and whoever looks at it is told.
#include "flow/service_inner.h"

struct push_work {
    struct service *service;
    const struct job *job;
    struct arena *mem;
    struct arena *attempt; // of one try of the transaction
    struct push push;
    const struct held_registry *held; // null until the registry is asked
    struct push_view view;
    span stamp; // of the database that judges
    span built;
    struct scan scans[PLATFORMS_MOST]; // of what is not known yet
    struct kept_image kept[PLATFORMS_MOST];
    const struct judgement *const *judgements[PLATFORMS_MOST]; // of each one's units
    size_t scan_count;
    struct row_ids known; // images
    bool outdated;        // the world has learned something meanwhile
};

// ---------------------------------------------------------------- judging what is new

static bool judge_new(struct push_work *work, const struct kept_image *kept,
                      const struct judge *judge, const struct judgement *const **ret,
                      struct err *err)
{
    bool *unknown = arena_array(work->mem, kept->unit_count, sizeof *unknown);
    const struct judgement **judgements =
        arena_array(work->mem, kept->unit_count, sizeof *judgements);
    if (!unknown || !judgements)
        return arena_err(work->mem, err, "units");
    if (!store_find_unknown(work->service->store, kept, unknown, err))
        return false;
    for (size_t i = 0; i < kept->unit_count; i++) {
        struct judgement *judgement = unknown[i] ? ARENA_NEW(work->mem, struct judgement) : NULL;
        if (unknown[i] && !judgement)
            return arena_err(work->mem, err, "judgement");
        if (judgement && !judge_unit(judge, kept->units[i].company, work->mem, judgement, err))
            return err_add(err, "package %s", quote(kept->units[i].name).text);
        judgements[i] = judgement;
    }
    *ret = judgements;
    return true;
}

static bool judge_scans(struct push_work *work, const struct database *database, struct err *err)
{
    struct database_info info = {0};
    if (!database_describe(database, work->mem, &info, err))
        return false;
    struct judge judge = judge_of(database, work->service->today, &work->service->options->limits);
    work->built = info.built;
    for (size_t i = 0; i < work->scan_count; i++)
        if (!keep_image(&work->scans[i], work->mem, &work->kept[i], err) ||
            !judge_new(work, &work->kept[i], &judge, &work->judgements[i], err))
            return false;
    return true;
}

// ---------------------------------------------------------------- the transaction

// All that counts of an image that has just come.
static bool add_lessons(struct push_work *work, int64_t image, struct list *lessons,
                        struct err *err)
{
    const struct held_unit *held = NULL;
    size_t count = 0;
    if (!store_held_findings(work->service->store, image, work->attempt, &held, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (held[i].finding.suppressed.len)
            continue;
        struct lesson *lesson = LIST_ADD(lessons, struct lesson);
        if (!lesson)
            return arena_err(work->attempt, err, "findings");
        lesson->unit = held[i].unit.id;
        lesson->finding = &held[i].finding;
        if (!lesson_fill(LEARNED_PUSHED, &held[i].unit.unit, &held[i].finding, work->attempt,
                         &lesson->learned, err))
            return false;
    }
    return true;
}

static bool tell_of_image(struct push_work *work, int64_t image, uint64_t now, struct err *err)
{
    struct list lessons;
    struct telling telling = {0};
    struct text occasion;
    list_init(&lessons, work->attempt, sizeof(struct lesson), UINT32_MAX);
    text_init(&occasion, work->attempt, SIZE_MAX);
    text_addf(&occasion, "push-%lld-%lld", (long long)work->job->id, (long long)image);
    if (!text_ok(&occasion))
        return arena_err(work->attempt, err, "message");
    return add_lessons(work, image, &lessons, err) &&
           tell(work->service, lessons.items, lessons.count, image, text_span(&occasion),
                work->built, work->attempt, &telling, err) &&
           telling_keep(work->service->store, &telling, now, err);
}

static bool keep_all(struct push_work *work, uint64_t now, struct err *err)
{
    struct store *store = work->service->store;
    int64_t images[PLATFORMS_MOST * 2] = {0};
    size_t count = 0;
    for (; count < work->known.count && count < PLATFORMS_MOST; count++)
        images[count] = work->known.items[count];
    for (size_t i = 0; i < work->scan_count; i++)
        if (!store_keep_image(store, &work->kept[i], work->judgements[i], now, &images[count++],
                              err))
            return false;
    if (!store_set_tag(store, &work->push, images, count, now, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!tell_of_image(work, images[i], now, err))
            return false;
    return true;
}

static bool keep(void *self, struct err *err)
{
    struct push_work *work = self;
    struct store *store = work->service->store;
    uint64_t now = os_now();
    bool holds = false;
    arena_reset(work->attempt);
    if (!store_hold_stamp(store, work->stamp, &holds, err))
        return false;
    work->outdated = !holds;
    // A renewal of the lease in the meantime would make the end of it fail, every time.
    return work->outdated || (store_hold_job(store, work->job, err) && keep_all(work, now, err) &&
                              store_finish_job(store, work->job, now, err));
}

static bool forget(void *self, struct err *err)
{
    struct push_work *work = self;
    struct store *store = work->service->store;
    return store_remove_tag(store, &work->push, err) &&
           store_finish_job(store, work->job, os_now(), err);
}

// ---------------------------------------------------------------- the job

static bool scan_platform(struct push_work *work, span target, span platform, struct err *err)
{
    struct scan *scan = &work->scans[work->scan_count];
    if (!scan_apart(work->service, work->held, target, platform, &work->view.known, work->mem, scan,
                    err))
        return platform.len ? err_add(err, "%s", quote(platform).text) : false;
    work->scan_count++;
    return true;
}

static bool scan_all(struct push_work *work, struct err *err)
{
    const struct spans *platforms = &work->view.platforms;
    struct text target;
    text_init(&target, work->mem, SIZE_MAX);
    text_add(&target, S("registry:"));
    text_add(&target, work->held->settings->host);
    text_add_byte(&target, '/');
    text_add(&target, work->push.repository);
    text_add_byte(&target, '@');
    text_add(&target, work->push.digest);
    if (!text_ok(&target))
        return arena_err(work->mem, err, "target");
    if (platforms->count == 0)
        return scan_platform(work, text_span(&target), (span){0}, err);
    for (size_t i = 0; i < platforms->count; i++)
        if (!scan_platform(work, text_span(&target), platforms->items[i], err))
            return false;
    return true;
}

// What was judged by a database that is not the latest any more is judged once more.
static bool judge_and_keep(struct push_work *work, struct err *err)
{
    enum { TRIES = 8 };
    for (unsigned i = 0; i < TRIES; i++) {
        CLEANUP(database_cleanup) struct database *database = NULL; // findings point into it
        if (!store_stamp(work->service->store, work->mem, &work->stamp, err) ||
            !service_database(work->service, work->stamp, &database, err) ||
            !judge_scans(work, database, err) ||
            !store_transact_snapshot(work->service->store, keep, work, err))
            return false;
        if (!work->outdated)
            return true;
    }
    return err_set(err, ERR_CONFLICT, "the advisory database changes all the time");
}

// Images that are known are neither fetched nor asked for.
static bool find_known(struct push_work *work, struct err *err)
{
    if (work->push.digest.len == 0)
        return true;
    return store_images_of_digest(work->service->store, work->push.digest, work->mem, &work->known,
                                  err);
}

static bool look_and_scan(struct push_work *work, struct err *err)
{
    const struct limits *limits = &work->service->options->limits;
    bool was_named = work->push.digest.len > 0;
    if (!push_look(work->held, limits, &work->push, work->mem, &work->view, err) ||
        (!was_named && !find_known(work, err)))
        return false;
    return work->known.count || scan_all(work, err);
}

static bool find_images(struct push_work *work, const struct registry_settings *registry,
                        struct err *err)
{
    if (!find_known(work, err))
        return false;
    if (work->known.count)
        return true;
    if (!service_hold_registry(work->service, registry, work->push.repository, &work->held, err))
        return false;
    if (look_and_scan(work, err))
        return true;
    service_leave_registry(work->service, work->held);
    return false;
}

static bool find_gone(struct push_work *work, const struct registry_settings *registry, bool *ret,
                      struct err *err)
{
    if (!service_hold_registry(work->service, registry, work->push.repository, &work->held, err))
        return false;
    if (push_is_gone(work->held, &work->push, work->mem, ret, err))
        return true;
    service_leave_registry(work->service, work->held);
    return false;
}

bool do_scan(struct service *service, const struct job *job, struct arena *mem, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *attempt = arena_new(service->options->limits.kept_bytes);
    struct push_work *work = ARENA_NEW(mem, struct push_work);
    if (!attempt || !work)
        return err_set(err, ERR_MEMORY, "out of memory");
    *work = (struct push_work){.service = service, .job = job, .mem = mem, .attempt = attempt};
    if (!push_read(job->payload, &service->options->limits, mem, &work->push, err))
        return false;
    const struct registry_settings *registry =
        service_registry(service->options->settings, work->push.registry);
    if (!registry)
        return err_set(err, ERR_MISSING, "there is no registry %s in the configuration",
                       quote(work->push.registry).text);
    if (work->push.kind == PUSH_DELETE) {
        bool is_gone = false;
        if (!find_gone(work, registry, &is_gone, err))
            return false;
        if (is_gone)
            return store_transact(service->store, forget, work, err);
        if (work->push.tag.len)
            work->push.digest = (span){0}; // whatever it is now
    }
    return find_images(work, registry, err) && judge_and_keep(work, err);
}
